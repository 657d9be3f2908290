import { describe, expect, test } from 'vitest'
import { similarAreas } from '../../../src/statistics/indices/similar-areas.ts'

function answered(...given: Parameters<typeof similarAreas>) {
  const answer = similarAreas(...given)
  if ('refused' in answer) throw new Error(answer.refused)
  return answer
}

describe('worked by hand', () => {
  // z of a: -1.5, -0.5 (thrice), 0, 0, 1, 2; of b, its mirror.
  const a = { indicator: 'a', values: [2, 4, 4, 4, 5, 5, 7, 9] }
  const b = { indicator: 'b', values: [9, 7, 5, 5, 4, 4, 4, 2] }

  test('the distance is the root of the mean squared difference of z', () => {
    const { areas, compared } = answered([a, b], 0, { count: 3 })
    expect(compared).toBe(7)
    // Area 1 is 1 away in both; 2 and 3 are 1 and 2 away: root of 2.5.
    expect(areas.map(({ area }) => area)).toEqual([1, 2, 3])
    expect(areas[0]?.distance).toBeCloseTo(1, 12)
    expect(areas[1]?.distance).toBeCloseTo(Math.sqrt(2.5), 12)
    expect(areas[1]?.closest[0]).toEqual({ indicator: 'a', difference: 1 })
    expect(areas[1]?.farthest[0]).toEqual({ indicator: 'b', difference: -2 })
  })

  test('what is missing does not count as equal', () => {
    const gappy = { indicator: 'c', values: [9, 7, null, 5, 4, 4, 4, 2] }
    const { areas } = answered([a, b, gappy], 0, { count: 7, minOverlap: 0.5 })
    const second = areas.find(({ area }) => area === 2)
    expect(second?.shared).toBe(2)
    expect(second?.distance).toBeCloseTo(Math.sqrt(2.5), 12)
  })
})

const columns = Array.from({ length: 6 }, (_, i) => ({
  indicator: `i${i}`,
  values: Array.from({ length: 9 }, (_, n) => ((n * (i + 3) * 7) % 11) as number | null),
}))

test('distance is the same from either side, whatever the units', () => {
  const far = (from: number, to: number, list = columns) =>
    answered(list, from, { count: 8 }).areas.find(({ area }) => area === to)?.distance as number
  expect(far(2, 5)).toBeCloseTo(far(5, 2), 12)
  const scaled = columns.map(({ indicator, values }, n) => ({
    indicator,
    values: values.map((value) => (value ?? 0) * 10 ** n - 3),
  }))
  expect(far(2, 5, scaled)).toBeCloseTo(far(2, 5), 9)
})

test('an area with too little in common is not compared', () => {
  const thin = columns.map(({ indicator, values }, n) => ({
    indicator,
    values: values.map((value, area) => (area === 4 && n > 2 ? null : value)),
  }))
  const areasOf = (minOverlap: number) =>
    answered(thin, 0, { count: 9, minOverlap }).areas.map(({ area }) => area)
  expect(areasOf(2 / 3)).not.toContain(4)
  expect(areasOf(1 / 2)).toContain(4)
  expect(areasOf(1 / 2)).not.toContain(0)
})

test('what is the same everywhere is no likeness', () => {
  const flat = { indicator: 'flat', values: Array(9).fill(0.1) }
  const { areas, indicators } = answered([...columns, flat], 0)
  expect(indicators).toBe(6)
  expect(areas).toEqual(answered(columns, 0).areas)
})

test('equals come in the order of areas, twins at no distance', () => {
  const { areas } = answered([{ indicator: 'a', values: [1, 2, 1, 0, 1] }], 0, { count: 4 })
  expect(areas.map(({ area }) => area)).toEqual([2, 4, 1, 3])
  // The deviation is the root of 2 / 5.
  const distances = [0, 0, Math.sqrt(2.5), Math.sqrt(2.5)]
  for (const [n, distance] of distances.entries()) {
    expect(areas[n]?.distance).toBeCloseTo(distance, 12)
  }
})

test('an area without figures, and one alone, are refused', () => {
  const none = { refused: 'too_few_indicators', needed: 1, found: 0 }
  expect(similarAreas([{ indicator: 'a', values: [null, 2, 3] }], 0)).toEqual(none)
  expect(similarAreas([{ indicator: 'a', values: [1] }], 0)).toEqual(none)
  expect(similarAreas([], 0)).toEqual(none)
  const apart = [
    { indicator: 'a', values: [1, null, 2] },
    { indicator: 'b', values: [1, 2, null] },
  ]
  expect(similarAreas(apart, 0, { minOverlap: 1 })).toEqual({
    refused: 'too_few_areas',
    needed: 1,
    found: 0,
  })
})
