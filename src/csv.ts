import type { FieldFault } from './failure.ts'

/** One record: its cells, and the line on which it begins, counted from 1. */
export type CsvRecord = { line: number; cells: string[] }

/** Gives up with a fault after which the rest of a file cannot be read. */
export type CsvFaults = {
  stop: (fault: FieldFault & { line: number; column: number }) => never
}

/** How many characters a cell may have, how many cells a record, and what parts them: a comma. */
export type CsvLimits = { maxCell: number; maxColumns: number; separator?: ',' | '\t' | ';' }

/**
 * Records of comma-separated text as RFC 4180 (2005) has it; lines may end in CR LF, LF or CR, and
 * empty ones are passed over. Stricter than most readers: a quotation mark inside an unquoted cell,
 * and anything between a closing one and the next comma, are faults.
 */
export async function* readRecords(
  chunks: AsyncIterable<string>,
  faults: CsvFaults,
  { maxCell, maxColumns, separator = ',' }: CsvLimits,
): AsyncGenerator<CsvRecord> {
  let state: 'start' | 'plain' | 'quoted' | 'closed' = 'start'
  let cells: string[] = []
  let cell = ''
  let [line, begins, quoted, isAfterReturn] = [1, 1, 1, false]
  const here = (rule: 'import_quote' | 'import_cell_length' | 'import_character') =>
    faults.stop({ line, column: cells.length + 1, field: 'file', rule, limit: maxCell })
  const endCell = () => {
    if (cells.length >= maxColumns) {
      const [expected, found] = [maxColumns, cells.length + 1]
      const column = found
      faults.stop({ line, column, field: 'file', rule: 'import_columns', expected, found })
    }
    cells.push(cell)
    cell = ''
    state = 'start'
  }
  const endRecord = (): CsvRecord | undefined => {
    const isEmpty = cells.length === 0 && cell === '' && state === 'start'
    if (isEmpty) return undefined
    endCell()
    const record = { line: begins, cells }
    cells = []
    return record
  }
  for await (const chunk of chunks) {
    for (const letter of chunk) {
      const isSecond = isAfterReturn && letter === '\n'
      isAfterReturn = false
      if (isSecond) continue
      if (state === 'quoted') {
        if (letter === '"') state = 'closed'
        else {
          if (letter === '\n') line += 1
          else if (isControl(letter)) here('import_character')
          if (cell.length >= maxCell) here('import_cell_length')
          cell += letter
        }
      } else if (letter === separator) endCell()
      else if (letter === '\n' || letter === '\r') {
        const record = endRecord()
        line += 1
        begins = line
        isAfterReturn = letter === '\r'
        if (record) yield record
      } else if (letter === '"') {
        if (state === 'plain') here('import_quote')
        if (state === 'closed') cell += letter
        else quoted = line
        state = 'quoted'
      } else {
        if (state === 'closed') here('import_quote')
        if (isControl(letter)) here('import_character')
        if (cell.length >= maxCell) here('import_cell_length')
        cell += letter
        state = 'plain'
      }
    }
  }
  if (state === 'quoted') {
    line = quoted
    here('import_quote')
  }
  const last = endRecord()
  if (last) yield last
}

/** All but the tab and the ends of lines. */
function isControl(letter: string): boolean {
  const code = letter.charCodeAt(0)
  return (code < 0x20 && code !== 9 && code !== 10 && code !== 13) || code === 0x7f
}
