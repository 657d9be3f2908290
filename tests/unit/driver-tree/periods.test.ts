import { expect, test } from 'vitest'
import { orderPeriods } from '../../../src/period-order.ts'

test.each([
  ['years', ['2023', '2024', '2025']],
  ['years in Japanese', ['2023年', '2024年', '2025年']],
  ['fiscal years', ['2023年度', 'FY2024', '2025年度']],
  ['eras', ['昭和63年', '平成元年', 'H30', '令和元年', 'R2', '令和5年', '令和10年']],
  ['fiscal years of eras', ['平成30年度', '令和元年度', '令和2年度']],
  ['months', ['2024-01', '2024-02', '2024-10', '2025-01']],
  ['months with slashes', ['2024/1', '2024/2', '2024/10', '2025/1']],
  ['months in Japanese', ['2024年1月', '2024年2月', '2024年10月', '2025年1月']],
  ['months in digits', ['202401', '202402', '202412', '202501']],
  ['months of eras', ['令和5年9月', '令和5年10月', 'R6/1']],
  ['full-width', ['２０２３年９月', '２０２３年１０月']],
  ['quarters', ['2024Q1', '2024-Q2', '2024年第3四半期', '2024 4Q', '2025Q1']],
  ['halves', ['2024年度上期', '2024年度下期', '2025年度上半期', '2025H2']],
  ['days', ['2024-01-31', '2024/2/1', '2024年2月10日', '2024-02-11T00:00:00Z']],
  ['weeks', ['2024-W09', '2024-W10', '2025W1']],
  ['years, quarters and months together', ['2023', '2024-01', '2024Q1', '2024', '2024-02']],
  ['a year before its fiscal one', ['2023年', '2023年度', '2024年']],
  ['months without year', ['1月', '2月', '9月', '10月', '12月']],
  ['numbered', ['第1期', '第2期', '第10期']],
  ['numbered years', ['1年目', '2年目', '10年目']],
  ['plain numbers', ['1', '2', '10']],
])('%s are in the order of time', (_, ordered) => {
  expect(orderPeriods(ordered.toReversed())).toEqual(ordered)
  expect(orderPeriods([...ordered.slice(1), ...ordered.slice(0, 1)].reverse())).toEqual(ordered)
})

test('months of a fiscal year that come in order from April stay so', () => {
  const fiscal = ['4月', '5月', '6月', '11月', '12月', '1月', '2月', '3月']
  expect(orderPeriods(fiscal)).toEqual(fiscal)
  expect(orderPeriods(['4月', '6月', '5月', '1月'])).toEqual(['1月', '4月', '5月', '6月'])
})

test('months in a fiscal year are those of the year after from January on', () => {
  expect(orderPeriods(['2024年度1月', '2024年度4月', '2024年度12月'])).toEqual([
    '2024年度4月',
    '2024年度12月',
    '2024年度1月',
  ])
})

test.each([
  ['words', ['来期', '今期', '前期']],
  ['a time among words', ['2025', '計画', '2024']],
  ['kinds together', ['12月', '2024', '1月']],
  ['months that are none', ['2024-13', '2024-01']],
  ['hostile labels', ['__proto__', 'constructor', '2024'.repeat(100), '']],
])('%s stay in the order in which they come', (_, labels) => {
  expect(orderPeriods(labels)).toEqual(labels)
})
