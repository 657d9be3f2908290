import { failure } from '../../failure.ts'
import { type Cell, createCell } from './measures.ts'
import { type Period, placeIn } from './periods.ts'

/** How many rows an answer may have. */
export const maxRows = 5000

/** One cell for each period and group that occurs, and one for all of it. */
export type Cells = ReturnType<typeof createCells>

/** Fails with `too_many_metrics` as soon as there are more than an answer may have. */
export function createCells(periods: readonly Period[]) {
  const totals = createCell()
  const groups = new Map<string | null, Cell[]>()
  const of = (key: string | null): Cell[] => {
    const known = groups.get(key)
    if (known) return known
    const count = (groups.size + 1) * periods.length
    if (count > maxRows) throw failure('too_many_metrics', { count, limit: maxRows })
    const cells = periods.map(() => createCell())
    groups.set(key, cells)
    return cells
  }
  return {
    totals,
    groups,
    of,
    /** The cells that something of a group at an instant counts in. */
    at: (key: string | null, instant: number): [Cell, Cell] => [
      totals,
      of(key)[placeIn(periods, instant)] as Cell,
    ],
  }
}
