import type { App } from '../../src/fastify.ts'
import { describe, expect, test } from '../support/statistics.ts'

const ask = async (app: App, path: string) => {
  const response = await app.inject(encodeURI(`/api/v1/map/${path}`).replaceAll('#', '%23'))
  return { status: response.statusCode, ...response.json() }
}

type Row = { area_code: string; value: number | null; class: number | null; year: number }
type Class = { class: number; from: number; to: number; count: number }

/** Every value lies where its class says, and as many of them as it counts. */
function expectClasses({ rows, classes, breaks }: { rows: Row[]; classes: Class[]; breaks: [] }) {
  expect(breaks).toEqual([...breaks].sort((a, b) => a - b))
  expect(classes).toHaveLength(breaks.length + 1)
  expect(classes.slice(1).map(({ from }) => from)).toEqual(breaks)
  for (const [n, { class: number, from, to, count }] of classes.entries()) {
    const values = rows.flatMap((row) => (row.class === n && row.value !== null ? row.value : []))
    expect(number).toBe(n)
    expect(values).toHaveLength(count)
    for (const value of values) {
      const isLast = n === classes.length - 1
      expect(value >= from && (isLast ? value <= to : value < to)).toBe(true)
    }
  }
}

describe('GET /api/v1/map/:indicator', () => {
  test('gives the newest census by prefecture, in five classes, and where the shapes are', async ({
    app,
  }) => {
    const answer = await ask(app, 'A1101')
    expect(answer).toMatchObject({
      title: '総人口',
      title_en: 'Total population',
      period: '2020',
      year: 2020,
      meta: {
        unit: '人',
        processed: false,
        years: [2020],
        method: { id: 'quantile' },
        coverage: { areas: 47, of: 47 },
      },
    })
    expect(Object.keys(answer.values)).toHaveLength(47)
    expect(answer.values['13000']).toBe(14_047_594)
    const sum = Object.values<number>(answer.values).reduce((all, value) => all + value, 0)
    expect(sum).toBe(126_146_099)
    expect(answer.classes).toHaveLength(5)
    expectClasses(answer)
    const counts = answer.classes.map(({ count }: Class) => count)
    expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1)
    expect(answer.geometry).toMatchObject({
      url: expect.stringMatching(/^\/api\/v1\/geo\/prefecture\.geojson\?v=.{16}$/),
      tiles: expect.stringMatching(/^\/api\/v1\/tiles\/prefectures\/\{z\}/),
      layer: 'prefectures',
      credit: expect.stringMatching('国土交通省'),
    })
  })

  test('cuts by hand-worked bounds: the five largest are beyond the middle of the range', async ({
    app,
  }) => {
    const answer = await ask(app, 'total?year=2020&method=equal&classes=2')
    // Tottori has 553,407, Tokyo 14,047,594.
    expect(answer.breaks).toEqual([(553_407 + 14_047_594) / 2])
    expectClasses(answer)
    const upper = answer.rows.filter((row: Row) => row.class === 1)
    const names = upper.map(({ area_name }: { area_name: string }) => area_name)
    expect(names).toEqual(['埼玉県', '東京都', '神奈川県', '愛知県', '大阪府'])
  })

  test('finds natural breaks that fit better than others', async ({ app }) => {
    const fits = await Promise.all(
      ['jenks', 'quantile', 'equal'].map(async (method) => {
        const answer = await ask(app, `density?method=${method}&classes=4`)
        expectClasses(answer)
        expect(answer.meta.method.id).toBe(method)
        return answer.fit
      }),
    )
    expect(Math.max(...fits)).toBe(fits[0])
  })

  test('works out density and the share of the aged, as the population does', async ({ app }) => {
    for (const measure of ['density', 'share', 'change', '65+']) {
      const answer = await ask(app, `${measure}?year=2015`)
      const url = `/api/v1/population?indicator=${measure}&level=prefecture&from=2015&to=2015`
      const { rows, meta } = (await app.inject(url)).json()
      expect(answer.values).toEqual(
        Object.fromEntries(rows.map(({ area_code, value }: Row) => [area_code, value])),
      )
      expect(answer.meta.unit).toBe(meta.unit)
      expect(answer.meta.processed).toBe(meta.processed)
      expect(answer.meta.credit).toBe(meta.credit)
      expect(answer.meta.notes).toEqual(meta.notes)
    }
    const { values } = await ask(app, 'density')
    // 2,194.05 km² (SSDSE-E 2022)
    expect(values['13000']).toBeCloseTo(14_047_594 / 2194.05, 0)
  })

  test('keeps who has no value, with the reason, out of the classes', async ({ app }) => {
    const answer = await ask(app, 'total?year=1945')
    expect(answer.values['47000']).toBeNull()
    expect(answer.rows.at(-1)).toMatchObject({
      area_code: '47000',
      value: null,
      class: null,
      mark: '***',
      mark_meaning: '調査・集計していないもの',
      status: 'missing',
    })
    expect(answer.meta.coverage).toEqual({ areas: 46, of: 47 })
    expectClasses(answer)
    const { features } = await ask(app, 'total?year=1945&format=geojson')
    expect(features).toHaveLength(47)
    expect(features.at(-1).properties).toMatchObject({ value: null, class: null, mark: '***' })
    expect(features.at(-1).geometry.type).toMatch('Polygon')
  })

  test('takes the latest year that all have, and not a later one that few have', async ({
    app,
  }) => {
    const later = await ask(app, 'A1101?level=municipality&parent=13000')
    expect(later.period).toBe('2020')
    expect(later.meta.coverage).toEqual({ areas: 62, of: 62 })
    expect(later.values['13206']).toBeGreaterThan(200_000)
    expect((await ask(app, 'A1101?level=municipality&parent=東京都&year=2015')).year).toBe(2015)
    expect((await ask(app, 'A1101?period=1955')).period).toBe('1955')
  })

  test('reads the past', async ({ app }) => {
    const [published, revised] = await Promise.all([
      ask(app, 'A1101?year=2019&as_of=2020'),
      ask(app, 'A1101?year=2019'),
    ])
    expect(published.rows[12].vintage).toBe('2020')
    expect(revised.rows[12]).toMatchObject({ vintage: '2025', status: 'revised' })
    expect(published.values['13000']).not.toBe(revised.values['13000'])
  })

  test('merges values and shapes, whose every one is credited', async ({ app }) => {
    const merged = await ask(app, 'share?format=geojson&classes=3')
    const table = await ask(app, 'share?classes=3')
    expect(merged.type).toBe('FeatureCollection')
    expect(merged.credit).toMatch('国土交通省')
    expect(merged.meta).toEqual(table.meta)
    for (const [n, { id, properties }] of merged.features.entries()) {
      expect(id).toBe(Number(properties.code))
      expect(properties.value).toBe(table.values[properties.code])
      expect(properties.class).toBe(table.rows[n].class)
    }
    const shapes = (await app.inject('/api/v1/geo/prefecture.geojson')).json()
    expect(merged.features[25].geometry).toEqual(shapes.features[25].geometry)
  })

  test('leaves the geometry null, and says so, where there is no shape', async ({ app }) => {
    const { features, meta } = await ask(app, 'A1101?level=municipality&format=geojson')
    expect(features).toHaveLength(1741)
    const drawn = features.filter(({ geometry }: { geometry: unknown }) => geometry !== null)
    expect(drawn).toHaveLength(112)
    expect(meta.notes.map(({ code }: { code: string }) => code)).toContain('shapes_missing')
    const hokkaido = await ask(app, 'A1101?level=municipality&parent=01000')
    expect(hokkaido.geometry).toBeNull()
    expect(hokkaido.rows).toHaveLength(179)
  })

  test('draws bars and writes lines', async ({ app }) => {
    const chart = await ask(app, 'density?format=chartjs')
    expect(chart.labels).toHaveLength(47)
    expect(chart.datasets).toHaveLength(1)
    expect(chart.datasets[0]).toMatchObject({ id: 'density:2020', unit: '人/km2' })
    expect(chart.datasets[0].data[12]).toBeCloseTo(6402.6, 0)
    expect(chart.datasets[0].codes[12]).toBe('13000')
    const csv = await app.inject('/api/v1/map/A1101?format=csv')
    expect(csv.body.split('\r\n')[13]).toMatch('A1101,13000,東京都,Tokyo,2020,')
    const lines = await app.inject('/api/v1/map/A1101?format=ndjson')
    expect(lines.body.trim().split('\n')).toHaveLength(47)
  })

  test('is found by code, also with a mark of e-Stat, and by name', async ({ app }) => {
    const shares = await ask(app, '#A03503')
    expect(shares.title).toBe('65歳以上人口割合')
    const byName = await ask(app, '65歳以上人口割合')
    expect(byName.values).toEqual(shares.values)
    expect((await ask(app, 'doctors_per_100k')).meta.processed).toBe(true)
  })

  test('has another tag for other classes, and one for two ways to ask the same', async ({
    app,
  }) => {
    const tagOf = async (query: string) =>
      (await app.inject(`/api/v1/map/A1101${query}`)).headers.etag
    expect(await tagOf('')).toBe(await tagOf('?classes=5&level=prefecture'))
    expect(await tagOf('')).not.toBe(await tagOf('?classes=4'))
    expect(await tagOf('')).not.toBe((await app.inject('/api/v1/map/A4103')).headers.etag)
  })

  test.for([
    ['nothing-like-this', 404, 'indicator_not_found'],
    ['A1101?year=1921', 404, 'figures_not_found'],
    ['A1101?period=2020-05', 404, 'figures_not_found'],
    ['A1101?year=2020&period=2015', 404, 'figures_not_found'],
    ['A1101?level=ward&parent=14100', 404, 'figures_not_found'],
    ['A1101?level=municipality&parent=13101', 422, 'no_areas_within'],
    ['A1101?parent=Atlantis', 404, 'area_not_found'],
    ['A1101?level=municipality&parent=府中市', 409, 'area_ambiguous'],
    ['A1101?level=municipality&parent=01000&format=geojson', 404, 'geometry_not_found'],
    ['A1101?level=nation', 422, 'invalid_request'],
    ['A1101?classes=1', 422, 'invalid_request'],
    ['A1101?classes=10', 422, 'invalid_request'],
    ['A1101?method=guess', 422, 'invalid_request'],
    ['A1101?format=jsonstat', 422, 'invalid_request'],
  ] as const)('refuses %s with %i %s', async ([path, status, code], { app }) => {
    const problem = await ask(app, path)
    expect(problem).toMatchObject({ status, code })
  })

  test('names the years that these areas have', async ({ app }) => {
    const { detail } = await ask(app, 'A1101?level=municipality&year=2018')
    expect(detail).toMatch('2015, 2020')
  })
})
