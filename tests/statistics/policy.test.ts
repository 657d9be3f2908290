import type { App } from '../../src/fastify.ts'
import { listPolicies } from '../../src/statistics/policy/policies.ts'
import { newId } from '../../src/values.ts'
import { describe, expect, test } from '../support/statistics.ts'

const url = '/api/v1/policy'

const ask = async (app: App, path: string) => {
  const response = await app.inject(encodeURI(`${url}${path}`).replaceAll('#', '%23'))
  return { status: response.statusCode, headers: response.headers, ...response.json() }
}

const births = {
  name_ja: '子育て支援の拡充',
  areas: ['鹿児島県', '47000'],
  indicator: '#A05203',
  direction: 'up',
  starts_on: '2015-04-01',
  target_value: 1.82,
  target_year: 2030,
}

const people = {
  name_ja: '移住の促進',
  areas: ['東京都', '神奈川県'],
  indicator: '総人口',
  direction: 'up',
  starts_on: '2018-04-01',
}

const idsIn = ({ policies }: { policies: { id: string }[] }) => policies.map(({ id }) => id)

describe('a policy', () => {
  test('is recorded with everything about it', async ({ app, signIn }) => {
    const root = await signIn('SystemAdmin')
    const more = {
      name_en: 'Support',
      description: '医療費の助成',
      ends_on: '2031-03-31',
      control_level: 'prefecture',
      budget_yen: 9_000_000_000_000,
      owner: 'こども課',
      links: [{ title: '計画', url: 'https://www.example.jp/plan' }],
    }
    const phases = [
      { date: '2018-04-01', label: '全域' },
      { date: '2015-04-01', label: '試行' },
    ]
    const made = await root.post(url, { ...births, ...more, phases })
    expect(made.statusCode).toBe(201)
    const { id } = made.json()
    expect(made.headers).toMatchObject({ location: `${url}/${id}`, etag: '"1"' })
    const { areas, ...said } = births
    const expected = {
      ...said,
      ...more,
      areas: [
        { area_code: '46000', area_name: '鹿児島県', area_name_en: 'Kagoshima' },
        { area_code: '47000', area_name: '沖縄県', area_name_en: 'Okinawa' },
      ],
      control_areas: [],
      phases: phases.toReversed(),
      start_year: 2015,
      status: 'active',
      version: 1,
    }
    expect(made.json()).toMatchObject(expected)
    expect(await ask(app, `/${id}`)).toMatchObject(expected)
    await root.delete(`${url}/${id}`)
  })

  test('is tracked area by area where its indicator cannot be added up', async ({
    app,
    signIn,
  }) => {
    const root = await signIn('SystemAdmin')
    const { id } = (await root.post(url, births)).json()
    const { tracking, meta } = await ask(app, `/${id}`)
    expect(tracking).toMatchObject({
      indicator_name_ja: '合計特殊出生率',
      is_sum: false,
      start_period: 'FY2015',
    })
    const [kagoshima, okinawa] = tracking.lines
    expect(kagoshima).toMatchObject({
      area_code: '46000',
      label: '鹿児島県',
      baseline: { period: 'FY2014', year: 2014, value: 1.62 },
      current: { period: 'FY2020', value: 1.61 },
      gap: 0.21,
      expected_progress: 37.5,
      is_met: false,
      reason: null,
    })
    // (1.61 - 1.62) / (1.82 - 1.62)
    expect(kagoshima.progress).toBeCloseTo(-5, 9)
    expect(okinawa).toMatchObject({
      baseline: { value: 1.86 },
      current: { value: 1.83 },
      progress: 100,
      is_met: true,
    })
    const after = kagoshima.points.filter((point: { after_start: boolean }) => point.after_start)
    expect(after.map(({ period }: { period: string }) => period)).toEqual(
      [2015, 2016, 2017, 2018, 2019, 2020].map((year) => `FY${year}`),
    )
    expect(meta).toMatchObject({ processed: false, coverage: { areas: 2, of: 2 } })

    const { labels, datasets } = await ask(app, `/${id}?format=chartjs`)
    expect(labels.at(-1)).toBe('FY2030')
    expect(datasets.map((set: { id: string }) => set.id)).toEqual([
      '#A05203:46000',
      '#A05203:47000',
      'target',
    ])
    expect(datasets[2].data.at(-1)).toBe(1.82)
    expect(datasets[0].start_period).toBe('FY2015')
    const csv = (await app.inject(`${url}/${id}?format=csv`)).body
    expect(csv).toMatch('#A05203,46000,鹿児島県,FY2014,2014,1.62,false,')
    await root.delete(`${url}/${id}`)
  })

  test('is tracked as a sum where its indicator is a count', async ({ app, signIn }) => {
    const root = await signIn('SystemAdmin')
    const target = { target_value: 23_500_000, target_year: 2022 }
    const { id } = (await root.post(url, { ...people, ...target })).json()
    const { tracking, meta } = await ask(app, `/${id}`)
    expect(tracking).toMatchObject({ is_sum: true, start_period: '2018', unit: '人' })
    expect(tracking.lines).toHaveLength(1)
    expect(tracking.lines[0]).toMatchObject({
      area_code: null,
      label: '東京都・神奈川県',
      // 13,768,000 + 9,173,000 and 14,047,594 + 9,237,337, both after the census’ revision.
      baseline: { period: '2017', value: 22_941_000 },
      current: { period: '2020', value: 23_284_931 },
      gap: 215_069,
      expected_progress: 60,
    })
    expect(tracking.lines[0].progress).toBeCloseTo((343_931 / 559_000) * 100, 9)
    expect(meta).toMatchObject({ processed: true, coverage: { areas: 2, of: 2 } })
    await root.delete(`${url}/${id}`)
  })

  test('says why there is no progress', async ({ app, signIn }) => {
    const root = await signIn('SystemAdmin')
    const reasonOf = async (change: object) => {
      const { id } = (await root.post(url, { ...births, areas: ['46000'], ...change })).json()
      const { tracking } = await ask(app, `/${id}`)
      await root.delete(`${url}/${id}`)
      expect(tracking.lines[0].progress).toBeNull()
      return tracking.lines[0].reason
    }
    expect(await reasonOf({ target_value: null, target_year: null })).toBe('no_target')
    expect(await reasonOf({ areas: ['横浜市'] })).toBe('no_figures')
    expect(await reasonOf({ starts_on: '2024-04-01' })).toBe('not_started')
    expect(await reasonOf({ starts_on: '1950-04-01' })).toBe('no_baseline')
  })

  test('changes field by field, and never over a version that was not seen', async ({
    app,
    signIn,
  }) => {
    const root = await signIn('SystemAdmin')
    const { id } = (await root.post(url, { ...births, control_level: 'prefecture' })).json()
    const etag = String((await app.inject(`${url}/${id}`)).headers.etag)
    const headers = { 'if-match': etag }
    const seen = await app.inject({ url: `${url}/${id}`, headers: { 'if-none-match': etag } })
    expect(seen.statusCode).toBe(304)
    const change = { areas: ['青森'], control_areas: ['岩手', '秋田'] }
    const changed = await root.patch(`${url}/${id}`, change, headers)
    expect(changed.json()).toMatchObject({
      areas: [{ area_code: '02000' }],
      control_areas: [{ area_code: '03000' }, { area_code: '05000' }],
      control_level: null,
      name_ja: births.name_ja,
      version: 2,
    })
    const stale = await root.patch(`${url}/${id}`, { owner: 'x' }, headers)
    expect(stale.json()).toMatchObject({ status: 412, code: 'stale_version' })
    expect((await root.delete(`${url}/${id}`, undefined, headers)).statusCode).toBe(412)
    const back = await root.patch(`${url}/${id}`, {
      control_level: 'prefecture',
      target_value: null,
    })
    expect(back.json()).toMatchObject({
      control_areas: [],
      control_level: 'prefecture',
      target_year: null,
      areas: [{ area_code: '02000' }],
    })
    expect(await ask(app, `/${id}`)).toMatchObject({ version: 3, control_areas: [] })
    // A change that would contradict what is there is none at all.
    const late = await root.patch(`${url}/${id}`, { ends_on: '2015-03-31' })
    expect(late.json()).toMatchObject({ status: 422, code: 'dates_reversed' })
    expect(await ask(app, `/${id}`)).toMatchObject({ version: 3, ends_on: null })
    expect((await root.delete(`${url}/${id}`)).statusCode).toBe(204)
    expect((await ask(app, `/${id}`)).code).toBe('policy_not_found')
  })

  test('is made once for one Idempotency-Key, and leaves its trace', async ({ db, signIn }) => {
    const root = await signIn('SystemAdmin')
    const headers = { 'idempotency-key': newId() }
    const answers = [
      await root.post(url, births, headers),
      await root.post(url, births, headers),
      await root.post(url, people, headers),
    ]
    const { id } = answers[0]?.json() ?? {}
    expect(answers[1]?.json().id).toBe(id)
    expect(answers[2]?.json().code).toBe('idempotency_key_reused')
    await root.patch(`${url}/${id}`, { areas: ['46000'] })
    await root.delete(`${url}/${id}`)
    const rows = await db
      .selectFrom('audit_log')
      .select(['action', 'changes'])
      .where('subject_id', '=', id)
      .orderBy('id')
      .execute()
    expect(rows.map(({ action }) => action)).toEqual([
      'policy.created',
      'policy.updated',
      'policy.deleted',
    ])
    expect(JSON.parse(rows[1]?.changes ?? '')).toEqual({
      areas: { from: ['46000', '47000'], to: ['46000'] },
    })
    expect(JSON.parse(rows[2]?.changes ?? '')).toMatchObject({ name_ja: births.name_ja })
    const left = await db.selectFrom('policy_areas').select('area_code').where('policy_id', '=', id)
    expect(await left.execute()).toEqual([])
  })

  test('is for administrators to write, and for everybody to read', async ({ app, signIn }) => {
    const root = await signIn('SystemAdmin')
    const { id } = (await root.post(url, births)).json()
    for (const role of ['User', 'Auditor', 'ServiceDeskAgent'] as const) {
      const ann = await signIn(role)
      expect((await ann.post(url, births)).statusCode).toBe(403)
      expect((await ann.patch(`${url}/${id}`, { owner: 'x' })).statusCode).toBe(403)
      expect((await ann.delete(`${url}/${id}`)).statusCode).toBe(403)
    }
    expect((await app.inject({ method: 'POST', url, payload: births })).statusCode).toBe(401)
    expect((await app.inject({ method: 'DELETE', url: `${url}/${id}` })).statusCode).toBe(401)
    for (const unknown of [newId(), 'f47ac10b-58cc-4372-a567-0e02b2c3d479']) {
      expect((await ask(app, `/${unknown}`)).code).toBe('policy_not_found')
      expect((await root.patch(`${url}/${unknown}`, { owner: 'x' })).statusCode).toBe(404)
      expect((await root.delete(`${url}/${unknown}`)).statusCode).toBe(404)
    }
    await root.delete(`${url}/${id}`)
  })

  test.for([
    [{ ...births, areas: undefined }, 'areas'],
    [{ ...births, areas: [] }, 'areas'],
    [{ ...births, areas: ['鹿児島県', '46000'] }, 'areas.1'],
    [{ ...births, control_areas: ['東京', '13000'] }, 'control_areas.1'],
    [{ ...births, name_ja: 'あ'.repeat(10_000) }, 'name_ja'],
    [{ ...births, areas: ['あ'.repeat(10_000)] }, 'areas.0'],
    [{ ...births, indicator: 'あ'.repeat(10_000) }, 'indicator'],
    [{ ...births, colour: 'red' }, 'colour'],
    [{ ...births, status: 'ended' }, 'status'],
    [{ ...births, starts_on: '2015-02-30' }, 'starts_on'],
    [{ ...births, starts_on: '2015' }, 'starts_on'],
    [{ ...births, starts_on: null }, 'starts_on'],
    [{ ...births, direction: undefined }, 'direction'],
    [{ ...births, target_value: undefined }, 'target_value'],
    [{ ...births, budget_yen: -1 }, 'budget_yen'],
    [{ ...births, budget_yen: 0.5 }, 'budget_yen'],
    [{ ...births, control_level: 'nation' }, 'control_level'],
    [{ ...births, links: [{ title: 'x', url: 'javascript:alert(1)' }] }, 'links.0.url'],
    [{ ...births, phases: [{ date: '2015-13-01', label: 'x' }] }, 'phases.0.date'],
    [{ ...births, phases: [{ date: '2015-12-01', label: 'x', more: 1 }] }, 'phases.0.more'],
  ] as const)('is refused as %j, naming %s', async ([body, field], { signIn }) => {
    const response = await (await signIn('SystemAdmin')).post(url, body)
    expect(response.json()).toMatchObject({ status: 422, errors: [{ field }] })
  })

  test.for([
    [{ indicator: '#A0520' }, 404, 'indicator_not_found', '#A05203'],
    [{ areas: ['鹿児島市県'] }, 404, 'area_not_found', '鹿児島県'],
    [{ areas: ['府中市'] }, 409, 'area_ambiguous', 'candidates'],
    [{ ends_on: '2015-03-31' }, 422, 'dates_reversed', 'ends_on'],
    [{ target_year: 2014 }, 422, 'dates_reversed', 'target_year'],
    [{ areas: ['鹿児島県', '鹿児島市'] }, 422, 'policy_areas_overlap', '鹿児島市 は 鹿児島県'],
    [{ areas: ['全国', '横浜市'] }, 422, 'policy_areas_overlap', '横浜市 は 全国'],
    [{ control_areas: ['46000'] }, 422, 'policy_areas_overlap', '鹿児島県'],
    [{ control_areas: ['全国'] }, 422, 'policy_areas_overlap', '全国'],
    [
      { control_areas: ['13000'], control_level: 'prefecture' },
      422,
      'control_pool_twice',
      'control_level',
    ],
  ] as const)('with %j is refused with %i %s', async ([change, status, code, hint], { signIn }) => {
    const response = await (await signIn('SystemAdmin')).post(url, { ...births, ...change })
    expect(response.json()).toMatchObject({ status, code })
    expect(response.json().detail).toMatch(hint)
  })
})

describe('GET /api/v1/policy', () => {
  test('lists the newest first, by area, indicator, status and text, in pages', async ({
    app,
    db,
    service,
    signIn,
  }) => {
    const root = await signIn('SystemAdmin')
    const make = async (body: object): Promise<string> => (await root.post(url, body)).json().id
    const first = await make({ ...births, description: '100%の助成', ends_on: '2020-03-31' })
    const second = await make({ ...people, owner: '企画課', name_en: 'Moving In' })
    const third = await make({ ...births, areas: ['02000'], starts_on: '2030-04-01' })
    const ids = async (query: string) => idsIn(await ask(app, query))

    const all = await ask(app, '?limit=2')
    expect(all).toMatchObject({ total: 3, skip: 0, limit: 2 })
    expect(all.headers['x-total-count']).toBe('3')
    expect(idsIn(all)).toEqual([third, second])
    expect(await ids('?limit=2&skip=2')).toEqual([first])
    expect(await ids('?area=沖縄')).toEqual([first])
    expect(await ids('?area=埼玉県')).toEqual([])
    expect(await ids('?indicator=総人口')).toEqual([second])
    expect(await ids('?indicator=#A05203')).toEqual([third, first])
    expect(await ids('?status=ended')).toEqual([first])
    expect(await ids('?status=active')).toEqual([second])
    expect(await ids('?status=planned')).toEqual([third])
    expect(await ids('?q=moving in')).toEqual([second])
    expect(await ids('?q=企画')).toEqual([second])
    expect((await app.inject(`${url}?q=100%25`)).json().total).toBe(1)
    expect((await app.inject(`${url}?q=_`)).json().total).toBe(0)

    // The last day counts, by the clock of Japan.
    const statusAt = async (at: string) => {
      const catalogue = await service.deps.library.read()
      const query = { area: '47000', skip: 0, limit: 1 }
      return (await listPolicies(db, catalogue, query, at)).policies[0]?.status
    }
    expect(await statusAt('2015-03-31T14:59:59.999Z')).toBe('planned')
    expect(await statusAt('2015-03-31T15:00:00.000Z')).toBe('active')
    expect(await statusAt('2020-03-31T14:59:59.999Z')).toBe('active')
    expect(await statusAt('2020-03-31T15:00:00.000Z')).toBe('ended')
    for (const id of [first, second, third]) await root.delete(`${url}/${id}`)
  })

  test.for([
    ['?area=府中市', 409, 'area_ambiguous'],
    ['?area=どこにもない', 404, 'area_not_found'],
    ['?indicator=A0000000', 404, 'indicator_not_found'],
    ['?status=over', 422, 'invalid_request'],
    ['?limit=1001', 422, 'invalid_request'],
    ['/1', 422, 'invalid_request'],
  ] as const)('refuses %s with %i %s', async ([path, status, code], { app }) => {
    expect(await ask(app, path)).toMatchObject({ status, code })
  })
})
