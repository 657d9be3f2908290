import { seededRandom } from '../random.ts'
import { shiftFor } from './aggregation.ts'
import type { Column } from './columns.ts'
import {
  type CompositeMethod,
  leastOf,
  normaliseColumns,
  normalisedWeights,
  scoreTolerance,
} from './composite.ts'
import { type Normalisation, normalisations } from './normalisation.ts'
import { countUpTo } from './ranks.ts'

export type DrawOptions = {
  draws: number
  seed: number
  /** Each weight is multiplied by a number drawn evenly from 1 - strength to 1 + strength; 0 to 1. */
  strength: number
  /** Drawn from evenly. */
  normalisations: readonly Normalisation[]
  /** Whether each draw leaves out one indicator, or with the same chance none. */
  leaveOneOut: boolean
}

export const usualDraws: DrawOptions = {
  draws: 1000,
  seed: 1,
  strength: 0.25,
  normalisations,
  leaveOneOut: true,
}

/** Leaving one of fewer out would leave too little of an index. */
const fewestForLeaveOneOut = 3

/** Columns ready to be added up: one `Float64Array` over areas each, 0 where there is no figure. */
type Prepared = { terms: Float64Array[]; present: Float64Array[] }

/**
 * A function that draws one way to build the index after another and writes what rank each of
 * `areas` (positions in the columns) then has into `ranks`, 0 where the draw leaves it without a
 * figure. The same seed gives the same draws.
 */
export function rankDrawer(
  columns: readonly Column[],
  areas: readonly number[],
  method: CompositeMethod,
  options: DrawOptions,
): (ranks: Uint32Array) => void {
  const random = seededRandom(options.seed)
  const weights = normalisedWeights(columns)
  if ('refused' in weights) throw new RangeError('Weights have not been checked')
  const { strength } = options
  if (!(strength >= 0 && strength <= 1)) throw new RangeError('Strength is not within 0 and 1')
  if (options.normalisations.length === 0) throw new RangeError('No normalisation to draw from')
  const choices = options.normalisations.map((normalisation) =>
    prepare(columns, areas, { ...method, normalisation }),
  )
  const drawn = columns.flatMap((_, n) => ((weights[n] as number) > 0 ? [n] : []))
  const mayLeaveOut = options.leaveOneOut && drawn.length >= fewestForLeaveOneOut
  const [scores, covered] = [new Float64Array(areas.length), new Float64Array(areas.length)]
  return (ranks) => {
    const choice = choices[Math.floor(random() * choices.length)] as Prepared
    const left = mayLeaveOut ? Math.floor(random() * (drawn.length + 1)) : drawn.length
    scores.fill(0)
    covered.fill(0)
    for (const [n, column] of drawn.entries()) {
      const factor = 1 + strength * (2 * random() - 1)
      if (n === left) continue
      const weight = (weights[column] as number) * factor
      const terms = choice.terms[column] as Float64Array
      const present = choice.present[column] as Float64Array
      for (let area = 0; area < scores.length; area += 1) {
        scores[area] = (scores[area] as number) + weight * (terms[area] as number)
        covered[area] = (covered[area] as number) + weight * (present[area] as number)
      }
    }
    rankInto(ranks, scores, covered)
  }
}

/** Means of logarithms rank as the geometric means do. */
function prepare(
  columns: readonly Column[],
  areas: readonly number[],
  { normalisation, aggregation, clip }: CompositeMethod,
): Prepared {
  const normalised = normaliseColumns(columns, normalisation, clip)
  const shift = shiftFor(aggregation, leastOf(normalised))
  const term = (value: number | null | undefined) => {
    if (typeof value !== 'number') return 0
    return aggregation === 'geometric' ? Math.log(value + shift) : value
  }
  return {
    terms: normalised.map((column) => Float64Array.from(areas, (area) => term(column[area]))),
    present: normalised.map((column) =>
      Float64Array.from(areas, (area) => (typeof column[area] === 'number' ? 1 : 0)),
    ),
  }
}

function rankInto(ranks: Uint32Array, scores: Float64Array, covered: Float64Array): void {
  for (let area = 0; area < scores.length; area += 1) {
    const weight = covered[area] as number
    scores[area] = weight > 0 ? (scores[area] as number) / weight : Number.NEGATIVE_INFINITY
  }
  const sorted = scores.slice().sort()
  for (let area = 0; area < scores.length; area += 1) {
    const score = scores[area] as number
    const better = sorted.length - countUpTo(sorted, score + scoreTolerance)
    ranks[area] = score === Number.NEGATIVE_INFINITY ? 0 : better + 1
  }
}
