import { describe, expect, test } from 'vitest'
import { comparableTo, cycleOf, latestOf, lessOf } from '../../src/statistics/comparable.ts'
import { freshnessOf, rankIn, statusOf } from '../../src/statistics/kpi/status.ts'
import { periodOf } from '../../src/statistics/periods.ts'

const judged = { value: 1.33, delta: null, target: null, direction: 'up', tolerance: 0 } as const

const point = (code: string, value: number | null, status = 'final') => ({
  period: code,
  type: periodOf(code)?.type ?? 'year',
  status: status as 'final',
  value,
})

describe('statusOf', () => {
  test.for([
    [{ target: 1.33 }, 'good'],
    [{ target: 1.36, tolerance: 0.03 }, 'warning'],
    [{ target: 1.36, tolerance: 0.02 }, 'bad'],
    [{ target: 1.3, direction: 'down', tolerance: 0.03 }, 'warning'],
    [{ target: 1.4, direction: 'down' }, 'good'],
    [{ target: 1.8, delta: 0.1 }, 'bad'],
    [{ delta: 0.01 }, 'good'],
    [{ delta: 0.01, direction: 'down' }, 'bad'],
    [{ delta: 0 }, 'warning'],
    [{ delta: -0.03, tolerance: 0.03 }, 'warning'],
    [{ delta: -0.03 }, 'bad'],
    [{}, 'unknown'],
    [{ delta: 0.01, direction: null }, 'unknown'],
    [{ target: 1, value: null }, 'unknown'],
    [{ target: 0, value: -0.4, tolerance: 0.5 }, 'warning'],
  ] as const)('of %j is %s', ([change, status]) => {
    expect(statusOf({ ...judged, ...change })).toBe(status)
  })
})

test('rankIn gives equals one rank and passes over the next', () => {
  const values = [1.61, 1.83, 1.61, 1.6]
  expect(values.map((value) => rankIn(values, value, 'up'))).toEqual([2, 1, 2, 4])
  expect(values.map((value) => rankIn(values, value, 'down'))).toEqual([2, 4, 2, 1])
  expect(values.map((value) => rankIn(values, value, null))).toEqual([2, 1, 2, 4])
})

describe('freshnessOf', () => {
  test.for([
    ['2020-12-31', 60, '2026-12-31', 'fresh', '2026-12-31'],
    ['2020-12-31', 60, '2027-01-01', 'late', '2026-12-31'],
    ['2021-03-31', 12, '2023-03-31', 'fresh', '2023-03-31'],
    ['2021-03-31', 12, '2023-04-01', 'late', '2023-03-31'],
    ['2026-08-31', 1, '2026-10-31', 'fresh', '2026-10-31'],
    ['2026-08-31', 1, '2026-11-01', 'late', '2026-10-31'],
    ['2025-12-31', 1, '2026-02-28', 'fresh', '2026-02-28'],
    ['2026-03-31', 3, '2026-09-30', 'fresh', '2026-09-30'],
  ] as const)('of %s every %i months on %s is %s', ([ends, cycle, today, state, due_on]) => {
    expect(freshnessOf(ends, cycle, today)).toMatchObject({ state, due_on, cycle_months: cycle })
  })

  test('counts days, and knows nothing without a cycle', () => {
    expect(freshnessOf('2019-12-31', null, '2020-12-31')).toEqual({
      state: 'unknown',
      age_days: 366,
      cycle_months: null,
      due_on: null,
    })
  })
})

describe('comparable figures', () => {
  const census = [point('2010000000', 3), point('2015000000', null), point('2020000000', 5)]

  test('are of the same type, and of the same month', () => {
    const months = ['2025000909', '2026000808', '2026000909'].map((code, n) => point(code, n))
    const all = [...census, point('2024100000', 1), point('2025100000', 2), ...months]
    const latest = latestOf(all)
    expect(latest?.period).toBe('2026000909')
    const codes = (code: string) => comparableTo(point(code, 1), all).map(({ period }) => period)
    expect(codes('2026000909')).toEqual(['2025000909', '2026000909'])
    expect(codes('2025100000')).toEqual(['2024100000', '2025100000'])
    expect(codes('2020000000')).toEqual(['2010000000', '2020000000'])
  })

  test('set no count against an estimate that was not revised, and nothing against a forecast', () => {
    const all = [
      point('2010000000', 3),
      point('2018000000', 4, 'revised'),
      point('2019000000', 9, 'estimated'),
      point('2020000000', 5),
      point('2030000000', 1, 'projected'),
    ]
    expect(latestOf(all)?.value).toBe(5)
    expect(comparableTo(point('2020000000', 5), all).map(({ value }) => value)).toEqual([3, 4, 5])
  })

  test('come in a cycle, whatever is missing in between', () => {
    const years = [2000, 2005, 2010, 2011, 2012, 2013].map((year) => point(`${year}100000`, 1))
    expect(cycleOf(point('2013100000', 1), years)).toBe(12)
    expect(cycleOf(point('2020000000', 5), census)).toBe(120)
    expect(cycleOf(point('2020000000', 5), census.slice(2))).toBeNull()
    expect(latestOf(census.slice(1, 2))).toBeUndefined()
  })
})

test('lessOf leaves out what binary fractions add', () => {
  expect(lessOf(1.33, 1.36)).toBe(-0.03)
  expect(lessOf(126_146_099, 127_094_745)).toBe(-948_646)
  expect(lessOf(0, 0)).toBe(0)
})
