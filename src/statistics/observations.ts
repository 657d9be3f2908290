import type { AreaRow } from '../../db/tables/statistics.ts'
import type { Db } from '../../db/tables.ts'
import type {
  ObservationQuery,
  ObservationRow,
  Observations,
} from '../../schemas/statistics/observations.ts'
import { failure } from '../failure.ts'
import { groupBy } from '../values.ts'
import type { Answer } from './answer.ts'
import { areaFields, areasIn, listIn, maxCells, requireCells, requireYears } from './areas.ts'
import type { Catalogue } from './catalogue.ts'
import { yearsIn } from './facts.ts'
import { chartOf, cubeOf } from './formats.ts'
import { metaOf } from './meta.ts'
import { codeOf } from './periods.ts'
import { type Cut, countObservations, type Observation, readObservations } from './store.ts'

/** Lines are written as they are read, so there may be more of them. */
const maxLines = 1_000_000

const maxCubeAreas = 2000

type Slice = { cut: Cut; areas: AreaRow[] | undefined; indicators: string[] }

/**
 * A cut through the cube, as it is stored. Failures: `indicator_not_found`, `area_not_found`,
 * `area_ambiguous`, `years_reversed`, `too_many_areas`, `too_many_cells`, `figures_not_found`.
 */
export async function getObservations(
  db: Db,
  catalogue: Catalogue,
  query: ObservationQuery,
): Promise<Answer<Observations>> {
  const slice = sliceOf(catalogue, query)
  await requireSize(db, slice, maxCells)
  const found = await readObservations(db, slice.cut)
  const rows = (query.latest ? latestIn(found) : found).map((row) => rowOf(catalogue, row))
  if (rows.length === 0) {
    throw failure('figures_not_found', { years: yearsIn(catalogue, slice.indicators) })
  }
  const areas = slice.areas?.length ?? new Set(rows.map(({ area_code }) => area_code)).size
  const meta = metaOf(catalogue, { rows, of: areas })
  const labelOf = (code: string) => catalogue.indicators.get(code)?.name_ja ?? code
  return {
    body: { meta, rows },
    chart: () =>
      chartOf(
        [...groupBy(rows, (row) => `${row.indicator}:${row.area_code}`)].map(([id, points]) => {
          const { indicator, area_name, unit } = points[0] as ObservationRow
          return {
            id,
            label: slice.indicators.length > 1 ? `${area_name} ${labelOf(indicator)}` : area_name,
            unit,
            points: points.map(({ period, value }) => ({ label: period, value })),
          }
        }),
        meta,
      ),
    cube: () => {
      const labels = new Map(
        slice.indicators.map((code) => [
          code,
          { label: labelOf(code), unit: catalogue.indicators.get(code)?.unit ?? '' },
        ]),
      )
      const periods = new Set(rows.map(({ period }) => period)).size
      requireCells(slice.indicators.length * areas * periods, ['indicator', 'area', 'period'])
      return cubeOf(catalogue, rows, meta, '統計値 / figures', labels)
    },
  }
}

/** The same in lines, up to a million of them, indicator by indicator as they are read. */
export async function streamObservations(
  db: Db,
  catalogue: Catalogue,
  query: ObservationQuery,
): Promise<AsyncIterable<ObservationRow>> {
  const slice = sliceOf(catalogue, query)
  if ((await requireSize(db, slice, maxLines)) === 0) {
    throw failure('figures_not_found', { years: yearsIn(catalogue, slice.indicators) })
  }
  return (async function* () {
    for (const indicator of slice.indicators) {
      const found = await readObservations(db, { ...slice.cut, indicators: [indicator] })
      for (const row of query.latest ? latestIn(found) : found) yield rowOf(catalogue, row)
    }
  })()
}

export const observationColumns: readonly (keyof ObservationRow)[] = [
  'indicator',
  'area_code',
  'area_name',
  'area_name_en',
  'period',
  'period_code',
  'year',
  'value',
  'unit',
  'mark',
  'mark_meaning',
  'status',
  'vintage',
  'source',
  'retrieved_at',
]

function sliceOf(catalogue: Catalogue, query: ObservationQuery): Slice {
  requireYears(query)
  const names = listIn(query.indicator)
  const indicators = [...new Set(names.map((name) => catalogue.resolveIndicator(name).code))]
  const parent = query.parent === undefined ? undefined : catalogue.resolveArea(query.parent).code
  const isCut = query.area !== undefined || query.level !== undefined
  const areas = isCut
    ? areasIn(catalogue, query, { max: maxCubeAreas }).filter(
        ({ code, parent_code }) =>
          parent === undefined || parent_code === parent || listIn(query.area).includes(code),
      )
    : undefined
  return {
    indicators,
    areas,
    cut: {
      indicators,
      areas: areas?.map(({ code }) => code),
      from: query.from,
      to: query.to,
      periods: query.period && listIn(query.period).map(codeOf),
      periodType: query.period_type,
      status: query.status,
      source: query.source,
      vintage: query.vintage,
      asOf: query.as_of,
    },
  }
}

/** Refuses what is too much, and names the dimension that makes it so. */
async function requireSize(db: Db, { cut, areas, indicators }: Slice, limit: number) {
  const cells = await countObservations(db, cut)
  if (cells > limit) {
    const counts = { area: areas?.length ?? maxCubeAreas, indicator: indicators.length, from: 50 }
    const narrow = Object.entries(counts)
      .sort(([, a], [, b]) => b - a)
      .map(([name]) => name)
    requireCells(cells, narrow.slice(0, 2), limit)
  }
  return cells
}

/** Of each area and indicator the newest row that has a value. */
function latestIn(rows: readonly Observation[]): Observation[] {
  const latest = new Map<string, Observation>()
  for (const row of rows) {
    if (row.value !== null) latest.set(`${row.indicator} ${row.area}`, row)
  }
  return [...latest.values()]
}

function rowOf(
  catalogue: Catalogue,
  { indicator, area, period, label, year, value, mark, status, vintage, source_id }: Observation,
): ObservationRow {
  const known = catalogue.areas.get(area)
  return {
    indicator,
    ...(known ? areaFields(known) : { area_code: area, area_name: area, area_name_en: null }),
    period: label,
    period_code: period,
    year,
    value,
    unit: catalogue.indicators.get(indicator)?.unit ?? '',
    mark,
    mark_meaning: (mark && catalogue.legends.get(`${source_id} ${mark}`)) ?? null,
    status,
    vintage,
    source: source_id,
    retrieved_at: catalogue.editions.get(`${source_id} ${vintage}`) ?? null,
  }
}
