import { describe, expect, test } from 'vitest'
import { backtestSeries } from '../../../src/statistics/forecasting/backtest.ts'
import { chooseMethod } from '../../../src/statistics/forecasting/choice.ts'
import {
  type Forecast,
  type ForecastRequest,
  forecastSeries,
} from '../../../src/statistics/forecasting/forecast.ts'
import { methodNames } from '../../../src/statistics/forecasting/methods.ts'
import { pool } from '../../../src/statistics/forecasting/pooling.ts'
import { isRefusal } from '../../../src/statistics/forecasting/refusals.ts'
import { seededRandom } from '../../../src/statistics/random.ts'

/** 人口推計, 1 October 1996 to 2020 as published, thousands: Akita, Tokyo, Osaka, Tottori, Fukuoka, Okinawa. */
const populations = [
  [
    1210, 1206, 1201, 1196, 1189, 1184, 1176, 1167, 1159, 1146, 1134, 1121, 1108, 1096, 1086, 1075,
    1063, 1050, 1037, 1023, 1010, 996, 981, 966, 960,
  ],
  [
    11772, 11808, 11830, 11837, 12064, 12138, 12219, 12310, 12378, 12577, 12659, 12758, 12838,
    12868, 13159, 13196, 13230, 13300, 13390, 13515, 13624, 13724, 13822, 13921, 14048,
  ],
  [
    8804, 8802, 8804, 8801, 8805, 8818, 8815, 8816, 8814, 8817, 8815, 8812, 8806, 8801, 8865, 8861,
    8856, 8849, 8836, 8839, 8833, 8823, 8813, 8809, 8838,
  ],
  [
    614, 614, 615, 614, 613, 613, 612, 611, 609, 607, 604, 600, 595, 591, 589, 585, 582, 578, 574,
    573, 570, 565, 560, 556, 553,
  ],
  [
    4952, 4970, 4988, 5000, 5016, 5032, 5043, 5051, 5058, 5050, 5054, 5056, 5054, 5053, 5072, 5079,
    5085, 5090, 5091, 5102, 5104, 5107, 5107, 5104, 5135,
  ],
  [
    1283, 1291, 1301, 1312, 1318, 1329, 1339, 1349, 1359, 1362, 1368, 1373, 1376, 1382, 1393, 1401,
    1409, 1415, 1421, 1434, 1439, 1443, 1448, 1453, 1467,
  ],
]
const akita = populations[0] as number[]

const standard = { pool: [], horizon: 3, method: 'auto', kind: 'count', season: 1 } as const

function answer(request: Partial<ForecastRequest> & Pick<ForecastRequest, 'target'>): Forecast {
  const forecast = forecastSeries({ ...standard, ...request })
  if (isRefusal(forecast)) throw new Error(JSON.stringify(forecast))
  return forecast
}

const refusalOf = (request: Partial<ForecastRequest> & Pick<ForecastRequest, 'target'>) =>
  forecastSeries({ ...standard, ...request })

function expectOrder({ points }: Forecast) {
  for (const { value, lower80, lower95, upper80, upper95 } of points) {
    expect(lower95).toBeLessThanOrEqual(lower80)
    expect(lower80).toBeLessThanOrEqual(value)
    expect(value).toBeLessThanOrEqual(upper80)
    expect(upper80).toBeLessThanOrEqual(upper95)
  }
}

describe('a forecast', () => {
  test('of prefectures covers what came, five years ahead', () => {
    const known = populations.map((values) => values.slice(0, 20))
    let [in80, in95] = [0, 0]
    for (const [area, target] of known.entries()) {
      const forecast = answer({ target, pool: known, horizon: 5 })
      expect(forecast.pooled).toBe(6)
      expect(forecast.accuracy).toMatchObject({ worseThanNaive: false })
      for (const { step, lower80, upper80, lower95, upper95 } of forecast.points) {
        const actual = populations[area]?.[19 + step] as number
        if (actual >= lower80 && actual <= upper80) in80 += 1
        if (actual >= lower95 && actual <= upper95) in95 += 1
      }
    }
    expect(in80).toBeGreaterThanOrEqual(24)
    expect(in95).toBeGreaterThanOrEqual(28)
  })

  test('is no wider than a forecast needs to be', () => {
    const { points, method } = answer({ target: akita, pool: populations, horizon: 5 })
    expect(method).not.toBe('naive')
    expect(points.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5])
    expect(points[0]?.value).toBeGreaterThan(940)
    expect(points[0]?.value).toBeLessThan(960)
    expect((points[0]?.upper95 as number) - (points[0]?.lower95 as number)).toBeLessThan(40)
    const widths = points.map(({ upper80, lower80 }) => Math.log(upper80 / lower80))
    expect(widths).toEqual(widths.toSorted((a, b) => a - b))
  })

  test('is the same from a choice that was kept, and whatever the order of the pool', () => {
    const request = { target: akita, pool: populations, horizon: 5 }
    const direct = answer(request)
    expect(answer(request)).toEqual(direct)
    const options = { kind: 'count', season: 1, horizon: 5 } as const
    const choice = chooseMethod(pool(populations.map((each) => backtestSeries(each, options))), 5)
    const kept = JSON.parse(JSON.stringify(choice))
    expect(answer({ target: akita, horizon: 5, choice: kept })).toEqual(direct)
    const reversed = answer({ ...request, pool: populations.toReversed() })
    expect(reversed.method).toBe(direct.method)
    for (const [n, { upper95 }] of reversed.points.entries())
      expect(upper95).toBeCloseTo(direct.points[n]?.upper95 as number, 6)
  })

  test('answers for one series alone', () => {
    const forecast = answer({ target: akita })
    expect(forecast).toMatchObject({ pooled: 1, used: { from: 0, points: 25 } })
    expect(forecast.accuracy).toEqual(forecast.ownAccuracy)
    expect(forecast.candidates.length).toBeGreaterThan(10)
    expect(answer({ target: [5, 6, 7, 9, 8], horizon: 2 }).points).toHaveLength(2)
  })

  test('says that a method by name is worse than naive', () => {
    const zigzag = [10, 30, 11, 29, 10, 31, 12, 30, 9, 30, 10, 29]
    const forecast = answer({ target: zigzag, method: 'drift_2', horizon: 1 })
    expect(forecast).toMatchObject({ method: 'drift_2', candidates: [] })
    expect(forecast.accuracy.worseThanNaive).toBe(true)
    expect(forecast.accuracy.relative).toBeGreaterThan(1)
    const naive = answer({ target: zigzag, method: 'naive', horizon: 1 })
    expect(naive.accuracy).toMatchObject({ relative: 1, worseThanNaive: false })
  })

  test('goes on from the last run without a gap', () => {
    const target = [1, 2, null, 9, Number.NaN, ...akita.slice(0, 12)]
    const forecast = answer({ target, pool: populations })
    expect(forecast.used).toEqual({ from: 5, points: 12 })
    expect(forecast.points).toEqual(
      answer({ target: akita.slice(0, 12), pool: populations }).points,
    )
  })

  test('leaves out of the pool what is too short or cannot be', () => {
    const odd = [[1, 2, 3], [5, -1, 4, 4, 4, 4], Array(9).fill(null), [null, ...akita, null]]
    expect(answer({ target: akita, pool: [...populations, ...odd] }).pooled).toBe(7)
    expect(answer({ target: akita, pool: odd.slice(0, 3) }).pooled).toBe(1)
  })

  test('takes the best method that the target can carry', () => {
    const growing = Array.from({ length: 8 }, (_, area) =>
      Array.from({ length: 24 }, (_, n) => (10 + area) * 1.2 ** n),
    )
    const target = [0, 3, 5, 6, 9, 12, 13, 15, 20, 22]
    expect(answer({ target: growing[0] as number[], pool: growing }).method).toMatch(/^log_/)
    const forecast = answer({ target, pool: growing })
    expect(forecast.method).not.toMatch(/^log_/)
    // Errors of logarithms say nothing about a series that has none.
    expect(forecast).toMatchObject({ pooled: 1, intervals: { scale: 'plain' } })
    expect(forecast.points.every(({ upper95 }) => Number.isFinite(upper95))).toBe(true)
    expectOrder(forecast)
  })

  test('of counts with zeros, and of areas where nothing happened, has an interval', () => {
    const random = seededRandom(11)
    const waiting = Array.from({ length: 10 }, (_, area) =>
      Array.from({ length: 12 }, () => Math.floor(random() * area * 10)),
    )
    const forecast = answer({ target: Array(12).fill(0), pool: waiting })
    expect(forecast.intervals.scale).toBe('plain')
    expect(forecast.points[0]).toMatchObject({ value: 0, lower95: 0 })
    expect(forecast.points[0]?.upper95).toBeGreaterThan(0)
    const few = waiting[5] as number[]
    const many = few.map((value) => 1000 * value)
    const widthOf = (target: number[]) => {
      const point = answer({ target, pool: waiting, method: 'naive' }).points[2]
      return (point?.upper95 as number) - (point?.value as number)
    }
    expect(widthOf(many)).toBeCloseTo(1000 * widthOf(few), 6)
  })

  test('of what never moved is that, and naive', () => {
    const forecast = answer({ target: Array(10).fill(5) })
    expect(forecast).toMatchObject({
      method: 'naive',
      accuracy: { mase: null, mape: 0, worseThanNaive: null },
    })
    expect(forecast.points[2]).toEqual({
      step: 3,
      value: 5,
      lower80: 5,
      upper80: 5,
      lower95: 5,
      upper95: 5,
      isExtrapolated: false,
    })
  })

  test('of months repeats the year', () => {
    const random = seededRandom(5)
    const months = Array.from(
      { length: 48 },
      (_, n) => 200 + 80 * Math.sin((n * Math.PI) / 6) + 5 * random(),
    )
    const forecast = answer({ target: months, season: 12, horizon: 12 })
    expect(forecast).toMatchObject({ method: 'seasonal_naive', benchmark: 'seasonal_naive' })
    expect(forecast.points.map(({ value }) => value)).toEqual(months.slice(36))
  })

  test('past what was checked says so and widens', () => {
    const options = { kind: 'count', season: 1, horizon: 2 } as const
    const choice = chooseMethod(pool(populations.map((each) => backtestSeries(each, options))), 2)
    const { points, intervals } = answer({ target: akita, horizon: 6, choice })
    expect(intervals.checkedTo).toBe(2)
    expect(points.map(({ isExtrapolated }) => isExtrapolated)).toEqual([
      false,
      false,
      true,
      true,
      true,
      true,
    ])
    const [, second, , fourth] = points.map(({ upper95, value }) => Math.log(upper95 / value))
    expect(fourth).toBeCloseTo(2 * (second as number), 9)
  })

  test.each(['count', 'rate', 'share', 'value'] as const)(
    'of any %s by any method stays in order and within bounds',
    (kind) => {
      const random = seededRandom(kind.length)
      for (let trial = 0; trial < 6; trial += 1) {
        const length = 6 + Math.floor(random() * 20)
        const steep = (random() - 0.5) * 20
        const series = Array.from({ length: 3 }, () =>
          Array.from({ length }, (_, n) => {
            const value = 50 + steep * n + 10 * random()
            return kind === 'value' ? value : Math.min(100, Math.max(0, value))
          }),
        )
        for (const method of ['auto', ...methodNames] as const) {
          const horizon = Math.floor(length / 2)
          const target = series[0] as number[]
          const forecast = forecastSeries({
            target,
            pool: series,
            horizon,
            method,
            kind,
            season: 1,
          })
          if (isRefusal(forecast)) {
            expect(forecast.refused).toMatch(/^method_needs/)
            continue
          }
          expectOrder(forecast)
          for (const { lower95, upper95 } of forecast.points) {
            if (kind === 'count' || kind === 'share') expect(lower95).toBeGreaterThanOrEqual(0)
            if (kind === 'share') expect(upper95).toBeLessThanOrEqual(100)
          }
        }
      }
    },
  )
})

describe('a forecast is refused', () => {
  test('of fewer than five points', () => {
    expect(refusalOf({ target: [] })).toEqual({ refused: 'too_few_points', needed: 5, found: 0 })
    expect(refusalOf({ target: [7], horizon: 1 })).toMatchObject({ found: 1 })
    expect(refusalOf({ target: [null, null] })).toMatchObject({ refused: 'too_few_points' })
    expect(refusalOf({ target: [1, 2, 3, 4, 5, 6, null, 1, 2, 3, 4] })).toEqual({
      refused: 'too_few_points',
      needed: 5,
      found: 4,
    })
  })

  test('past half the history', () => {
    expect(refusalOf({ target: akita, horizon: 13 })).toEqual({
      refused: 'horizon_too_long',
      longest: 12,
      asked: 13,
    })
    expect(answer({ target: akita, horizon: 12 }).points).toHaveLength(12)
  })

  test('over a gap at the end', () => {
    expect(refusalOf({ target: [...akita, null] })).toMatchObject({ missing: 1 })
    expect(refusalOf({ target: [...akita, null, null] })).toEqual({
      refused: 'gap_at_end',
      missing: 2,
    })
  })

  test('of what cannot be', () => {
    expect(refusalOf({ target: [-2, null, ...akita] })).toEqual({
      refused: 'negative_counts',
      lowest: -2,
    })
    expect(refusalOf({ target: [-2, ...akita], kind: 'value' })).not.toHaveProperty('refused')
    expect(refusalOf({ target: [10, 20, 30, 40, 101], kind: 'share' })).toEqual({
      refused: 'share_out_of_range',
      lowest: 10,
      highest: 101,
    })
  })

  test('by a method that the figures cannot carry', () => {
    const target = [0, 3, 4, 5, 6, 7]
    expect(refusalOf({ target, method: 'log_linear' })).toEqual({
      refused: 'method_needs_positive_values',
      method: 'log_linear',
      lowest: 0,
    })
    expect(refusalOf({ target, method: 'seasonal_naive' })).toEqual({
      refused: 'method_needs_season',
      method: 'seasonal_naive',
    })
    // It can be worked out, but there is no error to put around it.
    expect(refusalOf({ target, method: 'drift_5' })).toEqual({
      refused: 'method_needs_more_points',
      method: 'drift_5',
      needed: 7,
      found: 6,
    })
    const leaning = answer({
      target: [2, 3, 4, 5, 6, 7],
      method: 'drift_5',
      pool: populations,
    })
    expect(leaning).toMatchObject({ pooled: 6, ownAccuracy: null })
  })

  test('of seasons without two cycles', () => {
    expect(refusalOf({ target: akita.slice(0, 23), season: 12 })).toEqual({
      refused: 'too_few_cycles',
      season: 12,
      needed: 24,
      found: 23,
    })
  })

  test('of numbers past all numbers', () => {
    const target = Array.from({ length: 10 }, (_, n) => 10 ** (n * 30))
    expect(refusalOf({ target, method: 'log_drift' })).toEqual({
      refused: 'not_computable',
      method: 'log_drift',
    })
  })

  test('never by an exception, but for what is no horizon', () => {
    expect(() => refusalOf({ target: akita, horizon: 0 })).toThrow(RangeError)
    expect(() => refusalOf({ target: akita, horizon: 1.5 })).toThrow(RangeError)
    for (const target of [
      [1e308, -1e308, 1e308, 1e308, -1e308, 1e308, 1e308],
      Array(7).fill(1e308),
    ])
      expect(() => refusalOf({ target, kind: 'value' })).not.toThrow()
  })
})
