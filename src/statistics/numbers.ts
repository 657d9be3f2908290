import {
  mean as meanOf,
  sampleStandardDeviation,
  standardDeviation,
  sum as sumOf,
} from 'simple-statistics'

/** One figure an area or a point in time; null where there is none. What is not finite counts as null. */
export type Values = readonly (number | null | undefined)[]

export function isFigure(value: number | null | undefined): value is number {
  return typeof value === 'number' && Number.isFinite(value)
}

export function figuresOf(values: Values): number[] {
  return values.filter(isFigure)
}

/** Compensated sum (Neumaier 1974); 0 of nothing. */
export function sum(figures: readonly number[]): number {
  return sumOf(figures)
}

/** Arithmetic mean; undefined of nothing. */
export function mean(figures: readonly number[]): number | undefined {
  return figures.length === 0 ? undefined : meanOf(figures)
}

/**
 * Whether figures differ by no more than the noise of arithmetic: 1e-12 of the largest of them. A
 * standard deviation cannot tell, for that of 0.1, 0.1 and 0.1 is not zero.
 */
export function isConstant(figures: readonly number[]): boolean {
  const [least, most] = extentOf(figures)
  return !(most - least > 1e-12 * Math.max(Math.abs(least), Math.abs(most)))
}

/** Least and greatest; infinities of nothing. */
export function extentOf(figures: readonly number[]): readonly [number, number] {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const figure of figures) {
    if (figure < least) least = figure
    if (figure > most) most = figure
  }
  return [least, most]
}

/** Standard deviation with n below the line: of figures that are all there are. */
export function populationDeviation(figures: readonly number[]): number | undefined {
  if (figures.length === 0) return undefined
  return isConstant(figures) ? 0 : standardDeviation(figures)
}

/** Standard deviation with n - 1 below the line: of figures that stand for more; needs two. */
export function sampleDeviation(figures: readonly number[]): number | undefined {
  if (figures.length < 2) return undefined
  return isConstant(figures) ? 0 : sampleStandardDeviation(figures)
}

/**
 * Quantile by linear interpolation between order statistics at (n - 1) p: type 7 of Hyndman & Fan
 * (1996), which Excel's QUARTILE.INC, R and NumPy use. `sorted` ascends and `p` is within 0 and 1.
 */
export function quantileOfSorted(sorted: readonly number[], p: number): number | undefined {
  const place = (sorted.length - 1) * p
  const below = sorted[Math.floor(place)]
  const above = sorted[Math.ceil(place)]
  if (below === undefined || above === undefined) return undefined
  return below + (above - below) * (place - Math.floor(place))
}

export function quantile(figures: readonly number[], p: number): number | undefined {
  return quantileOfSorted(ascending(figures), p)
}

export function median(figures: readonly number[]): number | undefined {
  return quantile(figures, 0.5)
}

export function ascending(figures: readonly number[]): number[] {
  return [...Float64Array.from(figures).sort()]
}
