import type { SheetColumn } from '../../../schemas/analysis/files.ts'
import type { ColumnWithItems, TableNote } from '../../sheet-tables.ts'

/** A sheet as it was read; its table is in a file of its own. */
export type ParsedSheet = {
  name: string
  layout: 'block' | 'flat' | null
  columns: SheetColumn[]
  row_count: number
  notes: TableNote[]
  skipped_reason: string | null
  /** The path of its table as Parquet. */
  file: string | null
}

/** What steps call a column is no longer than this, with room for a number behind it. */
const maxName = 190

/** What people are told of a column; each gets a name that no other has, short enough for steps. */
export function sheetColumnsOf(columns: readonly ColumnWithItems[]): SheetColumn[] {
  const taken = new Set<string>()
  return columns.map(({ name, role_guess, items, texts = 0 }) => {
    const wanted = name.slice(0, maxName).replace(/\p{Cs}$/u, '')
    let free = wanted
    for (let count = 2; taken.has(free.normalize('NFKC')); count += 1) free = `${wanted} (${count})`
    taken.add(free.normalize('NFKC'))
    const shown = items.map(shortOf)
    return { name: free, role_guess, role: role_guess, items: shown, text_cells: texts }
  })
}

/** An item is an example; nobody needs the whole of a long one. */
function shortOf(item: string): string {
  return item.length > 100 ? `${item.slice(0, 99).replace(/\p{Cs}$/u, '')}…` : item
}

/** Whether a column is kept as numbers; one with texts among them is kept as texts. */
export function isNumberColumn(column: Pick<SheetColumn, 'role_guess' | 'text_cells'>): boolean {
  return column.role_guess === '値' && column.text_cells === 0
}

/** A sheet without a table, and why. */
export function withoutTable(name: string, skipped_reason: string): ParsedSheet {
  const nothing = { layout: null, columns: [], row_count: 0, notes: [], file: null }
  return { ...nothing, name, skipped_reason }
}
