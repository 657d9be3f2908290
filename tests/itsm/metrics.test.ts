import { incidentOf, insertIncidents, insertMoves, insertTeam } from '../support/itsm-metrics.ts'
import { type Client, describe, expect, test } from '../support/service.ts'

const metrics = '/api/v1/itsm/metrics'
const dashboard = '/api/v1/dashboard'
type Fields = Parameters<typeof incidentOf>[1]

/** Somebody of the desk and a category of their own, so that figures are those of one test. */
async function deskWith(db: Parameters<typeof insertIncidents>[0], desk: Client, ...all: Fields[]) {
  const category = `c-${desk.id}`
  const rows = all.map((fields) => incidentOf(desk.id, { category, ...fields }))
  await insertIncidents(db, rows)
  const ask = (query: string, path = '') =>
    desk.get(`${metrics}${path}?category=${category}&${query}`)
  return { rows, ask, category }
}

const june = 'from=2025-06-01&to=2025-07-01'
const resolved = {
  status: 'resolved',
  opened_at: '2025-06-02T00:00:00.000Z',
  resolved_at: '2025-06-02T02:00:00.000Z',
  resolution_s: 3600,
} as const

describe('what was wrong before', () => {
  test('defect 10: figures are computed, and MTTR goes by the resolution and not the last change', async ({
    db,
    signIn,
  }) => {
    const desk = await signIn('ServiceDeskAgent')
    const { ask, category } = await deskWith(
      db,
      desk,
      { ...resolved, updated_at: '2025-06-30T00:00:00.000Z', resolution_met: 1 },
      { ...resolved, reassignment_count: 1, resolution_met: 0 },
    )
    const first = (await ask(june)).json().totals
    expect(first.mttr.clock).toEqual({ count: 2, mean_s: 7200, median_s: 7200, p90_s: 7200 })
    expect(first).toMatchObject({ fcr: 0.5, sla: { resolution: { rate: 0.5 } } })

    await db
      .updateTable('incidents')
      .set({ updated_at: '2025-07-30T00:00:00.000Z' })
      .where('category', '=', category)
      .execute()
    expect((await ask(june)).json().totals).toEqual(first)

    const more = incidentOf(desk.id, {
      ...resolved,
      category,
      resolved_at: '2025-06-02T08:00:00.000Z',
      reopen_count: 1,
      resolution_met: 0,
    })
    await insertIncidents(db, [more])
    const { mttr, fcr, sla } = (await ask(june)).json().totals
    expect(mttr.clock).toMatchObject({ count: 3, mean_s: 14_400 })
    expect(fcr).toBeCloseTo(1 / 3)
    expect(sla.resolution).toEqual({ met: 1, breached: 2, rate: 1 / 3 })
  })

  test('defect 11: days are those of one zone, times are UTC, and what is overdue is so everywhere', async ({
    db,
    signIn,
  }) => {
    const desk = await signIn('ServiceDeskAgent')
    const { ask } = await deskWith(
      db,
      desk,
      { opened_at: '2025-05-31T14:59:59.999Z' },
      { opened_at: '2025-05-31T15:00:00.000Z', resolution_due_at: '2025-06-01T00:00:00.000Z' },
      { opened_at: '2025-06-30T14:59:59.999Z', resolution_due_at: '2999-06-01T00:00:00.000Z' },
      { opened_at: '2025-06-30T15:00:00.000Z', sla_phase: 'paused', status: 'pending' },
    )
    const inJapan = (await ask(june)).json()
    expect(inJapan).toMatchObject({
      from: '2025-05-31T15:00:00.000Z',
      to: '2025-06-30T15:00:00.000Z',
      totals: { opened: 2 },
    })
    const sameTimes = 'from=2025-05-31T15:00:00Z&to=2025-07-01T00:00:00%2B09:00'
    expect((await ask(sameTimes)).json().totals).toEqual(inJapan.totals)
    expect((await ask(`${june}&time_zone=UTC`)).json().totals.opened).toBe(2)
    expect((await ask(`${june}&time_zone=America/New_York`)).json().totals.opened).toBe(2)

    const running = { open: 4, paused: 1, resolution: { running: 1, overdue: 1 } }
    expect(inJapan.running).toMatchObject(running)
    expect((await ask(june, '/sla')).json().running).toMatchObject([{ group: null, ...running }])
  })
})

describe('GET /itsm/metrics', () => {
  test('says null and 0 of a range with nothing in it', async ({ db, signIn }) => {
    const { ask } = await deskWith(db, await signIn('Auditor'))
    const none = { count: 0, mean_s: null, median_s: null, p90_s: null }
    const body = (await ask(`${june}&period=week`)).json()
    expect(body.rows).toHaveLength(6)
    for (const figures of [body.totals, ...body.rows]) {
      expect(figures).toMatchObject({
        opened: 0,
        resolved: 0,
        fcr: null,
        reopen_rate: null,
        major_share: null,
        mtta: { clock: none, business: none },
        sla: { both: { met: 0, breached: 0, rate: null } },
        backlog: 0,
      })
    }
    expect((await ask(`${june}&group_by=team`)).json().rows).toEqual([])
    const chart = (await ask(`${june}&period=month&format=chartjs`)).json()
    expect(chart.data.datasets[0].data).toEqual([null])
    for (const path of ['/sla', '/backlog', '/volume']) {
      const query = path === '/backlog' ? '' : june
      expect((await ask(query, path)).statusCode).toBe(200)
      expect((await ask(`${query}&format=chartjs`, path)).statusCode).toBe(200)
    }
  })

  test('leaves cancelled ones out of what was resolved, and in what was opened', async ({
    db,
    signIn,
  }) => {
    const desk = await signIn('ServiceDeskAgent')
    const { ask } = await deskWith(db, desk, resolved, { ...resolved, status: 'cancelled' })
    expect((await ask(june)).json().totals).toMatchObject({ opened: 2, resolved: 1 })
    expect((await ask(june, '/volume')).json().totals).toEqual({ opened: 2, resolved: 1 })
    expect((await ask(june, '/sla')).statusCode).toBe(200)
  })

  test('counts what waits at the end of each period, also what was reopened later', async ({
    db,
    signIn,
  }) => {
    const desk = await signIn('ServiceDeskAgent')
    const again = { ...resolved, reopen_count: 1, resolved_at: '2025-06-20T00:00:00.000Z' }
    const { ask, rows } = await deskWith(db, desk, again, {
      opened_at: '2025-06-10T00:00:00.000Z',
      status: 'cancelled',
      updated_at: '2025-06-27T00:00:00.000Z',
    })
    await insertMoves(db, String(rows[0]?.id), [
      ['resolved', '2025-06-05T00:00:00.000Z'],
      ['in_progress', '2025-06-18T00:00:00.000Z'],
      ['resolved', '2025-06-20T00:00:00.000Z'],
    ])
    await insertMoves(db, String(rows[1]?.id), [['cancelled', '2025-06-12T00:00:00.000Z']])
    const days = (await ask(`${june}&period=day`)).json().rows
    const backlogOn = (day: string) =>
      days.find(({ period }: { period: string }) => period === `2025-06-${day}`).backlog
    expect(
      ['01', '02', '04', '05', '09', '10', '12', '17', '18', '20', '30'].map(backlogOn),
    ).toEqual([0, 1, 1, 0, 0, 1, 0, 0, 1, 0, 0])
    expect((await ask('at=2025-06-11T00:00:00Z', '/backlog')).json()).toMatchObject({
      at: '2025-06-11T00:00:00.000Z',
      totals: { open: 1, median_age_s: 86_400, oldest_opened_at: '2025-06-10T00:00:00.000Z' },
    })
  })

  test('names groups, by rank or name, those without one last', async ({ db, signIn }) => {
    const desk = await signIn('ServiceDeskAgent')
    const team_id = await insertTeam(db, `基盤 ${desk.id}`)
    const { ask } = await deskWith(
      db,
      desk,
      { priority: 'low' },
      { priority: 'critical', team_id, assignee_id: desk.id },
    )
    const groups = async (by: string) =>
      (await ask(`${june}&group_by=${by}`)).json().rows.map(({ group }: { group: object }) => group)
    expect(await groups('priority')).toEqual([
      { id: 'critical', name: 'critical' },
      { id: 'low', name: 'low' },
    ])
    const nobody = { id: null, name: null }
    expect(await groups('team')).toEqual([{ id: team_id, name: `基盤 ${desk.id}` }, nobody])
    expect(await groups('assignee')).toMatchObject([{ id: desk.id }, nobody])
    const other = await insertTeam(db, `窓口 ${desk.id}`)
    expect((await ask(`${june}&team_id=${team_id}&team_id=${other}`)).json().totals.opened).toBe(1)
  })

  test.for([
    ['from=2025-02-30', 'from'],
    ['from=yesterday', 'from'],
    ['from=2025-06-01T00:00:00', 'from'],
    ['from=2025-06-01T25:00:00Z', 'from'],
    ['from=2025-07-01&to=2025-07-01', 'from'],
    ['from=2025-07-02&to=2025-07-01', 'from'],
    ['from=2020-06-01&to=2025-06-03', 'from'],
    ['to=2025-13-01', 'to'],
    ['to=0000-01-01', 'to'],
    ['to=9999-12-31', 'to'],
    ['time_zone=Mars/Olympus', 'time_zone'],
    ['period=hour', 'period'],
    ['group_by=reporter', 'group_by'],
    ['priority=urgent', 'priority.0'],
    ['format=xlsx', 'format'],
    ['measure=mtbf', 'measure'],
  ] as const)('refuses %s', async ([query, field], { signIn }) => {
    const desk = await signIn('ServiceDeskAgent')
    const response = await desk.get(`${metrics}?${query}`)
    expect(response.statusCode).toBe(422)
    expect(response.json().errors[0].field).toBe(field)
  })

  test('refuses a backlog of the future, and more rows than anybody reads', async ({
    db,
    signIn,
  }) => {
    const desk = await signIn('ServiceDeskAgent')
    const future = await desk.get(`${metrics}/backlog?at=2999-01-01`)
    expect(future.json().errors[0].field).toBe('at')
    const tag = desk.id
    const fields = [1, 2, 3].map((n) => ({ category: `${tag}-${n}` }))
    await deskWith(db, desk, ...fields)
    const categories = fields.map(({ category }) => `category=${category}`).join('&')
    const years = 'from=2020-07-01&to=2025-07-01&period=day&group_by=category'
    const response = await desk.get(`${metrics}?${years}&${categories}`)
    expect(response.json()).toMatchObject({ status: 422, code: 'too_many_metrics' })
  })

  test('takes the last 30 days up to today where nothing is said', async ({ signIn }) => {
    const { from, to, at, rows } = (
      await (await signIn('ServiceDeskAgent')).get(`${metrics}?period=day&priority=low`)
    ).json()
    expect(from).toMatch(/T15:00:00\.000Z$/)
    expect(Date.parse(to) - Date.parse(from)).toBe(30 * 86_400_000)
    expect(from < at && at < to).toBe(true)
    expect(rows).toHaveLength(30)
  })

  test('is for those who look at the service desk', async ({ app, signIn }) => {
    const user = await signIn('User')
    for (const url of [
      metrics,
      `${metrics}/sla`,
      `${metrics}/backlog`,
      `${metrics}/volume`,
      `${dashboard}/metrics`,
      `${dashboard}/charts/trend`,
      `${dashboard}/charts/distribution`,
    ]) {
      expect((await app.inject(url)).statusCode).toBe(401)
      expect((await user.get(url)).json().code).toBe('permission_required')
      expect((await (await signIn('CabMember')).get(url)).statusCode).toBe(200)
    }
  })
})

describe('other formats', () => {
  test('CSV has a line for each row, and no formula', async ({ db, signIn }) => {
    const desk = await signIn('ServiceDeskAgent')
    const { ask } = await deskWith(db, desk, resolved)
    await insertIncidents(db, [incidentOf(desk.id, { ...resolved, category: '=HYPERLINK("x")' })])
    const response = await ask(
      `${june}&group_by=category&category=%3DHYPERLINK(%22x%22)&format=csv`,
    )
    expect(response.headers).toMatchObject({
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': expect.stringContaining('itsm-metrics.csv'),
    })
    const [head = '', ...lines] = response.body.trim().split('\r\n')
    const columns = head.replace(/^\ufeff/, '').split(',')
    expect(columns.slice(0, 5)).toEqual(['period', 'from', 'to', 'group_id', 'group_name'])
    expect(columns).toContain('mttr_business_p90_s')
    expect(columns).toContain('sla_resolution_met')
    expect(lines).toHaveLength(2)
    expect(response.body).toContain(`'=HYPERLINK(`)
    const backlog = await ask('format=csv', '/backlog')
    expect(backlog.body).toContain('ageing_>=30d')
    const hours = await ask(`${june}&format=csv&by=hour`, '/volume')
    expect(hours.body.trim().split('\r\n')).toHaveLength(169)
  })

  test('charts have one value for each label', async ({ db, signIn }) => {
    const desk = await signIn('ServiceDeskAgent')
    const team_id = await insertTeam(db, `基盤 ${desk.id}`)
    const { ask } = await deskWith(db, desk, resolved, { ...resolved, team_id })
    const chart = async (query: string, path = '') => {
      const response = await ask(`${query}&format=chartjs`, path)
      expect(response.headers['content-type']).toMatch('application/vnd.chartjs+json')
      const { type, data } = response.json()
      for (const { data: values } of data.datasets) expect(values).toHaveLength(data.labels.length)
      return { type, labels: data.labels, datasets: data.datasets }
    }
    const lines = await chart('from=2025-05-01&to=2025-07-01&period=month')
    expect(lines).toMatchObject({ type: 'line', labels: ['2025-05', '2025-06'] })
    expect(lines.datasets[0]).toMatchObject({ id: 'median', unit: 'h', data: [null, 2] })
    const grouped = await chart('from=2025-05-01&to=2025-07-01&period=month&group_by=team')
    expect(grouped.datasets.map(({ id }: { id: string }) => id)).toEqual([
      `median:${team_id}`,
      'median:',
    ])
    const bars = await chart(`${june}&group_by=team&measure=volume`)
    expect(bars).toMatchObject({ type: 'bar', labels: [`基盤 ${desk.id}`, 'なし'] })
    expect(bars.datasets[1]).toMatchObject({ id: 'resolved', data: [1, 1] })
    for (const measure of ['mtta', 'fcr', 'sla', 'reopen', 'backlog', 'major']) {
      expect((await chart(`${june}&measure=${measure}`)).labels).toEqual(['全体'])
    }
    expect((await chart('', '/backlog')).datasets).toHaveLength(6)
    expect((await chart(june, '/volume')).labels).toHaveLength(30)
    expect((await chart(`${june}&by=hour`, '/volume')).datasets).toHaveLength(7)
    expect((await chart(`${june}&period=month`, '/sla')).datasets).toHaveLength(3)
  })
})

describe('the dashboard', () => {
  test('has the figures of the last days', async ({ db, signIn }) => {
    const desk = await signIn('ServiceDeskAgent')
    const opened_at = new Date().toISOString()
    const counts = async () => {
      const { totals, rows } = (await desk.get(`${dashboard}/metrics?days=1`)).json()
      const trend = (await desk.get(`${dashboard}/charts/trend?period=7d`)).json()
      const by = (await desk.get(`${dashboard}/charts/distribution?by=priority&days=1`)).json()
      expect(rows).toHaveLength(1)
      expect(trend.data.labels).toHaveLength(7)
      expect(trend.data.datasets.map(({ id }: { id: string }) => id)).toEqual([
        'opened',
        'resolved',
        'backlog',
      ])
      expect(by).toMatchObject({
        type: 'doughnut',
        data: { labels: ['critical', 'high', 'medium', 'low'] },
      })
      const [opened, , backlog] = trend.data.datasets
      return [totals.opened, opened.data[6], backlog.data[6], by.data.datasets[0].data[0]]
    }
    const before = await counts()
    await deskWith(db, desk, { opened_at, priority: 'critical' })
    expect(await counts()).toEqual(before.map((count) => count + 1))
  })

  test('divides by status, category and team as well', async ({ db, signIn }) => {
    const desk = await signIn('ServiceDeskAgent')
    const team_id = await insertTeam(db, `基盤 ${desk.id}`)
    const opened_at = new Date().toISOString()
    const { category } = await deskWith(db, desk, { opened_at, team_id }, { opened_at, team_id })
    const parts = async (by: string) => {
      const { data } = (await desk.get(`${dashboard}/charts/distribution?by=${by}`)).json()
      return new Map(
        data.labels.map((label: string, n: number) => [label, data.datasets[0].data[n]]),
      )
    }
    expect((await parts('category')).get(category)).toBe(2)
    expect((await parts('team')).get(`基盤 ${desk.id}`)).toBe(2)
    expect([...(await parts('status')).keys()]).toHaveLength(7)
  })

  test.for([
    'metrics?days=0',
    'metrics?days=1827',
    'charts/trend?period=2w',
    'charts/distribution?by=x',
  ])('refuses %s', async (path, { signIn }) => {
    const desk = await signIn('ServiceDeskAgent')
    expect((await desk.get(`${dashboard}/${path}`)).statusCode).toBe(422)
  })
})
