import { expect, test } from 'vitest'
import { numberIn } from '../../src/sheet-numbers.ts'
import { isPeriod, isPeriodName, periodOf } from '../../src/sheet-periods.ts'

test.for<[string, number]>([
  ['0', 0],
  ['1000', 1000],
  ['１，０００', 1000],
  ['1,234,567.89', 1234567.89],
  [' 12 ', 12],
  ['.5', 0.5],
  ['１．５', 1.5],
  ['▲100', -100],
  ['△ 1,000', -1000],
  ['-100', -100],
  ['－100', -100],
  ['−100', -100],
  ['+7', 7],
  ['(100)', -100],
  ['（１００）', -100],
  ['(¥1,000)', -1000],
  ['¥1,000', 1000],
  ['￥１，０００', 1000],
  ['¥-50', -50],
  ['▲¥50', -50],
  ['$12.50', 12.5],
  ['1,000円', 1000],
  ['▲1,000円', -1000],
  ['5%', 0.05],
  ['12.3％', 0.123],
  ['▲0.7%', -0.007],
  ['3万', 30000],
  ['1.5億円', 150000000],
  ['2,500千円', 2500000],
  ['12百万円', 12000000],
  ['1兆', 1e12],
  ['1.2e3', 1200],
  ['-1E-2', -0.01],
  ['-0', 0],
])('reads %s as %d', ([text, number]) => {
  expect(numberIn(text)).toBe(number)
})

test.for(['', ' ', '　', '-', '－', '—', '―', 'ー', 'n/a', 'N/A', '#N/A', '…'])(
  'reads “%s” as nothing',
  (text) => expect(numberIn(text)).toBeNull(),
)

test.for([
  'abc',
  '007',
  '1,00',
  '1,0000',
  '1.2.3',
  '12-34',
  '2024-01-01',
  '2023年',
  '--5',
  '-(5)',
  '(-5)',
  '(5',
  '1e999',
  '0x10',
  'Infinity',
  'NaN',
  '3万5千',
  '10³',
  '①',
  '100個',
  '9'.repeat(5000),
  '1,'.repeat(5000),
  '9007199254740993',
  '-12345678901234567890',
])('leaves %s a text', (text) => expect(numberIn(text)).toBeUndefined())

test('knows periods, and names of columns of periods', () => {
  for (const text of [
    '2023',
    '2023年',
    '2023年度',
    'FY2023',
    'FY23',
    '令和5年',
    'R5年',
    '平成30年度',
    '2023年4月',
    '2023/04',
    '2023-4',
    '2023-04-01',
    '2023/4/1',
    '2023-04-01 12:30',
    '2023年4月1日',
    '4月',
    '12月期',
    'Q1',
    '2023Q1',
    '2023年度 第1四半期',
    '第5期',
    '上期',
    '2023年下期',
    'Jan',
    'January 2023',
    'Apr-23',
    '２０２３年度',
    '第3週',
  ]) {
    expect(isPeriod(text), text).toBe(true)
  }
  for (const text of [
    '',
    '東京',
    '1000',
    '13月',
    '2023-13',
    'Q5',
    '3035年',
    'Maybe',
    '期',
    '2023年度予算',
  ]) {
    expect(isPeriod(text), text).toBe(false)
  }
  for (const name of [
    '年',
    '年度',
    '会計年度',
    '年月',
    '月',
    '日付',
    '注文日',
    '期',
    '四半期',
    'FY',
    'Year',
    'order_date',
    'orderDate',
    'Month',
  ]) {
    expect(isPeriodName(name), name).toBe(true)
  }
  for (const name of [
    '',
    '売上',
    '前年',
    '先月',
    '今期',
    '曜日',
    '年齢',
    '前年比',
    'update',
    'dated',
    '月額',
  ]) {
    expect(isPeriodName(name), name).toBe(false)
  }
})

test('writes days and months of all kinds alike', () => {
  expect(['2023/4/1', '2023.04.01', '2023年4月1日', '２０２３－０４－０１'].map(periodOf)).toEqual(
    Array(4).fill('2023-04-01'),
  )
  expect(['2023/4', '2023-04', '2023年4月', '2023/2/30', '2023', '4月'].map(periodOf)).toEqual([
    '2023-04',
    '2023-04',
    '2023年4月',
    '2023/2/30',
    '2023',
    '4月',
  ])
})
