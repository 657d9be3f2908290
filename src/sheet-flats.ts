import {
  type Cell,
  type FoundColumn,
  firstOf,
  isEmpty,
  isLabel,
  isNumeric,
  isPeriodCell,
  isTitle,
  isUnit,
  type Line,
} from './sheet-layouts.ts'
import { isTotal } from './sheet-totals.ts'

/** A flat table, and whether another one below it was left out. */
export type FoundFlat = { columns: FoundColumn[]; isFirst: boolean }

/** The header of a flat table, and which line is the first of its data. */
export type FoundHeader = { head: Line; start: number }

/** The header of a flat table; titles above it and units below it are passed over. */
export function headerIn(lines: readonly Line[]): FoundHeader | undefined {
  const counts = lines.map(({ filled }) => filled).sort((a, b) => a - b)
  const usual = counts[Math.floor(counts.length / 2)] ?? 0
  const least = usual > 1 ? Math.max(2, Math.ceil(usual / 2)) : 1
  const first = lines.findIndex((line) => line.filled >= least && !(usual > 2 && isTitle(line)))
  const full = belowTitles(lines, first)
  const top = isHeadless(lines[full - 1], lines[full]) ? full - 1 : full
  const head = lines[top]
  if (!head) return undefined
  return { head, start: lines[top + 1]?.cells.every(isEmptyOrUnit) ? top + 2 : top + 1 }
}

/** A table with a header line; titles above it, empty lines in it and notes below it are passed over. */
export function findFlat(lines: readonly Line[]): FoundFlat | 'only_header' | undefined {
  const header = headerIn(lines)
  if (!header) return undefined
  const { head, start } = header
  const body = lines.slice(start).filter((line) => !isNote(line, head))
  if (body.length === 0) return head.filled > 1 ? 'only_header' : undefined
  const end = body.findIndex((line, row) => isOtherTable(body[row - 1], line, body[row + 1]))
  const columns = columnsOf(head, end < 0 ? body : body.slice(0, end))
  fillMerged(columns)
  const isProse = columns.length < 2 && !columns[0]?.cells.some(isNumeric)
  return isProse ? undefined : { columns, isFirst: end >= 0 }
}

/** The header, where what seemed to be one are titles of several cells: lines without a number. */
function belowTitles(lines: readonly Line[], first: number): number {
  const end = lines.findIndex(({ isFirst }, n) => n > first && isFirst)
  const [head, data] = [lines[end], lines[end + 1]]
  if (first < 0 || !head || !data || data.isFirst || head.filled < 2) return first
  if (lines.slice(first, end).some(({ cells }) => cells.some(isNumeric))) return first
  const isHeader = head.cells.every((cell) => isEmpty(cell) || isLabel(cell))
  return isHeader && data.cells.some(isNumeric) ? end : first
}

function isEmptyOrUnit(cell: Cell): boolean {
  return isEmpty(cell) || isUnit(cell)
}

/** Whether another table begins here: behind an empty line a header, where there were numbers above. */
export function isOtherTable(
  above: Line | undefined,
  line: Line,
  below: Line | undefined,
): boolean {
  if (!above || !line.isFirst || !below || below.isFirst || line.filled < 2) return false
  const isHeader = line.cells.every((cell) => isEmpty(cell) || isLabel(cell))
  const numbers = (cells: Cell[]) => cells.filter(isNumeric).length
  return isHeader && numbers(above.cells) > 0 && numbers(below.cells) > 0
}

/**
 * Of cells that are merged down only the first one holds the text. The others get it too where no text
 * comes twice, so that what is only missing is not guessed, and where the next column tells them apart.
 */
function fillMerged(columns: readonly FoundColumn[]): void {
  for (const [n, { cells }] of columns.entries()) {
    const next = columns[n + 1]?.cells
    const filled = cells.filter((cell) => !isEmpty(cell))
    const isGroup = (cell: Cell) => !isEmpty(cell) && (!isNumeric(cell) || isPeriodCell(cell))
    if (!next || isEmpty(cells[0]) || !filled.every(isGroup)) return
    if (next.every((cell) => isEmpty(cell) || isNumeric(cell))) return
    if (filled.length < 2 || new Set(filled).size < filled.length) continue
    if (cells.some((cell, row) => isEmpty(cell) && isEmpty(next[row]))) continue
    let last: Cell = null
    for (const [row, cell] of cells.entries()) {
      if (!isEmpty(cell)) last = cell
      if (!isTotal(String(next[row] ?? ''))) cells[row] = last
    }
  }
}

/** Whether a line of data is taken for the header because the corner of the table has no name. */
function isHeadless(above: Line | undefined, line: Line | undefined): boolean {
  if (!above || !line || line.isFirst || !line.cells.some(isNumeric)) return false
  return firstOf(above) > firstOf(line) && !above.cells.some(isUnit)
}

const note = /^\s*(?:※|＊|\*|注|（注|\(注|出典|資料[:：]|備考[:：])/

/** Whether a line below a table is a note, and no data of it. */
export function isNote({ cells, filled }: Line, head: Line): boolean {
  if (head.filled < 2 || filled !== 1) return false
  const first = cells.find((cell) => !isEmpty(cell))
  return typeof first === 'string' && note.test(first)
}

function columnsOf(head: Line, body: readonly Line[]): FoundColumn[] {
  const columns: (FoundColumn | undefined)[] = []
  for (const [n, cell] of head.cells.entries()) {
    if (!isEmpty(cell)) columns[n] = { name: String(cell), kind: null, cells: [] }
  }
  for (const [row, { cells }] of body.entries()) {
    for (const [n, cell] of cells.entries()) {
      if (isEmpty(cell)) continue
      columns[n] ??= { name: '', kind: null, cells: [] }
      const column = columns[n]
      while (column.cells.length < row) column.cells.push(null)
      column.cells.push(cell)
    }
  }
  const found = columns.filter((column) => column !== undefined)
  for (const { cells } of found) while (cells.length < body.length) cells.push(null)
  return found
}
