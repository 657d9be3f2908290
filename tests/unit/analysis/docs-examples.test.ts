import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { runAggregate } from '../../../src/analysis/steps/aggregate.ts'
import { checkConfig } from '../../../src/analysis/steps/checks.ts'
import { runFilter } from '../../../src/analysis/steps/filter.ts'
import { runFormulas } from '../../../src/analysis/steps/summary.ts'
import { runTransform } from '../../../src/analysis/steps/transform.ts'
import { type LongRow, readRows, relationOf, withTables } from '../../support/long-tables.ts'

/** The configurations that a document shows, in their order. */
function examplesIn(name: string): object[] {
  const text = readFileSync(new URL(`../../../docs/${name}.md`, import.meta.url), 'utf8')
  return [...text.matchAll(/```json\n([^`]+)```/g)].map(([, json]) => JSON.parse(json as string))
}

const axes = ['年度', '部門', '地域']
const rows: LongRow[] = [
  ['2023', '営業', '東京', '売上', 2_000_000],
  ['2023', '営業', '東京', 'コスト', 1_500_000],
  ['2023', '開発', '神奈川', '売上', 500_000],
  ['2023', '開発', '神奈川', 'コスト', 500_000],
  ['2024', '営業', '東京', '売上', 2_400_000],
  ['2024', '営業', '東京', 'コスト', 1_600_000],
  ['2024', '開発', '大阪', '売上', 600_000],
  ['2024', '開発', '大阪', 'コスト', 300_000],
]

test('the examples of steps give what they say', async () => {
  const [sales, team] = examplesIn('analysis-steps') as [object, object]
  await withTables(async (tables) => {
    const source = await relationOf(tables, axes, rows)
    const filter = checkConfig('filter', sales)
    const { relation } = await runFilter(tables, source, filter, () => source)
    expect((await readRows(tables, relation)).map((row) => row.at(-1))).toEqual([
      2_000_000, 2_400_000,
    ])
    const made = await runAggregate(tables, source, checkConfig('aggregate', team))
    expect(await readRows(tables, made.relation)).toEqual(
      [
        ['2023', '営業', [0.25, 500_000, 2_000_000, 1_500_000, 0.8, null]],
        ['2023', '開発', [0, 0, 500_000, 500_000, 0.2, null]],
        ['2024', '営業', [1 / 3, 800_000, 2_400_000, 1_600_000, 0.8, 1.2]],
        ['2024', '開発', [0.5, 300_000, 600_000, 300_000, 0.2, 1.2]],
      ].flatMap(([year, name, values]) =>
        ['利益率', '利益', '売上', '費用', '構成比', '前年比'].map((figure, at) => [
          year,
          name,
          figure,
          (values as number[])[at],
        ]),
      ),
    )
    expect(made.warnings).toMatchObject([{ rule: 'warning_no_previous', count: 2 }])
  })
})

test('the examples of transforms and summaries give what they say', async () => {
  const [change, total] = examplesIn('analysis-transform') as [object, object]
  await withTables(async (tables) => {
    const source = await relationOf(tables, axes, rows)
    const { relation } = await runTransform(tables, source, checkConfig('transform', change))
    const found = await readRows(tables, relation)
    expect(found.filter((row) => row[3] === '利益').map((row) => row.at(-1))).toEqual([
      500_000, 0, 800_000, 300_000,
    ])
    expect(found.map((row) => row[2])).toEqual([
      ...Array(6).fill('関東'),
      ...Array(3).fill('関東'),
      ...Array(3).fill('大阪'),
    ])
    const { formulas = [] } = checkConfig('summary', total)
    const figures = await runFormulas(tables, relation, formulas)
    expect(figures.formulas).toEqual([
      { name: '売上合計', value: 5_500_000, unit: '円' },
      { name: '利益合計', value: 1_600_000, unit: '円' },
      { name: '利益率', value: (1_600_000 * 100) / 5_500_000, unit: '%' },
    ])
  })
})
