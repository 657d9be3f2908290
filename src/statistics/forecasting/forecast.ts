import type { IndicatorKind } from '../../../db/tables/statistics.ts'
import { backtestSeries, type SeriesBacktest } from './backtest.ts'
import {
  beatingBenchmark,
  type Candidate,
  type Choice,
  candidateOf,
  chooseMethod,
} from './choice.ts'
import { type Band, bandOf, monotoneWidths, spreadOf } from './intervals.ts'
import { type MethodName, methods, type Season } from './methods.ts'
import { forecastBy, refusalOf } from './point-forecasts.ts'
import { benchmarkOf, errorsOf, type PooledBacktest, pool } from './pooling.ts'
import { isRefusal, type Refusal } from './refusals.ts'
import { type Scale, scaleOf, unitOf } from './scales.ts'
import { lastRun, type Series, seriesToPool, usableValues } from './series.ts'

export type ForecastRequest = {
  /** Equally spaced figures, null where there is none. */
  target: Series
  /** Those of all areas of the level, the target among them; the target alone when empty. */
  pool: readonly Series[]
  /** Steps to forecast, from 1 on. */
  horizon: number
  method: 'auto' | MethodName
  kind: IndicatorKind
  season: Season
  /** What `chooseMethod` answered for this indicator and level, in place of the pool. */
  choice?: Choice | undefined
}

export type ForecastPoint = Band & { step: number; isExtrapolated: boolean }

export type Accuracy = Omit<Candidate, 'isComplete' | 'method'> & {
  /** Whether it did worse than the benchmark for the same forecasts; null where neither can be told. */
  worseThanNaive: boolean | null
}

export type Forecast = {
  points: ForecastPoint[]
  method: MethodName
  benchmark: 'naive' | 'seasonal_naive'
  /** What `auto` chose among, best first; empty for a method by name. */
  candidates: Candidate[]
  /** Over all areas that were pooled. */
  accuracy: Accuracy
  /** Of the target alone; null where it is too short for the method to have been checked on it. */
  ownAccuracy: Accuracy | null
  /** The run of figures that it goes on from: position of the first, and how many. */
  used: { from: number; points: number }
  /** How many areas the errors are of. */
  pooled: number
  /** The scale of the intervals, and the longest horizon that they were checked at. */
  intervals: { scale: Scale; checkedTo: number }
}

/**
 * Forecast of one series with 80 % and 95 % intervals from the errors that its method would have
 * made before, over all areas of the pool. Refuses what the figures cannot carry.
 */
export function forecastSeries(request: ForecastRequest): Forecast | Refusal {
  const { target, kind, season, horizon } = request
  if (!Number.isInteger(horizon) || horizon < 1)
    throw new RangeError('A horizon is 1 step or more.')
  const values = usableValues(target, { kind, season, horizon })
  if (isRefusal(values)) return values
  if (request.method !== 'auto') {
    const refusal = refusalOf(request.method, values, season)
    if (refusal) return refusal
  }
  const choice = request.choice ?? choiceFor(request, values)
  if (choice.kind !== kind || choice.season !== season)
    throw new TypeError('The choice is of another kind or season.')
  const method = request.method === 'auto' ? usableMethod(choice, values) : request.method
  const forecasts = forecastBy(method, values, horizon, season)
  if (isRefusal(forecasts)) return forecasts
  const benchmark = benchmarkOf(season)
  const own = backtestSeries(values, { kind, season, horizon, methods: [method, benchmark] })
  const errors = errorsFor(method, choice, own)
  if (!errors) {
    const needed = methods[method].minimum(season) + 1
    return { refused: 'method_needs_more_points', method, needed, found: values.length }
  }
  const points = pointsOf(forecasts, errors, own)
  if (!points.every((point) => Number.isFinite(point.upper95 - point.lower95)))
    return { refused: 'not_computable', method }
  const alone = methodErrors(pool([own]), method)
  return {
    points,
    method,
    benchmark,
    candidates: request.method === 'auto' ? choice.candidates : [],
    accuracy: accuracyOf(candidateOf(errors.pooled, errors.of, horizon)),
    ownAccuracy: alone ? accuracyOf(candidateOf(pool([own]), alone, horizon)) : null,
    used: { from: lastRun(target).from, points: values.length },
    pooled: errors.pooled.series,
    intervals: {
      scale: errors.pooled.scale,
      checkedTo: Math.min(horizon, errors.of.byHorizon.length),
    },
  }
}

function choiceFor(request: ForecastRequest, values: readonly number[]): Choice {
  const { kind, season, horizon, method } = request
  const series = seriesToPool(request.pool, kind)
  const only = method === 'auto' ? {} : { methods: [method, benchmarkOf(season)] }
  const options = { kind, season, horizon, ...only }
  const backtests = (series.length === 0 ? [values] : series).map((each) =>
    backtestSeries(each, options),
  )
  return chooseMethod(pool(backtests), horizon)
}

/** The best method that these values can carry; the benchmark where none beats it. */
function usableMethod(choice: Choice, values: readonly number[]): MethodName {
  const usable = beatingBenchmark(choice.candidates).find(
    (method) => !refusalOf(method, values, choice.season),
  )
  return usable ?? choice.benchmark
}

const methodErrors = (pooled: PooledBacktest, method: MethodName) =>
  pooled.methods.find((errors) => errors.method === method)

/** Errors of the pool, or of the series alone where those of the pool say nothing about it. */
function errorsFor(method: MethodName, choice: Choice, own: SeriesBacktest) {
  const isOnScale = choice.scale === 'plain' || scaleOf(own.kind, [own.values]) === choice.scale
  const alone = isOnScale && methodErrors(choice, method) ? choice : pool([own])
  const of = methodErrors(alone, method)
  return of && { pooled: alone, of }
}

type Errors = NonNullable<ReturnType<typeof errorsFor>>

function pointsOf(
  forecasts: readonly number[],
  { pooled: { scale }, of: { method, spread, byHorizon } }: Errors,
  own: SeriesBacktest,
): ForecastPoint[] {
  const { values, kind } = own
  const [first = []] = errorsOf(own, method, scale)
  const factor = spreadOf(first, spread) * unitOf(values, kind, scale)
  const widths = monotoneWidths(byHorizon, forecasts.length)
  return widths.map(({ width80, width95 }, n) => ({
    step: n + 1,
    ...bandOf(
      forecasts[n] as number,
      { width80: width80 * factor, width95: width95 * factor },
      { kind, scale, values },
    ),
    isExtrapolated: n >= byHorizon.length,
  }))
}

function accuracyOf({ mase, mape, relative, origins, checked }: Candidate): Accuracy {
  const worseThanNaive = relative === null ? null : relative > 1
  return { mase, mape, relative, origins, checked, worseThanNaive }
}
