import { cholesky, dot, type Matrix, solveCholesky, times, type Vector } from './linear-algebra.ts'

export type SimplexWeights = {
  /** Non-negative, one a column, summing to 1. */
  weights: number[]
  /** Whether no other weights would fit better, to working precision. */
  converged: boolean
}

/**
 * Added to the squares of the weights, relative to the mean square of the differences: among weights
 * that fit alike it takes the most even ones, so that there is one answer in any order of columns.
 */
const ridge = 1e-10

/** How much better a column must be before it is taken in, relative to the mean square. */
const tolerance = 1e-13

/**
 * Weights w ≥ 0 with Σw = 1 that bring Σ w_j `columns`_j (each n) nearest to `target` (n) in squares.
 * As they sum to 1 this is the point nearest to the origin in the hull of the differences, which
 * Wolfe's (1976) active set finds in finitely many steps.
 */
export function simplexWeights(target: Vector, columns: Matrix): SimplexWeights {
  const differences = columns.map((column) => column.map((x, n) => x - (target[n] as number)))
  const size = columns.length
  const squares = differences.map((difference) => dot(difference, difference))
  const scale = squares.reduce((sum, x) => sum + x, 0) / size
  const even = columns.map(() => 1 / size)
  if (!(scale > 0)) return { weights: even, converged: true }
  const gram = differences.map((a, i) =>
    differences.map((b, j) => dot(a, b) / scale + (i === j ? ridge : 0)),
  )

  let weights = columns.map(() => 0)
  let active = [squares.indexOf(Math.min(...squares))]
  weights[active[0] as number] = 1
  for (let step = 0; step < 20 * size + 100; step += 1) {
    const slopes = times(gram, weights)
    const level = dot(weights, slopes)
    const best = slopes.reduce((best, slope, n) => (slope < (slopes[best] as number) ? n : best), 0)
    if ((slopes[best] as number) > level - tolerance || active.includes(best))
      return { weights, converged: (slopes[best] as number) > level - Math.sqrt(tolerance) }
    active.push(best)
    const moved = settle(gram, weights, active)
    if (!moved) return { weights, converged: false }
    ;({ weights, active } = moved)
  }
  return { weights, converged: false }
}

/** Moves to the best weights of the active columns, and drops those that would become negative. */
function settle(gram: Matrix, from: number[], columns: readonly number[]) {
  let weights = from
  let active = [...columns]
  while (active.length > 0) {
    const lower = cholesky(active.map((i) => active.map((j) => gram[i]?.[j] as number)))
    if (!lower) return undefined
    const direction = solveCholesky(
      lower,
      active.map(() => 1),
    )
    const sum = direction.reduce((sum, x) => sum + x, 0)
    const aim = new Map(active.map((column, n) => [column, (direction[n] as number) / sum]))
    if ([...aim.values()].every((x) => x > 0))
      return { weights: weights.map((_, n) => aim.get(n) ?? 0), active }
    // As far towards the aim as no weight falls below zero.
    const shares = active.map((column) => {
      const [now, then] = [weights[column] as number, aim.get(column) as number]
      return then > 0 ? 1 : now / (now - then)
    })
    const share = Math.min(...shares)
    weights = weights.map((x, n) => x + share * ((aim.get(n) ?? 0) - x))
    const first = shares.indexOf(share)
    const gone = active.filter((column, n) => n === first || (weights[column] as number) <= 0)
    for (const column of gone) weights[column] = 0
    active = active.filter((column) => !gone.includes(column))
  }
  return undefined
}
