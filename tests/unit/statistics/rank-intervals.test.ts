import { describe, expect, test } from 'vitest'
import { aggregations } from '../../../src/statistics/indices/aggregation.ts'
import type { Column } from '../../../src/statistics/indices/columns.ts'
import type { CompositeMethod } from '../../../src/statistics/indices/composite.ts'
import { type DrawOptions, rankDrawer } from '../../../src/statistics/indices/draws.ts'
import { normalisations } from '../../../src/statistics/indices/normalisation.ts'
import {
  drawRanks,
  type RankInterval,
  rankIntervals,
} from '../../../src/statistics/indices/rank-intervals.ts'
import { seededRandom } from '../../../src/statistics/random.ts'

/** Figures with long tails, so that normalisations disagree. */
function columnsOf(areas: number, indicators: number, { seed = 5, gaps = 0 } = {}): Column[] {
  const random = seededRandom(seed)
  return Array.from({ length: indicators }, (_, n) => ({
    indicator: `i${n}`,
    direction: n % 3 ? 'up' : 'down',
    weight: 1 + (n % 2),
    values: Array.from({ length: areas }, () => (random() < gaps ? null : Math.exp(3 * random()))),
  }))
}

function intervalsOf(
  columns: Column[],
  method: Partial<CompositeMethod> = {},
  options: Partial<DrawOptions> = {},
) {
  const answer = rankIntervals(columns, method, options)
  if ('refused' in answer) throw new Error(answer.refused)
  return answer
}

const held = (intervals: (RankInterval | null)[]) => intervals.filter((one) => one !== null)

describe.each(
  aggregations.flatMap((aggregation) =>
    normalisations.map((normalisation) => ({ aggregation, normalisation })),
  ),
)('$aggregation over $normalisation', (method) => {
  const columns = columnsOf(47, 14, { gaps: 0.05 })

  test('draws the reported ranks when nothing varies', () => {
    const { composite, intervals } = intervalsOf(columns, method, {
      draws: 3,
      strength: 0,
      normalisations: [method.normalisation],
      leaveOneOut: false,
    })
    for (const [n, { rank }] of composite.areas.entries()) {
      expect(intervals[n]).toEqual(
        rank && {
          rank,
          low: rank,
          median: rank,
          high: rank,
          best: rank,
          worst: rank,
          widened: false,
        },
      )
    }
  })

  test('holds the reported rank, in order, within 1 and n', () => {
    const { composite, intervals } = intervalsOf(columns, method, { draws: 200 })
    for (const one of held(intervals)) {
      const { best, low, rank, median, high, worst } = one
      expect([best, low, median, high, worst]).toEqual(
        [best, low, median, high, worst].sort((a, b) => a - b),
      )
      expect(rank).toBeGreaterThanOrEqual(low)
      expect(rank).toBeLessThanOrEqual(high)
      expect(best).toBeGreaterThanOrEqual(1)
      expect(worst).toBeLessThanOrEqual(composite.ranked)
    }
  })
})

describe('the default settings', () => {
  test('need no widening on an index of 47 areas and 14 indicators', () => {
    const { intervals, draws } = intervalsOf(columnsOf(47, 14))
    expect(draws).toBe(1000)
    expect(held(intervals)).toHaveLength(47)
    expect(held(intervals).filter(({ widened }) => widened)).toEqual([])
  })

  test('leave a real spread in the middle and none for what is first in everything', () => {
    const columns = columnsOf(30, 6).map((one) => ({
      ...one,
      values: one.values.map((value, n) =>
        n === 0 ? (one.direction === 'up' ? 1000 : 0) : (value ?? null),
      ),
    }))
    const { intervals } = intervalsOf(columns)
    expect(intervals[0]).toMatchObject({ low: 1, high: 1, best: 1, worst: 1 })
    const widths = held(intervals).map(({ low, high }) => high - low)
    expect(Math.max(...widths)).toBeGreaterThan(5)
  })
})

describe('the same seed', () => {
  const columns = columnsOf(20, 5)

  test('gives the same draws, another seed others', () => {
    const drawn = (seed: number) => {
      const draw = rankDrawer(columns, [0, 1, 2, 3, 4, 5], intervalsOf(columns).composite.method, {
        draws: 0,
        seed,
        strength: 0.5,
        normalisations,
        leaveOneOut: true,
      })
      return Array.from({ length: 20 }, () => {
        const ranks = new Uint32Array(6)
        draw(ranks)
        return [...ranks]
      })
    }
    expect(drawn(3)).toEqual(drawn(3))
    expect(drawn(3)).not.toEqual(drawn(4))
    for (const ranks of drawn(3)) expect(Math.min(...ranks)).toBe(1)
  })

  test('gives the same intervals however it is sliced', () => {
    const whole = rankIntervals(columns, {}, { draws: 100 })
    for (const slice of [1, 7, 100]) {
      const run = drawRanks(columns, {}, { draws: 100 }, slice)
      const progress: number[] = []
      let step = run.next()
      for (; !step.done; step = run.next()) progress.push(step.value)
      expect(step.value).toEqual(whole)
      expect(progress.filter(Boolean)).toHaveLength(Math.floor(100 / slice))
    }
  })
})

test('weights that matter more when they vary more', () => {
  const columns = columnsOf(30, 6)
  const width = (strength: number) =>
    held(intervalsOf(columns, {}, { strength, leaveOneOut: false }).intervals).reduce(
      (sum, { low, high }) => sum + high - low,
      0,
    )
  expect(width(1)).toBeGreaterThan(width(0.1))
})

test('leaving one out alone gives just those ranks', () => {
  // By min-max a, b, c: area 0 is 100, 0, 0; area 1 is 0, 100, 45; area 2 is 40, 60, 100.
  const columns: Column[] = [
    { indicator: 'a', direction: 'up', weight: 1, values: [100, 0, 40] },
    { indicator: 'b', direction: 'up', weight: 1, values: [0, 100, 60] },
    { indicator: 'c', direction: 'up', weight: 1, values: [0, 45, 100] },
  ]
  // All: 100, 145, 200. Without a: 0, 145, 160; without b: 100, 45, 140; without c: 100, 100, 100.
  const { intervals } = intervalsOf(
    columns,
    { normalisation: 'minmax' },
    { strength: 0, normalisations: ['minmax'], draws: 400 },
  )
  expect(intervals.map((one) => [one?.rank, one?.best, one?.worst])).toEqual([
    [3, 1, 3],
    [2, 1, 3],
    [1, 1, 1],
  ])
})

test('each way to leave one out is as likely as leaving none out', () => {
  const columns: Column[] = [
    { indicator: 'a', direction: 'up', weight: 1, values: [100, 0, 40] },
    { indicator: 'b', direction: 'up', weight: 1, values: [0, 100, 60] },
    { indicator: 'c', direction: 'up', weight: 1, values: [0, 45, 100] },
  ]
  const { method } = intervalsOf(columns, { normalisation: 'minmax' }).composite
  const draw = rankDrawer(columns, [0, 1, 2], method, {
    draws: 0,
    seed: 1,
    strength: 0,
    normalisations: ['minmax'],
    leaveOneOut: true,
  })
  const shares = new Map<string, number>()
  for (let n = 0; n < 4000; n += 1) {
    const ranks = new Uint32Array(3)
    draw(ranks)
    shares.set(ranks.join(), (shares.get(ranks.join()) ?? 0) + 1 / 4000)
  }
  // None or a left out, b left out, c left out.
  expect(shares.get('3,2,1')).toBeCloseTo(1 / 2, 1)
  expect(shares.get('2,3,1')).toBeCloseTo(1 / 4, 1)
  expect(shares.get('1,1,1')).toBeCloseTo(1 / 4, 1)
})

test('what happens in one draw of 27 is in the extremes and not in the interval', () => {
  // Area 0 is ahead by one indicator of weight 30, area 1 by 25 of weight 1.
  const columns: Column[] = Array.from({ length: 26 }, (_, n) => ({
    indicator: `i${n}`,
    direction: 'up',
    weight: n === 0 ? 30 : 1,
    values: n === 0 ? [1, 0] : [0, 1],
  }))
  const { intervals } = intervalsOf(columns, {}, { strength: 0 })
  expect(intervals).toEqual([
    { rank: 1, low: 1, median: 1, high: 1, best: 1, worst: 2, widened: false },
    { rank: 2, low: 2, median: 2, high: 2, best: 1, worst: 2, widened: false },
  ])
})

test('a reported rank that no draw gives widens its interval, and it says so', () => {
  // By 偏差値 the outlier pulls area 0 ahead; by percentile area 1 leads.
  const columns: Column[] = [
    { indicator: 'a', direction: 'up', weight: 1, values: [9, 0, 1, 2, 3] },
    { indicator: 'b', direction: 'up', weight: 1, values: [3.1, 3.3, 3.2, 3, 2.9] },
    { indicator: 'c', direction: 'up', weight: 1, values: [2, 3, 1, 4, 5] },
  ]
  const { composite, intervals } = intervalsOf(
    columns,
    { normalisation: 'zscore' },
    { strength: 0, normalisations: ['percentile'], leaveOneOut: false, draws: 10 },
  )
  const byDraws = intervalsOf(columns, { normalisation: 'percentile' }).composite
  const changed = composite.areas.flatMap(({ rank }, n) =>
    rank === byDraws.areas[n]?.rank ? [] : [n],
  )
  expect(changed.length).toBeGreaterThan(0)
  for (const [n, one] of intervals.entries()) {
    expect(one?.widened).toBe(changed.includes(n))
    expect(one?.low).toBeLessThanOrEqual(composite.areas[n]?.rank as number)
    expect(one?.high).toBeGreaterThanOrEqual(composite.areas[n]?.rank as number)
  }
})

describe('areas without a score', () => {
  test('have no interval and take no rank from others', () => {
    const columns = columnsOf(10, 4).map((one) => ({
      ...one,
      values: one.values.map((value, n) => (n === 4 ? null : (value ?? null))),
    }))
    const { composite, intervals } = intervalsOf(columns)
    expect(intervals[4]).toBeNull()
    expect(composite.ranked).toBe(9)
    expect(Math.max(...held(intervals).map(({ worst }) => worst))).toBeLessThanOrEqual(9)
  })

  test('in one draw are passed over in that draw', () => {
    const columns: Column[] = ['a', 'b', 'c'].map((indicator, n) => ({
      indicator,
      direction: 'up',
      weight: 1,
      values: [n === 0 ? 5 : null, 1, 2, 3],
    }))
    const { intervals } = intervalsOf(columns, { minCoverage: 0 }, { strength: 0 })
    expect(intervals[0]).toMatchObject({ rank: 1, best: 1, worst: 1 })
    expect(intervals[1]?.best).toBeGreaterThanOrEqual(3)
  })
})

test('what cannot be scored is refused, what cannot be drawn is a mistake', () => {
  expect(rankIntervals([])).toEqual({ refused: 'no_weight' })
  expect(() => rankIntervals(columnsOf(3, 3), {}, { normalisations: [] })).toThrow(RangeError)
  expect(() => rankIntervals(columnsOf(3, 3), {}, { strength: 2 })).toThrow(RangeError)
})
