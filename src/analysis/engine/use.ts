import { rm } from 'node:fs/promises'
import { failure } from '../../failure.ts'
import type { Turns } from '../../turns.ts'
import type { Copies } from './copies.ts'
import type { Connection, Database } from './database.ts'
import type { Kept } from './kept.ts'
import type { Tables } from './model.ts'

type Place = {
  database: Database
  kept: Kept
  copies: Copies
  newFile: (extension: string) => string
  useMs: number
  inTurn: Turns
}

/** What a `use` is waiting for besides its own work. */
type Running<Result> = { result: Promise<Result>; done: Promise<void> }

/** How often a query is told to end until it does: what has not begun yet does not hear it. */
const tellAgainMs = 25

/** One piece of work in a database, on a connection of its own, one query after the other. */
export function createUse(place: Place) {
  const { useMs } = place
  const files: string[] = []
  let why: unknown
  let isOver = false
  let isWaiting = true
  let last: Promise<unknown> = Promise.resolve()
  let tell = (_why: unknown) => {}
  const stopped = new Promise<never>((_, reject) => {
    tell = reject
  })
  stopped.catch(() => {})

  function stop(reason: unknown): void {
    why ??= reason
    tell(why)
  }

  function check(): void {
    if (why !== undefined) throw why
    if (isOver) throw new Error('The tables are used after their use.')
  }

  function query<Result>(work: () => Promise<Result>): Promise<Result> {
    const turn = last.then(() => {
      check()
      isWaiting = true
      return inTurnOrBusy(place.inTurn, async () => {
        check()
        isWaiting = false
        return work().catch((error) => blame(error, why))
      })
    })
    last = turn.catch(() => {})
    return turn
  }

  function tablesOn(connection: Connection): Tables {
    const { kept, copies, newFile } = place
    const maker = { isStopped: () => why !== undefined }
    return {
      rows: (sql, values) => query(() => connection.rows(sql, values, check)),
      run: (sql, values) =>
        query(async () => {
          await connection.run(sql, values)
          const made = tableMadeBy(sql)
          if (made) kept.own(made)
        }),
      once: (key, make) => Promise.race([kept.once(key, maker, make), stopped]),
      async localFile(key) {
        const path = newFile('parquet')
        files.push(path)
        await copies.copyTo(path, key)
        return path
      },
      newFile,
    }
  }

  /** Whoever was stopped need not wait for what ends in its own time. */
  async function end(connection: Connection): Promise<void> {
    isOver = true
    const teller = setInterval(() => connection.interrupt(), tellAgainMs)
    connection.interrupt()
    await last
    clearInterval(teller)
    connection.close()
    for (const file of files) await rm(file, { force: true }).catch(noop)
  }

  function run<Result>(
    task: (tables: Tables) => Promise<Result>,
    signal?: AbortSignal,
  ): Running<Result> {
    const onAbort = () => stop(signal?.reason)
    if (signal?.aborted) onAbort()
    signal?.addEventListener('abort', onAbort, { once: true })
    const seconds = Math.ceil(useMs / 1000)
    const timer = setTimeout(() => {
      stop(isWaiting ? busy() : failure('analysis_too_slow', { seconds }))
    }, useMs)
    const connected = place.database.connect()
    const result = Promise.race([
      connected.then((connection) => task(tablesOn(connection))),
      stopped,
    ]).finally(() => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', onAbort)
    })
    const done = result.then(noop, noop).then(async () => end(await connected))
    return { result, done: done.catch(noop) }
  }

  return { run, stop, isStopped: () => why !== undefined }
}

function noop(): void {}

/** Whoever comes when too many wait is asked to come back. */
export function busy() {
  return failure('analysis_too_busy', undefined, { retry_after: 5 })
}

/** Like the turns, with a failure of our own. */
export async function inTurnOrBusy<Result>(
  turns: Turns,
  work: () => Promise<Result>,
): Promise<Result> {
  let isBegun = false
  try {
    return await turns(() => {
      isBegun = true
      return work()
    })
  } catch (error) {
    throw isBegun ? error : busy()
  }
}

function blame(error: unknown, why: unknown): never {
  const { message } = Object(error)
  const says = (text: string) => typeof message === 'string' && message.startsWith(text)
  if (why !== undefined && says('INTERRUPT')) throw why
  throw says('Out of Memory') ? failure('analysis_out_of_memory') : error
}

function tableMadeBy(sql: string): string | undefined {
  return /^\s*create\s+(?:or\s+replace\s+)?table\s+(?:if\s+not\s+exists\s+)?"?(\w+)/i.exec(sql)?.[1]
}
