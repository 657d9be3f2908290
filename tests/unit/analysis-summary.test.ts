import { describe, expect, test } from 'vitest'
import type { FormulaConfig } from '../../schemas/analysis/summary.ts'
import { runFormulas } from '../../src/analysis/steps/summary.ts'
import { type LongRow, relationOf, withTables } from '../support/long-tables.ts'

const sales: LongRow[] = [
  ['2023', '売上', 1000],
  ['2023', 'コスト', 800],
  ['2024', '売上', 1200],
  ['2024', 'コスト', 900],
  ['2024', '返品', null],
  ['2024', '粗利', 0],
]

const gathered = (
  formula_text: string,
  type: 'sum' | 'mean' | 'count' | 'max' | 'min' | 'median',
  target_subject: string,
  more: object = {},
): FormulaConfig => ({ formula_text, type, target_subject, ...more })

const calculated = (
  formula_text: string,
  type: '+' | '-' | '*' | '/',
  target_subject: (string | number)[],
  more: object = {},
): FormulaConfig => ({ formula_text, type, target_subject, ...more })

function run(formulas: FormulaConfig[], rows = sales) {
  return withTables(async (tables) =>
    runFormulas(tables, await relationOf(tables, ['年度'], rows), formulas),
  )
}

async function refused(...formulas: FormulaConfig[]) {
  const error = await run(formulas).catch((reason) => reason)
  expect(error).toMatchObject({ failure: 'invalid_request' })
  return error.extra.errors[0]
}

describe('formulas', () => {
  test('gather the numbers of a 科目', async () => {
    const { formulas, warnings } = await run([
      gathered('合計', 'sum', '売上', { unit: '円' }),
      gathered('平均', 'mean', '売上'),
      gathered('件数', 'count', '売上'),
      gathered('最大', 'max', 'コスト'),
      gathered('最小', 'min', 'コスト'),
      gathered('中央値', 'median', 'コスト'),
    ])
    expect(formulas).toEqual([
      { name: '合計', value: 2200, unit: '円' },
      { name: '平均', value: 1100, unit: '' },
      { name: '件数', value: 2, unit: '' },
      { name: '最大', value: 900, unit: '' },
      { name: '最小', value: 800, unit: '' },
      { name: '中央値', value: 850, unit: '' },
    ])
    expect(warnings).toEqual([])
  })

  test('have no value where a sum is too large for a number, and say so', async () => {
    const rows: LongRow[] = [
      ['2023', '売上', 1e308],
      ['2024', '売上', 1e308],
    ]
    const { formulas, warnings } = await run(
      [gathered('合計', 'sum', '売上'), gathered('最大', 'max', '売上')],
      rows,
    )
    expect(formulas.map(({ value }) => value)).toEqual([null, 1e308])
    expect(warnings.map(({ rule, field }) => [rule, field])).toEqual([
      ['summary_too_large', 'config.formulas.0'],
    ])
  })

  test('calculate with each other in whatever order (defect 1), and with numbers', async () => {
    const { formulas } = await run([
      calculated('利益率', '/', ['利益', '売上合計'], { unit: '%' }),
      calculated('利益', '-', ['売上合計', 'コスト合計']),
      gathered('売上合計', 'sum', '売上'),
      gathered('コスト合計', 'sum', 'コスト'),
      calculated('比', '/', ['利益', '売上合計']),
      calculated('千円', '/', ['売上合計', 1000]),
      calculated('倍', '*', [2, '利益率']),
    ])
    const values = Object.fromEntries(formulas.map(({ name, value }) => [name, value]))
    expect(values).toEqual({
      利益率: (500 / 2200) * 100,
      利益: 500,
      売上合計: 2200,
      コスト合計: 1700,
      比: 500 / 2200,
      千円: 2.2,
      倍: 2 * (500 / 2200) * 100,
    })
  })

  test('are multiplied by their portion, an integer too (defect 10)', async () => {
    const { formulas } = await run([
      gathered('そのまま', 'sum', '売上', { portion: 1 }),
      gathered('減少', 'sum', '売上', { portion: -1 }),
      calculated('半分', '/', ['減少', 2], { portion: 0.5 }),
    ])
    expect(formulas.map(({ value }) => value)).toEqual([2200, -2200, -550])
  })

  test('have no value where there is no number, and never repeat another (defect 2)', async () => {
    const { formulas, warnings } = await run([
      gathered('売上合計', 'sum', '売上'),
      gathered('返品合計', 'sum', '返品'),
      gathered('返品件数', 'count', '返品'),
      gathered('粗利合計', 'sum', '粗利'),
      calculated('返品率', '/', ['返品合計', '売上合計']),
      calculated('粗利倍率', '/', ['売上合計', '粗利合計']),
    ])
    expect(formulas.map(({ value }) => value)).toEqual([2200, null, 1, 0, null, null])
    expect(warnings.map(({ rule, field }) => [rule, field])).toEqual([
      ['summary_no_numbers', 'config.formulas.1'],
      ['summary_missing_operand', 'config.formulas.4'],
      ['summary_no_result', 'config.formulas.5'],
    ])
  })

  test('are refused with the place and what there is', async () => {
    expect(await refused(gathered('a', 'sum', '利益'))).toEqual({
      field: 'config.formulas.0.target_subject',
      rule: 'unknown_analysis_subject',
      known: '売上、コスト、返品、粗利',
    })
    expect(await refused(gathered('a', 'sum', '売上'), gathered(' a ', 'max', '売上'))).toEqual({
      field: 'config.formulas.1.formula_text',
      rule: 'summary_name_twice',
      name: 'a',
    })
    expect(await refused(gathered('a', 'sum', '売上'), calculated('b', '+', ['a', 'c']))).toEqual({
      field: 'config.formulas.1.target_subject.1',
      rule: 'summary_unknown_formula',
      known: 'a',
    })
    expect(await refused(calculated('a', '+', ['a', 1]))).toMatchObject({
      rule: 'summary_circle',
      path: 'a → a',
    })
    expect(
      await refused(
        calculated('a', '+', ['b', 1]),
        calculated('b', '+', ['c', 1]),
        calculated('c', '+', ['b', 1]),
      ),
    ).toEqual({
      field: 'config.formulas.1.target_subject',
      rule: 'summary_circle',
      path: 'b → c → b',
    })
  })

  test('sum up a million numbers to the same last digit each time', async () => {
    await withTables(async (tables) => {
      await tables.run(
        `create table big as select i as n, 'x' as s, case when i % 3 = 0 then 1e9 else 0.1 end as v from range(1000000) r(i)`,
      )
      const source = { table: 'big', axes: [], row_count: 1_000_000 }
      const sums = new Set<number | null>()
      for (let time = 0; time < 5; time += 1) {
        const { formulas } = await runFormulas(tables, source, [gathered('合計', 'sum', 'x')])
        sums.add(formulas[0]?.value ?? null)
      }
      expect([...sums]).toEqual([333_334 * 1e9 + 66_666.6])
    })
  })
})
