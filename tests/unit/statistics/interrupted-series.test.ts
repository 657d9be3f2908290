import { linearRegression, mean } from 'simple-statistics'
import { describe, expect, test } from 'vitest'
import {
  durbinWatson,
  type InterruptedSeriesOptions,
  interruptedSeries,
} from '../../../src/statistics/effects/interrupted-series.ts'
import type { Panel } from '../../../src/statistics/effects/panel.ts'
import { isRefusal } from '../../../src/statistics/effects/refusals.ts'
import { seededRandom } from '../../../src/statistics/random.ts'

function panelOf(start: number, values: (number | null)[]): Panel {
  const periods = values.map((_, n) => String(1990 + n))
  return { periods, treated: [{ area: '13000', start, values }], controls: [] }
}

function answerOf(panel: Panel, options?: InterruptedSeriesOptions) {
  const answer = interruptedSeries(panel, options)
  if (isRefusal(answer)) throw new Error(answer.refused)
  return answer
}

const before = [12, 15, 13, 18, 17, 21, 19, 24]
const after = [31, 30, 36, 37]
const series = [...before, ...after]

/** A line through values at 0, 1, 2, …, its residuals, and the weights that predict it at `place`. */
function lineOf(values: number[], place: number) {
  const { m, b } = linearRegression(values.map((value, n) => [n, value]))
  const centre = mean(values.map((_, n) => n))
  const spread = values.reduce((sum, _, n) => sum + (n - centre) ** 2, 0)
  return {
    slope: m,
    at: b + m * place,
    residuals: values.map((value, n) => value - b - m * n),
    weights: values.map((_, n) => 1 / values.length + ((n - centre) * (place - centre)) / spread),
  }
}

describe('an interrupted series', () => {
  test('finds a level and a slope that were put in, exactly', () => {
    const values = Array.from({ length: 14 }, (_, t) => 10 + 3 * t + (t >= 9 ? 5 + 2 * (t - 9) : 0))
    const answer = answerOf(panelOf(9, values))
    expect(answer.level.estimate).toBeCloseTo(5, 10)
    expect(answer.slope.estimate).toBeCloseTo(2, 10)
    expect(answer.slopeBefore.estimate).toBeCloseTo(3, 10)
    expect(answer.average.estimate).toBeCloseTo(5 + 2 * 2, 10)
    expect(answer.percent).toBeCloseTo((100 * 9) / (10 + 3 * 11), 8)
    for (const [t, x] of answer.counterfactual.entries()) expect(x).toBeCloseTo(10 + 3 * t, 9)
    expect(answer).toMatchObject({ pointsBefore: 9, pointsAfter: 5, durbinWatson: null })
    expect(answer.level).toMatchObject({ standardError: 0, pValue: null })
  })

  test('is two lines that meet at the start, with errors of White at lag 0', () => {
    const answer = answerOf(panelOf(8, series), { lag: 0, errors: 'newey_west' })
    const [first, second] = [lineOf(before, 8), lineOf(after, 0)]
    expect(answer.level.estimate).toBeCloseTo(second.at - first.at, 10)
    expect(answer.slope.estimate).toBeCloseTo(second.slope - first.slope, 10)
    const squares = ({ weights, residuals }: typeof first) =>
      weights.reduce((sum, weight, n) => sum + (weight * (residuals[n] as number)) ** 2, 0)
    const error = Math.sqrt((squares(first) + squares(second)) * (12 / 8))
    expect(answer.level.standardError).toBeCloseTo(error, 10)
    expect(answer.level.degrees).toBe(8)
    // Student's t with 8 degrees of freedom: 2.306004 (A&S, table 26.10).
    expect(answer.level.interval.upper - answer.level.estimate).toBeCloseTo(2.306004 * error, 5)
    expect(answer.counterfactual[8]).toBeCloseTo(first.at, 10)
    expect(answer.counterfactual[11]).toBeCloseTo(first.at + 3 * first.slope, 10)
  })

  test('averages the gap between observed and counterfactual', () => {
    const answer = answerOf(panelOf(8, series))
    const gaps = after.map((value, n) => value - (answer.counterfactual[8 + n] as number))
    expect(answer.average.estimate).toBeCloseTo(mean(gaps), 10)
    expect(answer.lag).toBe(2)
  })

  test('does not depend on unit or origin', () => {
    const [plain, moved] = [
      answerOf(panelOf(8, series)),
      answerOf(
        panelOf(
          8,
          series.map((x) => 1e6 * x + 3e7),
        ),
      ),
    ]
    expect(moved.level.estimate / 1e6).toBeCloseTo(plain.level.estimate, 6)
    expect(moved.level.standardError / 1e6).toBeCloseTo(plain.level.standardError, 6)
    expect(moved.level.pValue).toBeCloseTo(plain.level.pValue as number, 6)
    expect(moved.durbinWatson).toBeCloseTo(plain.durbinWatson as number, 6)
  })

  test('keeps a gap at its place in time', () => {
    const values: (number | null)[] = Array.from(
      { length: 16 },
      (_, t) => 4 * t + (t >= 10 ? 7 : 0),
    )
    values[3] = null
    values[12] = Number.NaN
    const answer = answerOf(panelOf(10, values))
    expect(answer.slopeBefore.estimate).toBeCloseTo(4, 10)
    expect(answer.level.estimate).toBeCloseTo(7, 9)
    expect(answer).toMatchObject({ pointsBefore: 9, pointsAfter: 5 })
    expect(answer.counterfactual[3]).toBeCloseTo(12, 9)
    expect(answer.observed[12]).toBeNull()
  })

  test('takes a season out', () => {
    const season = [0, 10, -4, 7]
    const values = Array.from(
      { length: 24 },
      (_, t) => 100 + t + (season[t % 4] as number) + (t >= 16 ? 6 : 0),
    )
    const answer = answerOf(panelOf(16, values), { seasonLength: 4 })
    expect(answer.level.estimate).toBeCloseTo(6, 9)
    expect(answer.slope.estimate).toBeCloseTo(0, 9)
    expect(answer.counterfactual[17]).toBeCloseTo(100 + 17 + 10, 9)
  })

  test('takes the larger error, and the larger one only', () => {
    const [both, neweyWest] = [
      answerOf(panelOf(8, series)),
      answerOf(panelOf(8, series), { errors: 'newey_west' }),
    ]
    for (const part of ['level', 'slope', 'average'] as const)
      expect(both[part].standardError).toBeGreaterThanOrEqual(neweyWest[part].standardError)
    expect(both.average.standardError).toBeGreaterThan(both.neweyWestError)
    expect(neweyWest.average.standardError).toBe(both.neweyWestError)
  })

  test('covers no effect in nine of ten autocorrelated series, where Newey & West alone do not', () => {
    const random = seededRandom(77)
    const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
    const held = { larger: 0, newey_west: 0 }
    const rounds = 200
    for (let round = 0; round < rounds; round += 1) {
      let error = normal()
      const values = Array.from({ length: 30 }, () => {
        error = 0.5 * error + normal()
        return error
      })
      for (const errors of ['larger', 'newey_west'] as const) {
        const { interval } = answerOf(panelOf(18, values), { errors }).average
        if (interval.lower <= 0 && interval.upper >= 0) held[errors] += 1
      }
    }
    expect(held.larger / rounds).toBeGreaterThan(0.88)
    expect(held.newey_west / rounds).toBeLessThan(0.85)
  })

  test('refuses short series and seasons that cannot be told apart', () => {
    const zeros = (count: number) => new Array<number>(count).fill(0)
    expect(interruptedSeries(panelOf(7, zeros(20)))).toEqual({
      refused: 'too_few_before',
      needed: 8,
      found: 7,
    })
    expect(interruptedSeries(panelOf(17, zeros(20)))).toEqual({
      refused: 'too_few_after',
      needed: 4,
      found: 3,
    })
    expect(interruptedSeries(panelOf(8, zeros(12)), { seasonLength: 12 })).toMatchObject({
      refused: 'too_few_points',
    })
    expect(interruptedSeries(panelOf(8, []))).toEqual({ refused: 'start_outside_periods' })
  })

  test('of a constant finds nothing, without a p-value', () => {
    const answer = answerOf(panelOf(9, new Array<number>(15).fill(42)))
    expect(answer.level.estimate).toBeCloseTo(0, 9)
    expect(answer.level.pValue).toBeNull()
    expect(answer.durbinWatson).toBeNull()
  })
})

describe('Durbin–Watson', () => {
  test('by hand: 1, −1, 1, −1 has (4 + 4 + 4) / 4', () => {
    expect(durbinWatson([1, -1, 1, -1], [0, 1, 2, 3], 1)).toBe(3)
  })

  test('compares neighbours in time only: across a gap nothing is counted', () => {
    expect(durbinWatson([1, -1, 1, -1], [0, 1, 5, 6], 1)).toBe(2)
  })
})
