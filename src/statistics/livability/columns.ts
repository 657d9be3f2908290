import type { AreaRow } from '../../../db/tables/statistics.ts'
import type { Db } from '../../../db/tables.ts'
import { failure, invalid } from '../../failure.ts'
import { groupBy } from '../../values.ts'
import { listIn } from '../areas.ts'
import type { Catalogue } from '../catalogue.ts'
import { derivations } from '../derived.ts'
import type { Column } from '../indices/columns.ts'
import { remembered } from '../library.ts'
import { yearCode } from '../periods.ts'
import { type Observation, readObservations } from '../store.ts'

export type Choice = {
  weights: ReadonlyMap<string, number>
  level: 'prefecture' | 'municipality'
  parent?: string | undefined
  /** Prefectures have each year of the catalogue; of municipalities it is the newest. */
  years?: 'catalogue' | 'latest' | undefined
}

export type LivabilityColumn = Column & { figures: readonly (Observation | undefined)[] }

export type LivabilityTable = { areas: AreaRow[]; columns: LivabilityColumn[] }

/** The indicators of the index for all areas of a level; one that no area has is left out. */
export async function readColumns(
  db: Db,
  catalogue: Catalogue,
  { weights, ...choice }: Choice,
): Promise<LivabilityTable> {
  const parent = choice.parent === undefined ? '' : catalogue.resolveArea(choice.parent).code
  const key = `livability ${choice.level} ${parent} ${choice.years}`
  const { areas, columns } = await remembered(catalogue, key, () =>
    readTable(db, catalogue, choice),
  )
  return {
    areas,
    columns: columns.map((column) => ({ ...column, weight: weights.get(column.indicator) ?? 1 })),
  }
}

async function readTable(
  db: Db,
  catalogue: Catalogue,
  {
    level,
    parent,
    years = level === 'prefecture' ? 'catalogue' : 'latest',
  }: Omit<Choice, 'weights'>,
): Promise<LivabilityTable> {
  const within = parent === undefined ? undefined : catalogue.resolveArea(parent).code
  const areas = catalogue.codesOf(level, within).flatMap((code) => catalogue.areas.get(code) ?? [])
  if (areas.length === 0) throw failure('no_areas_within', { level, parent: parent ?? '' })
  const rows = await readObservations(db, {
    indicators: derivations.map(({ code }) => code),
    areas: areas.map(({ code }) => code),
    ...(years === 'catalogue' && {
      periods: [...new Set(derivations.map(({ year }) => yearCode(year)))],
    }),
  })
  const byIndicator = groupBy(rows, ({ indicator }) => indicator)
  const columns = derivations.map(({ code, direction, year }): LivabilityColumn => {
    const found = new Map<string, Observation>()
    for (const row of byIndicator.get(code) ?? []) {
      const isAsked = years === 'latest' || row.year === year
      if (isAsked && row.value !== null) found.set(row.area, row)
    }
    const figures = areas.map((area) => found.get(area.code))
    return {
      indicator: code,
      direction,
      weight: 1,
      values: figures.map((figure) => figure?.value ?? null),
      figures,
    }
  })
  return { areas, columns: columns.filter(({ values }) => values.some((value) => value !== null)) }
}

const known = new Set(derivations.map(({ code }) => code))

/** `indicator:weight` as numbers. */
export function weightsIn(texts: readonly string[] = []): ReadonlyMap<string, number> {
  const pairs = listIn(texts).map((text) => text.split(':'))
  return checkedWeights(
    pairs.map(([code = '', weight, ...rest]) => [
      code,
      weight && rest.length === 0 ? Number(weight) : Number.NaN,
    ]),
  )
}

export function checkedWeights(
  pairs: readonly (readonly [string, number])[],
): ReadonlyMap<string, number> {
  for (const [code, weight] of pairs) {
    if (!known.has(code)) {
      throw invalid({ field: 'weights', rule: 'enum', allowedValues: [...known] })
    }
    if (!(weight >= 0 && weight <= 1000))
      throw invalid({ field: `weights.${code}`, rule: 'weight' })
  }
  return new Map(pairs)
}
