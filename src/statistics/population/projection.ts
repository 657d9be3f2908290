import type { AreaLevel, AreaRow } from '../../../db/tables/statistics.ts'
import type { Db } from '../../../db/tables.ts'
import type {
  ForecastMeasure,
  ForecastQuestion,
  ForecastRow,
  PopulationForecast,
} from '../../../schemas/statistics/forecast.ts'
import type { Cache } from '../../cache.ts'
import { inSlices } from '../../slices.ts'
import type { Catalogue } from '../catalogue.ts'
import { backtestSeries, type SeriesBacktest } from '../forecasting/backtest.ts'
import { type Choice, chooseMethod } from '../forecasting/choice.ts'
import { type Forecast, forecastSeries } from '../forecasting/forecast.ts'
import { methods } from '../forecasting/methods.ts'
import { pool } from '../forecasting/pooling.ts'
import { seriesToPool, usableValues } from '../forecasting/series.ts'
import { answered } from '../refusals.ts'
import { readSeries, type Series } from '../series.ts'
import { partsOf } from './measures.ts'
import { type MeasurePoint, pointsOf } from './points.ts'

export type Deps = { db: Db; cache: Cache }

/** Years from one figure to the next. */
export const steps = { annual: 1, census: 5 } as const

export type Model = PopulationForecast['models'][number]

export type Projected = {
  area: AreaRow
  actual: MeasurePoint[]
  points: ProjectedPoint[]
  model: Model
}

export type ProjectedPoint = Pick<
  ForecastRow,
  'year' | 'value' | 'lower80' | 'upper80' | 'lower95' | 'upper95' | 'extrapolated'
>

/** Equally spaced points with a value. */
export function actualOf(
  series: ReadonlyMap<string, Series>,
  area: AreaRow,
  measure: ForecastMeasure,
  { frequency }: ForecastQuestion,
): MeasurePoint[] {
  const points = pointsOf(series, area, measure, { frequency, per: 'absolute' })
  const known = points.filter(({ value }) => value !== null)
  const last = known.at(-1)?.year ?? 0
  return known.filter(({ year }) => (last - year) % steps[frequency] === 0)
}

/** From the first year to the last, null where there is none. */
function spaced(points: readonly { year: number; value: number | null }[], step: number) {
  const values = new Map(points.map(({ year, value }) => [year, value]))
  const [first, last] = [points[0]?.year ?? 0, points.at(-1)?.year ?? -1]
  const all: (number | null)[] = []
  for (let year = first; year <= last; year += step) all.push(values.get(year) ?? null)
  return all
}

/** One series, by the method that is asked for or does best. Failures: see the refusals of forecasting. */
export async function seriesOf(
  deps: Deps,
  catalogue: Catalogue,
  area: AreaRow,
  actual: MeasurePoint[],
  query: ForecastQuestion,
): Promise<Projected> {
  const { indicator: measure, frequency, method } = query
  const step = steps[frequency]
  const horizon = query.horizon / step
  const kind = measure === 'share' ? 'share' : 'count'
  const target = spaced(actual, step)
  answered(usableValues(target, { kind, season: 1, horizon }))
  const forecast = answered(
    forecastSeries({
      target,
      pool: [],
      horizon,
      method: method as 'auto',
      kind,
      season: 1,
      choice: await choiceOf(deps, catalogue, area.level, query, horizon),
    }),
  )
  const last = actual.at(-1)?.year ?? 0
  return {
    area,
    actual,
    points: forecast.points.map((point) => ({
      year: last + point.step * step,
      value: rounded(point.value, measure),
      lower80: rounded(point.lower80, measure),
      upper80: rounded(point.upper80, measure),
      lower95: rounded(point.lower95, measure),
      upper95: rounded(point.upper95, measure),
      extrapolated: point.isExtrapolated,
    })),
    model: modelOf(area, measure, last, step, forecast),
  }
}

/**
 * The method that did best over all areas of the level: worked out once for each version of the
 * figures, and kept where answers are.
 */
async function choiceOf(
  { db, cache }: Deps,
  catalogue: Catalogue,
  level: AreaLevel,
  query: ForecastQuestion,
  horizon: number,
): Promise<Choice> {
  const { indicator: measure, frequency, as_of } = query
  const key = [catalogue.edition, level, measure, frequency, horizon, as_of ?? ''].join(' ')
  const bytes = await cache.remember(`stats:choice:${key}`, async () => {
    // One series alone says little: the nation has its prefectures' experience too.
    const codes = [
      ...catalogue.codesOf(level),
      ...(level === 'nation' ? catalogue.codesOf('prefecture') : []),
    ]
    const indicators = partsOf(measure, query)
    const series = await readSeries(db, catalogue, { indicators, areas: codes, asOf: as_of })
    const chosen = await inSlices(chooseFrom(catalogue, series, codes, query, horizon))
    return Buffer.from(JSON.stringify(chosen))
  })
  return JSON.parse(bytes.toString())
}

function* chooseFrom(
  catalogue: Catalogue,
  series: ReadonlyMap<string, Series>,
  codes: readonly string[],
  query: ForecastQuestion,
  horizon: number,
): Generator<void, Choice, void> {
  const { indicator: measure, frequency } = query
  const options = { kind: measure === 'share' ? 'share' : 'count', season: 1, horizon } as const
  const backtests: SeriesBacktest[] = []
  for (const code of codes) {
    const area = catalogue.areas.get(code) as AreaRow
    const points = actualOf(series, area, measure, query)
    const [values] = seriesToPool([spaced(points, steps[frequency])], options.kind)
    if (values) backtests.push(backtestSeries(values, options))
    yield
  }
  return chooseMethod(pool(backtests), horizon)
}

function modelOf(
  area: AreaRow,
  measure: ForecastMeasure,
  last: number,
  step: number,
  forecast: Forecast,
): Model {
  const { mase, mape, relative, origins, checked, worseThanNaive } = forecast.accuracy
  return {
    area_code: area.code,
    indicator: measure,
    method: forecast.method,
    method_ja: methods[forecast.method].name_ja,
    method_en: methods[forecast.method].name_en,
    actual_until: last,
    projected_from: last + step,
    points_used: forecast.used.points,
    areas_pooled: forecast.pooled,
    accuracy: { mase, mape, relative, origins, checked },
    worse_than_naive: worseThanNaive,
    interval_scale: forecast.intervals.scale,
    interval_checked_years: forecast.intervals.checkedTo * step,
    candidates: forecast.candidates.map(({ method, mase, mape, relative }) => ({
      method,
      mase,
      mape,
      relative,
    })),
  }
}

/** Persons are whole, and shares no more exact than anybody can know. */
export function rounded<Value extends number | null>(
  value: Value,
  measure: ForecastMeasure,
): Value {
  if (value === null) return value
  return Number(value.toFixed(measure === 'share' ? 2 : 0)) as Value
}
