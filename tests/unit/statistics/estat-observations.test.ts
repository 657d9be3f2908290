import { describe, expect, test } from 'vitest'
import type { Cell, Codes } from '../../../src/statistics/estat/cells.ts'
import { scaledNumber } from '../../../src/statistics/estat/decimals.ts'
import { observationsOf, type Rules } from '../../../src/statistics/estat/observations.ts'
import { seededRandom } from '../../../src/statistics/random.ts'

const cell = (codes: Codes, text: string, unit: string | null = '人'): Cell => {
  const value = scaledNumber(text) ?? null
  return { codes, text, value, mark: value === null ? text : null, unit, annotation: null }
}

const at = (area: string, time = '2020100000', cat01 = 'A1101'): Codes => ({ cat01, area, time })

const rules: Rules = {
  source_id: 'ssds',
  isArea: (code) => code !== '13100',
  fiscalAsCalendar: true,
  indicators: [{ where: { cat01: 'A1101' }, indicator: 'A1101', units: { 人: 1, 千人: 1000 } }],
}

const observe = (cells: Cell[], changes: Partial<Rules> = {}, notes: never[] = []) =>
  observationsOf({ cells, notes }, { ...rules, ...changes })

describe('exact factors', () => {
  test.each([
    ['20.5', 1000, 20_500],
    ['1.005', 1000, 1005],
    ['8.2', 100, 820],
    ['4.35', 100, 435],
    ['0.07', 100, 7],
    ['-1.1', 10_000, -11_000],
    ['1.1', 0.1, 0.11],
    ['3', 0.01, 0.03],
    ['-0.0', 1000, 0],
    ['0.1', 3, 0.3],
    ['123456789.123456789', 1000, 123_456_789_123.456_79],
    ['12', 1e-7, 0.000_001_2],
    ['1.15', 1e8, 115_000_000],
    ['1e3', 1e-7, 0.0001],
    ['0', 1000, 0],
  ])('%s × %d is %d', (text, factor, product) => {
    expect(scaledNumber(text, factor)).toBe(product)
  })

  test('binary arithmetic would have missed some of these', () => {
    expect(1.005 * 1000).not.toBe(1005)
    expect(4.35 * 100).not.toBe(435)
  })

  test('the short way of most numbers and the long way of the others agree', () => {
    const random = seededRandom(7)
    for (let n = 0; n < 5000; n += 1) {
      const whole = Math.floor(random() * 10 ** Math.floor(random() * 9))
      const text = `${random() < 0.3 ? '-' : ''}${whole}.${String(random()).slice(2, 2 + (n % 7))}`
      for (const factor of [1, 10, 1000, 10_000, 3]) {
        expect(scaledNumber(text, factor), text).toBe(scaledNumber(`${text}e0`, factor))
      }
      expect(scaledNumber(text), text).toBe(Number(text) + 0)
    }
  })

  test('a product that cannot be held to the unit is not a number', () => {
    expect(scaledNumber('9007199254740991', 1)).toBe(Number.MAX_SAFE_INTEGER)
    expect(scaledNumber('9007199254740991', 10)).toBeNaN()
    expect(scaledNumber('1', Number.POSITIVE_INFINITY)).toBeUndefined()
  })
})

describe('figures as observations', async () => {
  test('take units, periods and codes of ours', async () => {
    const { rows, faults } = await observe([cell(at('13000'), '14047.594', '千人')])
    expect(faults).toEqual([])
    expect(rows).toEqual([
      {
        indicator: 'A1101',
        area: '13000',
        period: '2020000000',
        value: 14_047_594,
        mark: null,
        status: 'final',
        source_id: 'ssds',
      },
    ])
  })

  test('keep fiscal years where they are meant', async () => {
    const { rows } = await observe([cell(at('13000'), '1')], { fiscalAsCalendar: false })
    expect(rows[0]?.period).toBe('2020100000')
  })

  test('leave out what no rule names and whose area is none of ours, and count it', async () => {
    const { rows, counts } = await observe([
      cell(at('13000'), '1'),
      cell(at('13100'), '1'),
      cell(at('13000', '2020100000', 'A1102'), '1'),
    ])
    expect(rows).toHaveLength(1)
    expect(counts).toEqual({ cells: 3, unmatched: 1, otherAreas: 1, marks: 0, duplicates: 0 })
  })

  test('say of marks whether a figure is missing or kept secret', async () => {
    const cells = ['***', '-', 'X', 'x', 'Z'].map((mark, n) => cell(at(`0${n}000`), mark, null))
    const notes = [
      { mark: 'Z', text: '秘匿' },
      { mark: '-', text: '該当数値なし' },
    ]
    const { rows, counts, faults } = await observationsOf({ cells, notes }, rules)
    expect(rows.map(({ mark, status, value }) => [mark, status, value])).toEqual([
      ['***', 'missing', null],
      ['-', 'missing', null],
      ['X', 'suppressed', null],
      ['x', 'suppressed', null],
      ['Z', 'suppressed', null],
    ])
    expect(counts.marks).toBe(5)
    expect(faults).toEqual([])
  })

  test.each([
    ['another unit', cell(at('13000'), '1', '万人'), 'unknown_unit', '万人'],
    ['no unit', cell(at('13000'), '1', null), 'unknown_unit', ''],
    ['a unit named like a method', cell(at('13000'), '1', 'toString'), 'unknown_unit', 'toString'],
    [
      'a time code of no form',
      cell(at('13000', '2020999999'), '1'),
      'unknown_period',
      '2020999999',
    ],
    ['no area', cell({ cat01: 'A1101', time: '2020100000' }, '1'), 'missing_area', '1'],
    ['no time', cell({ cat01: 'A1101', area: '13000' }, '1'), 'missing_period', '1'],
    ['too much', cell(at('13000'), '9007199254740', '千人'), undefined, ''],
    ['far too much', cell(at('13000'), '9007199254741', '千人'), 'out_of_range', '9007199254741'],
  ])('%s is a fault that names the figure', async (_, figure, fault, text) => {
    const { rows, faults } = await observe([figure])
    if (fault === undefined) return expect([rows.length, faults]).toEqual([1, []])
    expect(rows).toEqual([])
    expect(faults).toEqual([{ fault, key: expect.stringContaining('cat01=A1101'), text }])
  })

  test('tables without an area or a time get those of the rules', async () => {
    const { rows } = await observe([cell({ cat01: 'A1101' }, '5')], {
      area: '00000',
      period: '2020000000',
    })
    expect(rows[0]).toMatchObject({ area: '00000', period: '2020000000', value: 5 })
  })

  test('an axis that no rule pins down leaves none of the figures that differ', async () => {
    const by = (tab: string, text: string, area = '13000') => cell({ ...at(area), tab }, text)
    const { rows, faults, counts } = await observe([
      by('1', '10'),
      by('2', '20'),
      by('1', '10'),
      by('1', '7', '14000'),
      by('2', '7', '14000'),
    ])
    expect(rows.map(({ area, value }) => [area, value])).toEqual([['14000', 7]])
    expect(faults.map(({ fault }) => fault)).toEqual(['conflicting_values'])
    expect(counts.duplicates).toBe(2)
    const pinned = await observe([by('1', '10'), by('2', '20')], {
      indicators: [{ where: { tab: '2', cat01: 'A1101' }, indicator: 'A1101' }],
    })
    expect(pinned.rows.map(({ value }) => value)).toEqual([20])
  })

  test('a calendar and a fiscal year that become one are told apart', async () => {
    const cells = [cell(at('13000', '2020000000'), '1'), cell(at('13000', '2020100000'), '2')]
    expect((await observe(cells)).faults).toMatchObject([{ fault: 'conflicting_values' }])
    expect((await observe(cells, { fiscalAsCalendar: false })).rows).toHaveLength(2)
  })

  test('one figure may be two indicators, and rules that fit none are named', async () => {
    const { rows, unused } = await observe([cell(at('13000'), '1')], {
      indicators: [
        { where: { cat01: 'A1101' }, indicator: 'one' },
        { where: { cat01: 'A1101', area: '13000' }, indicator: 'other' },
        { where: { cat01: 'A9999' }, indicator: 'none' },
      ],
    })
    expect(rows.map(({ indicator }) => indicator)).toEqual(['one', 'other'])
    expect(unused).toEqual(['none'])
  })

  test('the status of values is that of the rules', async () => {
    const figures = [cell(at('13000'), '1'), cell(at('14000'), 'X')]
    expect(
      (await observe(figures, { status: 'estimated' })).rows.map(({ status }) => status),
    ).toEqual(['estimated', 'suppressed'])
    const { rows } = await observe(figures, {
      status: ({ codes }) => (codes.area === '13000' ? 'provisional' : 'final'),
    })
    expect(rows[0]?.status).toBe('provisional')
  })

  test('rows do not depend on the order of figures', async () => {
    const figures = ['01000', '02000', '03000'].map((area, n) => cell(at(area), String(n)))
    const sorted = async (cells: Cell[]) =>
      (await observe(cells)).rows.sort((a, b) => (a.area < b.area ? -1 : 1))
    expect(await sorted([...figures].reverse())).toEqual(await sorted(figures))
  })

  test('no figures give no rows', async () => {
    expect(await observe([])).toMatchObject({ rows: [], faults: [], unused: ['A1101'] })
  })
})
