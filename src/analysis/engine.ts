import { rm } from 'node:fs/promises'
import { createPause } from '../slices.ts'
import type { Storage } from '../storage.ts'
import { openDatabase, quoted, rowsInChunk } from './engine/database.ts'

/** What a cell of a query is; big integers come as numbers. */
export type EngineValue = string | number | boolean | null

/** The tables of one session, in a database of its own. Names in `sql` are ours; values are bound as $1, $2 … */
export type Tables = {
  rows(sql: string, values?: readonly EngineValue[]): Promise<EngineValue[][]>
  run(sql: string, values?: readonly EngineValue[]): Promise<void>
  /** What `make` gave for this key before, for as long as this database is open; failures are not kept. */
  once<Result>(key: string, make: () => Promise<Result>): Promise<Result>
  /** The path of a copy of something in the storage, for `read_parquet`. */
  localFile(key: string): Promise<string>
  /** A path in the folder of this database, for a file to be written; it goes with the database. */
  newFile(extension: string): string
}

/** Databases of sessions: bounded in number, memory, threads and time, and gone with their session. */
export type Engine = {
  /**
   * Fails with `analysis_too_busy` (503), `analysis_too_slow` (422) and `analysis_out_of_memory` (422).
   */
  use<Result>(
    sessionId: string,
    work: (tables: Tables) => Promise<Result>,
    signal?: AbortSignal,
  ): Promise<Result>
  /** Closes the database of a session and removes what it has on disk. */
  forget(sessionId: string): Promise<void>
  close(): Promise<void>
}

export type EngineOptions = {
  storage: Storage
  /** Where databases spill and keep copies; emptied at the start. */
  folder: string
  megabytes: number
  threads: number
}

export function createEngine(_options: EngineOptions): Engine {
  return {
    use: async () => {
      throw new Error('to be written')
    },
    forget: async () => {},
    close: async () => {},
  }
}

/** A table that is written as Parquet. */
export type ParquetWriter = {
  /** The next rows: one list a column, all equally long. */
  append(columns: readonly (readonly (string | number | null)[])[]): Promise<void>
  /** The file is whole after this, and not there before. */
  close(): Promise<void>
}

/** What a table may take in memory while it is written; the rest lies beside the file. */
const writerMegabytes = 256

/** How many letters a chunk of rows holds at most, one long row excepted. */
const lettersInChunk = 2 ** 22

/**
 * Writes a table that comes in pieces, with a column `n` for the number of the row, from 0, before the
 * others. Numbers that are none (infinite ones) are left empty. For any process; whoever gives up
 * removes `path` and `path` + `.spill`.
 */
export async function createParquetWriter(
  path: string,
  columns: readonly { name: string; is_number: boolean }[],
): Promise<ParquetWriter> {
  const spill = `${path}.spill`
  const database = await openDatabase({
    memory_limit: `${writerMegabytes}MB`,
    threads: '2',
    temp_directory: spill,
  })
  const connection = await database.connect()
  const types = columns.map(({ is_number }) => (is_number ? 'DOUBLE' : 'VARCHAR'))
  const names = columns.map(({ name }) => `"${name.replaceAll('"', '""')}"`)
  const made = ['n BIGINT', ...names.map((name, at) => `${name} ${types[at]}`)].join(', ')
  await connection.run(`create table t (${made})`)
  const appender = await connection.appender('t', ['BIGINT', ...types])
  const pause = createPause()
  let count = 0
  return {
    async append(rows) {
      for (const part of chunksOf(rows)) {
        const numbers = Array.from({ length: part[0]?.length ?? 0 }, (_, at) => count + at)
        appender.append([numbers, ...part])
        count += numbers.length
        await pause()
      }
    },
    async close() {
      appender.close()
      await connection.run(`copy t to ${quoted(path)} (format parquet, compression zstd)`)
      connection.close()
      database.close()
      await rm(spill, { recursive: true, force: true })
    },
  }
}

/** Some rows at a time, few where texts are long. */
function* chunksOf(columns: readonly (readonly (string | number | null)[])[]) {
  const count = columns[0]?.length ?? 0
  let [start, letters] = [0, 0]
  for (let at = 0; at < count; at += 1) {
    for (const cells of columns)
      letters += typeof cells[at] === 'string' ? String(cells[at]).length : 1
    const isFull = letters >= lettersInChunk || at - start + 1 === rowsInChunk || at === count - 1
    if (!isFull) continue
    yield columns.map((cells) => cells.slice(start, at + 1).map(finite))
    start = at + 1
    letters = 0
  }
}

function finite(cell: string | number | null): string | number | null {
  return typeof cell === 'number' && !Number.isFinite(cell) ? null : cell
}

declare module '../fastify.ts' {
  interface Deps {
    engine: Engine
  }
}
