import { sql } from 'kysely'
import { beforeEach } from 'vitest'
import type { Db } from '../../db/tables.ts'
import type { ServiceArea } from '../../schemas/service-levels.ts'
import { forgetLevels, recordLevels, startRecording } from '../../src/system/level-records.ts'
import { createLevels } from '../../src/system/levels.ts'
import { getServiceLevels } from '../../src/system/slo.ts'
import { newId } from '../../src/values.ts'
import { describe, expect, test } from '../support/service.ts'

const url = '/api/v1/admin/slo'
const minute = 60_000
/** Noon of a Sunday in Japan. */
const noon = Date.parse('2031-06-15T03:00:00Z')
const days = 30

/** An instance whose clock stands where the test puts it. */
function instanceAt(start: number) {
  let at = start
  const levels = createLevels(() => at)
  const serve = (area: ServiceArea, count: number, status = 200, ms = 4) => {
    for (let n = 0; n < count; n += 1) levels.countRequest(area, status, ms)
  }
  return {
    levels,
    serve,
    move: (to: number) => {
      at = to
    },
    write: (db: Db, isUp = true) => recordLevels(db, levels, isUp, at),
  }
}

/** Heartbeats of every minute from one time up to another. */
async function beat(db: Db, from: number, to: number): Promise<void> {
  const { levels, move, write } = instanceAt(from)
  for (let at = from; at < to; at += minute) {
    move(at)
    await write(db)
  }
  expect(levels.take()).toEqual([])
}

beforeEach<{ db: Db }>(async ({ db }) => {
  for (const table of ['service_levels', 'service_minutes', 'sync_runs'] as const)
    await db.deleteFrom(table).execute()
})

describe('the record of how the service does', () => {
  test('says nothing of what nobody wrote down', async ({ db }) => {
    const answer = await getServiceLevels(db, { days }, noon)
    expect(answer.availability).toMatchObject({ ratio: null, is_met: null, down_minutes: 0 })
    expect(answer.window).toMatchObject({
      from: '2031-05-16T15:00:00.000Z',
      to: '2031-06-15T03:00:00.000Z',
      observed_from: null,
    })
    expect(answer.error_budget).toEqual({
      allowed_minutes: 43.2,
      spent_minutes: 0,
      left_minutes: 43.2,
      left_ratio: 1,
    })
    expect(answer.burn_rates.map(({ rate }) => rate)).toEqual([null, null, null])
    expect(answer.sync).toMatchObject({ runs: 0, ratio: null, last_success_at: null })
    expect(answer.days).toHaveLength(days)
    expect(answer.days.at(-1)?.date).toBe('2031-06-15')
  })

  test('adds up what all instances answered, by area', async ({ db }) => {
    const [one, two] = [instanceAt(noon - 1), instanceAt(noon - 1)]
    one.serve('items', 90)
    one.serve('items', 5, 404, 8)
    two.serve('items', 4, 200, 8)
    two.serve('items', 1, 503, 8)
    two.serve('itsm', 100, 200, 20_000)
    await Promise.all([one.write(db), two.write(db)])
    const answer = await getServiceLevels(db, { days }, noon)
    expect(answer.availability).toMatchObject({
      ratio: 0.995,
      is_met: false,
      requests: 200,
      failures: 1,
    })
    expect(answer.areas).toEqual([
      {
        area: 'items',
        requests: 100,
        failures: 1,
        ratio: 0.99,
        // Of a hundred 90 took up to 5 ms and 10 more up to 10: the 95th stands half way between.
        latency: { requests: 100, p50_ms: 2.8, p95_ms: 7.5, p99_ms: 9.5 },
      },
      {
        area: 'itsm',
        requests: 100,
        failures: 0,
        ratio: 1,
        latency: { requests: 100, p50_ms: 10_000, p95_ms: 10_000, p99_ms: 10_000 },
      },
    ])
    const items = await getServiceLevels(db, { days, area: 'items' }, noon)
    expect(items.availability).toMatchObject({ request_ratio: 0.99, requests: 100 })
    expect(items.areas).toHaveLength(1)
    expect(items.days.at(-1)).toMatchObject({ requests: 100, failures: 1, p95_ms: 7.5 })
  })

  test('counts minutes without any instance as down, from the first record on', async ({ db }) => {
    await beat(db, noon - 100 * minute, noon - 40 * minute)
    await beat(db, noon - 35 * minute, noon)
    const idle = await getServiceLevels(db, { days }, noon)
    expect(idle.availability).toMatchObject({
      ratio: 0.95,
      request_ratio: null,
      up_minutes: 95,
      down_minutes: 5,
    })
    expect(idle.error_budget).toEqual({
      allowed_minutes: 43.2,
      spent_minutes: 5,
      left_minutes: 38.2,
      left_ratio: 0.884259,
    })
    const { levels, serve, write } = instanceAt(noon - 1)
    serve('items', 9)
    serve('items', 1, 500)
    levels.countJob('retried', 1)
    levels.countJob('succeeded', 1)
    levels.countJob('failed', 1)
    await write(db)
    const busy = await getServiceLevels(db, { days }, noon)
    expect(busy.availability).toMatchObject({ request_ratio: 0.9, ratio: 0.855 })
    expect(busy.jobs).toEqual({ ended: 2, succeeded: 1, failed: 1, ratio: 0.5 })
    expect(busy.days.at(-1)).toMatchObject({
      availability: 0.855,
      down_minutes: 5,
      jobs: 2,
      job_failures: 1,
    })
  })

  test('shows how fast the budget burns', async ({ db }) => {
    const instance = instanceAt(noon - 2 * 60 * minute)
    instance.serve('items', 980)
    instance.move(noon - 30 * minute)
    instance.serve('items', 10, 500)
    instance.serve('items', 990)
    instance.serve('uploads', 20, 500)
    await instance.write(db, false)
    const { burn_rates } = await getServiceLevels(db, { days }, noon)
    // 30 of 1020 fail in the last hour, 30 of 2000 in the last six; the budget is one in a thousand.
    expect(burn_rates).toMatchObject([
      { hours: 1, requests: 1020, failures: 30, rate: 29.412 },
      { hours: 6, requests: 2000, failures: 30, rate: 15 },
      { hours: 72, requests: 2000, failures: 30, rate: 15 },
    ])
    const items = await getServiceLevels(db, { days, area: 'items' }, noon)
    expect(items.burn_rates[0]).toMatchObject({ requests: 1000, failures: 10, rate: 10 })
  })

  test('lets a day begin when it does in Japan', async ({ db }) => {
    const midnight = Date.parse('2031-06-14T15:00:00Z')
    const instance = instanceAt(midnight - 1)
    instance.serve('items', 3)
    instance.move(midnight)
    instance.serve('items', 4)
    await instance.write(db)
    const { days: shown, availability } = await getServiceLevels(db, { days: 2 }, noon)
    expect(shown.map(({ date, requests }) => [date, requests])).toEqual([
      ['2031-06-14', 3],
      ['2031-06-15', 4],
    ])
    expect(availability.requests).toBe(7)
    const today = await getServiceLevels(db, { days: 1 }, noon)
    expect(today.availability.requests).toBe(4)
  })

  test('loses nothing while the database refuses, nor when the service leaves', async ({
    db,
    service,
  }) => {
    const { levels, serve, write } = instanceAt(noon - 1)
    serve('items', 2)
    await sql`alter table service_levels rename to misplaced`.execute(db)
    await expect(write(db)).rejects.toThrow()
    await sql`alter table misplaced rename to service_levels`.execute(db)
    serve('items', 1)
    const faults: unknown[] = []
    const stop = startRecording(db, levels, service.deps.lifecycle, (each) => faults.push(each))
    serve('items', 1)
    await stop()
    expect((await getServiceLevels(db, { days }, noon)).availability.requests).toBe(4)
    expect(faults).toEqual([])
  })

  test('forgets minutes after a day, hours after four and days after three months', async ({
    db,
  }) => {
    const instance = instanceAt(noon - 5 * 1440 * minute)
    instance.serve('items', 1)
    await instance.write(db)
    const rows = () =>
      db.selectFrom('service_levels').select('seconds').orderBy('seconds').execute()
    const both = (seconds: number) => [{ seconds }, { seconds }]
    expect(await rows()).toEqual([...both(300), ...both(3600), ...both(86_400)])
    await forgetLevels(db, noon - 3 * 1440 * minute)
    expect(await rows()).toEqual([...both(3600), ...both(86_400)])
    await forgetLevels(db, noon)
    expect(await rows()).toEqual(both(86_400))
    await forgetLevels(db, noon + 90 * 1440 * minute)
    expect(await rows()).toEqual([])
    expect(await db.selectFrom('service_minutes').selectAll().execute()).toEqual([])
  })

  test('has the runs of the sync', async ({ db }) => {
    const run = (outcome: 'published' | 'failed' | 'quarantined', hoursAgo: number) => ({
      id: newId(),
      kind: 'estat' as const,
      source_id: 'population',
      scheduled_for: '2031-06-15',
      attempt: 1,
      started_at: new Date(noon - hoursAgo * 60 * minute).toISOString(),
      ended_at: new Date(noon - hoursAgo * 60 * minute).toISOString(),
      outcome,
      rows_read: 0,
      rows_added: 0,
      rows_changed: 0,
      published: '2031',
      vintage: null,
      error_code: null,
      error_message: null,
      instance: 'test',
      decision: null,
      decided_at: null,
    })
    const old = run('failed', 24 * 40)
    const rows = [
      run('published', 10),
      run('published', 34),
      run('quarantined', 3),
      run('failed', 2),
      old,
    ]
    await db.insertInto('sync_runs').values(rows).execute()
    const { sync, days: shown } = await getServiceLevels(db, { days }, noon)
    expect(sync).toEqual({
      runs: 4,
      succeeded: 2,
      quarantined: 1,
      failed: 1,
      ratio: 0.5,
      is_met: false,
      last_success_at: new Date(noon - 600 * minute).toISOString(),
      age_hours: 10,
    })
    expect(shown.at(-1)).toMatchObject({ syncs: 3, sync_failures: 2 })
  })
})

describe('GET /admin/slo', () => {
  test('counts what is asked of the service, for those who look after it', async ({
    signIn,
    service,
    db,
  }) => {
    const auditor = await signIn('Auditor')
    const { levels } = service.deps
    levels.take()
    await auditor.get('/api/v1/items?limit=0')
    await auditor.get('/api/v1/items')
    await auditor.get('/api/statistics/areas')
    await service.app.inject('/health/live')
    await service.app.inject('/nowhere')
    await recordLevels(db, levels, true)
    const response = await auditor.get(`${url}?days=1`)
    expect(response.statusCode).toBe(200)
    const { areas, availability } = response.json()
    expect(areas).toMatchObject([
      { area: 'items', requests: 2, failures: 0 },
      { area: 'statistics', requests: 1, failures: 0 },
    ])
    expect(availability.requests).toBe(3)
    expect((await auditor.get(`${url}?days=91`)).statusCode).toBe(422)
    expect((await auditor.get(`${url}?area=moon`)).statusCode).toBe(422)
    expect((await (await signIn()).get(url)).statusCode).toBe(403)
  })
})
