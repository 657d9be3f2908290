import type { App } from '../../src/fastify.ts'
import { derivations } from '../../src/statistics/derived.ts'
import { describe, expect, test } from '../support/statistics.ts'

const ask = async (app: App, path = '') => {
  const response = await app.inject(encodeURI(`/api/v1/livability${path}`))
  return { status: response.statusCode, ...response.json() }
}

type Row = {
  area_code: string
  score: number
  rank: number
  rank_low: number
  rank_high: number
  contributions: { indicator: string; contribution: number; value: number; weight: number }[]
}

/** Leaves out every indicator but these. */
const only = (...kept: string[]) =>
  `weights=${derivations
    .filter(({ code }) => !kept.includes(code))
    .map(({ code }) => `${code}:0`)
    .join()}`

describe('GET /api/v1/livability', () => {
  test('scores 47 prefectures, and says what was done to whose figures', async ({ app }) => {
    const { rows, indicators, ranked, meta } = await ask(app)
    expect(rows).toHaveLength(47)
    expect(indicators).toHaveLength(14)
    expect(ranked).toBe(47)
    expect(meta).toMatchObject({
      processed: true,
      method: { id: 'deviation-arithmetic' },
      coverage: { areas: 47, of: 47 },
    })
    const sources = meta.source.map(({ id }: { id: string }) => id)
    expect(sources).toEqual(expect.arrayContaining(['census', 'ssdse-e-2024', 'ssdse-a-2025']))
    expect(sources).not.toContain('ssdse-2018')
    expect(meta.credit).toMatch(/SSDSE-E-2024を加工して作成/)
    const weights = indicators.map(({ weight }: { weight: number }) => weight)
    expect(weights.reduce((sum: number, each: number) => sum + each, 0)).toBeCloseTo(1, 12)
    const physicians = indicators.find(({ code }: { code: string }) => code === 'doctors_per_100k')
    expect(physicians).toMatchObject({ year: 2020, formula: '(I6100) / (A1101) * 100000' })
  })

  test('has contributions that add up to each score, whatever the mean', async ({ app }) => {
    for (const query of [
      '',
      '?aggregate=geometric',
      '?normalize=zscore',
      '?normalize=percentile',
    ]) {
      const { rows } = await ask(app, query)
      for (const { score, contributions } of rows as Row[]) {
        const sum = contributions.reduce((all, { contribution }) => all + contribution, 0)
        expect(sum, query).toBeCloseTo(score, 9)
      }
    }
  })

  test('is, with one indicator, its 偏差値: 50 + 10 (x - mean) / s.d., within 30 and 70', async ({
    app,
  }) => {
    const { rows } = await ask(app, `?${only('doctors_per_100k')}`)
    const values = (rows as Row[]).map(({ contributions }) => {
      const part = contributions.find(({ indicator }) => indicator === 'doctors_per_100k')
      return part?.value ?? Number.NaN
    })
    const mean = values.reduce((sum, value) => sum + value, 0) / 47
    const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 47)
    for (const [n, { score }] of (rows as Row[]).entries()) {
      const expected = 50 + (10 * ((values[n] as number) - mean)) / deviation
      expect(score).toBeCloseTo(Math.min(Math.max(expected, 30), 70), 9)
    }
    // 42,904 physicians (2020) among 14,047,594 persons
    const tokyo = (rows as Row[]).findIndex(({ area_code }) => area_code === '13000')
    expect(values[tokyo]).toBeGreaterThan(300)
    expect(values[tokyo]).toBeLessThan(350)
  })

  test('takes a lower figure for the better one where less is better', async ({ app }) => {
    const { rows } = await ask(app, `?${only('unemployment_rate')}`)
    const best = (rows as Row[]).find(({ rank }) => rank === 1) as Row
    const rate = ({ contributions }: Row) =>
      contributions.find(({ indicator }) => indicator === 'unemployment_rate')?.value ?? Number.NaN
    for (const row of rows as Row[]) expect(rate(best)).toBeLessThanOrEqual(rate(row))
  })

  test('scores municipalities of a prefecture among themselves by what they have', async ({
    app,
  }) => {
    const { rows, indicators, meta } = await ask(app, '?level=municipality&parent=東京都')
    expect(rows).toHaveLength(62)
    expect(meta.coverage.of).toBe(62)
    expect(indicators.length).toBeGreaterThan(3)
    expect(indicators.length).toBeLessThan(14)
  })

  test('gives the scores as a map, with codes that join', async ({ app }) => {
    const map = await ask(app, '?format=geojson')
    expect(map.features).toHaveLength(47)
    const tokyo = map.features.find((each: { id: number }) => each.id === 13_000)
    const { rows } = await ask(app)
    const row = rows.find(({ area_code }: Row) => area_code === '13000')
    expect(tokyo.properties).toMatchObject({ code: '13000', score: row.score, rank: row.rank })
    expect(tokyo.geometry.type).toMatch(/Polygon$/)
    expect(map.credit).toMatch('国土数値情報')
    const refused = await ask(app, '/13000?format=geojson')
    expect(refused).toMatchObject({ status: 422, code: 'invalid_request' })
  })

  test('gives bars for Chart.js, and a line an area without lists for a spreadsheet', async ({
    app,
  }) => {
    const chart = await ask(app, '?format=chartjs')
    expect(chart.labels).toHaveLength(47)
    expect(chart.datasets[0].data.every((score: unknown) => typeof score === 'number')).toBe(true)
    const { body } = await app.inject('/api/v1/livability?format=csv')
    const [header, first] = body.split('\r\n')
    expect(header).toMatch(/^area_code,.*,score,rank,.*doctors_per_100k,/)
    expect(first).not.toMatch(/[[{]/)
  })

  test.for([
    ['?weights=happiness:2', 422, 'invalid_request'],
    ['?weights=recycling_rate:-1', 422, 'invalid_request'],
    ['?weights=recycling_rate:a lot', 422, 'invalid_request'],
    ['?weights=recycling_rate', 422, 'invalid_request'],
    [`?${only()}`, 422, 'no_weight'],
    ['?normalize=magic', 422, 'invalid_request'],
    ['?level=municipality&parent=那覇市', 422, 'no_areas_within'],
    ['/13101', 422, 'area_not_scored'],
    ['/どこか', 404, 'area_not_found'],
    ['/similar/府中市', 409, 'area_ambiguous'],
    ['/ranking?draws=1000000', 422, 'invalid_request'],
  ] as const)('refuses %s with %i %s', async ([path, status, code], { app }) => {
    expect(await ask(app, path)).toMatchObject({ status, code })
  })
})

describe('GET /api/v1/livability/:area', () => {
  test('shows what makes the score of one area, which is the same as in the list', async ({
    app,
  }) => {
    const [one, all] = [await ask(app, '/東京都'), await ask(app)]
    expect(one.rows).toHaveLength(1)
    expect(one.rows[0]).toEqual(all.rows.find((row: Row) => row.area_code === '13000'))
    const sum = one.rows[0].categories.reduce(
      (all: number, { contribution }: { contribution: number }) => all + contribution,
      0,
    )
    expect(sum).toBeCloseTo(one.rows[0].score, 9)
    const radar = await ask(app, '/東京都?format=chartjs')
    expect(radar.labels).toHaveLength(14)
    expect(radar.datasets).toHaveLength(1)
  })
})

describe('GET /api/v1/livability/ranking', () => {
  test('orders areas by score and gives each rank its 5-95 % interval', async ({ app }) => {
    const { rows, interval } = await ask(app, '/ranking')
    expect(rows.map(({ rank }: Row) => rank)).toEqual(
      [...rows.map(({ rank }: Row) => rank)].sort((a: number, b: number) => a - b),
    )
    let widest = 0
    for (const row of rows as (Row & { rank_best: number; rank_worst: number })[]) {
      expect(row.rank_low).toBeLessThanOrEqual(row.rank)
      expect(row.rank_high).toBeGreaterThanOrEqual(row.rank)
      expect(row.rank_best).toBeLessThanOrEqual(row.rank_low)
      expect(row.rank_worst).toBeGreaterThanOrEqual(row.rank_high)
      widest = Math.max(widest, row.rank_high - row.rank_low)
    }
    expect(widest).toBeGreaterThan(5)
    expect(interval).toMatchObject({ draws: 1000, seed: 1, leave_one_out: true })
    const scores = await ask(app)
    for (const { area_code, rank } of rows as Row[]) {
      expect(scores.rows.find((row: Row) => row.area_code === area_code).rank).toBe(rank)
    }
  })

  test('draws the same from the same seed, and something else from another', async ({ app }) => {
    const of = async (seed: number) => (await ask(app, `/ranking?seed=${seed}&draws=300`)).rows
    expect(await of(7)).toEqual(await of(7))
    expect(await of(8)).not.toEqual(await of(7))
  })

  test('follows the weights', async ({ app }) => {
    const { rows } = await ask(app, `/ranking?normalize=zscore&${only('natural_park_share')}`)
    // lake Biwa is a park
    expect(rows[0].area_name).toBe('滋賀県')
  })
})

describe('GET /api/v1/livability/similar/:area', () => {
  test('names the nearest by all indicators, with where they are close and far', async ({
    app,
  }) => {
    const { rows, area_name, compared } = await ask(app, '/similar/鳥取県?count=3')
    expect(area_name).toBe('鳥取県')
    expect(compared).toBe(46)
    expect(rows).toHaveLength(3)
    const scores = await ask(app, '?normalize=zscore')
    const zOf = (name: string): number[] =>
      scores.rows
        .find((row: { area_name: string }) => row.area_name === name)
        .contributions.map(({ normalised }: { normalised: number }) => normalised)
    const [own, other] = [zOf('鳥取県'), zOf(rows[0].area_name)]
    const squares = own.map((z, n) => (z - (other[n] as number)) ** 2)
    const distance = Math.sqrt(squares.reduce((sum, square) => sum + square, 0) / 14)
    expect(rows[0].distance).toBeCloseTo(distance, 9)
    expect(rows[0].distance).toBeLessThanOrEqual(rows[1].distance)
    expect(rows[0].closest[0]).toMatchObject({ indicator: expect.any(String) })
    const back = await ask(app, `/similar/${rows[0].area_code}?count=46`)
    const tottori = back.rows.find((row: Row) => row.area_code === '31000')
    expect(tottori.distance).toBeCloseTo(rows[0].distance, 12)
  })
})

describe('POST /api/v1/livability/score', () => {
  test('scores with weights of one’s own, for areas of one’s own among all', async ({ app }) => {
    const response = await app.inject({
      method: 'POST',
      url: '/api/v1/livability/score',
      payload: { weights: { doctors_per_100k: 2, recycling_rate: 0 }, areas: ['13000', '大阪'] },
    })
    expect(response.statusCode).toBe(200)
    const { rows, indicators } = response.json()
    expect(rows.map(({ area_code }: Row) => area_code)).toEqual(['13000', '27000'])
    const weightOf = (code: string) =>
      indicators.find((each: { code: string }) => each.code === code).weight
    expect(weightOf('doctors_per_100k')).toBeCloseTo(2 / 14, 12)
    expect(weightOf('recycling_rate')).toBe(0)
    const listed = await ask(app, '?weights=doctors_per_100k:2,recycling_rate:0')
    expect(rows[0]).toEqual(listed.rows.find((row: Row) => row.area_code === '13000'))
  })

  test.for([
    [{ weights: { happiness: 1 } }, 422, 'invalid_request'],
    [{ weights: { recycling_rate: -1 } }, 422, 'invalid_request'],
    [{ areas: ['府中市'] }, 409, 'area_ambiguous'],
    [{ weight: {} }, 422, 'invalid_request'],
    [{ weights: Object.fromEntries(derivations.map(({ code }) => [code, 0])) }, 422, 'no_weight'],
  ] as const)('refuses %j with %i %s', async ([payload, status, code], { app }) => {
    const url = '/api/v1/livability/score'
    const response = await app.inject({ method: 'POST', url, payload })
    expect(response.statusCode).toBe(status)
    expect(response.json().code).toBe(code)
  })
})
