import { sql } from 'kysely'
import { expectTypeOf } from 'vitest'
import { engineOf } from '../db/open.ts'
import type { Db } from '../db/tables.ts'
import { transact } from '../db/transact.ts'
import { backoffSeconds, type JobHandlers, type JobOutcome } from '../src/job-runs.ts'
import { enqueue } from '../src/jobs.ts'
import { createQueue } from '../src/queue.ts'
import { enqueueDue, type Recurring } from '../src/schedule.ts'
import { type Trace, traceFrom } from '../src/trace.ts'
import { later, newId, now } from '../src/values.ts'
import { letTimePass } from './support/jobs.ts'
import { describe, expect, type Service, startService, test } from './support/service.ts'

type Do = (key: string, signal: AbortSignal, trace: Trace) => Promise<void>

/** A queue on the service's database whose jobs of one kind do what the test says. */
function queueOf({ deps }: Service, work: Do, leaseMs = 60_000) {
  const outcomes: JobOutcome[] = []
  const faults: unknown[] = []
  const queue = createQueue(deps.config.databaseUrl, {
    db: deps.db,
    handlers: {
      remove_file: ({ key }, signal, trace, _id) => work(key, signal, trace),
    } as JobHandlers,
    leaseMs,
    onRun: (_kind, outcome) => outcomes.push(outcome),
    onError: (error) => faults.push(error),
  })
  return { ...queue, outcomes, faults }
}

const add = (db: Db, key: string, options = {}) =>
  transact(db, (trx) => enqueue(trx, 'remove_file', { key }, options))

const jobWith = (db: Db, key: string) =>
  db
    .selectFrom('jobs')
    .selectAll()
    .where('payload', '=', JSON.stringify({ key }))
    .executeTakeFirstOrThrow()

async function until(condition: () => unknown, patience = 60_000): Promise<void> {
  const end = Date.now() + patience
  while (!(await condition())) {
    if (Date.now() > end) throw new Error('It never happened.')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

describe('jobs', () => {
  test('cannot be asked for outside of a transaction', () => {
    expectTypeOf<Db>().not.toExtend<Parameters<typeof enqueue>[0]>()
  })

  test('are forgotten with the transaction that asked for them', async ({ service, db }) => {
    const seen: string[] = []
    const change = transact(db, async (trx) => {
      await enqueue(trx, 'remove_file', { key: 'never' })
      throw new Error('changed my mind')
    })
    await expect(change).rejects.toThrow('changed my mind')
    await queueOf(service, async (key) => void seen.push(key)).runDue()
    expect(seen).toEqual([])
  })

  test('run once each, however many queues there are', async ({ service, db }) => {
    const keys = Array.from({ length: 20 }, () => newId())
    for (const key of keys) await add(db, key)
    const seen: string[] = []
    const work = async (key: string) => void seen.push(key)
    const queues = [1, 2, 3].map(() => queueOf(service, work))
    await Promise.all(queues.map((queue) => queue.runDue()))
    expect(seen.sort()).toEqual(keys.sort())
    expect(await jobWith(db, keys[0] as string)).toMatchObject({
      attempts: 1,
      locked_until: null,
      finished_at: expect.any(String),
      last_error: null,
    })
  })

  test('go on with the trace of whoever asks for them', async ({ service, db }) => {
    const trace = traceFrom('00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01')
    const [asked, alone] = [newId(), newId()]
    await add(db, asked, { from: { trace } })
    await add(db, alone)
    const seen = new Map<string, Trace>()
    const work: Do = async (key, _signal, its) => void seen.set(key, its)
    await queueOf(service, work).runDue()
    expect(seen.get(asked)).toEqual({
      trace_id: '4bf92f3577b34da6a3ce929d0e0e4736',
      span_id: expect.stringMatching(/^[\da-f]{16}$/),
      parent_span_id: trace.span_id,
      isSampled: true,
    })
    expect(seen.get(asked)?.span_id).not.toBe(trace.span_id)
    expect(seen.get(alone)?.trace_id).toMatch(/^[\da-f]{32}$/)
    expect(seen.get(alone)).not.toHaveProperty('parent_span_id')
  })

  test('wait for their time', async ({ service, db }) => {
    const key = newId()
    await add(db, key, { runAt: later(now(), 3600) })
    const seen: string[] = []
    const queue = queueOf(service, async (each) => void seen.push(each))
    await queue.runDue()
    expect(seen).toEqual([])
    await letTimePass(db)
    await queue.runDue()
    expect(seen).toEqual([key])
  })

  test('of a key are enqueued once, also when many ask at the same time', async ({
    service,
    db,
  }) => {
    const key = newId()
    await Promise.all(Array.from({ length: 5 }, () => add(db, key, { key: `once ${key}` })))
    const seen: string[] = []
    await queueOf(service, async (each) => void seen.push(each)).runDue()
    await add(db, key, { key: `once ${key}` })
    await queueOf(service, async (each) => void seen.push(each)).runDue()
    expect(seen).toEqual([key])
  })

  test('that fail say why, try again later, and are given up in the end', async ({
    service,
    db,
  }) => {
    const key = newId()
    await add(db, key, { maxAttempts: 3 })
    const queue = queueOf(service, async () => {
      throw new Error('disk on fire')
    })
    await queue.runDue()
    const once = await jobWith(db, key)
    expect(once).toMatchObject({ attempts: 1, failed_at: null, last_error: 'Error: disk on fire' })
    const wait = (Date.parse(once.run_at) - Date.now()) / 1000
    expect(wait).toBeGreaterThan(backoffSeconds(1) - 2)
    expect(wait).toBeLessThanOrEqual(backoffSeconds(1))
    await queue.runDue()
    expect((await jobWith(db, key)).attempts).toBe(1)

    for (const _ of [2, 3]) {
      await letTimePass(db)
      await queue.runDue()
    }
    expect(await jobWith(db, key)).toMatchObject({
      attempts: 3,
      failed_at: expect.any(String),
      finished_at: null,
    })
    await letTimePass(db)
    await queue.runDue()
    expect(queue.outcomes).toEqual(['retried', 'retried', 'failed'])
  })

  test('are given up at once when trying again cannot help', async ({ service, db }) => {
    const key = newId()
    await add(db, key)
    const queue = queueOf(service, async () => {
      throw Object.assign(new Error('no such folder'), { permanent: true })
    })
    await queue.runDue()
    expect(queue.outcomes).toEqual(['failed'])
    expect(await jobWith(db, key)).toMatchObject({ attempts: 1, failed_at: expect.any(String) })
  })

  test('of a kind nobody knows fail and harm no other', async ({ service, db }) => {
    await transact(db, (trx) => enqueue(trx, 'clean_up', {}, { maxAttempts: 1 }))
    const key = newId()
    await add(db, key)
    const seen: string[] = []
    const queue = queueOf(service, async (each) => void seen.push(each))
    await queue.runDue()
    expect(seen).toEqual([key])
    expect(queue.outcomes.sort()).toEqual(['failed', 'succeeded'])
  })

  test('wait twice and more as long after each failure, six hours at most', () => {
    const waits = Array.from({ length: 12 }, (_, n) => backoffSeconds(n + 1))
    expect(waits.slice(0, 4)).toEqual([3, 7, 20, 55])
    for (const [n, wait] of waits.slice(1, 10).entries()) {
      expect(wait / (waits[n] as number)).toBeGreaterThan(2)
    }
    expect(Math.max(...waits)).toBe(22_026)
  })
})

describe('a queue that is started', () => {
  test('runs what comes, several at a time, and stops when told', async () => {
    const service = await startService()
    const { db } = service.deps
    let [busy, most] = [0, 0]
    const seen: string[] = []
    const queue = queueOf(service, async (key) => {
      busy += 1
      most = Math.max(most, busy)
      await new Promise((resolve) => setTimeout(resolve, 50))
      busy -= 1
      seen.push(key)
    })
    await queue.start()
    for (let n = 0; n < 12; n += 1) await add(db, newId())
    await until(() => seen.length === 12)
    expect(most).toBeGreaterThan(1)
    expect(most).toBeLessThanOrEqual(4)
    await queue.stop(1000)
    await add(db, newId())
    await new Promise((resolve) => setTimeout(resolve, 1500))
    expect(seen).toHaveLength(12)
    expect(queue.faults).toEqual([])
    await service.close()
  })

  test('hands back what does not end in time, and the next one does it', async () => {
    const service = await startService()
    const { db } = service.deps
    const key = newId()
    await add(db, key)
    let isRunning = false
    const first = queueOf(service, (_key, signal) => {
      isRunning = true
      return new Promise((_, reject) =>
        signal.addEventListener('abort', () => reject(signal.reason)),
      )
    })
    await first.start()
    await until(() => isRunning)
    await first.stop(100)
    expect(first.outcomes).toEqual(['handed_back'])
    expect(await jobWith(db, key)).toMatchObject({
      attempts: 0,
      locked_until: null,
      failed_at: null,
    })
    const seen: string[] = []
    const second = queueOf(service, async (each) => void seen.push(each))
    await second.start()
    await until(() => seen.length === 1)
    await second.stop(1000)
    await service.close()
  })

  test('takes over a job whose instance has died, after its lease', async () => {
    const service = await startService()
    const { db } = service.deps
    const key = newId()
    await add(db, key)
    const { id } = await jobWith(db, key)
    // What an instance leaves behind that was killed in the middle.
    await db
      .updateTable('jobs')
      .set({ attempts: 1, locked_until: later(now(), 1) })
      .where('id', '=', id)
      .execute()
    if (engineOf(db) === 'postgres') {
      await sql`update graphile_worker._private_jobs
        set locked_at = now(), locked_by = 'dead', attempts = 1 where key = ${id}`.execute(db)
    }
    const seen: string[] = []
    const queue = queueOf(service, async (each) => void seen.push(each), 500)
    await queue.start()
    await until(() => seen.length === 1)
    await queue.stop(1000)
    expect(await jobWith(db, key)).toMatchObject({ attempts: 2, finished_at: expect.any(String) })
    await service.close()
  })

  test('is no longer ended by an instance that was silent for too long', async () => {
    const service = await startService()
    const { db } = service.deps
    const key = newId()
    await add(db, key)
    const { id } = await jobWith(db, key)
    const queue = queueOf(service, async () => {
      // Another one has it by now.
      const taken = { attempts: 2, locked_until: later(now(), 60) }
      await db.updateTable('jobs').set(taken).where('id', '=', id).execute()
    })
    await queue.runDue()
    expect(queue.faults).toEqual([])
    expect(await jobWith(db, key)).toMatchObject({ attempts: 2, finished_at: null })
    expect((await jobWith(db, key)).locked_until).not.toBeNull()
    await service.close()
  })

  test('keeps its lease for as long as the job takes', async () => {
    const service = await startService()
    const { db } = service.deps
    await add(db, newId())
    let runs = 0
    const work = async () => {
      runs += 1
      await new Promise((resolve) => setTimeout(resolve, 4000))
    }
    const queues = [queueOf(service, work, 1500), queueOf(service, work, 1500)]
    for (const queue of queues) await queue.start()
    await until(() => queues.some(({ outcomes }) => outcomes.length > 0))
    for (const queue of queues) await queue.stop(5000)
    expect(runs).toBe(1)
    await service.close()
  })

  test('gives up a job that takes its process down again and again', async () => {
    const service = await startService()
    const { db } = service.deps
    const key = newId()
    await add(db, key, { maxAttempts: 2 })
    const { id } = await jobWith(db, key)
    await db
      .updateTable('jobs')
      .set({ attempts: 2, locked_until: later(now(), -1) })
      .where('id', '=', id)
      .execute()
    const seen: string[] = []
    const queue = queueOf(service, async (each) => void seen.push(each))
    await queue.runDue()
    expect(seen).toEqual([])
    expect(await jobWith(db, key)).toMatchObject({
      failed_at: expect.any(String),
      last_error: 'Error: The service ended while this job ran.',
    })
    await service.close()
  })
})

describe('a recurring job', () => {
  const daily: readonly Recurring[] = [
    { kind: 'clean_up', payload: {}, cron: '0 9 * * *', zone: 'Asia/Tokyo' },
  ]
  const count = async (db: Db) =>
    (await db.selectFrom('jobs').select('id').where('kind', '=', 'clean_up').execute()).length

  test('is enqueued once for each time, whoever looks and however often', async () => {
    const { deps, close } = await startService()
    const { db } = deps
    const look = (at: string) => enqueueDue(db, daily, new Date(at))
    await look('2026-01-02T00:00:00Z')
    expect(await count(db), 'what is new has its first time ahead').toBe(0)
    await look('2026-01-02T23:59:59Z')
    expect(await count(db)).toBe(0)
    await Promise.all(Array.from({ length: 6 }, () => look('2026-01-03T00:00:01Z')))
    expect(await count(db)).toBe(1)
    await look('2026-01-03T12:00:00Z')
    expect(await count(db)).toBe(1)
    // Down for a week: the latest time is made good, not seven of them.
    await look('2026-01-10T05:00:00Z')
    expect(await count(db)).toBe(2)
    // A clock that steps back does nothing twice.
    await look('2026-01-09T23:59:30Z')
    await look('2026-01-10T00:00:30Z')
    expect(await count(db)).toBe(2)
    // One that was days ahead does not keep the days until then from having theirs.
    await look('2026-01-05T05:00:00Z')
    expect(await count(db)).toBe(2)
    await look('2026-01-06T05:00:00Z')
    expect(await count(db)).toBe(3)
    await close()
  })
})
