import type { AreaRow } from '../../../db/tables/statistics.ts'
import type { Db } from '../../../db/tables.ts'
import type {
  Measure,
  Per,
  Population,
  PopulationQuery,
  PopulationRow,
} from '../../../schemas/statistics/population.ts'
import { failure } from '../../failure.ts'
import type { Answer } from '../answer.ts'
import { areaFields, areasIn, requireCells, requireYears } from '../areas.ts'
import type { Catalogue } from '../catalogue.ts'
import { yearsIn } from '../facts.ts'
import { chartOf, cubeOf } from '../formats.ts'
import { metaOf } from '../meta.ts'
import type { NoteCode } from '../notes.ts'
import { readSeries } from '../series.ts'
import { countObservations } from '../store.ts'
import { measures, measuresIn, partsOf, unitOf } from './measures.ts'
import { type MeasurePoint, otherSourcesIn, pointsOf } from './points.ts'

const nation = '00000'

/**
 * Population of areas over years. Failures: `area_not_found`, `area_ambiguous`, `years_reversed`,
 * `too_many_cells`, `per_not_applicable`, `base_missing`, `figures_not_found`.
 */
export async function getPopulation(
  db: Db,
  catalogue: Catalogue,
  query: PopulationQuery,
): Promise<Answer<Population>> {
  requireYears(query)
  const areas = areasIn(catalogue, query)
  const asked = measuresIn(query)
  const parts = [...new Set(asked.flatMap((measure) => partsOf(measure, query)))]
  const codes = areas.map(({ code }) => code)
  const cut = { indicators: parts, areas: codes, from: query.from, to: query.to }
  requireCells(await countObservations(db, { ...cut, asOf: query.as_of }), ['area', 'indicator'])
  const series = await readSeries(db, catalogue, {
    indicators: parts,
    areas: query.per === 'share_of_nation' ? [...codes, nation] : codes,
    asOf: query.as_of,
  })
  const lines = areas.flatMap((area) =>
    asked.map((measure) => ({ area, measure, points: pointsOf(series, area, measure, query) })),
  )
  const rows = lines.flatMap(({ area, measure, points }) =>
    points.map((point) => rowOf(area, measure, query.per, point)),
  )
  if (rows.length === 0) throw failure('figures_not_found', { years: yearsIn(catalogue, parts) })
  const meta = metaOf(catalogue, {
    rows,
    of: areas.length,
    sources: otherSourcesIn(series, asked, query),
    processed: query.per !== 'absolute' || asked.some((measure) => !measures[measure].isCount),
    notes: [
      ...notesOf(asked, query),
      areas.some(({ code }) => catalogue.formerCodes.has(code)) && 'renamed',
    ],
  })
  const labels = new Map(
    asked.map((measure) => [
      measure,
      { label: measures[measure].ja, unit: unitOf(measure, query.per) },
    ]),
  )
  return {
    body: { meta, rows },
    chart: () =>
      chartOf(
        lines.map(({ area, measure, points }) => ({
          id: `${measure}:${area.code}`,
          label: asked.length > 1 ? `${area.name_ja} ${measures[measure].ja}` : area.name_ja,
          unit: unitOf(measure, query.per),
          points,
        })),
        meta,
      ),
    cube: () => cubeOf(catalogue, rows, meta, '人口 / population', labels),
  }
}

function rowOf(
  area: AreaRow,
  measure: Measure,
  per: Per,
  { period, label, year, value, mark, status, vintage, source_id, since }: MeasurePoint,
): PopulationRow {
  return {
    indicator: measure,
    ...areaFields(area),
    period: label,
    period_code: period,
    year,
    value,
    unit: unitOf(measure, per),
    mark,
    status,
    vintage,
    source: source_id,
    per,
    since,
  }
}

export function notesOf(
  asked: readonly Measure[],
  { frequency, per }: Pick<PopulationQuery, 'frequency' | 'per'>,
): (NoteCode | false)[] {
  const hasAges = asked.some((measure) => /^\d|share/.test(measure))
  const isAnnual = frequency === 'annual'
  return [
    asked.includes('share') && !isAnnual && 'ageing_base',
    hasAges && (isAnnual ? 'allocated_ages' : 'counted_ages'),
    asked.includes('density') && 'density_area',
    (asked.includes('change') || per === 'rate') && 'change_since',
  ]
}
