import { describe, expect, test } from 'vitest'
import type { AggregateConfig } from '../../../schemas/analysis/aggregate.ts'
import type { FormulaConfig } from '../../../schemas/analysis/summary.ts'
import { scaleOf } from '../../../src/analysis/charts/svg-scale.ts'
import { runAggregate } from '../../../src/analysis/steps/aggregate.ts'
import { runFormulas } from '../../../src/analysis/steps/summary.ts'
import { runTransform } from '../../../src/analysis/steps/transform.ts'
import { type LongRow, readRows, relationOf, withTables } from '../../support/long-tables.ts'
import { exactSum } from '../../support/reference/table.ts'

const aggregated = (
  rows: LongRow[],
  figures: AggregateConfig['aggregation_config'],
  by = ['部門'],
) =>
  withTables(async (tables) => {
    const source = await relationOf(tables, ['部門'], rows)
    const config = { group_by_axis: by, aggregation_config: figures }
    const made = await runAggregate(tables, source, config)
    return { rows: await readRows(tables, made.relation), warnings: made.warnings }
  })

describe('numbers at the edge', () => {
  test('ten times 0.1 is 1, in whatever order, and big sums keep their small parts', async () => {
    const sum = { name: '合計', method: 'sum' as const, subject: '売上' }
    const tenths = Array.from({ length: 10 }, (): LongRow => ['a', '売上', 0.1])
    expect((await aggregated(tenths, [sum])).rows).toEqual([['a', '合計', 1]])
    const numbers = [1e15, ...Array.from({ length: 400 }, (_, at) => (at % 7) / 10 + 0.01)]
    for (const order of [numbers, numbers.toReversed()]) {
      const rows = order.map((v): LongRow => ['a', '売上', v])
      const [[, , value]] = (await aggregated(rows, [sum])).rows as [LongRow]
      expect(value).toBe(exactSum(numbers))
    }
  })

  test('what is too large is nothing, and a warning says so', async () => {
    const rows: LongRow[] = [
      ['a', '売上', 1e308],
      ['a', '売上', 1e308],
      ['b', '売上', 1e308],
      ['c', '売上', null],
    ]
    const { rows: found, warnings } = await aggregated(rows, [
      { name: '合計', method: 'sum', subject: '売上' },
      { name: '最大', method: 'max', subject: '売上' },
    ])
    expect(found.map(([team, name, value]) => [team, name, value])).toEqual([
      ['a', '合計', null],
      ['a', '最大', 1e308],
      ['b', '合計', 1e308],
      ['b', '最大', 1e308],
      ['c', '合計', null],
      ['c', '最大', null],
    ])
    expect(warnings).toMatchObject([
      { rule: 'warning_too_large', cell: { 部門: 'a', 科目: '合計' }, count: 1 },
    ])
  })

  test('a share of a whole that is too large is nothing, and never 0', async () => {
    const rows = ['a', 'b', 'c'].map((team): LongRow => [team, '売上', 1e308])
    const share = { name: '構成比', method: 'share' as const, subject: '売上' }
    const { rows: found, warnings } = await aggregated(rows, [share])
    expect(found.map((row) => row.at(-1))).toEqual([null, null, null])
    expect(warnings).toMatchObject([{ rule: 'warning_too_large', count: 3 }])
  })

  test('a percentage has no noise behind its digits', async () => {
    const parts = [7, 14, 28, 29, 55, 56, 57, 58]
    const rows = parts.flatMap((part): LongRow[] => [
      ['a', `契約${part}`, part],
      ['a', '商談', 100],
    ])
    const formulas = parts.flatMap((part): FormulaConfig[] => [
      { formula_text: `数${part}`, type: 'sum', target_subject: `契約${part}` },
      { formula_text: `率${part}`, type: '/', target_subject: [`数${part}`, 100], unit: '%' },
      {
        formula_text: `負${part}`,
        type: '/',
        target_subject: [`数${part}`, 100],
        unit: '％',
        portion: -1,
      },
    ])
    const made = await withTables(async (tables) =>
      runFormulas(tables, await relationOf(tables, ['部門'], rows), formulas),
    )
    expect(made.formulas.map(({ value }) => value)).toEqual(
      parts.flatMap((part) => [part, part, -part]),
    )
  })

  test('a sum that is too large says that there is no result, and not that there are no numbers', async () => {
    const rows: LongRow[] = [
      ['a', '売上', 1e308],
      ['b', '売上', 1e308],
      ['b', '返品', null],
    ]
    const { formulas, warnings } = await withTables(async (tables) =>
      runFormulas(tables, await relationOf(tables, ['部門'], rows), [
        { formula_text: '売上', type: 'sum', target_subject: '売上' },
        { formula_text: '返品', type: 'sum', target_subject: '返品' },
      ]),
    )
    expect(formulas.map(({ value }) => value)).toEqual([null, null])
    expect(warnings.map(({ rule }) => rule)).toEqual(['summary_too_large', 'summary_no_numbers'])
  })

  test('numbers that become axes are written as people write them', async () => {
    const texts = await withTables(async (tables) => {
      const source = await relationOf(tables, ['年度'], [['2024', '売上', 1]])
      const found: unknown[] = []
      for (const [formula_type, number] of [
        ['*', 1e12],
        ['/', 2024e7],
        ['*', 1e18],
        ['*', -1e17],
        ['-', 2024],
        ['/', -0.3],
      ] as const) {
        const calculation = { type: 'formula' as const, formula_type, operands: ['年度', number] }
        const operations = [{ operation_type: 'add_axis' as const, target_name: '数', calculation }]
        const { relation } = await runTransform(tables, source, { operations })
        found.push((await readRows(tables, relation))[0]?.[1])
      }
      return found
    })
    expect(texts).toEqual([
      '2024000000000000',
      '0.0000001',
      '2024000000000000000000',
      '-202400000000000000000',
      '0',
      '-6746.66666666667',
    ])
  })
})

describe('ticks of an axis', () => {
  test.each([
    [[1_000_000_000, 1_000_000_300], false],
    [[20_000.1, 20_000.5], false],
    [[0.50001, 0.50003], false],
    [[1e12, 1e12 + 40], false],
    [[0, 25_000_000], true],
    [[0, 3.2e9], true],
    [[-5e5, 1e6], true],
    [[1e-9, 5e-9], true],
    [[1e20, 7e20], true],
  ])('are told apart: %j', (values, hasZero) => {
    const { ticks, label } = scaleOf(values, hasZero)
    const labels = ticks.map(label)
    expect(new Set(labels).size, labels.join(' ')).toBe(ticks.length)
    for (const [at, text] of labels.entries()) {
      const units: Record<string, number> = { 万: 1e4, 億: 1e8, 兆: 1e12 }
      const number = Number(text.replace(/[,万億兆]/g, '')) * (units[text.at(-1) ?? ''] ?? 1)
      const step = (ticks[1] as number) - (ticks[0] as number)
      expect(Math.abs(number - (ticks[at] as number)), text).toBeLessThan(step / 20)
    }
  })

  test('use 万 and 億', () => {
    const labels = (most: number) => {
      const { ticks, label } = scaleOf([0, most], true)
      return ticks.map(label)
    }
    expect(labels(25_000_000)).toEqual(['0', '500万', '1,000万', '1,500万', '2,000万', '2,500万'])
    expect(labels(1e9)).toEqual(['0', '2億', '4億', '6億', '8億', '10億'])
  })
})
