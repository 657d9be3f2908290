import { sampleKurtosis, sampleSkewness } from 'simple-statistics'
import {
  ascending,
  figuresOf,
  isConstant,
  isFigure,
  mean,
  populationDeviation,
  quantileOfSorted,
  sampleDeviation,
  sum,
  type Values,
} from '../numbers.ts'
import { type ModifiedZ, modifiedZ, placesOf, type TukeyFences, tukeyFences } from './outliers.ts'
import type { Refusal } from './refusals.ts'

/** The definition of quantiles that descriptions go by. */
export const quantileDefinition = 'Hyndman & Fan (1996) type 7'

export type Extreme = {
  value: number
  /** Positions in the values, all that have it. */
  at: number[]
}

export type Description = {
  n: number
  missing: number
  /** Of no meaning for rates and shares. */
  sum: number
  /** Each area counts the same; see `weightedMean` for rates. */
  mean: number
  lowerQuartile: number
  median: number
  upperQuartile: number
  min: Extreme
  max: Extreme
  /** Standard deviation with n below the line, and with n - 1, which takes two figures. */
  populationDeviation: number
  sampleDeviation: number | null
  /** Population standard deviation over the absolute mean; null where the mean is zero. */
  coefficientOfVariation: number | null
  /** Adjusted Fisher-Pearson G1; takes three figures that are not all the same. */
  skewness: number | null
  /** Excess kurtosis G2, 0 for a normal distribution; takes four that are not all the same. */
  kurtosis: number | null
  /** Over the areas that have a weight; null without weights above zero. */
  weightedMean: { value: number; n: number } | null
  tukey: TukeyFences | null
  modifiedZ: ModifiedZ | null
}

/**
 * What a set of figures looks like. Skewness and kurtosis are G1 and G2 of Joanes & Gill (1998), as
 * Excel gives them. `weights`, in the order of the values, are what rates refer to, such as
 * populations.
 */
export function describeValues(values: Values, weights?: Values): Description | Refusal {
  const figures = figuresOf(values)
  const centre = mean(figures)
  if (centre === undefined) return { refused: 'no_figures' }
  const sorted = ascending(figures)
  const at = (p: number) => quantileOfSorted(sorted, p) as number
  const deviation = populationDeviation(figures) as number
  const varies = !isConstant(figures)
  return {
    n: figures.length,
    missing: values.length - figures.length,
    sum: sum(figures),
    mean: centre,
    lowerQuartile: at(0.25),
    median: at(0.5),
    upperQuartile: at(0.75),
    min: extreme(values, at(0)),
    max: extreme(values, at(1)),
    populationDeviation: deviation,
    sampleDeviation: sampleDeviation(figures) ?? null,
    coefficientOfVariation: centre === 0 ? null : deviation / Math.abs(centre),
    skewness: varies && figures.length >= 3 ? sampleSkewness(figures) : null,
    kurtosis: varies && figures.length >= 4 ? sampleKurtosis(figures) : null,
    weightedMean: weights ? weightedMean(values, weights) : null,
    tukey: tukeyFences(values),
    modifiedZ: modifiedZ(values),
  }
}

/** Mean of the figures that have a weight of zero or more, by it; null where the weights are all zero. */
export function weightedMean(values: Values, weights: Values): Description['weightedMean'] {
  if (values.length !== weights.length) throw new RangeError('There is not one weight a value')
  const products: number[] = []
  const used: number[] = []
  for (const [n, value] of values.entries()) {
    const weight = weights[n]
    if (!isFigure(value) || !isFigure(weight) || weight < 0) continue
    products.push(value * weight)
    used.push(weight)
  }
  const total = sum(used)
  return total > 0 ? { value: sum(products) / total, n: used.length } : null
}

function extreme(values: Values, value: number): Extreme {
  return { value, at: placesOf(values, (one) => one === value).map(({ at }) => at) }
}
