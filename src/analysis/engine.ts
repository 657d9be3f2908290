import type { Storage } from '../storage.ts'

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

declare module '../fastify.ts' {
  interface Deps {
    engine: Engine
  }
}
