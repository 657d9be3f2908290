import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type Failure, failure } from '../failure.ts'
import { createPause } from '../slices.ts'
import type { Storage } from '../storage.ts'
import { createLines, createTurns } from '../turns.ts'
import { newId } from '../values.ts'
import { openDatabase, quoted, rowsInChunk } from './engine/database.ts'
import type { Tables } from './engine/model.ts'
import { createPlace } from './engine/place.ts'
import { openSession, type SessionDatabase } from './engine/session.ts'
import { busy, inTurnOrBusy } from './engine/use.ts'

export type { EngineValue, Tables } from './engine/model.ts'

/** Databases of sessions: bounded in number, memory, threads and time, and gone with their session. */
export type Engine = {
  /**
   * Several at a time may use one session; none may be within another. Fails with `analysis_too_busy` (503),
   * `analysis_too_slow` (422) and `analysis_out_of_memory` (422), and with the reason of `signal`.
   */
  use<Result>(
    sessionId: string,
    work: (tables: Tables) => Promise<Result>,
    signal?: AbortSignal,
  ): Promise<Result>
  /**
   * Lets the changes of a session that this process makes come one after the other: of several at once each
   * would calculate what the quicker ones make void. Fails with `analysis_too_busy` (503).
   */
  inLine<Result>(sessionId: string, work: () => Promise<Result>): Promise<Result>
  /** Closes the database of a session and removes what it has on disk. */
  forget(sessionId: string): Promise<void>
  close(): Promise<void>
}

export type EngineOptions = {
  storage: Storage
  /** Where databases spill and keep copies; processes may share it. */
  folder: string
  /** Of each database. */
  megabytes: number
  threads: number
  limits?: Partial<typeof usualLimits>
}

const usualLimits = {
  /** How many databases are open at a time. */
  open: 6,
  /** How long one stays open that nobody uses. */
  idleMs: 5 * 60_000,
  useMs: 60_000,
  /** Queries at a time: each takes one of the four threads that files and names need as well. */
  queries: 2,
  waiting: 500,
  /** How many changes of one session wait for each other, and how long. */
  changes: 100,
  changeMs: 30_000,
  /** Of copies that are kept, and of one of them. */
  copyBytes: 2 * 2 ** 30,
  copyFileBytes: 2 ** 30,
  /** How often a process says that its folder is in use. */
  beatMs: 20_000,
}

type Open = { database: Promise<SessionDatabase>; users: number; usedAt: number }

export function createEngine(options: EngineOptions): Engine {
  const limits = { ...usualLimits, ...options.limits }
  const { megabytes, threads } = options
  const inUse = createTurns({ atOnce: limits.open, waiting: limits.waiting })
  const inTurn = createTurns({ atOnce: limits.queries, waiting: limits.waiting })
  const inLine = createLines({
    atOnce: 1,
    waiting: limits.changes,
    patienceMs: limits.changeMs,
  })
  const openFolder = createPlace(options, limits)
  /** In the order of their last use. */
  const open = new Map<string, Open>()
  let timer: NodeJS.Timeout | undefined

  async function openOne(gone: Promise<void>): Promise<SessionDatabase> {
    await gone
    const { own, copies } = await openFolder()
    return openSession(join(own.path, newId()), copies, { megabytes, threads, inTurn, ...limits })
  }

  async function closeOne(sessionId: string, why: Failure): Promise<void> {
    const { database } = open.get(sessionId) ?? {}
    open.delete(sessionId)
    await (await database?.catch(() => {}))?.close(why)
  }

  /** There is one, since no more are in use than may be open. */
  async function closeOldest(): Promise<void> {
    for (const [id, { users }] of open) if (users === 0) return closeOne(id, busy())
  }

  function take(sessionId: string): Open {
    const known = open.get(sessionId)
    const gone = known || open.size < limits.open ? Promise.resolve() : closeOldest()
    const one = known ?? { database: openOne(gone), users: 0, usedAt: 0 }
    one.users += 1
    open.delete(sessionId)
    open.set(sessionId, one)
    timer ??= setInterval(closeIdle, limits.idleMs / 5).unref()
    return one
  }

  function closeIdle(): void {
    const before = Date.now() - limits.idleMs
    for (const [id, { users, usedAt }] of open) {
      if (users === 0 && usedAt < before) void closeOne(id, busy()).catch(process.emitWarning)
    }
  }

  return {
    use: (sessionId, work, signal) =>
      inTurnOrBusy(inUse, async () => {
        signal?.throwIfAborted()
        const one = take(sessionId)
        try {
          const database = await one.database
          return await database.use(work, signal)
        } catch (error) {
          const isBroken = await one.database.then(() => false).catch(() => true)
          if (isBroken && open.get(sessionId) === one) open.delete(sessionId)
          throw error
        } finally {
          one.users -= 1
          one.usedAt = Date.now()
        }
      }),

    inLine: (sessionId, work) => inTurnOrBusy((begin) => inLine(sessionId, begin), work),

    forget: (sessionId) =>
      closeOne(sessionId, failure('analysis_session_not_found', { id: sessionId })),

    async close() {
      clearInterval(timer)
      await Promise.all([...open.keys()].map((id) => closeOne(id, busy())))
      await openFolder.close()
    },
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
