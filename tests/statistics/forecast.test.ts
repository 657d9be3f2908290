import { ForecastQuery } from '../../schemas/statistics/forecast.ts'
import type { App } from '../../src/fastify.ts'
import { methodNames } from '../../src/statistics/forecasting/methods.ts'
import { describe, expect, test } from '../support/statistics.ts'

const ask = async (app: App, query = '') => {
  const response = await app.inject(encodeURI(`/api/v1/population/forecast?${query}`))
  return { status: response.statusCode, ...response.json() }
}

type Row = {
  year: number
  value: number
  projected: boolean
  lower80: number
  upper80: number
  lower95: number
  upper95: number
  status: string
  source: string | null
}

describe('GET /api/v1/population/forecast', () => {
  test('goes on from 2020 with nested intervals that widen, and says how it was chosen', async ({
    app,
  }) => {
    const { rows, models, meta } = await ask(app, 'area=13000&horizon=10')
    const projected = (rows as Row[]).filter((row) => row.projected)
    expect(projected.map(({ year }) => year)).toEqual(
      Array.from({ length: 10 }, (_, n) => 2021 + n),
    )
    expect(rows.filter((row: Row) => !row.projected).at(-1)).toMatchObject({
      year: 2020,
      value: 14_047_594,
      lower80: null,
    })
    let width = 0
    for (const { value, lower80, upper80, lower95, upper95, status, source } of projected) {
      expect(lower95).toBeLessThanOrEqual(lower80)
      expect(lower80).toBeLessThanOrEqual(value)
      expect(value).toBeLessThanOrEqual(upper80)
      expect(upper80).toBeLessThanOrEqual(upper95)
      expect(Number.isInteger(value)).toBe(true)
      expect(upper80 - lower80).toBeGreaterThanOrEqual(width)
      width = upper80 - lower80
      expect([status, source]).toEqual(['projected', null])
    }
    const [model] = models
    expect(model).toMatchObject({
      actual_until: 2020,
      projected_from: 2021,
      points_used: 25,
      areas_pooled: 47,
      worse_than_naive: false,
    })
    expect(model.candidates.map(({ method }: { method: string }) => method)).toContain('naive')
    expect(model.candidates[0].method).toBe(model.method)
    expect(model.accuracy.relative).toBeLessThan(1)
    expect(meta.method.id).toBe(model.method)
    expect(meta.processed).toBe(true)
  })

  test('forecasts what it knew: from the figures as they were, years that have come since', async ({
    app,
  }) => {
    const { rows } = await ask(app, 'area=13000&as_of=2016&horizon=5')
    const projected = (rows as Row[]).filter((row) => row.projected)
    expect(projected[0]?.year).toBe(2016)
    const last = projected.at(-1) as Row
    // The census of 2020 counted 14,047,594.
    expect(last.lower95).toBeLessThan(14_047_594)
    expect(last.upper95).toBeGreaterThan(14_047_594)
  })

  test('keeps shares within 0 and 100, and takes every method by name', async ({ app }) => {
    for (const method of ['naive', 'linear', 'holt_damped', 'theta', 'log_drift', 'median']) {
      const { rows, models, status } = await ask(app, `indicator=share&method=${method}&area=05000`)
      expect(status, method).toBe(200)
      expect(models[0].method).toBe(method)
      for (const { lower95, upper95 } of (rows as Row[]).filter((row) => row.projected)) {
        expect(lower95).toBeGreaterThanOrEqual(0)
        expect(upper95).toBeLessThanOrEqual(100)
      }
    }
  })

  test('goes from census to census in steps of five years', async ({ app }) => {
    const { rows } = await ask(app, 'frequency=census&horizon=20&area=01000')
    const projected = (rows as Row[]).filter((row) => row.projected)
    expect(projected.map(({ year }) => year)).toEqual([2025, 2030, 2035, 2040])
  })

  test('carries five-year ages on, so that the aged of 2035 are those who are 50 now', async ({
    app,
  }) => {
    const of = async (indicator: string) =>
      (
        (await ask(app, `area=05000&method=cohorts&horizon=20&indicator=${indicator}`))
          .rows as Row[]
      ).filter((row) => row.projected)
    const [total, young, middle, old] = [
      await of('total'),
      await of('0-14'),
      await of('15-64'),
      await of('65%2B'.replace('%2B', '+')),
    ]
    expect(total.map(({ year }) => year)).toEqual([2025, 2030, 2035, 2040])
    for (const [n, { value }] of total.entries()) {
      const sum = (young[n]?.value ?? 0) + (middle[n]?.value ?? 0) + (old[n]?.value ?? 0)
      expect(Math.abs(sum - value)).toBeLessThanOrEqual(2)
      expect(value).toBeLessThan(total[n - 1]?.value ?? Infinity)
    }
    expect(total[0]?.lower80).toBeNull()
  })

  test('draws the band as two lines that are filled between, from where the actual ends', async ({
    app,
  }) => {
    const chart = await ask(app, 'area=13000&horizon=5&format=chartjs')
    const ids = chart.datasets.map(({ id }: { id: string }) => id.split(':')[0])
    expect(ids).toEqual(['actual', 'forecast', 'lower95', 'upper95', 'lower80', 'upper80'])
    const byId = new Map<string, { data: (number | null)[]; fill?: string }>(
      chart.datasets.map((dataset: { id: string; data: number[] }) => [
        dataset.id.split(':')[0],
        dataset,
      ]),
    )
    const at = chart.labels.indexOf('2020')
    for (const id of ids) expect(byId.get(id)?.data[at], id).toBe(14_047_594)
    expect(byId.get('forecast')?.data[at - 1]).toBeNull()
    expect(byId.get('actual')?.data[at + 1]).toBeNull()
    expect(byId.get('upper95')?.fill).toBe('-1')
    expect(byId.get('upper80')?.fill).toBe('-1')
  })

  test('is the same every time', async ({ app, service }) => {
    const one = await ask(app, 'area=27000')
    const two = await ask(await service.twin({ cache: service.deps.cache }), 'area=27000')
    expect(two).toEqual(one)
  })

  test.for([
    ['horizon=13', 422, 'horizon_too_long'],
    ['area=13101', 422, 'too_few_points'],
    ['frequency=census&horizon=7', 422, 'invalid_request'],
    ['method=cohorts&horizon=7', 422, 'invalid_request'],
    ['area=13101&method=cohorts', 404, 'figures_not_found'],
    ['indicator=density', 422, 'invalid_request'],
    ['method=crystal_ball', 422, 'invalid_request'],
    ['horizon=0', 422, 'invalid_request'],
    ['area=府中市', 409, 'area_ambiguous'],
    [`area=${Array.from({ length: 11 }, (_, n) => n + 10)}`, 422, 'too_many_areas'],
  ] as const)('refuses %s with %i %s', async ([query, status, code], { app }) => {
    expect(await ask(app, query)).toMatchObject({ status, code })
  })
})

test('every method for yearly figures can be asked for by name', () => {
  const offered: string[] = ForecastQuery.properties.method.enum
  const yearly = methodNames.filter((name) => name !== 'seasonal_naive')
  expect([...offered].sort()).toEqual(['auto', 'cohorts', ...yearly].sort())
})
