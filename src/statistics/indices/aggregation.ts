export const aggregations = ['arithmetic', 'geometric'] as const
export type Aggregation = (typeof aggregations)[number]

/** A normalised figure and what it counts for; the weights of a list add up to 1. */
export type Part = { value: number; weight: number }

/**
 * What is added to every normalised figure before geometric aggregation, which needs them above
 * zero: nothing where they are, else as much as makes the least of them 1 (OECD & JRC 2008, step 6).
 */
export function shiftFor(aggregation: Aggregation, least: number): number {
  return aggregation === 'geometric' && least <= 0 ? 1 - least : 0
}

/**
 * Weighted mean of parts. The geometric one is exp(sum of w ln(x + shift)) - shift, so that parts
 * that are all the same give themselves.
 */
export function aggregate(parts: readonly Part[], aggregation: Aggregation, shift = 0): number {
  if (aggregation === 'arithmetic') return parts.reduce((sum, p) => sum + p.weight * p.value, 0)
  return Math.exp(parts.reduce((sum, p) => sum + p.weight * Math.log(p.value + shift), 0)) - shift
}

/**
 * What each part gives to the score; together they are the score. Arithmetic: w x. Geometric: w of
 * the neutral value, and its share of the distance from there by logarithms, L w ln(x / neutral),
 * where L is the logarithmic mean of score and neutral value, both shifted, which leaves no residual
 * (Ang & Liu 2001, logarithmic mean Divisia index).
 */
export function contributionsOf(
  parts: readonly Part[],
  aggregation: Aggregation,
  neutral: number,
  shift = 0,
): number[] {
  if (aggregation === 'arithmetic') return parts.map(({ value, weight }) => weight * value)
  const origin = neutral + shift
  const size = logarithmicMean(aggregate(parts, aggregation, shift) + shift, origin)
  return parts.map(
    ({ value, weight }) => weight * (neutral + size * Math.log((value + shift) / origin)),
  )
}

/** (a - b) / ln(a / b), and a where both are the same; of positive numbers. */
function logarithmicMean(a: number, b: number): number {
  const relative = (a - b) / b
  return Math.abs(relative) < 1e-12 ? a : (a - b) / Math.log1p(relative)
}
