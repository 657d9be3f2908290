import { ascending, figuresOf, isFigure, type Values } from '../numbers.ts'

/** Whether more of an indicator is better (`up`) or worse. */
export type Direction = 'up' | 'down'

/**
 * Standard competition ranks, 1 for the best: one more than how many are better, so that equals
 * share a rank and the next ones are passed over (1, 2, 2, 4). Figures that differ by no more than
 * `tolerance` are equal. Null stays null.
 */
export function competitionRanks(
  values: Values,
  direction: Direction = 'up',
  tolerance = 0,
): (number | null)[] {
  const sorted = ascending(figuresOf(values))
  return values.map((value) => {
    if (!isFigure(value)) return null
    const better =
      direction === 'up'
        ? sorted.length - countUpTo(sorted, value + tolerance)
        : countBelow(sorted, value - tolerance)
    return better + 1
  })
}

/** Ranks from 1 for the least, where equals share the mean of theirs (1, 2.5, 2.5, 4). Null stays null. */
export function midRanks(values: Values): (number | null)[] {
  const sorted = ascending(figuresOf(values))
  return values.map((value) =>
    isFigure(value) ? (countBelow(sorted, value) + 1 + countUpTo(sorted, value)) / 2 : null,
  )
}

/** How many of `sorted` are at most `limit`. */
export function countUpTo(sorted: ArrayLike<number>, limit: number): number {
  let [from, to] = [0, sorted.length]
  while (from < to) {
    const middle = (from + to) >>> 1
    if ((sorted[middle] as number) <= limit) from = middle + 1
    else to = middle
  }
  return from
}

/** How many of `sorted` are less than `limit`. */
export function countBelow(sorted: ArrayLike<number>, limit: number): number {
  let [from, to] = [0, sorted.length]
  while (from < to) {
    const middle = (from + to) >>> 1
    if ((sorted[middle] as number) < limit) from = middle + 1
    else to = middle
  }
  return from
}
