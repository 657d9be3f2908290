import type { AreaRow } from '../../../db/tables/statistics.ts'
import {
  ForecastMeasure,
  type ForecastQuery,
  type ForecastQuestion,
  type ForecastRow,
  type PopulationForecast,
} from '../../../schemas/statistics/forecast.ts'
import { failure, invalid } from '../../failure.ts'
import type { Answer } from '../answer.ts'
import { areaFields, areasIn } from '../areas.ts'
import type { Catalogue } from '../catalogue.ts'
import { yearsIn } from '../facts.ts'
import { chartOf, type Line } from '../formats.ts'
import { metaOf } from '../meta.ts'
import { readSeries } from '../series.ts'
import { type CohortForecast, forecastCohorts } from './cohorts.ts'
import { measures, measuresIn, partsOf } from './measures.ts'
import type { MeasurePoint } from './points.ts'

import {
  actualOf,
  type Deps,
  type Projected,
  type ProjectedPoint,
  rounded,
  seriesOf,
  steps,
} from './projection.ts'
/**
 * Population of years to come, with intervals from the errors that its method would have made
 * before. Failures: `area_not_found`, `area_ambiguous`, `figures_not_found`, and what the figures
 * cannot carry: `too_few_points`, `horizon_too_long` and the like.
 */
export async function getPopulationForecast(
  deps: Deps,
  catalogue: Catalogue,
  asked: ForecastQuery,
): Promise<Answer<PopulationForecast>> {
  const [indicator = 'total'] = measuresIn({ indicator: [asked.indicator] }, ForecastMeasure.enum)
  const query = { ...asked, indicator: indicator as ForecastMeasure }
  const areas = areasIn(catalogue, query, { max: maxAreas })
  const { indicator: measure, frequency } = query
  if (frequency === 'census' && query.horizon % steps.census !== 0) {
    throw invalid({ field: 'horizon', rule: 'multiple', of: steps.census })
  }
  const parts = partsOf(measure, query)
  const series = await readSeries(deps.db, catalogue, {
    indicators: parts,
    areas: areas.map(({ code }) => code),
    asOf: query.as_of,
  })
  const projected: Projected[] = []
  for (const area of areas) {
    const actual = actualOf(series, area, measure, query)
    if (actual.length === 0) {
      throw failure('figures_not_found', { years: yearsIn(catalogue, parts) })
    }
    projected.push(
      query.method === 'cohorts'
        ? cohortsOf(area, actual, query, await forecastCohorts(deps.db, catalogue, area, query))
        : await seriesOf(deps, catalogue, area, actual, query),
    )
  }
  const rows = projected.flatMap((each) => rowsOf(each, measure))
  const [first] = projected
  const meta = metaOf(catalogue, {
    rows,
    of: areas.length,
    processed: true,
    unit: measures[measure].unit,
    method: first
      ? { id: first.model.method, ja: first.model.method_ja, en: first.model.method_en }
      : null,
    notes: [
      frequency === 'annual' && /\d|share/.test(measure) && 'allocated_ages',
      query.method !== 'cohorts' && 'interval_from_errors',
      query.method !== 'cohorts' && /65|share/.test(measure) && 'interval_narrow_for_aged',
      query.method === 'cohorts' && 'cohorts_without_interval',
    ],
  })
  return {
    body: { meta, rows, models: projected.map(({ model }) => model) },
    chart: () =>
      chartOf(
        projected.flatMap((each) => linesOf(each, measure)),
        meta,
      ),
  }
}

const maxAreas = 10

function cohortsOf(
  area: AreaRow,
  actual: MeasurePoint[],
  { indicator: measure }: ForecastQuestion,
  { base, points }: CohortForecast,
): Projected {
  const none = { lower80: null, upper80: null, lower95: null, upper95: null, extrapolated: false }
  return {
    area,
    actual: actual.filter(({ year }) => year <= base),
    points: points.map(({ year, values }) => ({
      year,
      value: rounded(values[measure], measure),
      ...none,
    })),
    model: {
      area_code: area.code,
      indicator: measure,
      method: 'cohorts',
      method_ja: 'コーホート変化率法（ハミルトン・ペリー法）',
      method_en: 'Cohort-change ratios (Hamilton & Perry 1962)',
      actual_until: base,
      projected_from: base + 5,
      points_used: 2,
      areas_pooled: 1,
      accuracy: null,
      worse_than_naive: null,
      interval_scale: null,
      interval_checked_years: null,
      candidates: [],
    },
  }
}

function rowsOf({ area, actual, points }: Projected, measure: ForecastMeasure): ForecastRow[] {
  const same = { indicator: measure, ...areaFields(area), unit: measures[measure].unit }
  const none = { lower80: null, upper80: null, lower95: null, upper95: null, extrapolated: false }
  return [
    ...actual.map(({ year, value, status, source_id, vintage }) => ({
      ...same,
      year,
      value,
      projected: false,
      ...none,
      status,
      source: source_id,
      vintage,
    })),
    ...points.map(({ year, value, ...band }) => ({
      ...same,
      year,
      value,
      projected: true,
      ...band,
      status: 'projected' as const,
      source: null,
      vintage: null,
    })),
  ]
}

/** What was, what is forecast from its last point on, and the band as a pair of lines, filled between. */
function linesOf({ area, actual, points }: Projected, measure: ForecastMeasure): Line[] {
  const { unit, ja } = measures[measure]
  const id = `${measure}:${area.code}`
  const last = actual.at(-1)
  const line = (key: keyof ProjectedPoint, label: string, more = {}): Line => ({
    id: `${key === 'value' ? 'forecast' : key}:${id}`,
    label: `${area.name_ja} ${label}`,
    unit,
    ...more,
    points: [
      ...(last ? [{ label: String(last.year), value: last.value }] : []),
      ...points.map((point) => ({ label: String(point.year), value: Number(point[key]) })),
    ],
  })
  const hasBand = points.some(({ lower95 }) => lower95 !== null)
  const edge = { pointRadius: 0, borderWidth: 0 }
  const filled = { ...edge, fill: '-1' }
  return [
    {
      id: `actual:${id}`,
      label: `${area.name_ja} ${ja}`,
      unit,
      points: actual.map(({ year, value }) => ({ label: String(year), value })),
    },
    line('value', '予測', { borderDash: [6, 4] }),
    ...(hasBand
      ? [
          line('lower95', '95％下限', edge),
          line('upper95', '95％上限', filled),
          line('lower80', '80％下限', edge),
          line('upper80', '80％上限', filled),
        ]
      : []),
  ]
}
