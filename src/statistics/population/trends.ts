import type { Db } from '../../../db/tables.ts'
import type { TrendRow, Trends, TrendsQuery } from '../../../schemas/statistics/trends.ts'
import { failure } from '../../failure.ts'
import type { Answer } from '../answer.ts'
import { areaFields, areasIn, requireCells, requireYears } from '../areas.ts'
import type { Catalogue } from '../catalogue.ts'
import { yearsIn } from '../facts.ts'
import { chartOf } from '../formats.ts'
import { compoundGrowth, growthRates } from '../indices/growth.ts'
import { turningPoints } from '../indices/turning-points.ts'
import { metaOf } from '../meta.ts'
import { answered } from '../refusals.ts'
import { readSeries } from '../series.ts'
import { countObservations } from '../store.ts'
import { measures, measuresIn, partsOf, unitOf } from './measures.ts'
import { type MeasurePoint, otherSourcesIn, pointsOf } from './points.ts'

/**
 * How population grew: step by step, a year on average, and where it turned. Failures:
 * `area_not_found`, `area_ambiguous`, `years_reversed`, `too_many_cells`, `too_few_points`,
 * `not_positive`, `figures_not_found`.
 */
export async function getTrends(
  db: Db,
  catalogue: Catalogue,
  query: TrendsQuery,
): Promise<Answer<Trends>> {
  requireYears(query)
  const areas = areasIn(catalogue, query)
  const asked = measuresIn(query)
  const parts = [...new Set(asked.flatMap((measure) => partsOf(measure, query)))]
  const codes = areas.map(({ code }) => code)
  const cut = { indicators: parts, areas: codes, asOf: query.as_of }
  requireCells(await countObservations(db, cut), ['area', 'indicator'])
  const series = await readSeries(db, catalogue, cut)
  const lines = areas.flatMap((area) =>
    asked.map((measure) => ({
      area,
      measure,
      points: pointsOf(series, area, measure, { ...query, per: 'absolute' }),
    })),
  )
  if (lines.every(({ points }) => points.length === 0)) {
    throw failure('figures_not_found', { years: yearsIn(catalogue, parts) })
  }
  const rows = lines.map(
    ({ area, measure, points }): TrendRow => ({
      indicator: measure,
      ...areaFields(area),
      unit: unitOf(measure, 'absolute'),
      ...trendOf(points),
    }),
  )
  const figures = lines.flatMap(({ area, points }) =>
    points.map((point) => ({ ...point, area_code: area.code, source: point.source_id })),
  )
  const meta = metaOf(catalogue, {
    rows: figures,
    of: areas.length,
    sources: otherSourcesIn(series, asked, query),
    processed: true,
    unit: null,
    method: {
      id: 'compound-growth',
      ja: '年平均増減率は複利、転換点は変動幅の2％以上の突出をもつ極値',
      en: 'Compound annual growth; turning points are extremes with a prominence of at least 2 % of the range',
    },
    notes: ['change_since'],
  })
  return {
    body: { meta, rows },
    lines: () => rows.map(({ growth, turning_points, ...row }) => row),
    chart: () =>
      chartOf(
        lines.map(({ area, measure, points }) => ({
          id: `growth:${measure}:${area.code}`,
          label: asked.length > 1 ? `${area.name_ja} ${measures[measure].ja}` : area.name_ja,
          unit: '％/年',
          points: growthRates(points).map(({ year, yearly }) => ({
            label: String(year),
            value: yearly,
          })),
        })),
        meta,
      ),
  }
}

function trendOf(points: readonly MeasurePoint[]) {
  const { from, to, years, rate } = answered(compoundGrowth(points))
  const at = (year: number) => points.find((point) => point.year === year)?.value as number
  const [first, last] = [at(from), at(to)]
  const turns = turningPoints(points)
  const known = 'refused' in turns ? undefined : turns
  return {
    from,
    to,
    years,
    first,
    last,
    change: last - first,
    change_percent: (last / first - 1) * 100,
    cagr: rate,
    peak_year: known?.peak.year ?? null,
    peak: known?.peak.value ?? null,
    trough_year: known?.trough.year ?? null,
    trough: known?.trough.value ?? null,
    growth: growthRates(points).map(({ from, year, change, rate, yearly }) => ({
      since: from,
      year,
      change,
      rate,
      yearly,
    })),
    turning_points: (known?.points ?? []).map(({ year, value, kind, prominence }) => ({
      year,
      value,
      kind,
      prominence,
    })),
  }
}
