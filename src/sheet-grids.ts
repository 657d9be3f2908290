import type { LibraryCell } from './sheet-cells.ts'
import type { Cell, RawSheet } from './sheet-tables.ts'

/** What a sheet may have at most: cells with a value, and columns. */
export type SheetSize = { cells: number; columns: number }

/** A sheet as the library has it. */
export type LibrarySheet = {
  '!type'?: string
  '!data'?: (LibraryCell | undefined)[][]
  '!merges'?: Merge[]
}

type Merge = Record<'s' | 'e', { r: number; c: number }>

/** What a sheet of Excel has at most. */
const excelRows = 1_048_576
const excelColumns = 16_384
/** And its name. Programs that write longer ones are none of those that people use. */
const maxName = 255

/** A sheet of the library as lists of values that may end early, or why it is passed over. */
export function sheetOf(
  name: string,
  sheet: LibrarySheet | undefined,
  readCell: (cell: LibraryCell | undefined) => Cell,
  limits: SheetSize,
): RawSheet {
  const without = (skipped_reason: string) => ({
    name: name.slice(0, maxName),
    rows: [],
    skipped_reason,
  })
  const kind = sheet?.['!type'] ?? 'sheet'
  if (kind !== 'sheet') return without('sheet_without_cells')
  const lines = sheet?.['!data']
  if (!Array.isArray(lines)) return without('sheet_unreadable')
  if (lines.length > excelRows) return without('sheet_too_long')
  const rows: Cell[][] = []
  let count = 0
  for (const line of lines) {
    // Holes are undefined here; and a line of holes may be as long as it likes.
    if ((line?.length ?? 0) > excelColumns) return without('sheet_too_wide')
    rows.push(Array.from(line ?? [], readCell))
  }
  uncover(rows, sheet?.['!merges'] ?? [])
  for (const row of rows) {
    while (row.at(-1) === null) row.pop()
    if (row.length > limits.columns) return without('sheet_too_wide')
    for (const cell of row) if (cell !== null) count += 1
    if (count > limits.cells) return without('sheet_too_many_cells')
  }
  while (rows.at(-1)?.length === 0) rows.pop()
  if (count === 0) return without('sheet_empty')
  return { name: name.slice(0, maxName), rows, skipped_reason: null }
}

/** Of cells that are merged the first has the value; whatever a file keeps under the others is not seen. */
function uncover(rows: Cell[][], merges: readonly Merge[]): void {
  // Merged ranges do not overlap, so no cell is covered twice, unless somebody means harm.
  let left = rows.reduce((sum, row) => sum + row.length + 1, 0)
  for (const { s: start, e: end } of merges) {
    for (let r = Math.max(0, start.r); r <= end.r && r < rows.length && left > 0; r += 1) {
      const row = rows[r] ?? []
      const last = Math.min(end.c, row.length - 1)
      for (let c = Math.max(0, start.c); c <= last; c += 1) {
        if (r !== start.r || c !== start.c) row[c] = null
      }
      left -= Math.max(1, last - start.c + 1)
    }
  }
}
