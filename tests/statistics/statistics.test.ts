import type { App } from '../../src/fastify.ts'
import { createLibrary } from '../../src/statistics/library.ts'
import { startService } from '../support/service.ts'
import { describe, expect, test } from '../support/statistics.ts'

const ask = async (app: App, path: string) => {
  const response = await app.inject(encodeURI(`/api/v1/statistics/${path}`))
  return { status: response.statusCode, ...response.json() }
}

describe('GET /api/v1/statistics/indicators', () => {
  test('names what there is, and where and when there is some', async ({ app }) => {
    const { indicators, total } = await ask(app, 'indicators')
    expect(indicators).toHaveLength(total)
    const population = indicators.find(({ code }: { code: string }) => code === 'A1101')
    expect(population).toMatchObject({ name_ja: '総人口', unit: '人', formula: null })
    expect(population.available).toContainEqual({
      level: 'prefecture',
      source: 'census',
      areas: 47,
      figures: 987,
      first_year: 1920,
      last_year: 2020,
      vintage: '2021',
    })
    const vacancy = indicators.find(({ code }: { code: string }) => code === 'vacancy_rate')
    expect(vacancy).toMatchObject({ formula: '(H110202) / (H1100) * 100', direction: 'down' })
  })

  test('is searched by a part of its name in either language, by level and by family', async ({
    app,
  }) => {
    const codesOf = async (query: string) =>
      (await ask(app, `indicators?${query}`)).indicators.map(({ code }: { code: string }) => code)
    expect(await codesOf('q=医師')).toEqual(expect.arrayContaining(['I6100', 'doctors_per_100k']))
    expect(await codesOf('q=physicians')).toContain('I6100')
    expect(await codesOf('level=municipality')).not.toContain('C122101')
    expect(await codesOf('family=age5&limit=1000')).toContain('age5.male.0-4')
    expect(await codesOf('q=nothing-like-this')).toEqual([])
  })
})

describe('GET /api/v1/statistics/areas', () => {
  const codesOf = async (app: App, query: string) =>
    (await ask(app, `areas?${query}`)).areas.map(({ code }: { code: string }) => code)

  test('never mixes levels that are asked for apart', async ({ app }) => {
    expect(await codesOf(app, 'level=prefecture')).toHaveLength(47)
    expect(await codesOf(app, 'level=municipality')).toHaveLength(1741)
    expect(await codesOf(app, 'level=nation')).toEqual(['00000'])
    expect(await codesOf(app, 'level=municipality&parent=東京都')).toHaveLength(62)
  })

  test('finds both towns called 府中市', async ({ app }) => {
    expect(await codesOf(app, 'q=府中市')).toEqual(['13206', '34208'])
  })

  test('follows codes through time', async ({ app }) => {
    const { areas } = await ask(app, 'areas?q=那珂川市')
    expect(areas).toMatchObject([{ code: '40231', predecessor_codes: ['40305'] }])
    expect(await codesOf(app, 'parent=40000&level=municipality&on=2017-01-01')).toContain('40305')
    expect(await codesOf(app, 'parent=40000&level=municipality&on=2017-01-01')).not.toContain(
      '40231',
    )
    expect(await codesOf(app, 'parent=40000&level=municipality&on=2018-10-01')).toContain('40231')
    expect(await codesOf(app, 'parent=40000&level=municipality')).not.toContain('40305')
  })
})

describe('GET /api/v1/statistics/observations', () => {
  test('cuts by indicator, area, period, source and status', async ({ app }) => {
    const { rows, meta } = await ask(
      app,
      'observations?indicator=A1101,出生数&area=13000,27000&period=2019,2020',
    )
    expect(rows).toHaveLength(8)
    expect(meta.unit).toBe('人')
    const estimated = await ask(app, 'observations?indicator=A1101&area=00000&status=estimated')
    expect(new Set(estimated.rows.map((row: { source: string }) => row.source))).toEqual(
      new Set(['estimates']),
    )
    const census = await ask(app, 'observations?indicator=A1101&area=13000&source=census')
    expect(census.rows).toHaveLength(21)
  })

  test('says what a mark means, in the words of its table', async ({ app }) => {
    const { rows } = await ask(app, 'observations?indicator=A1101&area=47000&period=1945')
    expect(rows).toMatchObject([
      { value: null, mark: '***', mark_meaning: '調査・集計していないもの', status: 'missing' },
    ])
  })

  test('gives the newest figure that there is of each area, with its year', async ({ app }) => {
    const { rows, meta } = await ask(
      app,
      'observations?indicator=H2130,A1101&level=prefecture&latest=true',
    )
    expect(rows).toHaveLength(94)
    expect(meta.years).toEqual([2018, 2020])
    expect(meta.coverage).toEqual({ areas: 47, of: 47 })
  })

  test('knows when each figure was published, and when it was read', async ({ app }) => {
    const { rows } = await ask(app, 'observations?indicator=A1101&area=13000&period=2020')
    expect(rows[0].vintage).toBe('2021')
    expect(Date.parse(rows[0].retrieved_at)).toBeGreaterThan(0)
    const then = await ask(app, 'observations?indicator=A1101&area=13000&period=2019&vintage=2020')
    expect(then.rows).toMatchObject([{ vintage: '2020', source: 'estimates' }])
  })

  test('refuses what is too much and names what to narrow, and gives it in lines', async ({
    app,
  }) => {
    const query = 'indicator=A1101,A110101,A110102,A1301,A1302,A1303,A4101,A4200&level=municipality'
    const all =
      'age5.male.0-4,age5.female.0-4,A1101,A110101,A110102,A1301,A1302,A1303,A1419,A1700,A4101,A4200,A5101,A5102,A7101,B1101,B1103,F1102,F1107,G1401,H6131,I510120,I5102,I6100'
    expect((await ask(app, `observations?${query}`)).status).toBe(200)
    const problem = await ask(app, `observations?indicator=${all}&level=municipality`)
    expect(problem).toMatchObject({ status: 422, code: 'too_many_cells' })
    expect(problem.detail).toMatch(/area/)
    const lines = await app.inject(
      `/api/v1/statistics/observations?indicator=${all}&level=municipality&format=ndjson`,
    )
    expect(lines.statusCode).toBe(200)
    const rows = lines.body.trim().split('\n')
    expect(rows.length).toBeGreaterThan(50_000)
    expect(JSON.parse(rows.at(-1) as string)).toMatchObject({
      indicator: 'I6100',
      source: 'ssdse-a-2025',
    })
    const again = await app.inject({
      url: `/api/v1/statistics/observations?indicator=${all}&level=municipality&format=ndjson`,
      headers: { 'if-none-match': String(lines.headers.etag) },
    })
    expect(again.statusCode).toBe(304)
  })

  test.for([
    ['observations', 422, 'invalid_request'],
    ['observations?indicator=人口のようなもの', 404, 'indicator_not_found'],
    ['observations?indicator=A1101&area=府中市', 409, 'area_ambiguous'],
    ['observations?indicator=A1101&area=99999', 404, 'area_not_found'],
    ['observations?indicator=A1101&from=2020&to=1990', 422, 'years_reversed'],
    ['observations?indicator=A1101&period=2020-Q1', 404, 'figures_not_found'],
    ['observations?indicator=A1101&format=csv&from=2100', 404, 'figures_not_found'],
    [`observations?indicator=A1101&area=${'x'.repeat(1001)}`, 422, 'invalid_request'],
    ["observations?indicator=A1101';drop table observations;--", 404, 'indicator_not_found'],
  ] as const)('refuses %s with %i %s', async ([path, status, code], { app }) => {
    expect(await ask(app, path)).toMatchObject({ status, code })
  })

  test('names the indicators that are near to a code that is not there', async ({ app }) => {
    expect((await ask(app, 'observations?indicator=A1102')).detail).toMatch('A1101')
  })
})

describe('GET /api/v1/statistics/revisions', () => {
  test('lists 2019 of Japan as published and as the census revised it', async ({ app }) => {
    const { revisions, total } = await ask(
      app,
      'revisions?indicator=A1101&area=13000&from=2019&to=2019',
    )
    expect(total).toBe(1)
    expect(revisions[0]).toMatchObject({
      area_name: '東京都',
      period: '2019',
      before: { vintage: '2020', source: 'estimates', status: 'estimated' },
      after: { vintage: '2025', source: 'ssdse-b-2025', status: 'revised' },
    })
    const { before, after, change } = revisions[0]
    expect(change).toBe(after.value - before.value)
  })

  test('comes in pages, newest first, and since a year', async ({ app }) => {
    const all = await ask(app, 'revisions?limit=1000')
    expect(all.total).toBeGreaterThan(300)
    const vintages = all.revisions.map(({ after }: { after: { vintage: string } }) => after.vintage)
    expect(vintages).toEqual([...vintages].sort().reverse())
    expect((await ask(app, 'revisions?since=2100')).total).toBe(0)
    const page = await ask(app, 'revisions?skip=10&limit=5')
    expect(page.revisions).toEqual(all.revisions.slice(10, 15))
  })
})

describe('every public answer', () => {
  test('has a strong tag that changes with the question and the format, and 304 for it', async ({
    app,
  }) => {
    const tagOf = async (url: string, accept?: string) => {
      const headers = accept ? { accept } : {}
      return String((await app.inject({ url, headers })).headers.etag)
    }
    const url = '/api/v1/population?area=13000,27000&from=2020'
    const tag = await tagOf(url)
    expect(tag).toMatch(/^"[\w-]{20,}"$/)
    expect(await tagOf('/api/v1/population?from=2020&area=13000&area=27000')).toBe(tag)
    expect(await tagOf('/api/v1/population?from=2020&area=13000')).not.toBe(tag)
    expect(await tagOf(url, 'text/csv')).not.toBe(tag)
    expect(await tagOf(`${url}&format=csv`)).toBe(await tagOf(url, 'text/csv'))
    const again = await app.inject({ url, headers: { 'if-none-match': `W/${tag}` } })
    expect(again.statusCode).toBe(304)
    expect(again.body).toBe('')
    expect(again.headers.etag).toBe(tag)
    expect(again.headers['cache-control']).toBe(
      'public, max-age=300, stale-while-revalidate=86400, stale-if-error=604800',
    )
  })

  test('comes in the format that Accept wants most, of those that there are', async ({ app }) => {
    const typeOf = async (accept: string) =>
      String(
        (await app.inject({ url: '/api/v1/population?from=2020', headers: { accept } })).headers[
          'content-type'
        ],
      )
    expect(await typeOf('application/json;q=0.2, text/csv;q=0.8')).toMatch('text/csv')
    expect(await typeOf('text/csv;q=0, application/x-ndjson;q=0.1')).toMatch('x-ndjson')
    expect(await typeOf('text/html, image/webp')).toMatch('application/json')
    expect(await typeOf('*/*')).toMatch('application/json')
  })

  test('of figures that were put back is another one, though their version was there before', async ({
    app,
    db,
    service,
  }) => {
    const url = '/api/v1/population?area=13000&from=2015&to=2015'
    const { version } = await db
      .selectFrom('statistics_state')
      .select('version')
      .executeTakeFirstOrThrow()
    const before = (await app.inject(url)).headers.etag
    await db
      .updateTable('statistics_state')
      .set({ version, changed_at: new Date(0).toISOString() })
      .execute()
    const twin = await service.twin({ library: createLibrary(db) })
    expect((await twin.inject(url)).headers.etag).not.toBe(before)
  })

  test('is not to be kept when it is a problem', async ({ app }) => {
    const { headers } = await app.inject('/api/v1/population?area=nowhere')
    expect(headers['cache-control']).toBe('no-store')
    expect(headers.etag).toBeUndefined()
  })

  test('gets another tag when figures change', async ({ app, db }) => {
    const url = '/api/v1/population?area=13000&from=2020'
    const { headers } = await app.inject(url)
    await db
      .updateTable('statistics_state')
      .set((eb) => ({ version: eb('version', '+', 1) }))
      .execute()
    await expect
      .poll(async () => (await app.inject(url)).headers.etag, { timeout: 45_000 })
      .not.toBe(headers.etag)
  })
})

test('figures may be asked for twelve times as often as anything else', async () => {
  const { app, close } = await startService({
    withStatistics: true,
    env: { RATE_LIMIT_PER_MINUTE: '1' },
  })
  const statuses: number[] = []
  for (let n = 0; n < 13; n += 1) {
    statuses.push((await app.inject('/api/v1/population?from=2020')).statusCode)
  }
  expect(statuses.slice(0, 12)).toEqual(Array(12).fill(200))
  expect(statuses[12]).toBe(429)
  await close()
})
