import type { App } from '../../src/fastify.ts'
import { describe, expect, test } from '../support/statistics.ts'

const ask = async (app: App, query: string, path = '/api/v1/population') => {
  const response = await app.inject(encodeURI(`${path}?${query}`))
  return { status: response.statusCode, headers: response.headers, ...response.json() }
}

type Row = { area_code: string; indicator: string; year: number; value: number; since: number }
const valuesOf = (rows: Row[]) => Object.fromEntries(rows.map(({ year, value }) => [year, value]))

describe('GET /api/v1/population', () => {
  test('gives the census of Tokyo, by its name or its code, with whose figures they are', async ({
    app,
  }) => {
    for (const area of ['東京都', '東京', 'Tokyo', '13000', '13']) {
      const { rows, meta } = await ask(app, `area=${area}&from=2020`)
      expect(rows).toHaveLength(1)
      expect(rows[0]).toMatchObject({
        indicator: 'total',
        area_code: '13000',
        area_name: '東京都',
        area_name_en: 'Tokyo',
        period: '2020',
        period_code: '2020000000',
        year: 2020,
        value: 14_047_594,
        unit: '人',
        status: 'final',
        source: 'census',
      })
      expect(meta).toMatchObject({
        unit: '人',
        credit: '出典：政府統計の総合窓口(e-Stat)（https://www.e-stat.go.jp/）国勢調査（総務省）',
        processed: false,
        years: [2020],
        coverage: { areas: 1, of: 1 },
        stale: false,
      })
    }
  })

  test('gives Japan from 1920 to 2020 to whoever names no area', async ({ app }) => {
    const { rows, meta } = await ask(app, 'frequency=census')
    expect(rows).toHaveLength(21)
    expect(valuesOf(rows)).toMatchObject({ 1920: 55_963_053, 1980: 117_060_396, 2020: 126_146_099 })
    expect(meta.years[0]).toBe(1920)
    expect(meta.years.at(-1)).toBe(2020)
  })

  test('credits those whose figures are shown, and nobody else', async ({ app }) => {
    const of = async (query: string) =>
      (await ask(app, query)).meta.source.map(({ id }: { id: string }) => id)
    expect(await of('frequency=census&area=13000')).toEqual(['census'])
    expect(await of('frequency=annual&area=13000&to=2005')).toEqual(['census', 'estimates'])
    expect(await of('indicator=share&area=13000')).toEqual(['census'])
    expect(await of('indicator=density&frequency=census&area=13000&from=2020')).toEqual([
      'census',
      'ssdse-e-2022',
    ])
  })

  test('gives the same at the address of the first client, with and without a slash', async ({
    app,
  }) => {
    const [one, ...others] = await Promise.all(
      ['/api/v1/population', '/api/population', '/api/population/', '/api/v1/population/'].map(
        (path) => ask(app, 'area=13000&from=2020', path),
      ),
    )
    for (const other of others) expect(other.rows).toEqual(one?.rows)
  })

  test('takes several areas and indicators, repeated or with commas', async ({ app }) => {
    const query = 'indicator=male&indicator=female,0-14,15-64,65+&frequency=census&from=2020'
    const { rows } = await ask(app, `area=13000,大阪府&${query}`)
    expect(rows).toHaveLength(10)
    const of = (area: string) => (rows as Row[]).filter(({ area_code }) => area_code === area)
    const tokyo = Object.fromEntries(of('13000').map(({ indicator, value }) => [indicator, value]))
    expect((tokyo.male ?? 0) + (tokyo.female ?? 0)).toBe(14_047_594)
    expect(of('27000')).toHaveLength(5)
  })

  test('works out the share of the aged on the population of known age, and says so', async ({
    app,
  }) => {
    const { rows, meta } = await ask(app, 'indicator=share&from=2020')
    const known = 14_955_692 + 72_922_764 + 35_335_805
    expect(rows[0].value).toBeCloseTo((35_335_805 / known) * 100, 10)
    expect(rows[0].unit).toBe('％')
    expect(meta.processed).toBe(true)
    expect(meta.credit).toMatch(/を加工して作成$/)
    expect(meta.notes.map(({ code }: { code: string }) => code)).toContain('ageing_base')
  })

  test('works out density with the official area, and leaves nothing out but what is unknown', async ({
    app,
  }) => {
    const { rows } = await ask(app, 'indicator=density&level=prefecture&from=2020')
    expect(rows).toHaveLength(47)
    const tokyo = (rows as Row[]).find(({ area_code }) => area_code === '13000') as Row
    // 2,194.05 km² (SSDSE-E 2022)
    expect(tokyo.value).toBeCloseTo(14_047_594 / 2194.05, 0)
    expect(rows.map(({ area_code }: Row) => area_code)).not.toContain('00000')
  })

  test('counts a change from the point before, and says which that is', async ({ app }) => {
    const query = 'area=13000&frequency=census&from=2015'
    const { rows } = await ask(app, `${query}&indicator=change`)
    const people = valuesOf((await ask(app, query)).rows)
    const before = valuesOf((await ask(app, 'area=13000&frequency=census&to=2010')).rows)
    expect(valuesOf(rows)[2020]).toBe((people[2020] ?? 0) - (people[2015] ?? 0))
    expect(valuesOf(rows)[2015]).toBe((people[2015] ?? 0) - (before[2010] ?? 0))
    expect(rows.map(({ since }: Row) => since)).toEqual([2010, 2015])
  })

  test('gives rates, an index and shares of the nation', async ({ app }) => {
    const of = async (query: string) =>
      valuesOf((await ask(app, `area=13000&frequency=census&from=2015&${query}`)).rows)
    const people = await of('')
    const japan = { 2015: 127_094_745, 2020: 126_146_099 }
    expect((await of('per=index'))[2015]).toBe(100)
    expect((await of('per=index'))[2020]).toBeCloseTo((14_047_594 / (people[2015] ?? 0)) * 100, 10)
    expect((await of('per=index&base=2020'))[2020]).toBe(100)
    expect((await of('per=share_of_nation'))[2020]).toBeCloseTo(
      (14_047_594 / japan[2020]) * 100,
      10,
    )
    expect((await of('per=rate'))[2020]).toBeCloseTo(
      (14_047_594 / (people[2015] ?? 0) - 1) * 100,
      10,
    )
  })

  test('leaves a gap, and no zero, where Okinawa was not surveyed', async ({ app }) => {
    const { rows } = await ask(app, 'area=47000&frequency=census&from=1940&to=1950')
    expect(valuesOf(rows)[1945]).toBeNull()
    expect(rows[1]).toMatchObject({ year: 1945, mark: '***', status: 'missing' })
    const chart = await ask(
      app,
      'area=47000,13000&frequency=census&from=1940&to=1950&format=chartjs',
    )
    expect(chart.labels).toEqual(['1940', '1945', '1950'])
    expect(chart.datasets[0].data[1]).toBeNull()
    expect(chart.datasets.map(({ id }: { id: string }) => id)).toEqual([
      'total:47000',
      'total:13000',
    ])
  })

  test('reads the past: 2019 as it was published, and as it was revised', async ({ app }) => {
    const of = async (query: string) => (await ask(app, `from=2019&to=2019${query}`)).rows[0]
    const published = await of('&area=13000&as_of=2020')
    const revised = await of('&area=13000')
    expect(published.vintage).toBe('2020')
    expect(revised).toMatchObject({ status: 'revised', vintage: '2025' })
    expect(published.value).not.toBe(revised.value)
  })

  test('revises the nation with its prefectures, so that their shares add up', async ({ app }) => {
    const of = async (query: string) => (await ask(app, `from=2019&to=2019${query}`)).rows[0]
    expect(await of('')).toMatchObject({ value: 126_555_000, source: 'ssdse-b-2025-sum' })
    expect(await of('&as_of=2020')).toMatchObject({ value: 126_167_000, source: 'estimates' })
    for (const year of [1980, 2012, 2019, 2020]) {
      const { rows } = await ask(
        app,
        `level=prefecture&per=share_of_nation&from=${year}&to=${year}`,
      )
      const sum = (rows as Row[]).reduce((all, { value }) => all + value, 0)
      expect(sum, String(year)).toBeCloseTo(100, 6)
    }
  })

  test('gives a cube of JSON-stat whose size is its values', async ({ app }) => {
    const cube = await ask(
      app,
      'area=13000,47000&indicator=total,male&frequency=census&from=1940&to=1950&format=jsonstat',
    )
    expect(cube.version).toBe('2.0')
    expect(cube.size).toEqual([2, 2, 3])
    expect(cube.value).toHaveLength(12)
    const at = (indicator: number, area: number, time: number) =>
      cube.value[(indicator * 2 + area) * 3 + time]
    const { rows } = await ask(app, 'area=13000&frequency=census&from=1950&to=1950&indicator=male')
    expect(at(1, 0, 2)).toBe(rows[0].value)
    expect(at(0, 1, 1)).toBeNull()
    expect(cube.status[4]).toBe('***')
    expect(cube.role).toEqual({ time: ['time'], geo: ['area'], metric: ['indicator'] })
  })

  test('gives CSV, for Excel with a mark, and NDJSON, by query or by Accept', async ({ app }) => {
    const url = '/api/v1/population?area=13000&from=2020'
    const csv = await app.inject(`${url}&format=csv`)
    expect(csv.headers['content-type']).toBe('text/csv; charset=utf-8')
    expect(csv.body.split('\r\n')[1]).toContain(
      'total,13000,東京都,Tokyo,2020,2020000000,2020,14047594',
    )
    expect((await app.inject(`${url}&format=csv&bom=true`)).rawPayload.subarray(0, 3)).toEqual(
      Buffer.from([0xef, 0xbb, 0xbf]),
    )
    const accept = 'application/x-ndjson;q=0.9, */*;q=0.1'
    const lines = await app.inject({ url, headers: { accept } })
    expect(lines.headers['content-type']).toMatch('application/x-ndjson')
    expect(JSON.parse(lines.body.trim()).value).toBe(14_047_594)
    expect(lines.headers.vary).toMatch(/\bAccept\b/)
  })

  test.for([
    ['area=とうきょうと', 404, 'area_not_found'],
    ['area=北海堂', 404, 'area_not_found'],
    ['area=府中市', 409, 'area_ambiguous'],
    ['area=13000&from=2020&to=1920', 422, 'years_reversed'],
    ['area=13000&from=2021', 404, 'figures_not_found'],
    ['area=13101&to=1990', 404, 'figures_not_found'],
    ['indicator=density&per=share_of_nation', 422, 'per_not_applicable'],
    ['per=index&base=1919', 422, 'base_missing'],
    ['indicator=households', 422, 'invalid_request'],
    ['format=xlsx', 422, 'invalid_request'],
    ['from=abc', 422, 'invalid_request'],
    ['as_of=yesterday', 422, 'invalid_request'],
    [`area=${'13000,'.repeat(101)}`, 422, 'too_many_areas'],
  ] as const)('refuses %s with %i %s', async ([query, status, code], { app }) => {
    const problem = await ask(app, query)
    expect(problem).toMatchObject({ status, code })
  })

  test('answers for all municipalities at once, which have two censuses', async ({ app }) => {
    const { rows, meta } = await ask(app, 'level=municipality')
    expect(rows).toHaveLength(2 * 1741)
    expect(meta.coverage).toEqual({ areas: 1741, of: 1741 })
    const sum = (rows as Row[]).reduce(
      (all, { year, value }) => all + (year === 2020 ? value : 0),
      0,
    )
    expect(sum).toBe(126_146_099)
  })

  test('names what is near to a name that is not there, and both towns called 府中市', async ({
    app,
  }) => {
    expect((await ask(app, 'area=北海堂')).detail).toMatch('北海道')
    expect((await ask(app, 'area=府中市')).candidates).toEqual([
      { code: '13206', name: '東京都府中市' },
      { code: '34208', name: '広島県府中市' },
    ])
    expect((await ask(app, 'area=東京都府中市')).rows[0].area_code).toBe('13206')
  })

  test('follows a town that became a city, and its code, through time', async ({ app }) => {
    const { rows, meta } = await ask(app, 'area=40231')
    expect(rows).toMatchObject([
      { year: 2015, area_name: '那珂川市', source: 'ssdse-2018' },
      { year: 2020, area_name: '那珂川市', source: 'ssdse-a-2025' },
    ])
    expect(meta.notes.map(({ code }: { code: string }) => code)).toContain('renamed')
    expect((await ask(app, 'area=40305')).rows).toMatchObject([
      { year: 2015, area_name: '那珂川町', value: rows[0].value },
    ])
    expect((await ask(app, 'area=40231,40305')).rows).toHaveLength(2)
  })
})

describe('GET /api/v1/population/pyramid', () => {
  const pyramid = (app: App, query: string) => ask(app, query, '/api/v1/population/pyramid')

  test('lays two years side by side in the same classes', async ({ app }) => {
    const { rows, age_groups, meta } = await pyramid(app, 'area=13000&year=2015&compare=1950')
    expect(age_groups[0]).toBe('0-4')
    expect(age_groups.at(-1)).toBe('80+')
    for (const year of [1950, 2015]) {
      const groups = rows.filter((row: Row) => row.year === year)
      expect(groups.map(({ age_group }: { age_group: string }) => age_group)).toEqual(age_groups)
      const shares = groups.reduce(
        (sum: number, row: { male_share: number; female_share: number }) =>
          sum + row.male_share + row.female_share,
        0,
      )
      expect(shares).toBeCloseTo(100, 8)
    }
    expect(meta.notes.map(({ code }: { code: string }) => code)).toContain('open_class')
  })

  test('adds the nation up from its prefectures, whatever their oldest class is', async ({
    app,
  }) => {
    const { rows, age_groups } = await pyramid(app, 'year=1955')
    // Okinawa's ages end at 70+ in 1955.
    expect(age_groups.at(-1)).toBe('70+')
    const sum = rows.reduce(
      (all: number, row: { male: number; female: number }) => all + row.male + row.female,
      0,
    )
    const people = valuesOf((await ask(app, 'frequency=census&from=1955&to=1955')).rows)
    expect(Math.abs(sum - (people[1955] ?? 0))).toBeLessThan(15_000)
  })

  test('draws bars for each year and sex', async ({ app }) => {
    const chart = await pyramid(app, 'area=13000&year=2020&compare=2000&format=chartjs')
    expect(chart.datasets).toHaveLength(4)
    expect(chart.datasets[0]).toMatchObject({ id: 'male:13000:2020', stack: '2020' })
    expect(chart.datasets[0].data).toHaveLength(chart.labels.length)
  })

  test('refuses to lay 1945, with its counted ages, beside another year', async ({ app }) => {
    expect(await pyramid(app, 'area=13000&year=1945')).toMatchObject({ status: 200 })
    const problem = await pyramid(app, 'area=13000&year=1945&compare=1950')
    expect(problem).toMatchObject({ status: 422, code: 'ages_not_comparable' })
  })

  test('says which years there are for one that is not there', async ({ app }) => {
    const problem = await pyramid(app, 'area=13000&year=1921')
    expect(problem).toMatchObject({ status: 404, code: 'figures_not_found' })
    expect(problem.detail).toMatch('1920')
    expect(await pyramid(app, 'area=13101')).toMatchObject({ status: 404 })
  })
})
