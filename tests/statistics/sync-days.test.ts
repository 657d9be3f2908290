import type { Db } from '../../db/tables.ts'
import { createLibrary } from '../../src/statistics/library.ts'
import { seededRandom } from '../../src/statistics/random.ts'
import { readObservations } from '../../src/statistics/store.ts'
import { getSync } from '../../src/statistics/sync/status.ts'
import type { EstatFault, FaultPlan } from '../support/estat-faults.ts'
import type { PlanId, Truth } from '../support/estat-plans.ts'
import { describe, expect, signInTo, test } from '../support/service.ts'
import { appId, dayBefore, dumpOf, evening, finish, startSynced, syncOn } from '../support/sync.ts'

const prefectures = 'estat-ssds-prefectures'

/** Every way in which a call can fail; those below the line only where there are figures. */
const faults = (name: string, pick: number): EstatFault => {
  const any: EstatFault[] = [
    { kind: 'reset' },
    { kind: 'reset', within: 'body' },
    { kind: 'http', status: 500 },
    { kind: 'http', status: 503, retryAfter: '1' },
    { kind: 'http', status: 429, retryAfter: '1' },
    { kind: 'http', status: 400 },
    { kind: 'firewall' },
    { kind: 'html' },
    { kind: 'redirect', location: 'http://127.0.0.1:9/elsewhere' },
    { kind: 'status', status: 100, http: 403 },
    { kind: 'status', status: 1 },
    { kind: 'status', status: 2 },
    { kind: 'status', status: 300 },
    { kind: 'truncated', length: 'right' },
    { kind: 'truncated', length: 'wrong' },
    { kind: 'huge', bytes: 5 * 2 ** 20 },
    { kind: 'deep', levels: 100 },
    { kind: 'encoding', as: 'plain' },
    { kind: 'encoding', as: 'cut' },
    { kind: 'silent' },
    { kind: 'slow', pauseMs: 60 },
  ]
  const figures: EstatFault[] = [
    { kind: 'endless' },
    { kind: 'total', add: 1 },
    { kind: 'edit', edit: (json) => json.GET_STATS_DATA.STATISTICAL_DATA.DATA_INF.VALUE.pop() },
    {
      kind: 'edit',
      edit: (json) => {
        json.GET_STATS_DATA.STATISTICAL_DATA.DATA_INF.VALUE[0].$ = '=1+1'
        return json
      },
    },
  ]
  const all = name === 'getStatsData' ? [...any, ...figures] : any
  return all[Math.floor(pick * all.length)] as EstatFault
}

const aFifthFails = (seed: number): FaultPlan => {
  const random = seededRandom(seed)
  return ({ name }) => (random() < 0.2 ? faults(name, random()) : undefined)
}

/** Births of 2022 revised in one prefecture, and so in the nation. */
function revised(truth: Truth, area: string, by: number): Truth {
  const next = new Map(truth)
  for (const each of [area, '00000']) {
    const key = `A4101 ${each} 2022`
    next.set(key, (next.get(key) ?? 0) + by)
  }
  return next
}

async function figuresNow(db: Db): Promise<Truth> {
  const rows = await readObservations(db, {
    indicators: ['A1101', 'A110101', 'A110102', 'A4101'],
    from: 2020,
  })
  return new Map(
    rows.map(({ indicator, area, year, value }) => [
      `${indicator} ${area} ${year}`,
      value ?? Number.NaN,
    ]),
  )
}

describe('thirty days on which a fifth of all calls fail', { timeout: 120_000 }, () => {
  test('succeed but for the one with a fault in the figures, and publish nothing wrong', async () => {
    const service = await startSynced({ updated: dayBefore(40), timeoutMs: 500 })
    const { deps, estat, tables, mails, webhook } = service
    const { db } = deps
    const administrator = await signInTo(service.app, 'SystemAdmin')
    const bundled = await figuresNow(db)
    // Another instance may not know for a second; this one looks each time.
    const app = await service.twin({ library: { read: () => createLibrary(db).read() } })
    const good = new Map<string, Truth>()
    const failed: string[] = []
    let tries = 0

    for (let n = 0; n < 30; n += 1) {
      const day = dayBefore(29 - n)
      if (n % 7 === 3 || n === 19) {
        const { truth } = tables[prefectures]
        tables[prefectures] = { truth: revised(truth, '13000', 10 + n), updated: day }
      }
      const right = tables[prefectures]
      if (n === 18) {
        const wrong = [...right.truth].map(([key, value]) => [key, value * 1000] as const)
        tables[prefectures] = { truth: new Map(wrong), updated: day }
      }
      service.serve(tables)
      if (n === 18) tables[prefectures] = right
      estat.plan(aFifthFails(1000 + n))
      await syncOn(service, day)

      const runs = await db
        .selectFrom('sync_runs')
        .select(['source_id', 'outcome'])
        .where('scheduled_for', '=', day)
        .execute()
      tries += runs.length
      const done = runs.filter(({ outcome }) => outcome === 'published' || outcome === 'unchanged')
      for (const { source_id } of done) good.set(source_id, tables[source_id as PlanId].truth)
      if (done.length < 3) failed.push(day)
      const expected = new Map([...bundled, ...[...good.values()].flatMap((truth) => [...truth])])
      expect(await figuresNow(db), day).toEqual(expected)

      const url = '/api/v1/statistics/observations?indicator=A4101&area=13000&from=2022'
      const { meta, rows } = (await app.inject(url)).json()
      expect(meta.stale, day).toBe(n === 18)
      expect(rows[0].value).toBe(expected.get('A4101 13000 2022'))
      expect(meta.notice).toContain('国によって保証されたものではありません')
    }

    expect(tries).toBeGreaterThan(3 * 30)
    expect(failed).toEqual([dayBefore(11)])
    const { success, sources, runs } = await getSync(deps, { limit: 1000 }, evening)
    expect(success).toEqual({
      calendar_days: 30,
      scheduled_days: 30,
      succeeded_days: 29,
      rate: 0.9667,
      failed_days: failed,
    })
    expect(sources).toMatchObject([1, 2, 3].map(() => ({ state: 'ok', stale_since: null })))
    expect(runs).toHaveLength(tries)
    const codes = new Set(runs.map(({ error_code }) => error_code))
    expect(codes.size).toBeGreaterThan(4)
    expect(codes).not.toContain('internal_error')

    await finish(service)
    expect(mails.map(({ to, subject }) => [to, subject.split(' ').at(-1)])).toEqual([
      [administrator.email, '検査で保留しました'],
      [administrator.email, '復旧しました'],
    ])
    expect(webhook.bodies.map((body) => JSON.parse(body))).toMatchObject([
      { state: 'quarantined', source: { id: prefectures }, run: { outcome: 'quarantined' } },
      { state: 'ok', source: { id: prefectures }, run: { outcome: 'published' } },
    ])
    const log = service.lines
      .join('')
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line))
    const told = log.filter(({ state }) => state !== undefined)
    expect(told.map(({ level, state }) => [level, state])).toEqual([
      [50, 'quarantined'],
      [30, 'ok'],
    ])

    const answers = await Promise.all(
      ['sync?limit=1000', 'quality?limit=1000'].map((path) =>
        service.app.inject(`/api/v1/statistics/${path}`),
      ),
    )
    const everything = [
      await dumpOf(db),
      JSON.stringify(mails),
      ...webhook.bodies,
      ...service.lines,
      ...answers.map(({ body }) => body),
    ].join('\n')
    for (const spelling of [
      appId,
      encodeURIComponent(appId),
      new URLSearchParams({ appId }).toString(),
    ]) {
      expect(everything).not.toContain(spelling)
    }
    expect(service.faults).toEqual([])
    await service.close()
  })
})
