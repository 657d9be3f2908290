import type { App } from '../../src/fastify.ts'
import { describe, expect, test } from '../support/statistics.ts'

const ask = async (app: App, path: string) => {
  const response = await app.inject(encodeURI(`/api/v1/${path}`))
  return { status: response.statusCode, ...response.json() }
}

const japan = { 2015: 127_094_745, 2020: 126_146_099 }

describe('GET /api/v1/comparison', () => {
  test('lays areas beside their past, the nation and their peers', async ({ app }) => {
    const { rows, meta } = await ask(
      app,
      'comparison?area=13000,31000&indicator=A1101&from=2015&year=2020',
    )
    expect(rows).toHaveLength(2)
    const [tokyo, tottori] = rows
    expect(tokyo).toMatchObject({
      area_name: '東京都',
      year: 2020,
      value: 14_047_594,
      nation: japan[2020],
      rank: 1,
      rank_of: 47,
      base: 2015,
      cagr_from: 2015,
      cagr_to: 2020,
    })
    expect(tottori).toMatchObject({ area_name: '鳥取県', rank: 47, percentile: expect.any(Number) })
    expect(tokyo.share).toBeCloseTo((14_047_594 / japan[2020]) * 100, 10)
    expect(tokyo.nation_difference).toBe(14_047_594 - japan[2020])
    expect(tokyo.nation_ratio).toBeCloseTo(14_047_594 / japan[2020], 12)
    expect(tokyo.peer_mean).toBeCloseTo(japan[2020] / 47, 6)
    const then = (await ask(app, 'population?area=13000&from=2015&to=2015')).rows[0].value
    expect(tokyo.index).toBeCloseTo((14_047_594 / then) * 100, 10)
    expect(tokyo.cagr).toBeCloseTo(((14_047_594 / then) ** (1 / 5) - 1) * 100, 10)
    expect(meta.processed).toBe(true)
  })

  test('has z-scores with mean 0 and standard deviation 1 over all of the level', async ({
    app,
  }) => {
    const areas = (await ask(app, 'statistics/areas?level=prefecture')).areas
    const zs: number[] = []
    for (let start = 0; start < 47; start += 10) {
      const codes = areas.slice(start, start + 10).map(({ code }: { code: string }) => code)
      const { rows } = await ask(app, `comparison?area=${codes}&indicator=A4103&year=2020`)
      zs.push(...rows.map(({ z }: { z: number }) => z))
    }
    expect(zs).toHaveLength(47)
    expect(zs.reduce((sum, z) => sum + z, 0)).toBeCloseTo(0, 9)
    expect(zs.reduce((sum, z) => sum + z * z, 0) / 47).toBeCloseTo(1, 9)
  })

  test('takes the newest year that all of the areas have', async ({ app }) => {
    const { rows } = await ask(app, 'comparison?area=13000,13101&indicator=A1101')
    expect(rows.map(({ year }: { year: number }) => year)).toEqual([2020, 2020])
    expect(rows.map((row: { rank_of: number }) => row.rank_of)).toEqual([47, 1741])
  })

  test('correlates indicators over all prefectures: symmetric, 1 with itself', async ({ app }) => {
    const { correlation } = await ask(
      app,
      'comparison?area=13000&indicator=A1101,A4101,A4103&correlation=spearman',
    )
    expect(correlation).toMatchObject({ method: 'spearman', level: 'prefecture' })
    const { cells } = correlation
    for (const [n, row] of cells.entries()) {
      expect(row[n].coefficient).toBe(1)
      for (const [m, cell] of row.entries()) expect(cell).toEqual(cells[m][n])
      expect(row[n].n).toBe(47)
    }
    // Where there are more people there are more births, and fewer for each woman.
    expect(cells[0][1].coefficient).toBeGreaterThan(0.9)
    expect(cells[0][2].coefficient).toBeLessThan(0)
  })

  test('groups similar prefectures, each in one group, the same every time', async ({ app }) => {
    const query = 'comparison?area=13000&indicator=A4103,%23A03503,H5614&groups=4'
    const answer = await app.inject(`/api/v1/${query}`)
    const { groups } = answer.json()
    const members = groups.groups.flatMap(({ areas }: { areas: { area_code: string }[] }) =>
      areas.map(({ area_code }) => area_code),
    )
    expect(groups.groups).toHaveLength(4)
    expect(members).toHaveLength(47)
    expect(new Set(members).size).toBe(47)
    const again = await app.inject(`/api/v1/${query}&bom=true`)
    expect(again.json().groups).toEqual(groups)
  })

  test('groups no municipalities, of which there are too many, and still ranks them', async ({
    app,
  }) => {
    const { groups, rows, correlation } = await ask(
      app,
      'comparison?area=13101&indicator=A1101,A1303&groups=4',
    )
    expect(groups).toBeNull()
    expect(correlation.level).toBe('municipality')
    expect(rows[0].rank_of).toBe(1741)
  })

  test('draws lines for Chart.js and makes a cube, as they are or per something', async ({
    app,
  }) => {
    const query = 'comparison?area=13000,27000&indicator=A1101&from=2015&year=2020'
    const chart = await ask(app, `${query}&per=index&format=chartjs`)
    expect(chart.labels[0]).toBe('2015')
    expect(chart.datasets.map(({ data }: { data: number[] }) => data[0])).toEqual([100, 100])
    const cube = await ask(app, `${query}&format=jsonstat`)
    expect(cube.value).toHaveLength(cube.size.reduce((a: number, b: number) => a * b, 1))
  })

  test.for([
    ['comparison?area=13000', 422, 'invalid_request'],
    ['comparison?indicator=A1101', 422, 'invalid_request'],
    [
      `comparison?indicator=A1101&area=${Array.from({ length: 11 }, (_, n) => n + 10)}`,
      422,
      'too_many_areas',
    ],
    [
      'comparison?area=13000&indicator=A1101,A110101,A110102,A1301,A1302,A1303,A4101,A4103,A4200,A5101,A5102,A9101,A9201',
      422,
      'too_many_indicators',
    ],
    ['comparison?area=府中市&indicator=A1101', 409, 'area_ambiguous'],
    ['comparison?area=13000&indicator=A4103&per=share_of_nation', 422, 'per_not_applicable'],
    ['comparison?area=13000&indicator=nothing', 404, 'indicator_not_found'],
    ['comparison?area=13000&indicator=A1101&from=2020&to=2000', 422, 'years_reversed'],
    ['comparison?area=13000&indicator=A1101&year=2150', 404, 'figures_not_found'],
  ] as const)('refuses %s with %i %s', async ([path, status, code], { app }) => {
    expect(await ask(app, path)).toMatchObject({ status, code })
  })
})

describe('GET /api/v1/population/trends', () => {
  test('gives growth a year on average, and the peak of 2010 as a turning point', async ({
    app,
  }) => {
    const { rows } = await ask(app, 'population/trends?frequency=census')
    expect(rows).toHaveLength(1)
    expect(rows[0]).toMatchObject({
      from: 1920,
      to: 2020,
      first: 55_963_053,
      last: 126_146_099,
      peak_year: 2010,
      peak: 128_057_352,
      trough_year: 1920,
    })
    expect(rows[0].cagr).toBeCloseTo(((126_146_099 / 55_963_053) ** (1 / 100) - 1) * 100, 10)
    expect(rows[0].turning_points).toContainEqual(
      expect.objectContaining({ year: 2010, kind: 'peak' }),
    )
    expect(rows[0].growth).toHaveLength(20)
    expect(rows[0].growth.at(-1)).toMatchObject({ since: 2015, change: japan[2020] - japan[2015] })
  })

  test('compounds over steps of any length', async ({ app }) => {
    const { rows } = await ask(app, 'population/trends?area=13000&from=1990&to=1996')
    const steps = rows[0].growth
    expect(steps.map(({ since, year }: { since: number; year: number }) => year - since)).toEqual([
      5, 1,
    ])
  })

  test('says so where there are too few points', async ({ app }) => {
    const problem = await ask(app, 'population/trends?area=13000&from=2020')
    expect(problem).toMatchObject({ status: 422, code: 'too_few_points' })
    expect(problem.detail).toMatch('2')
  })
})

describe('GET /api/v1/statistics/summary', () => {
  test('describes 47 prefectures by defined measures', async ({ app }) => {
    const { rows, meta } = await ask(app, 'statistics/summary?indicator=A1101,A4103&year=2020')
    const [people, fertility] = rows
    expect(people).toMatchObject({
      n: 47,
      missing: 0,
      sum: japan[2020],
      max: 14_047_594,
      max_area: '東京都',
      min_area: '鳥取県',
      weight: null,
    })
    expect(people.mean).toBeCloseTo(japan[2020] / 47, 6)
    const values = (await ask(app, 'population?level=prefecture&from=2020')).rows
      .map(({ value }: { value: number }) => value)
      .sort((a: number, b: number) => a - b)
    // Type 7 of 47 sorted values: the 24th, and between the 12th and 13th, halfway.
    expect(people.median).toBe(values[23])
    expect(people.lower_quartile).toBeCloseTo((values[11] + values[12]) / 2, 6)
    const squares = values.reduce(
      (sum: number, value: number) => sum + (value - people.mean) ** 2,
      0,
    )
    expect(people.population_sd).toBeCloseTo(Math.sqrt(squares / 47), 4)
    expect(people.sample_sd).toBeCloseTo(Math.sqrt(squares / 46), 4)
    const outliers = people.outliers_tukey.map(({ area_name }: { area_name: string }) => area_name)
    expect(outliers).toContain('東京都')
    expect(fertility).toMatchObject({ weight: 'A1101', sum: null })
    expect(fertility.weighted_mean).toBeLessThan(fertility.mean)
    expect(meta.coverage).toEqual({ areas: 47, of: 47 })
  })

  test('describes the municipalities of one prefecture', async ({ app }) => {
    const { rows } = await ask(
      app,
      'statistics/summary?indicator=A1101&level=municipality&parent=香川県',
    )
    expect(rows[0]).toMatchObject({ n: 17, max_area: '高松市' })
  })

  test.for([
    ['statistics/summary', 422, 'invalid_request'],
    ['statistics/summary?indicator=A1101&year=1919', 404, 'figures_not_found'],
    ['statistics/summary?indicator=A1101&weight=nothing', 404, 'indicator_not_found'],
    ['statistics/summary?indicator=A1101&parent=鳥取県', 422, 'no_areas_within'],
  ] as const)('refuses %s with %i %s', async ([path, status, code], { app }) => {
    expect(await ask(app, path)).toMatchObject({ status, code })
  })
})
