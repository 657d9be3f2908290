import { transact } from '../../db/transact.ts'
import type { App } from '../../src/fastify.ts'
import { getKpiCards } from '../../src/statistics/kpi/cards.ts'
import { publish } from '../../src/statistics/publish.ts'
import { loadStatistics } from '../../src/statistics/seed/seed.ts'
import { newId } from '../../src/values.ts'
import { describe, expect, test } from '../support/statistics.ts'

const url = '/api/v1/kpi'

const ask = async (app: App, path: string) => {
  const response = await app.inject(encodeURI(`${url}${path}`).replaceAll('#', '%23'))
  return { status: response.statusCode, headers: response.headers, ...response.json() }
}

type Card = Record<string, unknown> & { id: string; indicator: string; sparkline: object[] }
const cardsIn = (kpis: Card[]) => Object.fromEntries(kpis.map((card) => [card.indicator, card]))

const defaults = [
  'total',
  'share',
  'density',
  'A4101',
  '#A05203',
  'A710101',
  '#A06205',
  'unemployment_rate',
]

const definition = { name_ja: '出生率', indicator: '#A05203' }

describe('GET /api/v1/kpi', () => {
  test('shows somebody new eight cards of Japan, in order', async ({ app }) => {
    const { kpis, total, skip, limit, meta } = await ask(app, '?category=population')
    expect({ total, skip, limit }).toEqual({ total: 7, skip: 0, limit: 50 })
    const all = (await ask(app, '?area=00000')).kpis.slice(0, 8)
    expect(all.map(({ indicator }: Card) => indicator)).toEqual(defaults)
    expect(kpis.map(({ indicator }: Card) => indicator)).toEqual(defaults.slice(0, 7))
    expect(meta.coverage).toEqual({ areas: 1, of: 1 })
    expect(meta.credit).toMatch('国勢調査')
  })

  test('sets a census against the year before as it was revised, and not as it was estimated', async ({
    app,
  }) => {
    const { total } = cardsIn((await ask(app, '')).kpis)
    expect(total).toMatchObject({
      name_ja: '総人口',
      area_name: '全国',
      value: 126_146_099,
      unit: '人',
      period: '2020',
      period_code: '2020000000',
      figure_status: 'final',
      previous: { period: '2019', year: 2019, value: 126_555_000 },
      delta: -408_901,
      status: 'bad',
      rank: null,
      coverage: { areas: 1, of: 1 },
      target: null,
      source: 'census',
      vintage: '2021',
      stale: false,
      reason: null,
    })
    expect(total?.delta_percent).toBeCloseTo(-0.3231, 4)
    expect(total?.sparkline).toHaveLength(24)
    expect(total?.sparkline[0]).toEqual({ period: '1945', value: 71_998_104 })
    expect(total?.freshness).toMatchObject({ cycle_months: 12, due_on: '2022-12-31' })
  })

  test('sets a fiscal year against the one before, in at most 24 points', async ({ app }) => {
    const cards = cardsIn((await ask(app, '')).kpis)
    expect(cards['#A05203']).toMatchObject({
      value: 1.33,
      period: 'FY2020',
      previous: { period: 'FY2019', value: 1.36 },
      delta: -0.03,
      status: 'bad',
      freshness: { state: 'late', cycle_months: 12, due_on: '2023-03-31' },
    })
    expect(cards['#A05203']?.sparkline).toHaveLength(24)
    expect(cards['#A05203']?.sparkline[0]).toEqual({ period: 'FY1997', value: 1.39 })
    // Counted only with a census; the years between have marks.
    expect(cards['#A06205']).toMatchObject({
      value: 37.97,
      previous: { period: 'FY2015', value: 34.53 },
      delta: 3.44,
      status: 'unknown',
      freshness: { cycle_months: 60 },
    })
    // 35,335,805 of 123,214,261 persons of known age.
    expect(cards.share?.value).toBeCloseTo(28.6783, 4)
    expect(cards.share).toMatchObject({ status: 'bad', unit: '％' })
    expect(cards.share?.credit).toMatch('加工')
  })

  test('says unknown rather than guess from a single figure', async ({ app }) => {
    const { A710101 } = cardsIn((await ask(app, '')).kpis)
    expect(A710101).toMatchObject({
      value: 55_704_949,
      previous: null,
      delta: null,
      delta_percent: null,
      status: 'unknown',
      freshness: { state: 'unknown', cycle_months: null },
    })
  })

  test('shows another area instead, with its rank, and leaves out targets', async ({
    app,
    signIn,
  }) => {
    const root = await signIn('SystemAdmin')
    const made = await root.post(url, { ...definition, direction: 'up', target_value: 1.8 })
    const { kpis } = await ask(app, '?show_area=東京')
    const cards = cardsIn(kpis.filter(({ id }: Card) => id !== made.json().id))
    const [all] = kpis.filter(({ id }: Card) => id === made.json().id)
    expect(all).toMatchObject({ area_code: '13000', target: null, status: 'bad' })
    expect(cards.total).toMatchObject({
      value: 14_047_594,
      previous: { period: '2019', value: 14_007_000 },
      delta: 40_594,
      status: 'good',
      rank: { rank: 1, of: 47, level: 'prefecture' },
      coverage: { areas: 47, of: 47 },
    })
    expect(cards.density).toMatchObject({
      unit: '人/km2',
      status: 'unknown',
      rank: { rank: 1, of: 47 },
    })
    // Down is wanted: only Okinawa's share is smaller.
    expect(cards.share?.rank).toMatchObject({ rank: 2 })
    expect(cards['#A05203']).toMatchObject({ value: 1.12, rank: { rank: 47, of: 47 } })
    await root.delete(`${url}/${made.json().id}`)
  })

  test('takes as many queries for eight cards as for three', async ({ db, service }) => {
    const catalogue = await service.deps.library.read()
    const queriesFor = async (limit: number) => {
      let queries = 0
      const counting = db.withPlugin({
        transformQuery({ node }) {
          queries += 1
          return node
        },
        transformResult: async ({ result }) => result,
      })
      const query = { skip: 0, limit, show_area: '13101', bom: false }
      const { body } = await getKpiCards(counting, catalogue, query)
      expect(body.kpis).toHaveLength(limit)
      return queries
    }
    expect(await queriesFor(8)).toBe(await queriesFor(3))
    expect(await queriesFor(8)).toBeLessThanOrEqual(5)
  })

  test('gives equals one rank: 1.61 in Nagasaki and Kagoshima, then 1.60', async ({ app }) => {
    const rankOf = async (area: string) =>
      cardsIn((await ask(app, `?show_area=${area}`)).kpis)['#A05203']?.rank
    expect(await rankOf('長崎県')).toMatchObject({ rank: 3 })
    expect(await rankOf('鹿児島県')).toMatchObject({ rank: 3 })
    expect(await rankOf('熊本県')).toMatchObject({ rank: 5 })
  })

  test('ranks a town among all of them, and says so where it has no figures', async ({ app }) => {
    const cards = cardsIn((await ask(app, '?show_area=横浜市')).kpis)
    expect(cards.total).toMatchObject({
      value: 3_777_491,
      previous: { period: '2015', value: 3_724_844 },
      rank: { rank: 1, of: 1741, level: 'municipality' },
    })
    expect(cards['#A05203']).toMatchObject({
      value: null,
      reason: 'no_figures',
      status: 'unknown',
      rank: null,
      sparkline: [],
      freshness: null,
      coverage: { areas: 0, of: 1741 },
    })
  })

  test('draws the sparklines, and writes one line a card', async ({ app }) => {
    const { labels, datasets } = await ask(app, '?format=chartjs&limit=1')
    expect(labels).toHaveLength(24)
    expect(datasets).toMatchObject([{ label: '全国 総人口', unit: '人', area_code: '00000' }])
    const csv = (await app.inject(`${url}?format=csv&limit=8`)).body.split('\r\n')
    expect(csv).toHaveLength(10)
    expect(csv[0]).toMatch(/^id,name_ja,.*previous_period,previous_value,.*freshness,due_on$/)
    const line = (await app.inject(`${url}?format=ndjson&limit=1`)).json()
    expect(line).toMatchObject({ value: 126_146_099, previous_value: 126_555_000, rank: null })
  })

  test('pages, filters by area and category, and finds nothing without a fault', async ({
    app,
  }) => {
    const page = await ask(app, '?skip=1&limit=2')
    expect(page.kpis.map(({ indicator }: Card) => indicator)).toEqual(['share', 'density'])
    const none = await ask(app, '?area=東京都')
    expect(none).toMatchObject({ status: 200, kpis: [], total: 0, meta: { source: [] } })
    expect((await ask(app, '?category=economy')).kpis).toHaveLength(1)
  })

  test.for([
    ['?area=府中市', 409, 'area_ambiguous'],
    ['?show_area=どこにもない', 404, 'area_not_found'],
    ['?limit=101', 422, 'invalid_request'],
    [`?area=${'x'.repeat(10_000)}`, 422, 'invalid_request'],
    ['?format=geojson', 422, 'invalid_request'],
    [`/${newId()}`, 404, 'kpi_not_found'],
    ['/1', 422, 'invalid_request'],
  ] as const)('refuses %s with %i %s', async ([path, status, code], { app }) => {
    expect(await ask(app, path)).toMatchObject({ status, code })
  })
})

describe('a KPI of one’s own', () => {
  test('has a target, and is judged by it', async ({ app, signIn }) => {
    const root = await signIn('SystemAdmin')
    const made = await root.post(url, {
      ...definition,
      area: '東京都',
      direction: 'up',
      target_value: 1.15,
      target_year: 2030,
      tolerance: 0.03,
      position: 5,
    })
    expect(made.statusCode).toBe(201)
    const { id } = made.json()
    expect(made.headers).toMatchObject({ location: `${url}/${id}`, etag: '"1"' })
    expect(made.json()).toMatchObject({
      area_code: '13000',
      category: 'population',
      name_en: null,
      version: 1,
    })
    const card = await ask(app, `/${id}`)
    expect(card).toMatchObject({
      value: 1.12,
      target: { value: 1.15, year: 2030, gap: 0.03 },
      status: 'warning',
      rank: { rank: 47 },
    })
    await root.patch(`${url}/${id}`, { tolerance: 0.02 })
    expect(await ask(app, `/${id}`)).toMatchObject({ status: 'bad', version: 2 })
    await root.patch(`${url}/${id}`, { target_value: null })
    expect(await ask(app, `/${id}`)).toMatchObject({ target: null, version: 3 })
    await root.delete(`${url}/${id}`)
  })

  test('takes direction and category from its indicator, and a Japanese name for it', async ({
    signIn,
  }) => {
    const root = await signIn('SystemAdmin')
    const made = await root.post(url, { name_ja: 'x', indicator: '空き家率' })
    expect(made.json()).toMatchObject({
      indicator: 'vacancy_rate',
      direction: 'down',
      category: 'housing',
      area_code: '00000',
    })
    await root.delete(`${url}/${made.json().id}`)
  })

  test('counts a change from revised year to year', async ({ app, signIn }) => {
    const root = await signIn('SystemAdmin')
    const body = { name_ja: '増減', indicator: 'change', direction: 'up' }
    const { id } = (await root.post(url, body)).json()
    expect(await ask(app, `/${id}`)).toMatchObject({
      value: -408_901,
      previous: { period: '2019', value: -193_000 },
      delta: -215_901,
      status: 'bad',
    })
    expect(await ask(app, `/${id}?show_area=東京都`)).toMatchObject({
      value: 40_594,
      previous: { period: '2019', value: 120_000 },
      delta: -79_406,
      rank: { rank: 1, of: 47 },
    })
    await root.delete(`${url}/${id}`)
  })

  test('sets a month against the same month a year before', async ({ app, db, signIn }) => {
    const root = await signIn('SystemAdmin')
    const months = { 2025000909: 10, 2026000808: 12, 2026000909: 11, 2027000909: 99 }
    await transact(db, (trx) =>
      publish(
        trx,
        '2026-10',
        Object.entries(months).map(([period, value]) => ({
          indicator: 'B4101',
          area: '13000',
          period,
          value,
          mark: null,
          status: value === 99 ? 'projected' : 'final',
          source_id: 'ssdse-b-2025',
        })),
      ),
    )
    const made = await root.post(url, { name_ja: '気温', indicator: 'B4101', area: '13000' })
    const card = await ask(app, `/${made.json().id}`)
    expect(card).toMatchObject({
      value: 11,
      period: '2026-09',
      previous: { period: '2025-09', value: 10 },
      delta: 1,
      delta_percent: 10,
      coverage: { areas: 1, of: 47 },
      rank: { rank: 1, of: 1 },
      freshness: { cycle_months: 1, due_on: '2026-11-30' },
    })
    await root.delete(`${url}/${made.json().id}`)
  })

  test('shows at once what was changed, under a tag that is good for both', async ({
    app,
    signIn,
  }) => {
    const root = await signIn('SystemAdmin')
    const { id } = (await root.post(url, definition)).json()
    const first = await app.inject(`${url}/${id}`)
    const etag = String(first.headers.etag)
    expect(first.headers['cache-control']).toBe('public, no-cache')
    const seen = await app.inject({ url: `${url}/${id}`, headers: { 'if-none-match': etag } })
    expect(seen.statusCode).toBe(304)
    const list = String((await app.inject(url)).headers.etag)
    const changed = await root.patch(
      `${url}/${id}`,
      { name_ja: '新しい名前' },
      { 'if-match': etag },
    )
    expect(changed.json()).toMatchObject({ name_ja: '新しい名前', version: 2 })
    const stale = await root.patch(`${url}/${id}`, { name_ja: 'y' }, { 'if-match': etag })
    expect(stale.json()).toMatchObject({ status: 412, code: 'stale_version' })
    expect((await root.delete(`${url}/${id}`, undefined, { 'if-match': '"1"' })).statusCode).toBe(
      412,
    )
    const again = await app.inject({ url, headers: { 'if-none-match': list } })
    expect(again.statusCode).toBe(200)
    expect(again.body).toContain('新しい名前')
    expect((await root.delete(`${url}/${id}`, undefined, { 'if-match': '"2"' })).statusCode).toBe(
      204,
    )
    expect((await ask(app, `/${id}`)).status).toBe(404)
    expect((await app.inject(url)).body).not.toContain(id)
  })

  test('is made once for one Idempotency-Key, and leaves its trace', async ({ db, signIn }) => {
    const root = await signIn('SystemAdmin')
    const headers = { 'idempotency-key': newId() }
    const [first, second] = [
      await root.post(url, definition, headers),
      await root.post(url, definition, headers),
    ]
    const { id } = first.json()
    expect(second.headers['idempotent-replayed']).toBe('true')
    expect(second.json().id).toBe(id)
    await root.patch(`${url}/${id}`, { position: 7 })
    await root.delete(`${url}/${id}`)
    const rows = await db
      .selectFrom('audit_log')
      .select(['action', 'changes', 'actor_id'])
      .where('subject_id', '=', id)
      .orderBy('id')
      .execute()
    expect(rows.map(({ action }) => action)).toEqual(['kpi.created', 'kpi.updated', 'kpi.deleted'])
    expect(JSON.parse(rows[1]?.changes ?? '')).toEqual({ position: { from: 1000, to: 7 } })
    expect(JSON.parse(rows[2]?.changes ?? '')).toMatchObject({ indicator: '#A05203', position: 7 })
    expect(rows[0]?.actor_id).toBe(root.id)
  })

  test('survives two changes at once, each of them whole', async ({ app, signIn }) => {
    const root = await signIn('SystemAdmin')
    const { id } = (await root.post(url, { ...definition, direction: 'up' })).json()
    const changes = [{ target_value: 2 }, { tolerance: 0.5 }, { position: 3 }, { name_en: 'x' }]
    await Promise.all(changes.map((change) => root.patch(`${url}/${id}`, change)))
    expect(await ask(app, `/${id}`)).toMatchObject({
      version: 5,
      target: { value: 2 },
      tolerance: 0.5,
      position: 3,
      name_en: 'x',
    })
    await root.delete(`${url}/${id}`)
  })

  test.for([
    [{ name_ja: 'x' }, 422, 'indicator'],
    [{ ...definition, name_ja: 'x'.repeat(10_000) }, 422, 'name_ja'],
    [{ ...definition, name_ja: '' }, 422, 'name_ja'],
    [{ ...definition, colour: 'red' }, 422, 'colour'],
    [{ ...definition, tolerance: -1 }, 422, 'tolerance'],
    [{ ...definition, target_value: 1e300 }, 422, 'target_value'],
    [{ ...definition, target_value: '1.8' }, 422, 'target_value'],
    [{ ...definition, target_year: 2030 }, 422, 'target_value'],
    [{ ...definition, target_value: 1.8, direction: null }, 422, 'direction'],
    [{ name_ja: 'x', indicator: 'density', target_value: 1 }, 422, 'direction'],
    [{ ...definition, direction: 'left' }, 422, 'direction'],
    [{ ...definition, area: 'x'.repeat(61) }, 422, 'area'],
    [{ ...definition, id: newId() }, 422, 'id'],
  ] as const)('refuses %j with %i, naming %s', async ([body, status, field], { signIn }) => {
    const response = await (await signIn('SystemAdmin')).post(url, body)
    expect(response.json()).toMatchObject({ status, errors: [{ field }] })
  })

  test.for([
    [{ ...definition, indicator: '#A0520' }, 404, 'indicator_not_found', '#A05203'],
    [{ ...definition, area: '東京市' }, 404, 'area_not_found', '東京'],
    [{ ...definition, area: '府中市' }, 409, 'area_ambiguous', 'candidates'],
  ] as const)('refuses %j with %i %s', async ([body, status, code, hint], { signIn }) => {
    const response = await (await signIn('SystemAdmin')).post(url, body)
    expect(response.json()).toMatchObject({ status, code })
    expect(response.json().detail).toMatch(hint)
  })

  test('is for administrators to change, and for everybody to read', async ({ app, signIn }) => {
    const { id } = (await ask(app, '?limit=1')).kpis[0]
    for (const role of ['User', 'Auditor', 'ChangeManager'] as const) {
      const ann = await signIn(role)
      expect((await ann.post(url, definition)).statusCode).toBe(403)
      expect((await ann.patch(`${url}/${id}`, { position: 1 })).statusCode).toBe(403)
      expect((await ann.delete(`${url}/${id}`)).statusCode).toBe(403)
    }
    expect((await app.inject({ method: 'POST', url, payload: definition })).statusCode).toBe(401)
    expect((await app.inject({ method: 'DELETE', url: `${url}/${id}` })).statusCode).toBe(401)
    const root = await signIn('SystemAdmin')
    for (const unknown of [newId(), 'f47ac10b-58cc-4372-a567-0e02b2c3d479']) {
      expect((await root.patch(`${url}/${unknown}`, { position: 1 })).statusCode).toBe(404)
      expect((await root.delete(`${url}/${unknown}`)).statusCode).toBe(404)
    }
    expect((await root.patch(`${url}/${id}`, {})).statusCode).toBe(422)
  })
})

test('a default that was deleted does not come back', async ({ app, db, signIn }) => {
  const root = await signIn('SystemAdmin')
  const { kpis } = await ask(app, '')
  const last = kpis.find(({ indicator }: Card) => indicator === 'unemployment_rate')
  expect((await root.delete(`${url}/${last.id}`)).statusCode).toBe(204)
  expect(await loadStatistics(db)).toBe(0)
  expect((await ask(app, '?category=economy')).total).toBe(0)
})
