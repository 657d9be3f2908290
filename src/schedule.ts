import { Cron } from 'croner'
import { clockOf } from '../db/clock.ts'
import type { Db, Trx } from '../db/tables.ts'
import { transact } from '../db/transact.ts'
import { enqueue, type JobKind, type JobPayloads } from './jobs.ts'
import { later } from './values.ts'

/** A job that comes round, at times that a cron pattern says in a zone. */
export type Recurring<Kind extends JobKind = JobKind> = {
  kind: Kind
  payload: JobPayloads[Kind]
  cron: string
  zone: string
}

const lookEveryMs = 10_000

/** Clocks are set back by a little all the time; what ran just before does not run again for that. */
const stepSeconds = 60

/**
 * Enqueues what is due until the answered function is called. Every instance looks; the row in
 * `schedules` moves on once for each time, and with it the job. A time that passed while nobody was
 * up is made good at the next start, the latest one only.
 */
export function startSchedule(
  db: Db,
  recurring: readonly Recurring[],
  onError: (error: unknown) => void,
): () => Promise<void> {
  let looking: Promise<unknown> = Promise.resolve()
  const look = () => {
    looking = clockOf(db)
      .then((at) => enqueueDue(db, recurring, new Date(at)))
      .catch(onError)
  }
  look()
  const timer = setInterval(look, lookEveryMs)
  return async function stop() {
    clearInterval(timer)
    await looking
  }
}

export async function enqueueDue(db: Db, recurring: readonly Recurring[], at: Date): Promise<void> {
  for (const { kind, payload, cron, zone } of recurring) {
    const slot = latestSlot(cron, zone, at)
    if (slot) await moveOn(db, kind, slot, at, (trx) => enqueue(trx, kind, payload))
  }
}

/** The latest time up to `at` that the pattern names. */
export function latestSlot(cron: string, zone: string, at: Date): string | undefined {
  const soon = new Date(at.getTime() + 1)
  return new Cron(cron, { timezone: zone }).previousRuns(1, soon)[0]?.toISOString()
}

/** The first time after `at` that the pattern names; undefined for one that names none, or is none. */
export function nextSlot(cron: string, zone: string, at: Date): string | undefined {
  try {
    return new Cron(cron, { timezone: zone }).nextRun(at)?.toISOString()
  } catch {
    return undefined
  }
}

/** Does `work` if this call is the one that moves the schedule on to `slot`. */
async function moveOn(
  db: Db,
  name: string,
  slot: string,
  at: Date,
  work: (trx: Trx) => Promise<void>,
): Promise<void> {
  const known = await db
    .selectFrom('schedules')
    .select('last_slot')
    .where('name', '=', name)
    .executeTakeFirst()
  if (!known) return begin(db, name, slot)
  if (known.last_slot > later(at.toISOString(), stepSeconds)) return moveBack(db, name, slot)
  if (known.last_slot >= slot) return
  await transact(db, async (trx) => {
    const moved = await trx
      .updateTable('schedules')
      .set({ last_slot: slot })
      .where('name', '=', name)
      .where('last_slot', '<', slot)
      .returning('name')
      .executeTakeFirst()
    if (moved) await work(trx)
  })
}

/** The clock was ahead of its time; what it had done then is not done again, and the next slot is. */
async function moveBack(db: Db, name: string, slot: string): Promise<void> {
  await db.updateTable('schedules').set({ last_slot: slot }).where('name', '=', name).execute()
}

/** What is new here has its first time ahead. */
async function begin(db: Db, name: string, slot: string): Promise<void> {
  await db
    .insertInto('schedules')
    .values({ name, last_slot: slot })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}
