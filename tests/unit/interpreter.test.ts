import { describe, expect, it } from 'vitest'
import { interpret } from '../../src/analysis/interpreter/interpret.ts'
import { overviews, saidAt } from '../analysis/sentences/data.ts'
import { exam, examQuestions } from '../analysis/sentences/exam.ts'
import { practice, practiceQuestions } from '../analysis/sentences/practice.ts'
import { secondExam, secondExamQuestions } from '../analysis/sentences/second-exam.ts'
import type { Overview } from '../analysis/sentences/types.ts'
import { called } from './interpreter-plans.ts'

const planOf = (says: string, data: string) => interpret(says, overviews[data] as Overview, saidAt)

describe.each([
  { name: 'practice', planned: practice, asked: practiceQuestions },
  { name: 'the exam', planned: exam, asked: examQuestions },
  { name: 'the second exam', planned: secondExam, asked: secondExamQuestions },
])('sentences of $name', ({ planned, asked }) => {
  it.each(planned)('$says', ({ says, data, gives }) => {
    expect(called(planOf(says, data))).toEqual(called({ kind: 'calls', calls: gives, says: '' }))
  })

  it.each(asked)('asks about: $says', ({ says, data, asks }) => {
    const plan = planOf(says, data)
    expect(plan.kind).toBe('ask')
    for (const name of asks) expect(plan.says).toContain(name)
  })
})

describe('nothing is passed over', () => {
  const strangers = [
    'りんご',
    '倉庫',
    '佐藤',
    'キャンセル料',
    'banana',
    'warehouse',
    '京都',
    '天候',
    'xyzzy',
    '営業利益',
  ]

  it.each(strangers)('%s in front of or behind a sentence is asked about', (word) => {
    const every = strangers.length
    const some = [...practice, ...exam].filter(
      (_, index) => index % every === strangers.indexOf(word),
    )
    for (const { says, data } of some) {
      const isName = /called \w+$/.test(says)
      for (const text of [`${word}、${says}`, ...(isName ? [] : [`${says} ${word}`])]) {
        const plan = planOf(text, data)
        expect(plan.kind, text).toBe('ask')
      }
    }
  })

  it.each([
    ['東京と福島のデータだけ', 'sales', '福島'],
    ['営業利益を部門別に合計', 'sales', '営業利益'],
    ['東京または営業のデータ', 'sales', '「または」'],
    ['売上が100万円以上かつ利益が50万円以上のデータ', 'sales', '一つの科目'],
    ['売上と利益が100万円以上のデータ', 'sales', '一つの科目'],
    ['部門別の利益率を出して', 'sales', '利益率'],
    ['部門別の売上をグラフにして', 'sales', 'どのグラフ'],
    ['大阪の人口を年齢階級別に合計', 'population', '市区町村'],
    ['年別の売上高', 'monthly', '年月'],
    ['売上高の前月比を出して', 'sales', '月ごと'],
    ['売上で並べ替えて', 'sales', '降順'],
    ['売上が100万円以上のデータの利益を部門別に合計', 'sales', '利益'],
    ['売上の上位0件', 'sales', '0件'],
    ['売上からコストを引いて追加して', 'sales', '名前'],
    ['ステップ9を削除', 'sales with steps', '2021年度以降'],
    ['East or Retail', 'results', 'one axis at a time'],
    ['部門別に売上を合計し、地域別に利益を平均して', 'sales', '一つずつ'],
    ['total sales by region, then average cost by department', 'results', 'one at a time'],
    ['profit margin by region', 'results', 'margin'],
    ['sort by sales', 'results', 'descending'],
    ['total sales by region and send it to Bob', 'results', 'send'],
    ['sales by region for banana', 'results', 'banana'],
    ['exclude sales between 100 and 200', 'results', 'one end'],
  ])('asks back: %s', (says, data, names) => {
    const plan = planOf(says, data)
    expect(plan.kind).toBe('ask')
    expect(plan.says).toContain(names)
  })

  it('asks in the language of the sentence', () => {
    expect(planOf('倉庫別に売上を合計', 'sales').says).toMatch(/分かりません/)
    expect(planOf('total 人口 by warehouse', 'population').says).toMatch(/I do not know/)
  })

  it('asks for data where there is none', () => {
    expect(interpret('売上の合計は？', { tables: [], steps: [] }, saidAt).kind).toBe('ask')
  })
})

describe('hostile sentences', () => {
  const repeated = (text: string, length = 4_000) => text.repeat(length / text.length)
  it.each([
    repeated('別'),
    repeated('東京と'),
    repeated('('),
    repeated('「'),
    repeated('売上'),
    repeated('1'),
    repeated('一'),
    repeated('総合計し'),
    repeated('the '),
    repeated('a'),
    repeated('👨‍👩‍👧'),
    repeated('\u202e\u200f'),
    repeated('100万円以上'),
    repeated('by region '),
    repeated("'"),
    repeated('年度別'),
    repeated('2021年から'),
    repeated('を'),
    repeated('-'),
    `${repeated('売', 3_999)}上`,
    '',
    ' ',
    '\u0000',
    '__proto__',
    'constructor別に売上を合計',
    '"; drop table steps; --',
  ])('are answered at once: %.20s', (says) => {
    const start = performance.now()
    const plan = planOf(says, 'sales')
    expect(plan.kind).toBe('ask')
    expect(plan.says.length).toBeLessThan(4_000)
    expect(performance.now() - start).toBeLessThan(2_000)
  })

  it('gives the same plan again', () => {
    for (const { says, data } of practice) expect(planOf(says, data)).toEqual(planOf(says, data))
  })

  it('finds one of ten thousand values in time', () => {
    const values = Array.from({ length: 10_000 }, (_, index) => `店舗${index}号店`)
    const table = {
      input: 'original',
      name: '',
      row_count: 1,
      subjects: ['売上'],
      axes: [{ name: '店舗', kind: '軸' as const, count: 10_000, values }],
    }
    const plan = interpret('店舗77号店だけに絞って', { tables: [table], steps: [] }, saidAt)
    expect(called(plan)).toMatchObject([{ config: { category_filter: { 店舗: ['店舗77号店'] } } }])
  })
})
