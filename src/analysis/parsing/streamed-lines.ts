import { open } from 'node:fs/promises'
import { csvFaults, csvLimitsFor, csvText } from '../../sheet-csv.ts'
import { type FoundHeader, headerIn, isNote, isOtherTable } from '../../sheet-flats.ts'
import { isEmpty, type Line } from '../../sheet-layouts.ts'
import { createRecords } from './records.ts'

/** A CSV file on the disk, that is read as often as it takes. */
export type CsvFile = { path: string; columns: number }

/** A line of a CSV file: all its cells are texts. */
export type TextLine = Line & { cells: string[] }

/** Enough lines to find the header of a table, and to tell how wide it is. */
const headLines = 5000
const chunkBytes = 1024 * 1024

/**
 * Goes through the lines that hold anything, until `take` says that it has enough; `between` is waited for
 * after each megabyte. Fails as `readCsvSheet` does.
 */
export async function readLines(
  { path, columns }: CsvFile,
  take: (line: TextLine) => boolean,
  between: () => Promise<void> = async () => {},
): Promise<void> {
  const file = await open(path)
  try {
    const start = Buffer.alloc(2)
    await file.read(start, 0, 2, 0)
    const stream = file.createReadStream({
      start: 0,
      highWaterMark: chunkBytes,
      autoClose: false,
    })
    let records: ReturnType<typeof createRecords> | undefined
    let [isFirst, hasEnough] = [true, false]
    for await (const text of csvText(start, stream)) {
      records ??= createRecords(csvFaults, csvLimitsFor(text, columns), (cells, isAfterGap) => {
        if (hasEnough) return
        const filled = filledIn(cells)
        if (filled > 0) hasEnough = !take({ cells, filled, isFirst: isFirst || isAfterGap })
        isFirst = filled === 0
      })
      records.push(text)
      await between()
      if (hasEnough) return
    }
    records?.end()
    await between()
  } finally {
    await file.close()
  }
}

/** Finds the header of a table by the first lines of a file. */
export async function findHeader(file: CsvFile): Promise<FoundHeader | undefined> {
  const lines: TextLine[] = []
  await readLines(file, (line) => lines.push(line) < headLines)
  return headerIn(lines)
}

/**
 * Goes through the lines of data below a header, without notes and up to another table; answers whether
 * there is one.
 */
export async function readBody(
  file: CsvFile,
  { head, start }: FoundHeader,
  take: (cells: string[]) => void,
  between?: () => Promise<void>,
): Promise<{ isFirst: boolean }> {
  let [count, isFirst] = [0, false]
  let above: TextLine | undefined
  let held: TextLine | undefined
  const takeLine = (line: TextLine) => {
    count += 1
    if (count <= start || isNote(line, head)) return true
    if (held) {
      isFirst = isOtherTable(above, held, line)
      if (isFirst) return false
      take(held.cells)
    }
    above = held
    held = line
    return true
  }
  await readLines(file, takeLine, between)
  if (held && !isFirst) take(held.cells)
  await between?.()
  return { isFirst }
}

function filledIn(cells: readonly string[]): number {
  let filled = 0
  for (const cell of cells) if (isFilled(cell)) filled += 1
  return filled
}

/** Like `!isEmpty`, at once for what begins with a letter or a digit, also a Japanese one. */
export function isFilled(cell: string): boolean {
  const first = cell.charCodeAt(0)
  return (first > 0x20 && first < 0x7f) || (first > 0x3000 && first < 0xfeff) || !isEmpty(cell)
}
