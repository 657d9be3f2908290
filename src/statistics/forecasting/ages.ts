import type { CohortRefusal } from './refusals.ts'

/** Persons by five-year class: 0 to 4, 5 to 9 and so on, the last one open-ended. */
export type AgeCounts = readonly number[]
export type AgeTable = { male: AgeCounts; female: AgeCounts }

export const sexes = ['male', 'female'] as const

/** Up to 40 to 44 and an open one, so that women aged 15 to 44 are apart. */
export const leastClasses = 10

export function sumOf(counts: AgeCounts): number {
  return counts.reduce((sum, count) => sum + count, 0)
}

/** Women aged 15 to 44, to whom the child–woman ratio relates children. */
export function womenWhoBear({ female }: AgeTable): number {
  return sumOf(female.slice(3, 9))
}

/** The same persons in fewer classes: the last one takes in all that are older. */
export function foldAges({ male, female }: AgeTable, classes: number): AgeTable {
  const fold = (counts: AgeCounts) => [
    ...counts.slice(0, classes - 1),
    sumOf(counts.slice(classes - 1)),
  ]
  return { male: fold(male), female: fold(female) }
}

/** Why tables of ages cannot be projected; undefined when they can. */
export function refusalOfAges(tables: readonly AgeTable[]): CohortRefusal | undefined {
  for (const { male, female } of tables) {
    const found = Math.min(male.length, female.length)
    if (found < leastClasses) return { refused: 'too_few_ages', needed: leastClasses, found }
    const needed = Math.max(male.length, female.length)
    const known = [...male, ...female].filter(Number.isFinite)
    if (known.length < 2 * needed)
      return { refused: 'ages_missing', needed: 2 * needed, found: known.length }
    const lowest = Math.min(...known)
    if (lowest < 0) return { refused: 'negative_counts', lowest }
    if (sumOf(known) === 0) return { refused: 'empty_population' }
  }
  return undefined
}
