import { eachInSlices } from '../../slices.ts'
import { type Cell, type CellFault, cellParser, keyOf } from './cells.ts'
import { estatError, type FaultCode } from './faults.ts'
import { createKeySet, type KeySet } from './keys.ts'
import type { Axis, DataHead, ListPage, Note, TableInfo } from './shapes.ts'

export type StatsTable = {
  /** Null where nothing was found. */
  info: TableInfo | null
  axes: Axis[]
  notes: Note[]
  cells: Cell[]
  /** Figures that cannot be read, at most 1,000 a page; `faulty` is how many there are. */
  faults: CellFault[]
  faulty: number
  /** Figures that came again with the same value, and were left out. */
  duplicates: number
  /** e-Stat said that it could answer in part only (STATUS 2). */
  isPartial: boolean
  /** Figures that the query selects, over all pages. */
  total: number
}

export type StatsPage = StatsTable & { from: number }

const maxFaults = 1000

/**
 * The figures of a query, page by page; axes and legends come with the first answer and stand on
 * every page. What is read may be published only when the last page has come: an error says that
 * pages are missing, come twice, contradict each other or belong to another state of the table.
 */
export async function* readPages(
  fetchPage: (position: number) => Promise<DataHead>,
  { maxRows }: { maxRows: number },
): AsyncGenerator<StatsPage, void> {
  let first: DataHead | undefined
  let keys: KeySet | undefined
  let parse: ReturnType<typeof cellParser> | undefined
  const guard = createGuard(maxRows)
  for (let position: number | null = 1; position !== null; ) {
    const head = await fetchPage(position)
    first ??= { ...head, values: [] }
    const updated = head.info?.updatedDate
    if (updated !== undefined && first.info && updated !== first.info.updatedDate) {
      throw estatError({ fault: 'changed_while_reading', message: 'the table has been updated' })
    }
    guard.open(position, head, head.values.length)
    keys ??= createKeySet(head.total)
    parse ??= cellParser(first.axes, first.notes)
    const page = await readCells(head.values, parse, keys)
    const from = position
    position = guard.close(position, head, page.distinct)
    const { info, axes, notes } = first
    const { isPartial, total } = head
    const { distinct: _, ...cells } = page
    yield { info, axes, notes, ...cells, isPartial, total, from }
  }
}

/** All tables of a list. */
export async function readTables(
  fetchPage: (position: number) => Promise<ListPage>,
  { maxRows }: { maxRows: number },
): Promise<TableInfo[]> {
  const tables = new Map<string, TableInfo>()
  const guard = createGuard(maxRows)
  for (let position: number | null = 1; position !== null; ) {
    const page = await fetchPage(position)
    guard.open(position, page, page.tables.length)
    const known = tables.size
    for (const table of page.tables) tables.set(table.id, table)
    position = guard.close(position, page, tables.size - known)
  }
  return [...tables.values()]
}

/** Every page of a query as one table. */
export async function joinPages(pages: AsyncIterable<StatsPage>): Promise<StatsTable> {
  let table: StatsTable | undefined
  for await (const { from: _, ...page } of pages) {
    if (!table) {
      table = page
      continue
    }
    for (const cell of page.cells) table.cells.push(cell)
    table.faults = [...table.faults, ...page.faults].slice(0, maxFaults)
    table.faulty += page.faulty
    table.duplicates += page.duplicates
    table.isPartial ||= page.isPartial
  }
  return table as StatsTable
}

type PageRange = { total: number; from: number | null; next: number | null }

/** Follows positions and sums of pages, and throws when they do not fit together. */
function createGuard(maxRows: number) {
  let total: number | undefined
  let rows = 0
  const stop = (fault: FaultCode, message: string): never => {
    throw estatError({ fault, message })
  }
  return {
    open: (position: number, page: PageRange, count: number): void => {
      total ??= page.total
      if (total > maxRows) {
        stop('too_many_rows', `${total} rows where ${maxRows} are the most; narrow the query`)
      }
      if (page.total !== total) {
        stop('changed_while_reading', `TOTAL_NUMBER went from ${total} to ${page.total}`)
      }
      if (count > 0 && page.from !== null && page.from !== position) {
        stop('wrong_page', `rows from ${page.from} where ${position} were asked for`)
      }
    },
    /** The position of the next page, null after the last one; `fresh` are rows not seen before. */
    close: (position: number, { next }: PageRange, fresh: number): number | null => {
      rows += fresh
      if (next !== null && next <= position) {
        stop('paging_stuck', `NEXT_KEY ${next} on the page from ${position}`)
      }
      if (next !== null && fresh === 0) {
        stop('paging_stuck', `nothing new on the page from ${position}`)
      }
      const isLast = next === null
      const wanted = total as number
      if (isLast ? rows !== wanted : rows >= wanted) {
        stop('total_mismatch', `${rows} rows where TOTAL_NUMBER says ${wanted}`)
      }
      return next
    },
  }
}

/** Reads figures in slices, so that other work gets its turn in between. */
async function readCells(
  values: readonly unknown[],
  parse: (value: unknown) => Cell | CellFault,
  keys: KeySet,
) {
  const cells: Cell[] = []
  const faults: CellFault[] = []
  let faulty = 0
  let duplicates = 0
  let distinct = 0
  await eachInSlices(values, (value) => {
    const cell = parse(value)
    const key = 'fault' in cell ? cell.key : keyOf(cell.codes)
    const seen = key === '' ? 'new' : keys.add(key, cell.text)
    if (seen === 'conflict') {
      throw estatError({ fault: 'conflicting_values', message: `two figures for ${key}` })
    }
    if (seen === 'same') {
      duplicates += 1
      return
    }
    distinct += 1
    if (!('fault' in cell)) cells.push(cell)
    else if (++faulty <= maxFaults) faults.push(cell)
  })
  return { cells, faults, faulty, duplicates, distinct }
}
