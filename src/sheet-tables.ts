import { Readable } from 'node:stream'
import { createGunzip, gzipSync } from 'node:zlib'
import { findAcross } from './sheet-across.ts'
import { findFlat } from './sheet-flats.ts'
import { type Cell, type FoundColumn, findBlock, linesOf } from './sheet-layouts.ts'
import { cellsOf, clean, mixedCellOf, rolesOf } from './sheet-roles.ts'
import { isTotal } from './sheet-totals.ts'
import { createPause } from './slices.ts'

export type { Cell }

/** A sheet as it stands in a file. */
export type RawSheet = {
  name: string
  /** Lines of cells; lines may end early. */
  rows: Cell[][]
  /** Why it could not be read whole: a row of the rules of messages. */
  skipped_reason: string | null
}

/** A table that was found in a sheet. */
export type SheetTable = {
  name: string
  layout: 'block' | 'flat'
  columns: TableColumn[]
  /** One list a column, all equally long: texts of 軸 and 推移, numbers of 値. */
  cells: (string | number | null)[][]
  row_count: number
  notes: TableNote[]
}

/** What people should know of a table that was read: rules of the messages. */
export type TableNote = 'table_first_only' | 'table_with_totals'

export type TableColumn = {
  name: string
  /** What the column seems to be. */
  role_guess: '推移' | '軸' | '値'
  /** How many cells of a 値 hold text, and are left empty. */
  texts?: number
}

/** With the first five distinct values, as texts. */
export type ColumnWithItems = TableColumn & { items: string[] }

/** A workbook to be read; its bytes go to whoever reads them. */
export type TableFile = {
  bytes: Uint8Array
  extension: '.xlsx' | '.xls' | '.csv'
  /** What is read at most: bytes once unpacked, cells and columns of a sheet, and sheets. */
  limits: { unpackedBytes: number; cells: number; columns: number; sheets: number }
}

/** A sheet as it was read: a table, or why there is none. */
export type SheetRead = {
  name: string
  layout: SheetTable['layout'] | null
  columns: ColumnWithItems[]
  row_count: number
  notes: TableNote[]
  /** A row of the rules of messages. */
  skipped_reason: string | null
  /** The cells of the table as `packTable` writes them. */
  packed: Uint8Array | null
}

/** More columns than this are no table that anybody works with. */
export const maxColumns = 1000

/**
 * The table of a sheet, or the rule of the messages that says why there is none. With `keepsTexts` a 値
 * with texts among its numbers has all cells as texts, and else none of them.
 */
export function tableIn(
  { name, rows, skipped_reason }: RawSheet,
  { keepsTexts = false } = {},
): SheetTable | { skipped_reason: string } {
  if (skipped_reason !== null) return { skipped_reason }
  const lines = linesOf(rows)
  if (lines.length === 0) return { skipped_reason: 'table_empty' }
  const block = findBlock(lines) ?? findAcross(lines)
  const flat = block ? undefined : findFlat(lines)
  if (flat === 'only_header') return { skipped_reason: 'table_without_rows' }
  const found = block ?? flat?.columns
  if (found === undefined) return { skipped_reason: 'table_not_found' }
  if (found.length > maxColumns) return { skipped_reason: 'table_too_wide' }
  const names = namesOf(found)
  const roles = rolesOf(found.map((column, n) => ({ ...column, name: names[n] as string })))
  const columns: TableColumn[] = []
  const cells: SheetTable['cells'] = []
  for (const [n, role_guess] of roles.entries()) {
    const converted = cellsOf(role_guess, found[n]?.cells ?? [])
    columns.push({ name: names[n] as string, role_guess, texts: converted.texts })
    const isMixed = keepsTexts && converted.texts > 0
    cells.push(isMixed ? (found[n]?.cells ?? []).map(mixedCellOf) : converted.cells)
  }
  const layout = block ? 'block' : 'flat'
  const notes: TableNote[] = flat?.isFirst ? ['table_first_only'] : []
  if (hasTotals(roles, cells)) notes.push('table_with_totals')
  return { name, layout, columns, cells, row_count: cells[0]?.length ?? 0, notes }
}

/** Whether a key is one of totals, such as 合計. */
function hasTotals(roles: readonly string[], cells: SheetTable['cells']): boolean {
  return cells.some((column, n) => {
    if (roles[n] === '値') return false
    for (const text of new Set(column)) if (typeof text === 'string' && isTotal(text)) return true
    return false
  })
}

/** Each column gets a name, and each name stands once: `列3`, `売上 (2)`. */
export function namesOf(columns: readonly Pick<FoundColumn, 'name'>[]): string[] {
  const taken = new Set<string>()
  return columns.map(({ name }, n) => {
    const wanted = clean(name) || `列${n + 1}`
    let free = wanted
    for (let count = 2; taken.has(free.normalize('NFKC')); count += 1) free = `${wanted} (${count})`
    taken.add(free.normalize('NFKC'))
    return free
  })
}

/** How many cells one line of a packed table holds. */
const cellsInLine = 5000

/**
 * The cells of a table in a form of our own, for the storage: lines of JSON, the first with how many
 * columns there are, each other with the number of a column and its next cells; gzipped piece by piece.
 */
export function packTable({ cells }: SheetTable): Uint8Array {
  const pieces = [gzipSync(`${JSON.stringify([cells.length])}\n`)]
  for (const [n, column] of cells.entries()) {
    for (let start = 0; start < column.length; start += cellsInLine) {
      const part = column.slice(start, start + cellsInLine)
      pieces.push(gzipSync(`${JSON.stringify([n, ...part])}\n`, { level: 4 }))
    }
  }
  return Buffer.concat(pieces)
}

/** What `packTable` wrote; lets others run in between. */
export async function unpackTable(packed: Uint8Array): Promise<SheetTable['cells']> {
  const pause = createPause()
  const columns: SheetTable['cells'] = []
  const texts = new Map<string, string>()
  for await (const line of linesIn(packed)) {
    const [n, ...cells] = JSON.parse(line) as [number, ...SheetTable['cells'][number]]
    if (columns.length === 0) for (let count = 0; count < n; count += 1) columns.push([])
    for (const cell of cells) columns[n]?.push(typeof cell === 'string' ? one(texts, cell) : cell)
    await pause()
  }
  return columns
}

/** What comes a thousand times is kept once. */
function one(texts: Map<string, string>, text: string): string {
  const known = texts.get(text)
  if (known !== undefined) return known
  texts.set(text, text)
  return text
}

async function* linesIn(packed: Uint8Array): AsyncGenerator<string> {
  const unpacked = Readable.from([packed]).pipe(createGunzip()).setEncoding('utf8')
  let rest = ''
  for await (const chunk of unpacked) {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop() ?? ''
    yield* lines
  }
}
