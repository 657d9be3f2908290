import { mean } from 'simple-statistics'
import { studentQuantile } from '../distributions.ts'
import { autoregressive } from './autoregressive.ts'
import { neweyWest, neweyWestLag } from './covariance.ts'
import { type Estimate, rounding, sizeOf, studentEstimate } from './estimates.ts'
import { leastSquares } from './least-squares.ts'
import { bilinear, dot, transpose, type Vector } from './linear-algebra.ts'
import { type Interval, isFigure, type Panel, percentOf, treatedMean } from './panel.ts'
import { isRefusal, type Refusal } from './refusals.ts'

export type InterruptedSeriesOptions = {
  /** How far the errors of Newey & West allow for autocorrelation, in periods. */
  lag?: number
  /** Newey & West's, or where they are larger those of first-order autocorrelation: the default. */
  errors?: 'newey_west' | 'larger'
  /** Periods in a season's round, such as 12 for months: adds a level for each of them. */
  seasonLength?: number
}

export type InterruptedSeries = {
  /** Change of the level at the first period under the policy. */
  level: Estimate
  /** Change of the slope, a period. */
  slope: Estimate
  /** Slope before the policy, a period. */
  slopeBefore: Estimate
  /** Observed less counterfactual over the periods under the policy, on average. */
  average: Estimate
  /** Per cent of the counterfactual's mean. */
  percent: number | null
  /** Bandwidth of Newey & West's errors. */
  lag: number
  /** Of the errors, first order, from 0 to 0.95. */
  autocorrelation: number
  /** Newey & West's error of the average, which is too small in a short series. */
  neweyWestError: number
  durbinWatson: number | null
  pointsBefore: number
  pointsAfter: number
  observed: (number | null)[]
  /** The line as it would have gone on, over all periods, and its 95 % interval. */
  counterfactual: number[]
  counterfactualIntervals: Interval[]
}

/** Fewest points with which level and slope can be told apart from noise. */
export const fewestBefore = 8
export const fewestAfter = 4

/**
 * Segmented regression of one series on time, level and slope after the start (Wagner, Soumerai,
 * Zhang & Ross-Degnan 2002; Bernal, Cummins & Gasparrini 2017): with s = t − start and D = [s ≥ 0],
 * y = b0 + b1 s + b2 D + b3 D s. Standard errors by Newey & West (1987), or where larger by first-order
 * autocorrelation; Student's t with n − k degrees.
 */
export function interruptedSeries(
  panel: Panel,
  options: InterruptedSeriesOptions = {},
): InterruptedSeries | Refusal {
  const treated = treatedMean(panel)
  if (isRefusal(treated)) return treated
  const { start, values } = treated
  const points = values.flatMap((value, time) => (isFigure(value) ? [{ value, time }] : []))
  const pointsAfter = points.filter(({ time }) => time >= start).length
  const pointsBefore = points.length - pointsAfter
  if (pointsBefore < fewestBefore)
    return { refused: 'too_few_before', needed: fewestBefore, found: pointsBefore }
  if (pointsAfter < fewestAfter)
    return { refused: 'too_few_after', needed: fewestAfter, found: pointsAfter }

  const rowAt = (time: number, isUnder: boolean) => {
    const since = time - start
    const season = seasonAt(time, options.seasonLength)
    return [1, since, isUnder ? 1 : 0, isUnder ? since : 0, ...season]
  }
  const times = points.map(({ time }) => time)
  const rows = times.map((time) => rowAt(time, time >= start))
  const columns = transpose(rows)
  const y = points.map(({ value }) => value)
  const fit = leastSquares(columns, y)
  if (isRefusal(fit)) return fit
  const lag = options.lag ?? neweyWestLag(points.length)
  const covariance = neweyWest(fit, columns, lag, times)

  const { autocorrelation, covariance: other } = autoregressive(fit, columns, times)

  const size = sizeOf(y)
  const critical = studentQuantile(0.975, fit.degrees)
  const combine = (weights: Vector) => {
    const own = bilinear(weights, covariance)
    const variance = options.errors === 'newey_west' ? own : Math.max(own, bilinear(weights, other))
    const standardError = Math.sqrt(Math.max(0, variance))
    const estimate = dot(weights, fit.coefficients)
    return studentEstimate(estimate, standardError, fit.degrees, size, critical)
  }
  const only = (place: number) => combine(fit.coefficients.map((_, n) => (n === place ? 1 : 0)))
  const timesAfter = times.filter((time) => time >= start)
  const ofPolicy = (time: number) => rowAt(time, true).map((x, n) => (n === 2 || n === 3 ? x : 0))
  const averageWeights = transpose(timesAfter.map(ofPolicy)).map((column) => mean(column))
  const average = combine(averageWeights)
  const paths = values.map((_, time) => combine(rowAt(time, false)))
  const counterfactual = paths.map(({ estimate }) => estimate)
  const expected = mean(timesAfter.map((time) => counterfactual[time] as number))
  return {
    level: only(2),
    slope: only(3),
    slopeBefore: only(1),
    average,
    percent: percentOf(average.estimate, expected),
    lag,
    autocorrelation,
    neweyWestError: Math.sqrt(Math.max(0, bilinear(averageWeights, covariance))),
    durbinWatson: durbinWatson(fit.residuals, times, size),
    pointsBefore,
    pointsAfter,
    observed: values,
    counterfactual,
    counterfactualIntervals: paths.map(({ interval }) => interval),
  }
}

/** Marks of the seasons but the first. */
function seasonAt(time: number, seasonLength = 1): number[] {
  const season = time % seasonLength
  return Array.from({ length: seasonLength - 1 }, (_, n) => (season === n + 1 ? 1 : 0))
}

/**
 * Durbin & Watson (1950): near 2 without first-order autocorrelation, towards 0 with a positive one.
 * Only neighbours in time are compared. Null where residuals are rounding.
 */
export function durbinWatson(
  residuals: Vector,
  times: readonly number[],
  size: number,
): number | null {
  const total = dot(residuals, residuals)
  if (!(total > residuals.length * (rounding * size) ** 2)) return null
  const steps = residuals.map((residual, n) =>
    n > 0 && times[n] === (times[n - 1] as number) + 1
      ? residual - (residuals[n - 1] as number)
      : 0,
  )
  return dot(steps, steps) / total
}
