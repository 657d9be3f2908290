import { mean } from 'simple-statistics'
import type { IndicatorKind } from '../../../db/tables/statistics.ts'
import { type MethodName, methodNames, methods, type Season } from './methods.ts'
import { type Rolled, rollMethods } from './point-forecasts.ts'
import { clip } from './scales.ts'

export type BacktestOptions = {
  kind: IndicatorKind
  season: Season
  /** The longest horizon to check, in steps. */
  horizon: number
  methods?: readonly MethodName[]
}

/** What each method would have said of one series at earlier origins. Plain data. */
export type SeriesBacktest = {
  values: readonly number[]
  season: Season
  kind: IndicatorKind
  /** How many values were known at the first origin; each next origin knows one more. */
  firstOrigin: number
  /** A row an origin, a column a step; see `rollMethods`. */
  forecasts: Rolled
}

/**
 * How many values the first origin knows: half of a short series, so that horizons up to half the
 * history are checked, and two fifths of a long one, so that the longest are more than once; but
 * never less than 3, or than one cycle. Earlier origins would judge methods by what is long past.
 */
export function firstOriginOf(points: number, season: Season): number {
  const half = Math.floor(points / 2)
  return Math.max(
    3,
    season === 1 ? 0 : season,
    Math.min(half, Math.max(6, Math.ceil((2 * points) / 5))),
  )
}

/**
 * Rolling-origin backtest of one series (Tashman 2000; FPP3 5.10): at each origin all methods are
 * fitted to what was known by then, and forecast up to the horizon or the end of the series.
 */
export function backtestSeries(
  values: readonly number[],
  { kind, season, horizon, methods: names = methodNames }: BacktestOptions,
): SeriesBacktest {
  const firstOrigin = firstOriginOf(values.length, season)
  const origins = Array.from(
    { length: Math.max(0, values.length - firstOrigin) },
    (_, n) => firstOrigin + n,
  )
  const used = names.filter((name) => season > 1 || !methods[name].needsSeason)
  const rolled = origins.length > 0 ? rollMethods(used, values, origins, horizon, season) : {}
  const forecasts: Rolled = {}
  for (const name of used) {
    const rows = rolled[name]
    if (!rows?.every((row) => row.every(Number.isFinite))) continue
    forecasts[name] = rows.map((row, n) =>
      row.slice(0, values.length - firstOrigin - n).map((value) => clip(value, kind)),
    )
  }
  return { values, season, kind, firstOrigin, forecasts }
}

/** Mean absolute change from one season to the next, by which MASE divides (Hyndman & Koehler 2006). */
export function meanChange(values: readonly number[], season: Season): number {
  const changes = values.slice(season).map((value, n) => Math.abs(value - (values[n] as number)))
  return changes.length === 0 ? 0 : mean(changes)
}
