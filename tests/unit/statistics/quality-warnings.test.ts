import { describe, expect, test } from 'vitest'
import type { AreaRow, IndicatorRow } from '../../../db/tables/statistics.ts'
import { yearCode } from '../../../src/statistics/periods.ts'
import type { Batch, Figure } from '../../../src/statistics/quality/batch.ts'
import { type CheckId, checkBatch } from '../../../src/statistics/quality/checks.ts'
import { halfUnitOf } from '../../../src/statistics/quality/sums.ts'
import type { Observation } from '../../../src/statistics/store.ts'

const codes = Array.from({ length: 47 }, (_, n) => `${String(n + 1).padStart(2, '0')}000`)

const areas = new Map(
  codes.map((code) => [
    code,
    { code, level: 'prefecture', parent_code: '00000', valid_until: null } as AreaRow,
  ]),
)

const dwellings: IndicatorRow = {
  code: 'H1100',
  name_ja: '総住宅数',
  name_en: 'Dwellings',
  unit: '戸',
  kind: 'count',
  category: 'housing',
  aggregation: 'sum',
  decimals: 0,
  family: null,
  formula: null,
  direction: null,
  position: 0,
}
const catalogue = { areas, indicators: new Map([['H1100', dwellings]]) }

/** 100,000 and on in each prefecture, one per cent more each year. */
const valueIn = (year: number, n: number) =>
  Math.round((100_000 + 1117 * n) * 1.01 ** (year - 2000))

const figuresOf = (year: number): Figure[] =>
  codes.map((area, n) => ({
    indicator: 'H1100',
    area,
    period: yearCode(year),
    value: valueIn(year, n),
    mark: null,
    status: 'final',
    source_id: 'survey',
  }))

const heldOf = (...years: number[]): Observation[] =>
  years.flatMap((year) =>
    figuresOf(year).map((figure) => ({
      ...figure,
      vintage: String(year + 1),
      label: String(year),
      type: 'year' as const,
      year,
    })),
  )

const check = (figures: readonly Figure[], changes: Partial<Batch> = {}) =>
  checkBatch({
    published: '2006',
    today: '2006-12-01',
    figures,
    held: heldOf(2000, 2001, 2002, 2003, 2004),
    catalogue,
    ...changes,
  }).results

const found = (results: ReturnType<typeof check>) =>
  results.filter(({ severity }) => severity !== 'passed').map(({ check: id }) => id)

const one = (area: string, value: number) =>
  figuresOf(2005).map((figure) => (figure.area === area ? { ...figure, value } : figure))

describe('what is odd and may be true', () => {
  test('is nothing where growth goes on as it did', () => {
    expect(found(check(figuresOf(2005)))).toEqual([])
  })

  test('is growth of a fifth where all others grow by a hundredth', () => {
    const grown = one('10000', Math.round(valueIn(2004, 9) * 1.2))
    const [outlier] = check(grown).filter(({ check: id }) => id === 'outlier')
    expect(outlier).toMatchObject({
      severity: 'warning',
      scope: 'H1100 2005 prefecture',
      observed: '10000 20.0 % a year',
      expected: 'about 1.0 % a year',
      failing: 1,
    })
    expect(found(check(one('10000', Math.round(valueIn(2004, 9) * 1.02))))).toEqual([])
  })

  test('is not that an area grows as it always did', () => {
    const held = heldOf(2000, 2001, 2002, 2003, 2004).map((row) =>
      row.area === '10000' ? { ...row, value: Math.round(50_000 * 1.2 ** (row.year - 2000)) } : row,
    )
    expect(found(check(one('10000', Math.round(50_000 * 1.2 ** 5)), { held }))).toEqual([])
  })

  test('is a period left out, and one of another kind', () => {
    expect(found(check(figuresOf(2006), { published: '2007', today: '2007-12-01' }))).toEqual([
      'continuity',
    ])
    const fiscal = figuresOf(2005).map((figure) => ({ ...figure, period: '2005100000' }))
    expect(found(check(fiscal))).toEqual(['continuity'])
  })

  test('is that nothing newer came for years', () => {
    expect(found(check(figuresOf(2005), { today: '2009-01-01' }))).toEqual([])
    expect(found(check(figuresOf(2005), { today: '2009-02-01' }))).toEqual(['cycle'])
  })

  test('is a revision by more than a twentieth', () => {
    const held = heldOf(2000, 2001, 2002, 2003, 2004, 2005)
    const revised = (factor: number) => one('10000', Math.round(valueIn(2005, 9) * factor))
    expect(found(check(revised(1.04), { held }))).not.toContain('revision_size')
    const [result] = check(revised(1.06), { held }).filter(
      ({ check: id }) => id === ('revision_size' satisfies CheckId),
    )
    expect(result).toMatchObject({ severity: 'warning', failing: 1, sample: [{ area: '10000' }] })
  })

  test('is that most figures are marks', () => {
    const marks = figuresOf(2005).map((figure, n) =>
      n < 24 ? { ...figure, value: null, mark: '***', status: 'missing' as const } : figure,
    )
    expect(found(check(marks))).toEqual(['missing_share'])
  })

  test('is nothing at all for constant figures, zeros and a single one', () => {
    const constant = (value: number) => figuresOf(2005).map((figure) => ({ ...figure, value }))
    const held = (value: number) =>
      heldOf(2000, 2001, 2002, 2003, 2004).map((row) => ({ ...row, value }))
    for (const value of [0, 7, 5000]) {
      expect(found(check(constant(value), { held: held(value) })), String(value)).toEqual([])
    }
    expect(found(check(figuresOf(2005).slice(0, 1), { isPart: true }))).toEqual(['completeness'])
  })
})

describe('what figures are rounded to', () => {
  const halfUnit = (values: number[], indicator = dwellings) =>
    halfUnitOf({
      indicator,
      period: { code: '', type: 'year', label: '', year: 0, starts_on: '', ends_on: '' },
      source: '',
      byArea: new Map(
        values.map((value, n) => {
          const figure = { ...(figuresOf(2005)[0] as Figure), value }
          return [String(n), { figure, held: undefined, point: {} as never, series: [] }]
        }),
      ),
    })
  const population = { ...dwellings, code: 'A1101', unit: '人' }

  test.each([
    [[2000, 3000, 47_000], dwellings, 500],
    [[120, 350, 990, 0], dwellings, 5],
    [[126_167_000], population, 500],
    [[126_146_100], population, 0],
    [[10, 20], population, 0],
    [[14_047_594, 5_224_614], population, 0],
    [[7_842_138, 964_600], { ...population, code: 'B1101', unit: 'ha' }, 0.5],
    [[1.25, 2], { ...population, decimals: 2, unit: '％' }, 0.005],
    [[], population, 0],
  ])('%j', (values, indicator, expected) => {
    expect(halfUnit(values, indicator)).toBe(expected)
  })
})
