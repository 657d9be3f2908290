import { describe, expect, test } from 'vitest'
import { beforeAfter } from '../../../src/statistics/effects/before-after.ts'
import type { Panel } from '../../../src/statistics/effects/panel.ts'
import { isRefusal } from '../../../src/statistics/effects/refusals.ts'

function panelOf(start: number, ...series: (number | null)[][]): Panel {
  return {
    periods: series[0]?.map((_, n) => String(2000 + n)) ?? [],
    treated: series.map((values, n) => ({ area: `t${n}`, start, values })),
    controls: [],
  }
}

function answerOf(panel: Panel) {
  const answer = beforeAfter(panel)
  if (isRefusal(answer)) throw new Error(answer.refused)
  return answer
}

describe('before and after', () => {
  test('by hand: 1, 3, 2 before and 6, 8 after', () => {
    const answer = answerOf(panelOf(3, [1, 3, 2, 6, 8]))
    expect(answer).toMatchObject({
      causal: false,
      meanBefore: 2,
      meanAfter: 7,
      difference: 5,
      percent: 250,
      pointsBefore: 3,
      pointsAfter: 2,
    })
    // The line is 1.5 + 0.5 t, at t = 3.5 it is 3.25; s² = 1.5 over one degree of freedom,
    // times 1/2 + 1/3 + (3.5 − 1)² / 2.
    const trend = answer.againstTrend
    expect(trend?.estimate).toBeCloseTo(3.75, 12)
    expect(trend?.percent).toBeCloseTo((100 * 3.75) / 3.25, 10)
    expect(trend?.standardError).toBeCloseTo(Math.sqrt(1.5 * (1 / 2 + 1 / 3 + 6.25 / 2)), 12)
    expect(trend?.degrees).toBe(1)
    const margin = 12.7062047361747 * (trend?.standardError as number)
    expect(trend?.interval.upper).toBeCloseTo(3.75 + margin, 6)
    expect(trend?.line.map((x) => Number(x.toFixed(9)))).toEqual([1.5, 2, 2.5, 3, 3.5])
  })

  test('takes a mere continuation of the trend for no effect', () => {
    const answer = answerOf(panelOf(4, [0, 2, 4, 6, 8, 10]))
    expect(answer.difference).toBe(6)
    expect(answer.againstTrend?.estimate).toBeCloseTo(0, 12)
    expect(answer.againstTrend?.pValue).toBeNull()
    expect(answer.againstTrend?.standardError).toBe(0)
  })

  test('leaves gaps out, and follows the mean of several areas', () => {
    const answer = answerOf(panelOf(2, [1, null, 3, Number.NaN], [3, 100, 5, 7]))
    expect(answer).toMatchObject({ meanBefore: 2, meanAfter: 4, pointsBefore: 1, pointsAfter: 1 })
    expect(answer.observed).toEqual([2, null, 4, null])
    expect(answer.againstTrend).toBeNull()
  })

  test('takes what is beyond reason for a gap', () => {
    const answer = answerOf(panelOf(3, [1, 1e300, Number.POSITIVE_INFINITY, 3]))
    expect(answer).toMatchObject({ pointsBefore: 1, pointsAfter: 1, difference: 2 })
  })

  test('has no per cent of zero', () => {
    expect(answerOf(panelOf(2, [-1, 1, 5])).percent).toBeNull()
    expect(answerOf(panelOf(1, [-4, -3])).percent).toBe(25)
  })

  test('refuses', () => {
    expect(beforeAfter(panelOf(1, []))).toEqual({ refused: 'start_outside_periods' })
    expect(beforeAfter(panelOf(0, [1, 2]))).toEqual({ refused: 'start_outside_periods' })
    expect(beforeAfter(panelOf(2, [1, 2]))).toEqual({ refused: 'start_outside_periods' })
    expect(beforeAfter(panelOf(1, [null, 2]))).toEqual({
      refused: 'too_few_before',
      needed: 1,
      found: 0,
    })
    expect(beforeAfter(panelOf(1, [2, null]))).toEqual({
      refused: 'too_few_after',
      needed: 1,
      found: 0,
    })
    expect(beforeAfter({ periods: ['a'], treated: [], controls: [] })).toEqual({
      refused: 'no_treated',
    })
    const staggered = [1, 2].map((start) => ({ area: String(start), start, values: [1, 2, 3] }))
    expect(beforeAfter({ periods: ['a', 'b', 'c'], treated: staggered, controls: [] })).toEqual({
      refused: 'different_starts',
    })
  })

  test('throws for values that do not match the periods', () => {
    const panel = { ...panelOf(1, [1, 2]), periods: ['a', 'b', 'c'] }
    expect(() => beforeAfter(panel)).toThrow(RangeError)
  })
})
