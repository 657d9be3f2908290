import { invalid } from '../../failure.ts'
import { cellText, fieldOf } from './columns.ts'
import type { Grid } from './grid.ts'

/** Fails where there are fewer than two places along the axis that have a number. */
export function requirePlaces(key: string, { cells }: Pick<Grid, 'cells'>): void {
  const places = new Set(cells.flatMap(({ category, value }) => (value === null ? [] : [category])))
  if (places.size < 2) throw invalid({ field: fieldOf(key), rule: 'chart_too_few_points' })
}

/** Fails for a stack of one, and for what would have to be stacked downwards. */
export function requireParts(key: string, grid: Grid): void {
  if (grid.series.length < 2) {
    throw invalid({ field: fieldOf('stack_axis'), rule: 'chart_one_stack' })
  }
  requireNoNegative(key, grid)
}

/** Fails for what is no division of a whole: one slice, a negative number, all zero. */
export function requireSlices(category: string, value: string, grid: Grid): void {
  requireNoNegative(value, grid)
  const slices = grid.cells.filter((cell) => cell.value !== null)
  if (slices.length < 2) throw invalid({ field: fieldOf(category), rule: 'chart_one_slice' })
  if (slices.every((slice) => slice.value === 0)) {
    throw invalid({ field: fieldOf(value), rule: 'chart_all_zero' })
  }
}

function requireNoNegative(key: string, { cells, placeOf }: Grid): void {
  const first = cells.find(({ value }) => value !== null && value < 0)
  if (!first) return
  const cell = cellText(placeOf(first))
  throw invalid({ field: fieldOf(key), rule: 'chart_negative', cell })
}

/** Fails where numbers that a chart adds up come to more than a number can be. */
export function requireSum(key: string, { cells }: Pick<Grid, 'cells'>, base = 0): void {
  const sum = cells.reduce((total, { value }) => total + Math.abs(value ?? 0), Math.abs(base))
  if (!Number.isFinite(sum)) throw invalid({ field: fieldOf(key), rule: 'chart_too_large' })
}
