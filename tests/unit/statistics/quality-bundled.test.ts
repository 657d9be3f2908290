import { beforeAll, describe, expect, test } from 'vitest'
import type { Batch } from '../../../src/statistics/quality/batch.ts'
import { checkBatch } from '../../../src/statistics/quality/checks.ts'
import { relatedTo } from '../../../src/statistics/quality/sums.ts'
import type { Observation } from '../../../src/statistics/store.ts'
import { groupBy } from '../../../src/values.ts'
import { asFigure, readBundled } from '../../support/bundled-figures.ts'

let bundled: Awaited<ReturnType<typeof readBundled>>
let byIndicator: Map<string, Observation[]>

beforeAll(async () => {
  bundled = await readBundled()
  byIndicator = groupBy(bundled.all, ({ indicator }) => indicator)
})

const check = (rows: readonly Observation[], held: Observation[]) => {
  const { catalogue } = bundled
  const figures = rows.map(asFigure)
  const batch: Batch = { published: '2025', today: '2026-11-21', figures, held, catalogue }
  return checkBatch(batch).results
}

const errorsOf = (results: ReturnType<typeof check>) =>
  results.filter(({ severity }) => severity === 'error')

describe('the bundled figures, sent again', () => {
  test('pass indicator by indicator on an empty database', () => {
    expect(byIndicator.size).toBeGreaterThan(100)
    for (const [indicator, rows] of byIndicator) {
      expect(errorsOf(check(rows, [])), indicator).toEqual([])
    }
  })

  test('pass indicator by indicator where everything is there', () => {
    for (const [indicator, rows] of byIndicator) {
      const held = relatedTo([indicator]).flatMap((code) => byIndicator.get(code) ?? [])
      expect(errorsOf(check(rows, held)), indicator).toEqual([])
    }
  })

  test('pass all at once, first and again', () => {
    expect(errorsOf(check(bundled.all, []))).toEqual([])
    expect(errorsOf(check(bundled.all, bundled.all))).toEqual([])
  })

  test('pass with the revision of 2019 after what was published then', () => {
    const rows = byIndicator.get('A1101') ?? []
    const revised = rows.filter(
      ({ source_id, area }) => source_id === 'ssdse-b-2025' && area.endsWith('000'),
    )
    // 126,167 thousand as published, 126,555 thousand revised: 0.3 %.
    const held = revised.map((row) => ({
      ...row,
      value: Math.round((row.value ?? 0) / 1.0031 / 1000) * 1000,
      vintage: '2020',
      source_id: 'estimates',
    }))
    const others = rows.filter((row) => !revised.includes(row))
    const whole = [...revised, ...others.filter(({ source_id }) => source_id !== 'ssdse-2018')]
    expect(errorsOf(check(whole, [...held, ...others]))).toEqual([])
  })

  test('add up but for the persons of 1960, which are known', () => {
    const rows = (byIndicator.get('A1101') ?? []).filter(
      ({ period, area }) => period === '1960000000' && area.endsWith('000'),
    )
    expect(rows).toHaveLength(48)
    const one = rows.map((row) =>
      row.area === '00000' ? { ...row, value: (row.value ?? 0) + 1 } : row,
    )
    expect(errorsOf(check(rows, []))).toEqual([])
    expect(errorsOf(check(one, []))).toMatchObject([
      { check: 'area_sum', scope: 'A1101 1960 sum of areas', observed: '00000 differs by 74' },
    ])
  })

  test('have Okinawa of 1945 as a mark, which is not a missing area', () => {
    const rows = (byIndicator.get('A1101') ?? []).filter(
      ({ period, area }) => period === '1945000000' && area.endsWith('000'),
    )
    expect(rows.find(({ area }) => area === '47000')).toMatchObject({ value: null, mark: '***' })
    expect(errorsOf(check(rows, []))).toEqual([])
    const without = rows.filter(({ area }) => area !== '47000')
    expect(errorsOf(check(without, []))).toMatchObject([{ check: 'completeness', observed: '46' }])
  })

  test('know 那珂川町 as the 那珂川市 of 2015, and not of 2020', () => {
    const rows = (byIndicator.get('A1101') ?? []).filter(
      ({ period, source_id }) => period === '2015000000' && source_id === 'ssdse-2018',
    )
    expect(rows.some(({ area }) => area === '40305')).toBe(true)
    expect(errorsOf(check(rows, []))).toEqual([])
    const later = rows.map((row) => ({ ...row, period: '2020000000' }))
    expect(errorsOf(check(later, []))).toMatchObject([
      { check: 'referential', scope: 'area 40305', expected: 'area 40231', failing: 1 },
    ])
  })

  test('have 70 and over of Okinawa in 1950 for the finer classes of others', () => {
    const rows = bundled.all.filter(
      ({ indicator, period }) => indicator.startsWith('age5.male.') && period === '1950000000',
    )
    const of = (area: string) => rows.filter((row) => row.area === area)
    expect(of('47000').map(({ indicator }) => indicator)).toContain('age5.male.70+')
    expect(of('13000').map(({ indicator }) => indicator)).toContain('age5.male.80+')
    expect(check(rows, []).filter(({ check: id }) => id === 'completeness')).toMatchObject([
      { severity: 'passed' },
    ])
    const without = rows.filter(
      ({ area, indicator }) => area !== '47000' || indicator !== 'age5.male.70+',
    )
    expect(errorsOf(check(without, []))[0]).toMatchObject({ check: 'completeness' })
    const dropped = rows.filter(({ area }) => area !== '31000')
    expect(errorsOf(check(dropped, []))[0]).toMatchObject({
      check: 'completeness',
      failing: 1,
      sample: [{ area: '31000' }],
    })
  })

  test('add up from municipalities to their prefecture', () => {
    const rows = (byIndicator.get('A1101') ?? [])
      .filter(({ period }) => period === '2020000000')
      .map((row) => ({ ...row, source_id: 'census' }))
    expect(rows).toHaveLength(1 + 47 + 1741)
    expect(errorsOf(check(rows, []))).toEqual([])
    const broken = rows.map((row) =>
      row.area === '37201' ? { ...row, value: (row.value ?? 0) - 1 } : row,
    )
    expect(errorsOf(check(broken, []))).toMatchObject([
      { check: 'area_sum', observed: '37000 differs by 1', failing: 1 },
    ])
  })

  test('may have events of unknown residence in the nation only, if they are few', () => {
    const rows = (byIndicator.get('A4200') ?? [])
      .filter(({ period, area }) => period === '2021000000' && area.endsWith('000'))
      .map((row) => ({ ...row, source_id: 'one' }))
    const sum = (areas: typeof rows) => areas.reduce((all, { value }) => all + (value ?? 0), 0)
    const nation = rows.find(({ area }) => area === '00000')?.value ?? 0
    // 874 of the deaths of 2021.
    expect(nation - sum(rows.filter(({ area }) => area !== '00000'))).toBe(874)
    expect(errorsOf(check(rows, []))).toEqual([])
    for (const by of [-2000, 5000]) {
      const far = rows.map((row) => (row.area === '00000' ? { ...row, value: nation + by } : row))
      expect(errorsOf(check(far, []))).toMatchObject([{ check: 'area_sum' }])
    }
  })
})
