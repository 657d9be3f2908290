import type { Db } from '../../../db/tables.ts'
import type {
  AreaLivabilityQuery,
  Livability,
  LivabilityQuery,
  LivabilityRow,
  ScoreRequest,
} from '../../../schemas/statistics/livability.ts'
import { failure } from '../../failure.ts'
import type { Deps } from '../../fastify.ts'
import { groupBy } from '../../values.ts'
import type { Answer } from '../answer.ts'
import { areaFields } from '../areas.ts'
import type { Catalogue } from '../catalogue.ts'
import { derivations } from '../derived.ts'
import { barsOf, type Feature, featuresOf } from '../formats.ts'
import { type Composite, type CompositeMethod, compositeOf } from '../indices/composite.ts'
import type { Place } from '../maps/places.ts'
import { shapesCredit } from '../maps/shapes.ts'
import { answered } from '../refusals.ts'
import { aboutOf, metaFor } from './about.ts'
import {
  type Choice,
  checkedWeights,
  type LivabilityTable,
  readColumns,
  weightsIn,
} from './columns.ts'

type Asked = Choice & { method: Partial<CompositeMethod> }

/** Every area with its score, and what each indicator adds to it; as GeoJSON a map of the scores. */
export async function getLivability(
  { db, shapes }: Pick<Deps, 'db' | 'shapes'>,
  catalogue: Catalogue,
  query: LivabilityQuery,
): Promise<Answer<Livability>> {
  const scores = await scoresOf(db, catalogue, askedIn(query))
  const { rows, meta } = scores.body
  return {
    ...scores,
    features: async () => {
      const { places } = await shapes.read(catalogue)
      const features = rows.map((row) => featureOf(row, places.get(row.area_code)))
      return featuresOf(features, { credit: shapesCredit, meta })
    },
  }
}

function featureOf(row: LivabilityRow, place: Place | undefined): Feature {
  const { area_code: code, area_name: name, area_name_en: name_en } = row
  const { score, rank, coverage, reason } = row
  const about = { name_en, score, rank, coverage, reason }
  return {
    type: 'Feature',
    id: Number(code),
    properties: { code, name, ...about },
    geometry: place?.geometry ?? null,
  }
}

/** One area among all of its level. Failures: `area_not_found`, `area_ambiguous`, `area_not_scored`. */
export async function getAreaLivability(
  db: Db,
  catalogue: Catalogue,
  name: string,
  query: AreaLivabilityQuery,
): Promise<Answer<Livability>> {
  const { code } = catalogue.resolveArea(name)
  return scoresOf(db, catalogue, askedIn(query), [code])
}

/** The same with weights in a body. */
export async function scoreLivability(
  db: Db,
  catalogue: Catalogue,
  { weights = {}, areas = [], ...request }: ScoreRequest,
): Promise<Answer<Livability>> {
  const asked = {
    weights: checkedWeights(Object.entries(weights)),
    level: request.level ?? 'prefecture',
    parent: request.parent,
    years: request.years,
    method: {
      ...(request.normalize && { normalisation: request.normalize }),
      ...(request.aggregate && { aggregation: request.aggregate }),
      ...(request.min_coverage !== undefined && { minCoverage: request.min_coverage }),
    },
  } as const
  const codes = areas.map((name) => catalogue.resolveArea(name).code)
  return scoresOf(db, catalogue, asked, codes)
}

export function askedIn({
  weights,
  level,
  parent,
  years,
  normalize,
  aggregate,
  min_coverage,
}: Omit<AreaLivabilityQuery, 'format'>): Asked {
  return {
    weights: weightsIn(weights),
    level,
    parent,
    years,
    method: { normalisation: normalize, aggregation: aggregate, minCoverage: min_coverage },
  }
}

async function scoresOf(
  db: Db,
  catalogue: Catalogue,
  asked: Asked,
  codes: readonly string[] = [],
): Promise<Answer<Livability>> {
  const table = await readColumns(db, catalogue, asked)
  for (const code of codes) {
    const area = catalogue.areas.get(code)
    if (!table.areas.some((each) => each === area)) {
      throw failure('area_not_scored', { name: area?.name_ja ?? code, level: asked.level })
    }
  }
  const composite = answered(compositeOf(table.columns, asked.method))
  const all = table.areas.map((_, n) => rowOf(catalogue, table, composite, n))
  const rows = codes.length === 0 ? all : all.filter(({ area_code }) => codes.includes(area_code))
  const meta = metaFor(catalogue, table, composite)
  const about = aboutOf(catalogue, table, composite)
  return {
    body: { meta, rows, ...about },
    lines: () => rows.map(lineOf),
    chart: () =>
      codes.length === 0
        ? barsOf(
            rows.map(({ area_name }) => area_name),
            [{ id: 'score', label: '住みやすさ', unit: '', data: rows.map(({ score }) => score) }],
            meta,
          )
        : barsOf(
            about.indicators.map(({ name_ja }) => name_ja),
            rows.map(({ area_code, area_name, contributions }) => ({
              id: `livability:${area_code}`,
              label: area_name,
              unit: '',
              data: about.indicators.map(
                ({ code }) =>
                  contributions.find(({ indicator }) => indicator === code)?.normalised ?? null,
              ),
            })),
            meta,
          ),
  }
}

export const scoreAt = (composite: Composite, n: number) =>
  composite.areas[n] as Composite['areas'][number]

function rowOf(
  catalogue: Catalogue,
  { areas, columns }: LivabilityTable,
  composite: Composite,
  n: number,
): LivabilityRow {
  const { score, rank, coverage, reason, missing, contributions } = scoreAt(composite, n)
  const parts = contributions.map((part) => {
    const figure = columns.find(({ indicator }) => indicator === part.indicator)?.figures[n]
    return {
      ...part,
      value: figure?.value ?? 0,
      unit: catalogue.indicators.get(part.indicator)?.unit ?? '',
      year: figure?.year ?? 0,
    }
  })
  const categories = groupBy(
    parts,
    ({ indicator }) => catalogue.indicators.get(indicator)?.category ?? '',
  )
  return {
    ...areaFields(areas[n] as LivabilityTable['areas'][number]),
    score,
    rank,
    coverage,
    reason,
    missing,
    contributions: parts,
    categories: [...categories].map(([category, members]) => {
      const weight = members.reduce((sum, each) => sum + each.weight, 0)
      const weighted = members.reduce((sum, each) => sum + each.weight * each.normalised, 0)
      return {
        category,
        contribution: members.reduce((sum, each) => sum + each.contribution, 0),
        normalised: weight === 0 ? 0 : weighted / weight,
      }
    }),
  }
}

/** One line without lists, for a spreadsheet: each indicator has a column. */
function lineOf({ contributions, categories, missing, ...row }: LivabilityRow) {
  const values = new Map<string, number | null>(
    contributions.map(({ indicator, value }) => [indicator, value]),
  )
  for (const indicator of missing) values.set(indicator, null)
  const columns = derivations.map(({ code }) => code).filter((code) => values.has(code))
  const figures = Object.fromEntries(columns.map((code) => [code, values.get(code)]))
  return { ...row, ...figures }
}
