import { describe, expect, test } from 'vitest'
import { groupAreas } from '../../../src/statistics/indices/groups.ts'
import { bestPartition, meansOf } from '../../../src/statistics/indices/k-means.ts'
import { seededRandom } from '../../../src/statistics/random.ts'

function answered(...given: Parameters<typeof groupAreas>) {
  const answer = groupAreas(...given)
  if ('refused' in answer) throw new Error(answer.refused)
  return answer
}

/** Three clouds, of 4, 6 and 5 areas, far apart, in turn. */
const random = seededRandom(2)
const cloudOf = [0, 1, 2, 1, 0, 2, 1, 1, 2, 0, 2, 1, 0, 2, 1]
const middles = [
  [0, 500],
  [40, 100],
  [80, 900],
] as const
const columns = ['a', 'b'].map((indicator, axis) => ({
  indicator,
  values: cloudOf.map((cloud) => {
    const middle = (middles[cloud] as readonly number[])[axis] as number
    return middle + (axis ? 10 : 1) * random()
  }) as (number | null)[],
}))

describe('three clouds', () => {
  const grouping = answered(columns)

  test('are found to be three by the silhouette', () => {
    expect(grouping.chosenBy).toBe('silhouette')
    expect(grouping.groupsFound).toHaveLength(3)
    expect(grouping.silhouette).toBeGreaterThan(0.9)
    expect(grouping.explained).toBeGreaterThan(0.99)
    expect(grouping.candidates.map(({ groups }) => groups)).toEqual([2, 3, 4, 5, 6, 7, 8])
    for (const { silhouette } of grouping.candidates) {
      expect(silhouette).toBeLessThanOrEqual(grouping.silhouette)
    }
  })

  test('are numbered by size', () => {
    // Cloud 1 has six areas, cloud 2 five, cloud 0 four.
    expect(grouping.assignment).toEqual(cloudOf.map((cloud) => [3, 1, 2][cloud]))
    expect(grouping.groupsFound.map(({ group, members }) => [group, members.length])).toEqual([
      [1, 6],
      [2, 5],
      [3, 4],
    ])
  })

  test('have centres in units of the indicator', () => {
    for (const { centre, members } of grouping.groupsFound) {
      for (const [axis, { values }] of columns.entries()) {
        const total = members.reduce((sum, area) => sum + (values[area] ?? 0), 0)
        expect(centre[axis]?.value).toBeCloseTo(total / members.length, 9)
      }
    }
    expect(grouping.groupsFound[1]?.centre[1]?.z).toBeGreaterThan(0.9)
  })

  test('do not care for units, and each area has one group', () => {
    const scaled = columns.map(({ indicator, values }, n) => ({
      indicator,
      values: values.map((value) => (value ?? 0) * 10 ** (4 * n) + 7),
    }))
    expect(answered(scaled).assignment).toEqual(grouping.assignment)
    const members = grouping.groupsFound.flatMap((group) => group.members)
    expect(members.sort((a, b) => a - b)).toEqual(cloudOf.map((_, area) => area))
  })

  test('come out the same from the same seed and, being plain, from another', () => {
    expect(answered(columns)).toEqual(grouping)
    expect(answered(columns, { seed: 99 }).assignment).toEqual(grouping.assignment)
  })

  test('may be cut into as many as asked', () => {
    const two = answered(columns, { groups: 2 })
    expect(two).toMatchObject({ chosenBy: 'caller', groups: 2 })
    expect(two.groupsFound).toHaveLength(2)
    const one = answered(columns, { groups: 1 })
    expect(one).toMatchObject({ silhouette: 0 })
    expect(one.explained).toBeCloseTo(0, 12)
    const all = answered(columns, { groups: cloudOf.length })
    expect(all.groupsFound).toHaveLength(cloudOf.length)
    expect(all.explained).toBeCloseTo(1, 12)
  })
})

test('silhouettes of two pairs on a line, worked by hand', () => {
  // 0, 2 | 10, 12: a is 2; b is 11 for the outer two and 9 for the inner two.
  const { silhouette } = answered([{ indicator: 'a', values: [0, 2, 10, 12] }], { groups: 2 })
  expect(silhouette).toBeCloseTo((9 / 11 + 7 / 9) / 2, 12)
})

test('an area that lacks a figure belongs to no group', () => {
  const gappy = columns.map((one, axis) => ({
    ...one,
    values: one.values.map((value, area) => (axis === 1 && area === 3 ? null : value)),
  }))
  const grouping = answered(gappy)
  expect(grouping.left).toEqual([3])
  expect(grouping.assignment[3]).toBeNull()
  expect(grouping.groupsFound.flatMap(({ members }) => members)).toHaveLength(14)
})

test('no more groups are tried than leave one with two areas', () => {
  const { candidates } = answered([{ indicator: 'a', values: [1, 2, 9, 1] }])
  expect(candidates.map(({ groups }) => groups)).toEqual([2])
})

test('too few different areas are refused', () => {
  const twins = [{ indicator: 'a', values: [1, 1, 2, 2, null] }]
  expect(groupAreas(twins)).toEqual({ refused: 'too_few_areas', needed: 3, found: 2 })
  expect(groupAreas(twins, { groups: 3 })).toMatchObject({ needed: 3, found: 2 })
  expect(answered(twins, { groups: 2 }).assignment).toEqual([1, 1, 2, 2, null])
  expect(groupAreas([{ indicator: 'a', values: [5, 5, 5] }])).toMatchObject({ found: 1 })
  expect(groupAreas([])).toEqual({ refused: 'too_few_indicators', needed: 1, found: 0 })
})

test('more starts do not end worse', () => {
  const points = Array.from({ length: 60 }, () => [random(), random(), random()])
  const inertiaWith = (starts: number, seed: number) =>
    bestPartition(points, 6, { starts, seed }).inertia
  const gains = [1, 2, 3, 4, 5].map((seed) => inertiaWith(1, seed) - inertiaWith(20, seed))
  expect(Math.min(...gains)).toBeGreaterThanOrEqual(0)
  expect(Math.max(...gains)).toBeGreaterThan(0)
})

test('groups of equal size are numbered by their first member', () => {
  const { assignment, inertia } = bestPartition([[9], [1], [1.5], [9.5]], 2, { starts: 5, seed: 1 })
  expect(assignment).toEqual([0, 1, 1, 0])
  expect(inertia).toBeCloseTo(0.25, 12)
  expect(meansOf([[9], [1], [1.5], [9.5]], assignment)).toEqual([[9.25], [1.25]])
})
