import { expect } from 'vitest'
import type { Row } from '../analysis-tables.ts'

/** Whether two figures are one: to twelve digits, beside numbers as large as `scale`. */
export function isSame(one: number | null, other: number | null, scale = 1): boolean {
  if (one === null || other === null) return one === other
  return Math.abs(one - other) <= 1e-12 * Math.max(Math.abs(one), Math.abs(other), scale)
}

/** How large numbers are that may have been taken from one another. */
export const scaleOf = (rows: readonly Row[]): number =>
  rows.reduce((largest, { v }) => Math.max(largest, Math.abs(v ?? 0)), 1)

/** Fails at the first row that is another one than was expected. */
export function expectSameRows(
  found: readonly Row[],
  expected: readonly Row[],
  said: string,
): void {
  const scale = scaleOf(expected)
  const text = ({ axes, s }: Row) => JSON.stringify([...axes, s])
  expect(found.map(text), said).toEqual(expected.map(text))
  for (const [at, row] of found.entries()) {
    const wanted = expected[at] as Row
    const where = `${said}: row ${at}, ${text(row)}: ${row.v}, and not ${wanted.v}`
    expect(isSame(row.v, wanted.v, scale), where).toBe(true)
  }
}

/** Numbers in lists, each the same. */
export function expectSameNumbers(
  found: readonly (number | null)[],
  expected: readonly (number | null)[],
  said: string,
): void {
  expect(found.length, said).toBe(expected.length)
  for (const [at, value] of found.entries()) {
    expect(isSame(value, expected[at] ?? null), `${said}: ${value}, and not ${expected[at]}`).toBe(
      true,
    )
  }
}
