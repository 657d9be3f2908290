import { describe, expect, test } from 'vitest'
import { createSamples, percentile, spreadOf } from '../../../src/itsm/metrics/percentiles.ts'

function samplesOf(...values: number[]) {
  const samples = createSamples()
  for (const value of values) samples.add(value)
  return samples
}

describe('percentiles', () => {
  test('lie between the two nearest values', () => {
    // h = (n - 1) p = 3 × 0.9 = 2.7: 30 and seven tenths of the way to 40.
    expect(percentile([10, 20, 30, 40], 0.9)).toBeCloseTo(37)
    expect(percentile([10, 20, 30, 40], 0.5)).toBe(25)
    expect(percentile([10, 20, 30], 0.5)).toBe(20)
    expect(percentile([15, 20, 35, 40, 50], 0.4)).toBeCloseTo(29)
    expect(percentile([7], 0.9)).toBe(7)
  })

  test('of none are null, and so is the mean', () => {
    expect(percentile([], 0.5)).toBeNull()
    expect(spreadOf(samplesOf())).toEqual({ count: 0, mean_s: null, median_s: null, p90_s: null })
  })

  test('are of numbers and not of texts, in whatever order they come', () => {
    expect(spreadOf(samplesOf(100, 9, 20, 1000, 3, 40, 5, 6, 7, 8))).toEqual({
      count: 10,
      mean_s: 119.8,
      median_s: 8.5,
      p90_s: 190,
    })
  })

  test('are given to the millisecond', () => {
    expect(spreadOf(samplesOf(1, 1, 2))).toMatchObject({ mean_s: 1.333, median_s: 1, p90_s: 1.8 })
  })
})
