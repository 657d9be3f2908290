import { mean } from 'simple-statistics'
import type { IndicatorKind } from '../../../db/tables/statistics.ts'
import { meanChange, type SeriesBacktest } from './backtest.ts'
import { spreadOf, type Widths, widthsOf } from './intervals.ts'
import { type MethodName, methodNames, type Season } from './methods.ts'
import { leastOf, type Scale, scaleOf, toScale, unitOf } from './scales.ts'

export type HorizonErrors = Widths & {
  horizon: number
  /** Origins of the series that has most. */
  origins: number
  /** Forecasts checked, over all series and origins. */
  checked: number
  /** Mean absolute scaled error; null where no series has moved at all. */
  mase: number | null
  /** The benchmark's, over the same forecasts. */
  benchmarkMase: number | null
  /** Mean absolute error in per cent; null where all that came was 0. */
  mape: number | null
}

export type MethodErrors = {
  method: MethodName
  /** Mean error one step ahead over all series, on the scale of errors. */
  spread: number
  /** From step 1 on without a hole. */
  byHorizon: HorizonErrors[]
}

/** Errors of all methods over all series of one indicator and level. Plain data. */
export type PooledBacktest = {
  kind: IndicatorKind
  season: Season
  scale: Scale
  /** What every method is held against. */
  benchmark: 'naive' | 'seasonal_naive'
  /** Series that were long enough to be checked. */
  series: number
  methods: MethodErrors[]
}

export function benchmarkOf(season: Season): 'naive' | 'seasonal_naive' {
  return season === 1 ? 'naive' : 'seasonal_naive'
}

/** Absolute errors of a method on a scale: a list a horizon from 1 on, in it an error an origin. */
export function errorsOf(
  { values, firstOrigin, forecasts, kind }: SeriesBacktest,
  method: MethodName,
  scale: Scale,
): number[][] {
  const least = leastOf(values)
  const unit = unitOf(values, kind, scale)
  const scaled = values.map((value) => toScale(value, scale, least))
  const rows = (forecasts[method] ?? []).map((row, n) =>
    row.map((forecast, step) => {
      const actual = scaled[firstOrigin + n + step] as number
      return Math.abs(actual - toScale(forecast, scale, least)) / unit
    }),
  )
  const longest = Math.max(0, ...rows.map(({ length }) => length))
  return Array.from({ length: longest }, (_, step) =>
    rows.filter((row) => row.length > step).map((row) => row[step] as number),
  )
}

/**
 * Puts backtests of several areas together. All must be of one indicator, and so of one kind and
 * season; a series too short to have been checked counts for nothing.
 */
export function pool(backtests: readonly SeriesBacktest[]): PooledBacktest {
  const [first] = backtests
  if (!first) throw new RangeError('There is nothing to pool.')
  const { kind, season } = first
  const scale = scaleOf(
    kind,
    backtests.map(({ values }) => values),
  )
  const benchmark = benchmarkOf(season)
  const used = backtests.filter(({ forecasts }) => forecasts[benchmark]?.length)
  const shared = { used, scale, benchmark, changes: used.map((b) => meanChange(b.values, season)) }
  return {
    kind,
    season,
    scale,
    benchmark,
    series: used.length,
    methods: methodNames.flatMap((method) => {
      const errors = poolMethod(method, shared)
      return errors.byHorizon.length === 0 ? [] : errors
    }),
  }
}

type Shared = {
  used: readonly SeriesBacktest[]
  scale: Scale
  benchmark: MethodName
  /** By which MASE divides the errors of each series. */
  changes: readonly number[]
}

function poolMethod(method: MethodName, shared: Shared): MethodErrors {
  const own = shared.used.map((backtest) => errorsOf(backtest, method, shared.scale))
  const spread = meanOrNull(own.map(([first]) => meanOrNull(first ?? []))) ?? 0
  const spreads = own.map(([first]) => spreadOf(first ?? [], spread) || 1)
  const byHorizon: HorizonErrors[] = []
  for (let horizon = 1; ; horizon += 1) {
    const lists = own.map((byStep) => byStep[horizon - 1] ?? [])
    const scores = lists.flatMap((list, n) => list.map((error) => error / (spreads[n] as number)))
    const origins = Math.max(0, ...lists.map(({ length }) => length))
    const widths = widthsOf(scores, horizon, origins)
    if (!widths) return { method, spread, byHorizon }
    byHorizon.push({
      horizon,
      origins,
      checked: scores.length,
      ...accuracyAt(method, horizon, shared),
      ...widths,
    })
  }
}

function accuracyAt(method: MethodName, horizon: number, { used, benchmark, changes }: Shared) {
  const scaled = { sum: 0, count: 0 }
  const naive = { sum: 0, count: 0 }
  const percentage = { sum: 0, count: 0 }
  for (const [n, { values, firstOrigin, forecasts }] of used.entries()) {
    const change = changes[n] as number
    const standard = forecasts[benchmark] ?? []
    const rows = forecasts[method] ?? []
    for (let position = 0; position < rows.length; position += 1) {
      const forecast = rows[position]?.[horizon - 1]
      if (forecast === undefined) continue
      const actual = values[firstOrigin + position + horizon - 1] as number
      const error = Math.abs(actual - forecast)
      if (actual !== 0) add(percentage, (100 * error) / Math.abs(actual))
      if (change === 0) continue
      add(scaled, error / change)
      add(naive, Math.abs(actual - (standard[position]?.[horizon - 1] as number)) / change)
    }
  }
  return {
    mase: averageOf(scaled),
    benchmarkMase: averageOf(naive),
    mape: averageOf(percentage),
  }
}

type Total = { sum: number; count: number }

function add(total: Total, figure: number): void {
  total.sum += figure
  total.count += 1
}

function averageOf({ sum, count }: Total): number | null {
  const average = sum / count
  return Number.isFinite(average) ? average : null
}

/** The mean of the figures there are; null where there is none, or where it is past all numbers. */
export function meanOrNull(figures: readonly (number | null)[]): number | null {
  const known = figures.filter((figure) => figure !== null)
  const average = known.length === 0 ? Number.NaN : mean(known)
  return Number.isFinite(average) ? average : null
}
