import type { CellObject, WorkBook } from 'xlsx'
import { failure } from './failure.ts'
import { cellReader } from './sheet-cells.ts'
import { type SheetSize, sheetOf } from './sheet-grids.ts'
import type { RawSheet } from './sheet-tables.ts'
import { howUnpacked } from './zip.ts'

export type Workbook = {
  sheet: string
  columns: readonly string[]
  /** Lists of cells in the order of the columns, as JSON: many rows a piece. */
  pieces: Uint8Array[]
}

export type SheetFile = { bytes: Uint8Array; maxRows: number; maxColumns: number }

/** What a cell of Excel holds at most. */
const maxText = 32_767

/**
 * One sheet with a header line, as .xlsx. A text is a cell of text, whatever it begins with: there
 * is no formula in what this writes. Runs in a worker.
 */
export async function writeWorkbook({ sheet, columns, pieces }: Workbook): Promise<Uint8Array> {
  const { utils, write } = await import('xlsx')
  const lines = [columns.map(cellOf)]
  const widths = columns.map(widthOf)
  for (const piece of pieces) {
    for (const row of JSON.parse(new TextDecoder().decode(piece)) as unknown[][]) {
      row.forEach((value, n) => {
        widths[n] = Math.max(widths[n] ?? 0, widthOf(value))
      })
      lines.push(row.map(cellOf))
    }
  }
  const end = utils.encode_cell({ r: lines.length - 1, c: Math.max(0, columns.length - 1) })
  const cols = widths.map((width) => ({ wch: Math.min(60, width + 2) }))
  const book = utils.book_new()
  utils.book_append_sheet(
    book,
    { '!data': lines, '!ref': `A1:${end}`, '!cols': cols },
    sheetNameOf(sheet),
  )
  return write(book, { type: 'buffer', bookType: 'xlsx', compression: true })
}

const nothing: CellObject = { t: 'z' }

/** Times are texts, in UTC as everywhere else: a date of Excel has no zone. */
function cellOf(value: unknown): CellObject {
  if (value === null || value === undefined) return nothing
  if (typeof value === 'number') return { t: 'n', v: value }
  if (typeof value === 'boolean') return { t: 'b', v: value }
  return { t: 's', v: textOf(typeof value === 'string' ? value : JSON.stringify(value)) }
}

/** What looks like an escape of the format (`_x0041_` is an A) is escaped; what is too long is cut. */
function textOf(value: string): string {
  const text = value.replace(/_(?=x[\da-f]{4}_)/gi, '_x005F_')
  const cut = text.length > maxText ? `${text.slice(0, maxText - 1)}…` : text
  return cut.replace(/\p{Cs}/gu, '\ufffd')
}

/** In half-width characters: those of Japanese take two. */
function widthOf(value: unknown): number {
  if (typeof value !== 'string') return value === null ? 0 : String(value).length
  const text = value.slice(0, 60)
  return text.length + (text.match(/[\u1100-\u{3fffd}]/gu)?.length ?? 0)
}

/** At most 31 characters, and some are not allowed. */
function sheetNameOf(name: string): string {
  const clean = name.replace(/[:\\/?*[\]']/g, '_').slice(0, 31)
  return clean === '' || /^history$/i.test(clean) ? `${clean}_` : clean
}

const rowsInPiece = 500

/** Two hundred thousand lines of ten columns unpack to a fifth of a gigabyte. */
const zipLimits = { maxBytes: 320 * 1024 * 1024, maxEntries: 1000 }

/** How a ZIP file begins, and so .xlsx. */
const zipMark = [0x50, 0x4b, 3, 4]

/**
 * The first sheet of a workbook: lists of `[line, cells]` as JSON, many a piece, all cells as texts and
 * times as `2026-01-02 03:04:05` of a clock on the wall. Fails with `sheet_unreadable` and
 * `sheet_too_large`. Runs in a worker.
 */
export async function readWorkbook(file: SheetFile): Promise<Uint8Array[]> {
  const { read, SSF } = await import('xlsx')
  const { bytes, maxRows, maxColumns } = file
  // It would take anything else for CSV.
  if (!zipMark.every((byte, n) => bytes[n] === byte)) throw failure('sheet_unreadable')
  const { buffer, byteOffset, length } = bytes
  const how = howUnpacked(Buffer.from(buffer, byteOffset, length), zipLimits)
  if (how === 'unreadable') throw failure('sheet_unreadable')
  if (how === 'too_large') {
    throw failure('sheet_too_large', { rows: maxRows, columns: maxColumns })
  }
  const book = await Promise.resolve()
    .then(() =>
      read(bytes, {
        dense: true,
        cellNF: true,
        cellText: false,
        cellHTML: false,
        cellFormula: false,
        sheetRows: maxRows + 2,
        sheets: 0,
      }),
    )
    .catch(() => {
      throw failure('sheet_unreadable')
    })
  const [name = ''] = book.SheetNames
  const lines: (CellObject | undefined)[][] = book.Sheets[name]?.['!data'] ?? []
  const isTooLarge =
    lines.length > maxRows + 1 || lines.some((cells) => cells && cells.length > maxColumns)
  if (isTooLarge) throw failure('sheet_too_large', { rows: maxRows, columns: maxColumns })
  const offset = book.Workbook?.WBProps?.date1904 ? 1462 : 0
  const textIn = (cell: CellObject | undefined) => {
    if (cell?.t !== 'n') return cell === undefined || cell.t === 'e' ? '' : String(cell.v ?? '')
    const isTime = cell.z !== undefined && SSF.is_date(String(cell.z))
    return isTime ? timeOf(Number(cell.v) + offset) : String(cell.v)
  }
  const encoder = new TextEncoder()
  const pieces: Uint8Array[] = []
  for (let start = 0; start < lines.length; start += rowsInPiece) {
    const part = lines
      .slice(start, start + rowsInPiece)
      .map((cells, n) => [start + n + 1, Array.from(cells ?? [], textIn)])
    pieces.push(encoder.encode(JSON.stringify(part)))
  }
  return pieces
}

/** Excel counts days since the end of 1899, as if 1900 had been a leap year. */
function timeOf(serial: number): string {
  const at = new Date(Math.round((serial - 25_569) * 86_400) * 1000)
  return Number.isNaN(at.getTime())
    ? String(serial)
    : at.toISOString().slice(0, 19).replace('T', ' ')
}

/**
 * The sheets of a workbook, hidden ones included, one after the other so that no two need room at once.
 * What is no workbook fails with an error of any kind; `too_many_sheets` is told before they are read.
 * For a process that may be ended: nothing bounds what a stranger's file costs.
 */
export async function* readGrids(
  file: Buffer,
  limits: SheetSize & { sheets: number },
): AsyncGenerator<RawSheet, 'read' | 'too_many_sheets'> {
  const { read, SSF } = await import('xlsx')
  const { SheetNames: names } = read(file, { bookSheets: true })
  if (names.length > limits.sheets) return 'too_many_sheets'
  const book: WorkBook = read(file, {
    dense: true,
    cellNF: true,
    cellText: false,
    cellHTML: false,
    cellFormula: false,
    UTC: true,
  })
  const date1904 = book.Workbook?.WBProps?.date1904 === true
  const readCell = cellReader({
    isTime: (format) => SSF.is_date(format),
    partsOf: (serial) => SSF.parse_date_code(serial, { date1904 }),
  })
  for (const name of book.SheetNames) {
    const sheet = book.Sheets[name]
    delete book.Sheets[name]
    yield sheetOf(name, sheet, readCell, limits)
  }
  return 'read'
}

/** A cell that is written: a text, a number, nothing, or a formula with the number it comes to. */
export type SheetCell = string | number | null | { f: string; v: number | null }

/** Sheets by their names: pieces are lists of lists of `SheetCell` as JSON, many rows a piece. */
export type SheetBook = { sheets: { name: string; pieces: Uint8Array[] }[] }

/** Several sheets with formulas, as .xlsx; a text is a text whatever it begins with. Runs in a worker. */
export async function writeSheets({ sheets }: SheetBook): Promise<Uint8Array> {
  const { utils, write } = await import('xlsx')
  const book = utils.book_new()
  for (const { name, pieces } of sheets) {
    const lines: CellObject[][] = []
    const widths: number[] = []
    for (const piece of pieces.splice(0)) {
      for (const row of JSON.parse(new TextDecoder().decode(piece)) as SheetCell[][]) {
        row.forEach((value, n) => {
          const size = typeof value === 'string' ? widthOf(value) : 10
          widths[n] = Math.max(widths[n] ?? 0, size)
        })
        lines.push(row.map(sheetCellOf))
      }
    }
    const last = { r: Math.max(0, lines.length - 1), c: Math.max(0, widths.length - 1) }
    const cols = widths.map((width) => ({ wch: Math.min(40, width + 2) }))
    const sheet = { '!data': lines, '!ref': `A1:${utils.encode_cell(last)}`, '!cols': cols }
    utils.book_append_sheet(book, sheet, sheetNameOf(name))
  }
  return write(book, { type: 'buffer', bookType: 'xlsx', compression: true })
}

function sheetCellOf(value: SheetCell): CellObject {
  if (typeof value !== 'object' || value === null) return cellOf(value)
  return value.v === null ? { t: 's', f: value.f, v: '' } : { t: 'n', f: value.f, v: value.v }
}
