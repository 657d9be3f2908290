import { linearRegression, median } from 'simple-statistics'
import { type MethodName, methods, type Season, type SingleMethodName } from './methods.ts'
import type { Refusal } from './refusals.ts'
import { continueSmoothed, fitSmoothing, type SmoothingForm } from './smoothing.ts'

/** Forecasts made at each origin (the number of values then known): a row an origin, a column a step. */
type Roll = (
  values: readonly number[],
  origins: readonly number[],
  horizon: number,
  season: Season,
) => number[][]

const steps = (horizon: number) => Array.from({ length: horizon }, (_, n) => n + 1)

/** A method that looks at the known values alone. */
const each =
  (rule: (known: readonly number[], horizon: number, season: Season) => number[]): Roll =>
  (values, origins, horizon, season) =>
    origins.map((origin) => rule(values.slice(0, origin), horizon, season))

/** The last value and the mean change of the last `count` steps (FPP3 5.2). */
const drift = (count: number) =>
  each((known, horizon) => {
    const back = Math.min(count, known.length - 1)
    const last = known.at(-1) as number
    const change = (last - (known[known.length - 1 - back] as number)) / back
    return steps(horizon).map((step) => last + step * change)
  })

const lineOf = (known: readonly number[]) =>
  linearRegression(known.map((value, position) => [position, value]))

const linear = each((known, horizon) => {
  const { m, b } = lineOf(known)
  return steps(horizon).map((step) => b + m * (known.length - 1 + step))
})

const smoothing =
  (form: SmoothingForm): Roll =>
  (values, origins, horizon) =>
    fitSmoothing(values, origins, form).map((fitted) => continueSmoothed(fitted, horizon))

/**
 * Theta (Assimakopoulos & Nikolopoulos 2000) as simple smoothing with half the slope of the
 * regression line for its drift, which Hyndman & Billah 2003 proved to be the same.
 */
const theta: Roll = (values, origins, horizon) =>
  fitSmoothing(values, origins, 'simple').map(({ level, alpha }, n) => {
    const origin = origins[n] as number
    const half = lineOf(values.slice(0, origin)).m / 2
    const lag = (1 - (1 - alpha) ** origin) / alpha
    return steps(horizon).map((step) => level + half * (step - 1 + lag))
  })

/** Back from logarithms without a correction for bias: what comes out is the median. */
const ofLogarithms =
  (roll: Roll): Roll =>
  (values, origins, horizon, season) =>
    roll(values.map(Math.log), origins, horizon, season).map((row) => row.map(Math.exp))

const rolls: Record<SingleMethodName, Roll> = {
  naive: each((known, horizon) => Array(horizon).fill(known.at(-1))),
  seasonal_naive: each((known, horizon, season) =>
    steps(horizon).map((step) => known[known.length - season + ((step - 1) % season)] as number),
  ),
  drift_2: drift(2),
  drift_5: drift(5),
  drift_all: drift(Number.POSITIVE_INFINITY),
  linear,
  simple_smoothing: smoothing('simple'),
  holt: smoothing('holt'),
  holt_damped: smoothing('damped'),
  theta,
  log_drift: ofLogarithms(drift(Number.POSITIVE_INFINITY)),
  log_linear: ofLogarithms(linear),
  log_holt: ofLogarithms(smoothing('holt')),
  log_holt_damped: ofLogarithms(smoothing('damped')),
}

export type Rolled = Partial<Record<MethodName, number[][]>>

/**
 * Forecasts of each method at each origin from the values known there, a row an origin, a column a
 * step from 1 to `horizon`. A row is empty where the method needs more values than that; a method
 * that the series cannot carry at all is left out.
 */
export function rollMethods(
  names: readonly MethodName[],
  values: readonly number[],
  origins: readonly number[],
  horizon: number,
  season: Season,
): Rolled {
  const rolled: Rolled = {}
  const single = new Set(
    names.flatMap((name) => methods[name].members ?? [name as SingleMethodName]),
  )
  for (const name of single) {
    if (!canCarry(name, values, season)) continue
    const from = methods[name].minimum(season)
    const possible = origins.filter((origin) => origin >= from)
    const rows = rolls[name](values, possible, horizon, season)
    rolled[name] = [...origins.slice(possible.length).map((): number[] => []), ...rows]
  }
  for (const name of names) {
    const members = methods[name].members?.map((member) => rolled[member])
    if (members)
      rolled[name] = origins.map((_, n) => medians(members.map((rows) => rows?.[n] ?? [])))
  }
  return Object.fromEntries(names.flatMap((name) => (rolled[name] ? [[name, rolled[name]]] : [])))
}

function medians(rows: readonly number[][]): number[] {
  if (rows.some((row) => row.length === 0)) return []
  return (rows[0] as number[]).map((_, step) => median(rows.map((row) => row[step] as number)))
}

function canCarry(name: MethodName, values: readonly number[], season: Season): boolean {
  return refusalOf(name, values, season) === undefined
}

/** Why a method cannot go on from these values; undefined when it can. */
export function refusalOf(
  method: MethodName,
  values: readonly number[],
  season: Season,
): Refusal | undefined {
  const { minimum, needsPositive, needsSeason } = methods[method]
  const needed = minimum(season)
  if (needsSeason && season === 1) return { refused: 'method_needs_season', method }
  if (values.length < needed)
    return { refused: 'method_needs_more_points', method, needed, found: values.length }
  if (needsPositive && values.some((value) => value <= 0))
    return { refused: 'method_needs_positive_values', method, lowest: Math.min(...values) }
  return undefined
}

/** Forecasts of one method for steps 1 to `horizon` after the last value, in the values' unit. */
export function forecastBy(
  method: MethodName,
  values: readonly number[],
  horizon: number,
  season: Season = 1,
): number[] | Refusal {
  const refusal = refusalOf(method, values, season)
  if (refusal) return refusal
  const forecasts = rollMethods([method], values, [values.length], horizon, season)[method]?.[0]
  if (!forecasts?.every(Number.isFinite)) return { refused: 'not_computable', method }
  return forecasts
}
