import { expect, test } from 'vitest'
import { spellPeriods, yearsOf } from '../../src/sheet-spellings.ts'
import { isTotal } from '../../src/sheet-totals.ts'

const years = ['2023', '2024']
const months = ['2024-01', '2024-02']

test.for<[string, string[], string[]]>([
  ['年', ['2023年', '2024年'], years],
  ['年度', ['2023年度', '２０２４年度'], years],
  ['年度', ['2023', '2024年度'], years],
  ['年度', ['FY2023', 'FY24'], years],
  ['年度', ['令和5年度', '令和6年度'], years],
  ['年', ['平成31年', '令和2年'], ['2019', '2020']],
  ['年', ['令和元年', 'R6年'], ['2019', '2024']],
  ['年月', ['2024-01', '2024-02'], months],
  ['年月', ['2024/1', '2024/2'], months],
  ['年月', ['2024年1月', '2024年02月'], months],
  ['年月', ['2024年1月度', '２０２４年２月分'], months],
  ['年月', ['2024.1', '2024.02'], months],
  ['年月', ['202401', '202402'], months],
  ['年月', ['令和6年1月', 'R6年2月'], months],
  ['month', ['Jan 2024', 'February 2024'], months],
  ['年月', ['2024-01-01', '2024/2/1'], months],
  ['年月', ['2024-01-31', '2024年2月29日'], months],
  ['年月', ['2024-01', '2024-02-01'], months],
  ['日付', ['2024-01-01', '2024/1/2'], ['2024-01-01', '2024-01-02']],
  ['日付', ['20240101', '令和6年1月2日'], ['2024-01-01', '2024-01-02']],
  ['日付', ['2024-01-01', '2024-01-31'], ['2024-01-01', '2024-01-31']],
  ['日付', ['2024-01-01'], ['2024-01-01']],
  ['四半期', ['2024年度1Q', '2024年度第2四半期'], ['2024Q1', '2024Q2']],
  ['四半期', ['FY2024 Q1', 'FY2024-Q2'], ['2024Q1', '2024Q2']],
  ['四半期', ['第１四半期', '2Q'], ['Q1', 'Q2']],
  ['月', ['4', '5'], ['4月', '5月']],
  ['月度', ['04月', '5月分'], ['4月', '5月']],
])('spells %s %j as other sheets do', ([name, texts, spelled]) => {
  expect(spellPeriods(name, texts)).toEqual(spelled)
})

test.for<[string, string[]]>([
  ['年', ['2023年', '2023年度']],
  ['期', ['第1期', '第2期']],
  ['期間', ['2023年', '2024年1月']],
  ['年月', ['2024年度1月', '2024年度2月']],
  ['年月', ['2024-13', '2024-00']],
  ['日付', ['2024-02-30', '2024-02-31']],
  ['日付', ['2024-01', '2024-02-03']],
  ['週', ['1', '2']],
  ['時期', ['前半', '2024年']],
  ['半期', ['H1', 'H2']],
  ['__proto__', ['constructor', '__proto__']],
])('leaves %s %j as they are', ([name, texts]) => {
  expect(spellPeriods(name, texts)).toEqual(texts)
})

test('leaves totals and what is empty among the periods, and repeats what repeats', () => {
  expect(spellPeriods('年', ['2023年', '', '2023年', '合計'])).toEqual(['2023', '', '2023', '合計'])
  expect(spellPeriods('年', [])).toEqual([])
  expect(spellPeriods('年', ['合計'])).toEqual(['合計'])
})

test('knows totals, and words that only end like them', () => {
  const totals = [
    '合計',
    '合　計',
    '小計',
    '（合計）',
    '総計',
    '計',
    '営業部計',
    '東日本 小計',
    '全体',
  ]
  for (const key of [...totals, 'Total', 'Grand Total', 'subtotal']) {
    expect([key, isTotal(key)]).toEqual([key, true])
  }
  for (const key of [
    '会計',
    '統計',
    '時計',
    '家計',
    '設計',
    '計画',
    '合計額の内訳',
    'totally',
    '',
  ]) {
    expect([key, isTotal(key)]).toEqual([key, false])
  }
  expect(isTotal(`${'a'.repeat(100_000)}合計`)).toBe(false)
})

test.for<[string, string[], ReturnType<typeof yearsOf>]>([
  ['年度', ['2023', '2024'], 'fiscal'],
  ['会計年度', ['2023'], 'fiscal'],
  ['期間', ['FY2023', '令和6年度', '合計', ''], 'fiscal'],
  ['年', ['2023', '2024'], 'calendar'],
  ['期間', ['2023年', '2024年'], 'calendar'],
  ['四半期', ['2024年度1Q'], 'fiscal'],
  ['期間', ['2023', '2024'], undefined],
  ['年度', ['2023年', '2024年'], undefined],
  ['期間', ['2023年', '2023年度'], undefined],
  ['年月', ['2024-01'], undefined],
  ['年', ['2024-01'], undefined],
  ['年度', ['東京'], undefined],
])('knows how the years of %s %j are counted', ([name, texts, count]) => {
  expect(yearsOf(name, texts)).toBe(count)
})
