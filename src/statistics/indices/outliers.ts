import { ascending, isFigure, median, quantileOfSorted, type Values } from '../numbers.ts'

export type Outlier = { at: number; value: number }

export type TukeyFences = {
  /** Lower and upper quartile less and plus 1.5 interquartile ranges. */
  lower: number
  upper: number
  outside: Outlier[]
}

export type ModifiedZ = {
  /** Greatest modified z-score that is no outlier. */
  limit: number
  outside: (Outlier & { score: number })[]
}

/** Fences of Tukey (1977) about quartiles of type 7; null of nothing. */
export function tukeyFences(values: Values, reach = 1.5): TukeyFences | null {
  const sorted = ascending(values.filter(isFigure))
  const [low, high] = [quantileOfSorted(sorted, 0.25), quantileOfSorted(sorted, 0.75)]
  if (low === undefined || high === undefined) return null
  const [lower, upper] = [low - reach * (high - low), high + reach * (high - low)]
  return { lower, upper, outside: placesOf(values, (value) => value < lower || value > upper) }
}

/**
 * Outliers by the modified z-score 0.6745 (x - median) / MAD, where MAD is the median absolute
 * deviation (Iglewicz & Hoaglin 1993, who advise the limit 3.5). Null where the MAD is zero, that
 * is where half of the figures are the same: then it can say nothing.
 */
export function modifiedZ(values: Values, limit = 3.5): ModifiedZ | null {
  const figures = values.filter(isFigure)
  const middle = median(figures)
  if (middle === undefined) return null
  const deviation = median(figures.map((figure) => Math.abs(figure - middle))) as number
  if (deviation === 0) return null
  const scoreOf = (value: number) => (0.6745 * (value - middle)) / deviation
  const outside = placesOf(values, (value) => Math.abs(scoreOf(value)) > limit)
  return { limit, outside: outside.map((one) => ({ ...one, score: scoreOf(one.value) })) }
}

/** Where the figures are that `holds` is true of. */
export function placesOf(values: Values, holds: (value: number) => boolean): Outlier[] {
  return values.flatMap((value, at) => (isFigure(value) && holds(value) ? [{ at, value }] : []))
}
