import { transact } from '../../db/transact.ts'
import { recurringJobsOf } from '../../src/handlers.ts'
import { createQueue } from '../../src/queue.ts'
import { enqueueDue } from '../../src/schedule.ts'
import { loadCatalogue } from '../../src/statistics/catalogue.ts'
import { failRun } from '../../src/statistics/runs/runs.ts'
import { readObservations } from '../../src/statistics/store.ts'
import { planOf, plans } from '../../src/statistics/sync/plans.ts'
import { readPlan } from '../../src/statistics/sync/reading.ts'
import { startSync } from '../../src/statistics/sync/start.ts'
import { getSync } from '../../src/statistics/sync/status.ts'
import { syncSource } from '../../src/statistics/sync/sync.ts'
import { newId } from '../../src/values.ts'
import type { EstatFault, Loose } from '../support/estat-faults.ts'
import { tableFor } from '../support/estat-plans.ts'
import { letTimePass } from '../support/jobs.ts'
import { test as base, describe, expect, signInTo } from '../support/service.ts'
import { dayBefore, evening, finish, type Synced, startSynced, syncOn } from '../support/sync.ts'

const prefectures = 'estat-ssds-prefectures'
const never = new AbortController().signal

/** Each test has a service of its own: a sync concerns all of its sources. */
const test = base.extend<{ synced: Synced }>({
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads the fixtures from the pattern
  synced: async ({}, use) => {
    const synced = await startSynced()
    await use(synced)
    await synced.close()
  },
})

const runsOf = ({ deps }: Synced) =>
  deps.db.selectFrom('sync_runs').selectAll().orderBy('id').execute()

const staleOf = async ({ deps }: Synced) => {
  const rows = await deps.db
    .selectFrom('stat_sources')
    .select('id')
    .where('stale_since', 'is not', null)
    .orderBy('id')
    .execute()
  return rows.map(({ id }) => id)
}

const versionOf = async ({ deps }: Synced) =>
  (await deps.db.selectFrom('statistics_state').select('version').executeTakeFirstOrThrow()).version

const dataCalls = ({ estat }: Synced) =>
  estat.requests.filter(({ name }) => name === 'getStatsData').length

const taskFor = (source_id: string, attempt = 1) => ({
  source_id,
  run_id: newId(),
  scheduled_for: dayBefore(0),
  attempt,
})

describe('a sync', () => {
  test('publishes what is news, and reads no figures where nothing changed', async ({ synced }) => {
    await syncOn(synced, dayBefore(1))
    const first = await runsOf(synced)
    expect(
      first.map(({ source_id, outcome, error_code }) => [source_id, outcome, error_code]),
    ).toEqual(
      plans.map(({ source }) => [
        source.id,
        source.id === prefectures ? 'published' : 'unchanged',
        null,
      ]),
    )
    const found = first.find(({ source_id }) => source_id === prefectures)
    // Births of 2022, which the bundled figures have of municipalities only.
    expect(found).toMatchObject({ rows_read: 48 * 5, rows_added: 48, published: dayBefore(0) })
    const rows = await readObservations(synced.deps.db, {
      indicators: ['A4101'],
      areas: ['00000'],
      from: 2022,
    })
    expect(rows).toMatchObject([
      { period: '2022000000', source_id: prefectures, vintage: dayBefore(0), status: 'final' },
    ])
    const app = await synced.twin()
    const { meta } = (
      await app.inject('/api/v1/statistics/observations?indicator=A4101&area=00000&from=2022')
    ).json()
    expect(meta).toMatchObject({
      stale: false,
      credit:
        '出典：政府統計の総合窓口(e-Stat)（https://www.e-stat.go.jp/）社会・人口統計体系（総務省）',
    })
    expect(meta.notice).toContain('e-Stat')

    const version = await versionOf(synced)
    synced.estat.requests.length = 0
    await syncOn(synced, dayBefore(0))
    expect(dataCalls(synced)).toBe(0)
    expect(synced.estat.requests).toHaveLength(plans.length)
    const second = (await runsOf(synced)).slice(plans.length)
    expect(second.map(({ outcome }) => outcome)).toEqual(plans.map(() => 'unchanged'))
    expect(await versionOf(synced)).toBe(version)
  })

  test('is one run of a source, however many instances look', async ({ synced }) => {
    const { db, config } = synced.deps
    const at = new Date()
    await Promise.all([1, 2, 3].map(() => startSync(db, config, at)))
    const other = createQueue(config.databaseUrl, {
      db,
      handlers: {
        sync_source: (task: never, signal: AbortSignal) => syncSource(synced.deps, task, signal),
      } as never,
      leaseMs: 2000,
      onRun: () => {},
      onError: () => {},
    })
    await Promise.all([synced.queue.runDue(), other.runDue()])
    await finish(synced)
    expect((await runsOf(synced)).map(({ source_id }) => source_id).sort()).toEqual(
      plans.map(({ source }) => source.id).sort(),
    )
  })

  test('leaves a source alone that another run is busy with', async ({ synced }) => {
    await startSync(synced.deps.db, synced.deps.config)
    const before = (await runsOf(synced)).length
    const tasks = [1, 2, 3].map(() => ({ ...taskFor(prefectures, 2), force: true }))
    const outcomes = await Promise.allSettled(
      tasks.map((task) => syncSource(synced.deps, task, never)),
    )
    expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(2)
    expect(await runsOf(synced)).toHaveLength(before + 1)
    // The same run once more, as after a crash, is in the books already.
    const [last] = (await runsOf(synced)).slice(-1)
    const again = tasks.find(({ run_id }) => run_id === last?.id)
    if (again) await syncSource(synced.deps, again, never)
    expect(await runsOf(synced)).toHaveLength(before + 1)
  })

  test('that is stopped leaves nothing, and goes on later', async ({ synced }) => {
    const stop = new AbortController()
    synced.estat.plan(({ name }) => {
      if (name === 'getStatsData') stop.abort()
      return undefined
    })
    await startSync(synced.deps.db, synced.deps.config)
    const task = taskFor(prefectures)
    const version = await versionOf(synced)
    await expect(syncSource(synced.deps, task, stop.signal)).rejects.toThrow('gave up')
    expect(await runsOf(synced)).toEqual([])
    expect(await versionOf(synced)).toBe(version)
    synced.estat.plan([])
    await syncSource(synced.deps, task, never)
    expect(await runsOf(synced)).toMatchObject([{ id: task.run_id, outcome: 'published' }])
  })

  test('says that figures may be old after days without it, and makes up for them once', async ({
    synced,
  }) => {
    const { db, config } = synced.deps
    const at = (day: string) => new Date(`${day}T09:00:00+09:00`)
    await syncOn(synced, dayBefore(5))
    const version = await versionOf(synced)
    await startSync(db, config, at(dayBefore(3)))
    expect(await staleOf(synced)).toEqual([])
    expect(await versionOf(synced)).toBe(version)
    await startSync(db, config, at(dayBefore(2)))
    const own = plans.map(({ source }) => source.id)
    expect(await staleOf(synced)).toEqual([...own, 'estimates'].sort())
    await finish(synced)
    expect(await staleOf(synced)).toEqual([])
    const { success } = await getSync(synced.deps, { limit: 1 })
    expect(success).toMatchObject({ scheduled_days: 5, succeeded_days: 3, rate: 0.6 })
    expect(success.failed_days).toEqual([dayBefore(1), dayBefore(4)])

    // The first look only remembers; of the times that pass while nobody looks the latest counts.
    const recurring = recurringJobsOf(config)
    const started = async (...days: number[]) => {
      for (const day of days) await enqueueDue(db, recurring, at(dayBefore(day)))
      const jobs = db.selectFrom('jobs').select('id').where('kind', '=', 'sync_statistics')
      return (await jobs.execute()).length
    }
    expect(await started(9)).toBe(0)
    expect(await started(8, 8)).toBe(1)
    expect(await started(1, 1)).toBe(2)
  })
})

describe('a source that fails', () => {
  test('is tried after 5, 15, 60 and 180 minutes, and then told of once', async ({ synced }) => {
    const { db, config } = synced.deps
    const ann = await signInTo(synced.app, 'SystemAdmin')
    await signInTo(synced.app, 'User')
    await syncOn(synced, dayBefore(3))
    synced.estat.plan(() => ({ kind: 'http', status: 503 }))
    const version = await versionOf(synced)
    const pauses: number[] = []
    await startSync(db, config, new Date(`${dayBefore(2)}T12:00:00+09:00`))
    for (let n = 0; n < 5; n += 1) {
      await synced.queue.runDue()
      const state = await db.selectFrom('sync_states').select('state').distinct().execute()
      expect(state).toEqual([{ state: n < 4 ? 'ok' : 'failing' }])
      const { sources } = await getSync(synced.deps, { limit: 1 })
      const next = sources[0]?.next_attempt_at
      if (next) pauses.push(Math.round((Date.parse(next) - Date.now()) / 60_000))
      expect((await versionOf(synced)) > version).toBe(n === 4)
      await letTimePass(db)
    }
    expect(pauses).toEqual([5, 15, 60, 180])
    expect(await staleOf(synced)).toEqual(
      [...plans.map(({ source }) => source.id), 'estimates'].sort(),
    )
    const stale = await versionOf(synced)
    await finish(synced)
    await syncOn(synced, dayBefore(1))
    expect(await versionOf(synced)).toBe(stale)
    expect(synced.mails).toHaveLength(plans.length)
    expect(new Set(synced.mails.map(({ to }) => to))).toEqual(new Set([ann.email]))
    expect(synced.mails[0]).toMatchObject({
      subject: expect.stringContaining('取得に失敗しました'),
      text: expect.stringContaining('unavailable: e-Stat: unavailable 503'),
    })

    synced.estat.plan([])
    await syncOn(synced, dayBefore(0))
    expect(await staleOf(synced)).toEqual([])
    expect(synced.mails).toHaveLength(2 * plans.length)
    expect(synced.webhook.bodies).toHaveLength(2 * plans.length)
    const { success, sources } = await getSync(synced.deps, { limit: 1 }, evening)
    expect(success).toMatchObject({ scheduled_days: 4, succeeded_days: 2, rate: 0.5 })
    expect(sources.map(({ state }) => state)).toEqual(plans.map(() => 'ok'))
  })

  const edit = (change: (data: Loose) => void): EstatFault => ({
    kind: 'edit',
    edit: (json) => {
      const data = json.GET_STATS_DATA?.STATISTICAL_DATA
      if (data) change(data)
      return json
    },
  })

  base.describe('through', () => {
    const cases: [string, string, EstatFault][] = [
      [
        'an application ID that is refused',
        'app_id_refused',
        { kind: 'status', status: 100, http: 403 },
      ],
      ['a redirect', 'redirected', { kind: 'redirect', location: 'http://127.0.0.1:9/' }],
      ['half an answer', 'truncated', { kind: 'truncated', length: 'right' }],
      ['too much', 'too_large', { kind: 'huge', bytes: 5 * 2 ** 20 }],
      ['too many levels', 'too_deep', { kind: 'deep', levels: 1000 }],
      ['a total that is not theirs', 'total_mismatch', { kind: 'total', add: 5 }],
      ['pages without an end', 'paging_stuck', { kind: 'endless' }],
      ['part of the figures', 'estat_partial', edit(() => {})],
      [
        'figures that are none',
        'estat_unreadable',
        edit((data) => {
          data.DATA_INF.VALUE[0].$ = '<b>'
        }),
      ],
      [
        'another unit',
        'estat_unreadable',
        edit((data) => {
          data.DATA_INF.VALUE[0]['@unit'] = '千人'
        }),
      ],
      [
        'another table',
        'estat_undated',
        edit((data) => {
          data.TABLE_INF['@id'] = '0000010102'
        }),
      ],
      [
        'a day that is none',
        'estat_undated',
        edit((data) => {
          data.TABLE_INF.UPDATED_DATE = 'soon'
        }),
      ],
    ]
    test('what e-Stat may answer, is written down with a code', async ({ synced }) => {
      await startSync(synced.deps.db, synced.deps.config)
      const version = await versionOf(synced)
      for (const [n, [name, code, fault]] of cases.entries()) {
        const status = (json: Loose) => {
          json.GET_STATS_DATA.RESULT.STATUS = 2
          return json
        }
        const told = code === 'estat_partial' ? { kind: 'edit' as const, edit: status } : fault
        synced.estat.plan(({ name: asked }) => (asked === 'getStatsData' ? told : undefined))
        await syncSource(synced.deps, taskFor(prefectures), never)
        const run = (await runsOf(synced))[n]
        expect(run, name).toMatchObject({ outcome: 'failed', error_code: code, rows_added: 0 })
      }
      expect(await versionOf(synced)).toBe(version)
      const { runs } = (await synced.app.inject('/api/v1/statistics/sync')).json()
      expect(runs).toHaveLength(cases.length)
      expect(runs[0].error_message).toContain('0000010101')
    })
  })

  test('that has nothing is a success, unless it had something before', async ({ synced }) => {
    await startSync(synced.deps.db, synced.deps.config)
    const nothing = ({ name }: { name: string }): EstatFault | undefined =>
      name === 'getStatsData' ? { kind: 'status', status: 1 } : undefined
    synced.estat.plan(nothing)
    await syncSource(synced.deps, taskFor(prefectures), never)
    synced.estat.plan([])
    await syncSource(synced.deps, taskFor(prefectures), never)
    synced.estat.plan(nothing)
    await syncSource(synced.deps, { ...taskFor(prefectures), force: true }, never)
    expect(await runsOf(synced)).toMatchObject([
      { outcome: 'unchanged', rows_read: 0 },
      { outcome: 'published' },
      { outcome: 'failed', error_code: 'estat_emptied' },
    ])
  })

  test('says to the public neither its instance nor what a database said', async ({ synced }) => {
    const error = Object.assign(new Error('no pg_hba.conf entry for 10.1.2.3'), { code: '28000' })
    const request = {
      kind: 'estat',
      source_id: prefectures,
      published: '',
      instance: 'host-7',
    } as const
    const { id } = await failRun(synced.deps.db, request, error)
    const { body } = await synced.app.inject(`/api/v1/statistics/sync/${id}`)
    expect(JSON.parse(body)).toMatchObject({
      error_code: '28000',
      error_message: null,
      published: null,
    })
    expect(body).not.toMatch(/host-7|pg_hba/)
  })
})

describe('what a plan reads', () => {
  test('is counted ages in census years, estimates between, and only areas of ours', async ({
    synced,
  }) => {
    const truth = new Map([
      ['A1301 13000 2019', 1_566_000],
      ['A1301 13000 2020', 1_534_240],
      ['A1101 13000 2019', 14_007_000],
      ['A4103 13000 2020', 1.12],
      ['A1101 13101 2020', 66_680],
      ['A1101 99999 2020', 5],
    ])
    const table = tableFor(prefectures, truth, dayBefore(0))
    const rate = table.values.find(({ value }) => value === '1.12')
    if (rate) rate.unit = '‐'
    const marked = { ...table.values[0], value: '***' } as (typeof table.values)[0]
    synced.estat.serve([{ ...table, values: [...table.values.slice(1), marked] }])
    const plan = planOf(prefectures)
    const { estat, db } = synced.deps
    if (!plan || !estat) throw new Error('There is no such plan.')
    const { figures, published, notes } = await readPlan(
      estat,
      plan,
      await loadCatalogue(db),
      never,
    )
    expect(published).toBe(dayBefore(0))
    expect(notes).toEqual([{ mark: '***', text: '当該数値がないもの' }])
    expect(
      figures.map(({ indicator, area, period, value, mark, status }) => [
        indicator,
        area,
        period,
        value ?? mark,
        status,
      ]),
    ).toEqual([
      ['A1301', '13000', '2020000000', 1_534_240, 'final'],
      ['A1101', '13000', '2019000000', 14_007_000, 'estimated'],
      ['A4103', '13000', '2020000000', 1.12, 'final'],
      ['age.0-14', '13000', '2019000000', '***', 'missing'],
    ])
  })

  test('has an indicator and at most a hundred codes for everything it asks for', async ({
    synced,
  }) => {
    const { indicators } = await loadCatalogue(synced.deps.db)
    for (const { source, query, indicators: rules } of plans) {
      expect(source.id).toMatch(/^estat-/)
      expect(query.narrow?.cat01?.codes?.length).toBeLessThanOrEqual(100)
      for (const { indicator, units } of rules) {
        const unit = indicators.get(indicator)?.unit
        expect(unit, indicator).toBeDefined()
        if (units) expect(Object.keys(units)).toEqual([unit])
      }
    }
  })
})

describe('an administrator', () => {
  test('starts a sync, and twice is once', async ({ synced }) => {
    const ann = await signInTo(synced.app, 'SystemAdmin')
    const bob = await signInTo(synced.app, 'User')
    const url = '/api/v1/statistics/sync'
    expect((await synced.app.inject({ method: 'POST', url })).statusCode).toBe(401)
    expect((await bob.post(url)).statusCode).toBe(403)
    const first = await ann.post(url)
    expect(first.statusCode).toBe(202)
    const second = (await ann.post(`${url}?force=true`)).json()
    expect(second.runs).toEqual(first.json().runs.map((run: object) => ({ ...run, is_new: false })))
    await finish(synced)
    const [run] = first.json().runs
    const done = await synced.app.inject(`${url}/${run.id}`)
    expect(done.json()).toMatchObject({ id: run.id, source_id: prefectures, outcome: 'published' })

    synced.estat.requests.length = 0
    const forced = (await ann.post(`${url}?force=true`)).json()
    expect(forced.runs[0]).toMatchObject({ attempt: 2, is_new: true })
    await finish(synced)
    expect(dataCalls(synced)).toBeGreaterThan(2)
    const { events } = (await ann.get('/api/v1/admin/audit?action=statistics_sync.started')).json()
    expect(events).toHaveLength(3)
  })

  test('decides about figures that were kept back', async ({ synced }) => {
    const ann = await signInTo(synced.app, 'SystemAdmin')
    await syncOn(synced, dayBefore(0))
    const { truth } = synced.tables[prefectures]
    const wrong = new Map([...truth].map(([key, value]) => [key, value * 1000] as const))
    const serve = () =>
      synced.serve({ ...synced.tables, [prefectures]: { truth: wrong, updated: dayBefore(0) } })
    const url = '/api/v1/statistics/sync'
    const quarantined = async () => {
      serve()
      await ann.post(`${url}?force=true`)
      await finish(synced)
      const { runs } = (await synced.app.inject(`${url}?outcome=quarantined`)).json()
      return runs[0].id as string
    }
    const first = await quarantined()
    expect(await staleOf(synced)).toEqual([prefectures, 'estimates'])
    const errors = await synced.app.inject(
      `/api/v1/statistics/quality?run_id=${first}&severity=error&check=unit_jump`,
    )
    expect(errors.json().total).toBeGreaterThan(0)
    expect((await ann.post(`${url}/${first}/reject`)).json()).toMatchObject({
      decision: 'rejected',
    })
    expect((await ann.post(`${url}/${first}/accept`)).statusCode).toBe(409)
    expect((await ann.post(`${url}/${newId()}/accept`)).statusCode).toBe(404)
    expect(await staleOf(synced)).toEqual([prefectures, 'estimates'])

    const second = await quarantined()
    const accepted = await ann.post(`${url}/${second}/accept`)
    expect(accepted.json()).toMatchObject({ outcome: 'published', decision: 'accepted' })
    expect(await staleOf(synced)).toEqual([])
    await finish(synced)
    expect(synced.mails.map(({ subject }) => subject.split(' ').at(-1))).toEqual([
      '検査で保留しました',
      '復旧しました',
    ])
    const libraries = await readObservations(synced.deps.db, {
      indicators: ['libraries_per_100k'],
      areas: ['13000'],
      from: 2021,
    })
    // What is worked out of the population came along, right or wrong.
    expect(libraries.at(-1)?.value).toBeLessThan(0.01)
  })
})

test('without an application ID there is no sync, and the service says so', async ({ app, db }) => {
  const ann = await signInTo(app, 'SystemAdmin')
  expect((await app.inject('/api/v1/statistics/sync')).json()).toMatchObject({
    is_enabled: false,
    reason: 'ESTAT_APP_ID is not set',
    schedule: { next_run_at: null },
    success: { rate: null },
    runs: [],
  })
  const refused = await ann.post('/api/v1/statistics/sync')
  expect(refused.json()).toMatchObject({ status: 409, code: 'sync_disabled' })
  await transact(db, async (trx) => {
    expect(await trx.selectFrom('sync_states').selectAll().execute()).toEqual([])
  })
})
