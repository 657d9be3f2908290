import { describe, expect, test } from 'vitest'
import {
  bandOf,
  conformalQuantile,
  monotoneWidths,
  spreadOf,
  widthsOf,
} from '../../../src/statistics/forecasting/intervals.ts'
import { scaleOf } from '../../../src/statistics/forecasting/scales.ts'
import { seededRandom } from '../../../src/statistics/random.ts'

const upTo = (count: number) => Array.from({ length: count }, (_, n) => n + 1)

describe('the conformal quantile', () => {
  test('is the error of rank ⌈(n + 1) × level⌉', () => {
    expect(conformalQuantile([9, 1, 8, 2, 7, 3, 6, 4, 5], 80)).toBe(8)
    expect(conformalQuantile(upTo(4), 80)).toBe(4)
    expect(conformalQuantile(upTo(19), 95)).toBe(19)
    expect(conformalQuantile(upTo(39), 95)).toBe(38)
    expect(conformalQuantile(upTo(99), 80)).toBe(80)
  })

  test('falls back on Student’s t for fewer errors than its rank', () => {
    expect(conformalQuantile([2], 95)).toBeCloseTo(25.412, 9)
    expect(conformalQuantile([3, 4, 5], 80)).toBeCloseTo(1.638 * Math.sqrt(50 / 3), 9)
    expect(conformalQuantile(Array(18).fill(1), 95)).toBeCloseTo(2.101, 9)
    expect(conformalQuantile([], 95)).toBeUndefined()
  })

  test('covers what comes as often as it says, from the size on that its rank takes', () => {
    const random = seededRandom(3)
    for (const [level, sizes] of [
      [80, [4, 9, 40]],
      [95, [19, 40]],
    ] as const) {
      for (const size of sizes) {
        let covered = 0
        const trials = 4000
        for (let trial = 0; trial < trials; trial += 1) {
          const errors = Array.from({ length: size }, () => random() ** 3)
          if (random() ** 3 <= (conformalQuantile(errors, level) as number)) covered += 1
        }
        expect((100 * covered) / trials).toBeGreaterThan(level - 1.5)
      }
    }
  })
})

describe('widths', () => {
  test('grow where few periods stand behind the errors', () => {
    expect(widthsOf(upTo(39), 1, 39)?.width80).toBeCloseTo(32 * Math.sqrt(1 + 1 / 39), 9)
    expect(widthsOf(upTo(39), 6, 2)?.width80).toBeCloseTo(64, 9)
    expect(widthsOf([], 1, 0)).toBeUndefined()
  })

  test('never shrink with the horizon, and grow in proportion past what was checked', () => {
    const checked = [
      { width80: 2, width95: 5 },
      { width80: 1, width95: 6 },
    ]
    expect(monotoneWidths(checked, 5)).toEqual([
      { width80: 2, width95: 5 },
      { width80: 2, width95: 6 },
      { width80: 3, width95: 9 },
      { width80: 4, width95: 12 },
      { width80: 5, width95: 15 },
    ])
    expect(monotoneWidths(checked, 1)).toHaveLength(1)
  })

  test('of one series lean on all where it is short', () => {
    expect(spreadOf([], 2)).toBe(2)
    expect(spreadOf([4, 4, 4, 4, 4], 2)).toBe(3)
    expect(spreadOf(Array(95).fill(4), 2)).toBe(3.9)
  })
})

describe('an interval', () => {
  const series = { kind: 'count', scale: 'log', values: [50, 100] } as const

  test('of a count is even in proportion', () => {
    const band = bandOf(100, { width80: Math.log(2), width95: Math.log(4) }, series)
    for (const [key, value] of Object.entries({
      value: 100,
      lower80: 50,
      upper80: 200,
      lower95: 25,
      upper95: 400,
    }))
      expect(band[key as 'value']).toBeCloseTo(value, 9)
  })

  test('of a share is even in log odds', () => {
    const share = { kind: 'share', scale: 'logit', values: [40, 50] } as const
    const band = bandOf(50, { width80: Math.log(3), width95: Math.log(9) }, share)
    expect(band.lower80).toBeCloseTo(25, 9)
    expect(band.upper80).toBeCloseTo(75, 9)
    expect(band.lower95).toBeCloseTo(10, 9)
    expect(band.upper95).toBeCloseTo(90, 9)
  })

  test('stays within what its kind allows', () => {
    const widths = { width80: 30, width95: 200 }
    const plain = { scale: 'plain', values: [5, 95] } as const
    expect(bandOf(120, widths, { ...plain, kind: 'share' })).toEqual({
      value: 100,
      lower80: 70,
      upper80: 100,
      lower95: 0,
      upper95: 100,
    })
    expect(bandOf(-4, widths, { ...plain, kind: 'count' })).toMatchObject({ value: 0, lower95: 0 })
    expect(bandOf(-4, widths, { ...plain, kind: 'value' })).toMatchObject({ lower95: -204 })
  })

  test('of a count forecast at nothing is not nothing', () => {
    const band = bandOf(-3, { width80: 1, width95: 2 }, series)
    expect(band).toMatchObject({ value: 0, lower80: 0, lower95: 0 })
    expect(band.upper80).toBeCloseTo(0.5 * Math.E, 9)
  })

  test('is on the scale that all series carry', () => {
    expect(scaleOf('count', [[1, 2], [3]])).toBe('log')
    expect(scaleOf('count', [[1, 2], [0]])).toBe('plain')
    expect(scaleOf('share', [[1, 99]])).toBe('logit')
    expect(scaleOf('share', [[1, 100]])).toBe('plain')
    expect(scaleOf('rate', [[1, 2]])).toBe('plain')
  })
})
