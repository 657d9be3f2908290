import { figuresOf, isConstant } from '../numbers.ts'
import type { Figures } from './columns.ts'
import { zScores } from './normalisation.ts'
import type { Refusal } from './refusals.ts'

export type Difference = {
  indicator: string
  /** The other area's z less the target's. */
  difference: number
}

export type SimilarArea = {
  /** Position in the columns' values. */
  area: number
  /** Root of the mean squared difference of z over the indicators that both have. */
  distance: number
  shared: number
  /** Least and greatest differences, the least and the greatest first. */
  closest: Difference[]
  farthest: Difference[]
}

export type SimilarOptions = {
  count: number
  /** Share of the target's indicators that another must have, 0 to 1. */
  minOverlap: number
  /** How many indicators to name as closest and as farthest. */
  named: number
}

export type SimilarAreas = SimilarOptions & {
  /** Nearest first. */
  areas: SimilarArea[]
  /** Indicators of the target that differ between areas. */
  indicators: number
  /** How many other areas have enough of them. */
  compared: number
}

const usual: SimilarOptions = { count: 5, minOverlap: 2 / 3, named: 3 }

/**
 * The areas nearest to one by Euclidean distance on z-scores over shared indicators; the mean of
 * squared differences, and not their sum, so that what is missing does not count as equal. What is
 * the same everywhere tells nothing and is left out.
 */
export function similarAreas(
  columns: readonly Figures[],
  target: number,
  choices: Partial<SimilarOptions> = {},
): SimilarAreas | Refusal {
  const options = { ...usual, ...choices }
  const known = columns.flatMap(({ indicator, values }) => {
    if (isConstant(figuresOf(values))) return []
    const scores = zScores(values)
    const own = scores[target] ?? null
    return own === null ? [] : [{ indicator, scores, own }]
  })
  if (known.length === 0) return { refused: 'too_few_indicators', needed: 1, found: 0 }
  const needed = Math.max(1, options.minOverlap * known.length - 1e-9)
  const found: SimilarArea[] = []
  for (let area = 0; area < (columns[0]?.values.length ?? 0); area += 1) {
    if (area === target) continue
    const differences = known.flatMap(({ indicator, scores, own }) => {
      const score = scores[area] ?? null
      return score === null ? [] : [{ indicator, difference: score - own }]
    })
    if (differences.length >= needed) found.push(comparedWith(area, differences, options.named))
  }
  if (found.length === 0) return { refused: 'too_few_areas', needed: 1, found: 0 }
  found.sort((one, other) => one.distance - other.distance || one.area - other.area)
  return {
    ...options,
    areas: found.slice(0, options.count),
    indicators: known.length,
    compared: found.length,
  }
}

function comparedWith(area: number, differences: readonly Difference[], named: number) {
  const squares = differences.reduce((sum, { difference }) => sum + difference ** 2, 0)
  const sorted = differences.toSorted((a, b) => Math.abs(a.difference) - Math.abs(b.difference))
  return {
    area,
    distance: Math.sqrt(squares / differences.length),
    shared: differences.length,
    closest: sorted.slice(0, named),
    farthest: sorted.toReversed().slice(0, named),
  }
}
