import { mean } from 'simple-statistics'
import { type Estimate, sizeOf, studentEstimate } from './estimates.ts'
import { leastSquares } from './least-squares.ts'
import { bilinear, dot } from './linear-algebra.ts'
import { isFigure, type Panel, percentOf, treatedMean } from './panel.ts'
import { isRefusal, type Refusal } from './refusals.ts'

/** Observed after the start less the line through the points before it, on average. */
export type TrendDifference = Estimate & {
  /** Per cent of the mean of the line after the start. */
  percent: number | null
  /** The line over all periods. */
  line: number[]
}

export type BeforeAfter = {
  causal: false
  meanBefore: number
  meanAfter: number
  /** After less before. */
  difference: number
  /** Per cent of the mean before. */
  percent: number | null
  pointsBefore: number
  pointsAfter: number
  /** Null with fewer than three points before. */
  againstTrend: TrendDifference | null
  observed: (number | null)[]
}

/**
 * Means before and after the start and their difference, in units of the indicator. Nothing here
 * tells the policy from whatever else happened.
 */
export function beforeAfter(panel: Panel): BeforeAfter | Refusal {
  const treated = treatedMean(panel)
  if (isRefusal(treated)) return treated
  const { start, values } = treated
  const points = values.flatMap((value, time) => (isFigure(value) ? [{ value, time }] : []))
  const before = points.filter(({ time }) => time < start)
  const after = points.filter(({ time }) => time >= start)
  if (before.length < 1) return { refused: 'too_few_before', needed: 1, found: 0 }
  if (after.length < 1) return { refused: 'too_few_after', needed: 1, found: 0 }

  const meanBefore = mean(before.map(({ value }) => value))
  const meanAfter = mean(after.map(({ value }) => value))
  return {
    causal: false,
    meanBefore,
    meanAfter,
    difference: meanAfter - meanBefore,
    percent: percentOf(meanAfter - meanBefore, meanBefore),
    pointsBefore: before.length,
    pointsAfter: after.length,
    againstTrend: againstTrend(before, after, values.length),
    observed: values,
  }
}

type Point = { value: number; time: number }

/**
 * How far the mean after lies from the extrapolated line, with the error of predicting a mean
 * (Draper & Smith 1998, 3.1), which takes the points to be independent about the line.
 */
function againstTrend(
  before: readonly Point[],
  after: readonly Point[],
  length: number,
): TrendDifference | null {
  const fit = leastSquares(
    [before.map(() => 1), before.map(({ time }) => time)],
    before.map(({ value }) => value),
  )
  if (isRefusal(fit)) return null
  const place = [1, mean(after.map(({ time }) => time))]
  const expected = dot(place, fit.coefficients)
  const difference = mean(after.map(({ value }) => value)) - expected
  const standardError = Math.sqrt(fit.variance * (1 / after.length + bilinear(place, fit.inverse)))
  const size = sizeOf([...before, ...after].map(({ value }) => value))
  return {
    ...studentEstimate(difference, standardError, fit.degrees, size),
    percent: percentOf(difference, expected),
    line: Array.from({ length }, (_, time) => dot([1, time], fit.coefficients)),
  }
}
