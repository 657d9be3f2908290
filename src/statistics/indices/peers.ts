import {
  extentOf,
  figuresOf,
  isFigure,
  mean,
  median,
  populationDeviation,
  quantile,
  type Values,
} from '../numbers.ts'
import { normalise, zScores } from './normalisation.ts'
import { competitionRanks, type Direction } from './ranks.ts'
import type { Refusal } from './refusals.ts'

/** What areas of one level, the nation not among them, have of one indicator in one year. */
export type PeerStatistics = {
  n: number
  mean: number
  /** Quartiles are of type 7 (Hyndman & Fan 1996). */
  lowerQuartile: number
  median: number
  upperQuartile: number
  /** Standard deviation of a population, not of a sample. */
  deviation: number
  min: number
  max: number
}

export type Standing = {
  value: number
  /** 1 for the best; equals share a rank. */
  rank: number
  /** How many areas are ranked. */
  of: number
  /** Population standard deviations above the mean. */
  z: number
  /** Mid-rank percentile, 0 to 100; the more the better. */
  percentile: number
  /** The value less the mean, and less the median, of the peers. */
  toMean: number
  toMedian: number
}

export function peerStatistics(values: Values): PeerStatistics | Refusal {
  const figures = figuresOf(values)
  const centre = mean(figures)
  if (centre === undefined) return { refused: 'no_figures' }
  const [min, max] = extentOf(figures)
  return {
    n: figures.length,
    mean: centre,
    lowerQuartile: quantile(figures, 0.25) as number,
    median: median(figures) as number,
    upperQuartile: quantile(figures, 0.75) as number,
    deviation: populationDeviation(figures) as number,
    min,
    max,
  }
}

/** Where each area stands among all; null for one without a figure. */
export function standings(values: Values, direction: Direction): (Standing | null)[] {
  const figures = figuresOf(values)
  const [centre, middle] = [mean(figures) ?? 0, median(figures) ?? 0]
  const [ranks, scores] = [competitionRanks(values, direction), zScores(values)]
  const percentiles = normalise(values, 'percentile', direction)
  return values.map((value, n) =>
    isFigure(value)
      ? {
          value,
          rank: ranks[n] as number,
          of: figures.length,
          z: scores[n] as number,
          percentile: percentiles[n] as number,
          toMean: value - centre,
          toMedian: value - middle,
        }
      : null,
  )
}
