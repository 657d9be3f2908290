import {
  blockOf,
  type Cell,
  type FoundColumn,
  firstOf,
  isEmpty,
  isNumeric,
  isPeriodCell,
  isTitle,
  type Line,
} from './sheet-layouts.ts'
import { isTotal } from './sheet-totals.ts'

/** Above a line of times there are at most so many others. */
const maxAbove = 20

/** What is worked out of the periods, or said about them. */
const derived = /比|率|増減|差異?$|差額|伸び|平均|備考|コメント|メモ|摘要|yoy|average|note/i

/**
 * A table whose times stand side by side: a block without its empty line. Columns that compare the periods
 * are left out. Nothing where there is none.
 */
export function findAcross(lines: readonly Line[]): FoundColumn[] | undefined {
  const times = lines.slice(0, maxAbove).findIndex(isTimes)
  if (times < 0) return undefined
  let first = times
  while (isAxisAbove(lines[first - 1], lines[first], lines[times])) first -= 1
  // What is as wide as the times may be the header of a flat table, and they its first data.
  if (lines.slice(0, first).some((line) => !isTitle(line) && !lines[first]?.isFirst))
    return undefined
  const numbers = lines.findIndex((line, n) => n > times && line.cells.some(isNumeric))
  if (numbers < 0) return undefined
  const line = lines[times] as Line
  const keep = (cells: Cell[]) => cells.map((cell, n) => (isDerived(line.cells[n]) ? null : cell))
  const [heads, subjects] = [lines.slice(first, numbers), lines.slice(numbers)].map((some) =>
    some.map(({ cells, ...rest }) => ({ ...rest, cells: keep(cells) })),
  )
  return blockOf(heads ?? [], subjects ?? [])
}

/** A line with several periods, and besides them only totals and what is worked out of them. */
function isTimes(line: Line): boolean {
  const cells = line.cells.filter((cell) => !isEmpty(cell))
  const [left, ...rest] = cells
  const right = left !== undefined && isPeriodCell(left) && firstOf(line) > 0 ? cells : rest
  const periods = right.filter(isPeriodCell)
  if (periods.length < 2 || (right === rest && isPeriodCell(left))) return false
  return right.every((cell) => isPeriodCell(cell) || isTotal(String(cell)) || isDerived(cell))
}

/** A line of an axis with merged cells: texts, and fewer of them than there are times. */
function isAxisAbove(above: Line | undefined, line: Line | undefined, times: Line | undefined) {
  if (!above || !line || !times || line.isFirst || isTitle(above)) return false
  return above.filled < times.filled && !above.cells.some(isNumeric)
}

function isDerived(cell: Cell | undefined): boolean {
  return typeof cell === 'string' && cell.length <= 60 && derived.test(cell) && !isPeriodCell(cell)
}
