import {
  extentOf,
  figuresOf,
  isConstant,
  isFigure,
  mean,
  populationDeviation,
  type Values,
} from '../numbers.ts'
import { type Direction, midRanks } from './ranks.ts'

export const normalisations = ['deviation', 'zscore', 'minmax', 'percentile'] as const
export type Normalisation = (typeof normalisations)[number]

/** What stands for neither good nor bad. */
export const neutral: Readonly<Record<Normalisation, number>> = {
  deviation: 50,
  zscore: 0,
  minmax: 50,
  percentile: 50,
}

/** The bounds that outliers of a 偏差値 are drawn in to. */
export const usualClip: readonly [number, number] = [30, 70]

/**
 * One indicator over areas, made comparable, so that more is better (OECD & JRC, Handbook on
 * Constructing Composite Indicators, 2008, step 5):
 * - `deviation`: 偏差値, 50 + 10 z, within `clip`, or as it comes where that is null;
 * - `zscore`: distance from the mean in population standard deviations;
 * - `minmax`: 0 for the worst area, 100 for the best;
 * - `percentile`: 100 (mid-rank - 0.5) / n, which is above 0 and below 100.
 * Null stays null. Where all figures are equal each area gets the neutral value.
 */
export function normalise(
  values: Values,
  method: Normalisation,
  direction: Direction,
  clip: readonly [number, number] | null = usualClip,
): (number | null)[] {
  const position = positionIn(values, method)
  const isDown = direction === 'down'
  return position.map((value) => {
    if (value === null) return null
    if (method === 'zscore') return isDown ? 0 - value : value
    if (method !== 'deviation') return isDown ? 100 - value : value
    const deviation = isDown ? 50 - 10 * value : 50 + 10 * value
    return clip ? Math.min(Math.max(deviation, clip[0]), clip[1]) : deviation
  })
}

/** Distances from the mean in population standard deviations; all 0 where the figures are equal. */
export function zScores(values: Values): (number | null)[] {
  const figures = figuresOf(values)
  const centre = mean(figures) ?? 0
  const spread = populationDeviation(figures) || Number.POSITIVE_INFINITY
  return values.map((value) => (isFigure(value) ? (value - centre) / spread + 0 : null))
}

/** Where more is more, before the direction is looked at. */
function positionIn(values: Values, method: Normalisation): (number | null)[] {
  if (method === 'deviation' || method === 'zscore') return zScores(values)
  const figures = figuresOf(values)
  if (isConstant(figures)) return values.map((value) => (isFigure(value) ? 50 : null))
  if (method === 'percentile') {
    return midRanks(values).map((rank) =>
      rank === null ? null : (100 * (rank - 0.5)) / figures.length,
    )
  }
  const [least, most] = extentOf(figures)
  return values.map((value) => (isFigure(value) ? 100 * ((value - least) / (most - least)) : null))
}
