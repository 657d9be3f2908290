import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Failure } from '../../failure.ts'
import type { Turns } from '../../turns.ts'
import { newId } from '../../values.ts'
import type { Copies } from './copies.ts'
import { type Database, openDatabase, quoted } from './database.ts'
import { createKept, type Kept } from './kept.ts'
import type { Tables } from './model.ts'
import { createUse } from './use.ts'

/** The database of one session. */
export type SessionDatabase = {
  use<Result>(work: (tables: Tables) => Promise<Result>, signal?: AbortSignal): Promise<Result>
  /** Ends what is running with this failure, and removes everything. */
  close(why: Failure): Promise<void>
}

export type SessionLimits = {
  megabytes: number
  threads: number
  /** How long a `use` may take. */
  useMs: number
  /** How many queries run at a time, over all sessions. */
  inTurn: Turns
}

/** How much of the disk it may take, as a multiple of its memory; tables that are kept may take half of that. */
const spillFactor = 8

/** In bytes, roughly: texts up to 12 letters stand in the cell. */
const cellBytes = 16

const maxKept = 1000

/** Tables that are made while one `use` follows the other without a gap are tidied up after so many. */
const usesWithoutGap = 50

/** Opens a database that sees nothing but `folder`, which it makes. */
export async function openSession(
  folder: string,
  copies: Copies,
  limits: SessionLimits,
): Promise<SessionDatabase> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const database = await openSandbox(folder, limits)
  const kept = createKept()
  const stops = new Set<(why: Failure) => void>()
  const running = new Set<Promise<unknown>>()
  let tidied: Promise<void> = Promise.resolve()
  let sinceTidy = 0

  async function tidy(): Promise<void> {
    sinceTidy = 0
    await dropUnneeded(database, kept, (limits.megabytes * 2 ** 20 * spillFactor) / 2)
  }

  async function settle(): Promise<void> {
    while (running.size > 0) await Promise.allSettled(running)
    await tidied
  }

  return {
    async use(work, signal) {
      if (sinceTidy >= usesWithoutGap) await settle()
      await tidied
      sinceTidy += 1
      const newFile = (extension: string) => join(folder, `${newId()}.${extension}`)
      const use = createUse({ database, kept, copies, newFile, ...limits })
      stops.add(use.stop)
      const { result, done } = use.run(work, signal)
      const ended = done.then(() => {
        stops.delete(use.stop)
        running.delete(ended)
        if (running.size === 0) tidied = tidy().catch(() => {})
      })
      running.add(ended)
      try {
        return await result
      } finally {
        if (!use.isStopped()) await ended
      }
    },

    async close(why) {
      for (const stop of stops) stop(why)
      await settle()
      await giveBack(database, kept).catch(() => {})
      database.close()
      await rm(folder, { recursive: true, force: true }).catch(() => {})
    },
  }
}

async function openSandbox(folder: string, limits: SessionLimits): Promise<Database> {
  const { megabytes, threads } = limits
  const database = await openDatabase({
    memory_limit: `${megabytes}MiB`,
    threads: String(threads),
    temp_directory: join(folder, 'spill'),
    max_temp_directory_size: `${megabytes * spillFactor}MiB`,
  })
  const connection = await database.connect()
  await connection.run(`set allowed_directories = [${quoted(`${folder}/`)}]`)
  await connection.run('set enable_external_access = false')
  await connection.run("set allowed_configs = ['threads']")
  await connection.run('set lock_configuration = true')
  connection.close()
  return database
}

/**
 * Memory goes back to the system when tables are dropped and threads end, off the event loop: `close`,
 * which holds up everybody, has next to nothing left to do.
 */
async function giveBack(database: Database, kept: Kept): Promise<void> {
  await dropUnneeded(database, kept, -1)
  const connection = await database.connect()
  try {
    await connection.run('set threads = 1')
  } finally {
    connection.close()
  }
}

/** Drops tables that nothing kept needs, and what was used longest ago where there is too much. */
async function dropUnneeded(database: Database, kept: Kept, budget: number): Promise<void> {
  const connection = await database.connect()
  try {
    const found = await connection.rows(
      'select table_name, estimated_size * column_count from duckdb_tables()',
    )
    const weights = new Map(found.map(([name, cells]) => [String(name), Number(cells) * cellBytes]))
    const needed = kept.trim(weights, budget, maxKept)
    for (const name of weights.keys()) {
      if (!needed.has(name)) await connection.run(`drop table "${name}"`)
    }
  } finally {
    connection.close()
  }
}
