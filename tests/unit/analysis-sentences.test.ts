import { describe, expect, test } from 'vitest'
import type { AggregateConfig } from '../../schemas/analysis/aggregate.ts'
import type { SummaryConfig } from '../../schemas/analysis/summary.ts'
import { aggregate, filter, ja } from '../analysis/sentences/calls.ts'
import { overviews } from '../analysis/sentences/data.ts'
import { exam, examQuestions } from '../analysis/sentences/exam.ts'
import { chartOf, faultsOf } from '../analysis/sentences/faults.ts'
import { practice, practiceQuestions } from '../analysis/sentences/practice.ts'
import { secondExam, secondExamQuestions } from '../analysis/sentences/second-exam.ts'
import type { ExpectedCall, Overview } from '../analysis/sentences/types.ts'

const sets = [
  { name: 'practice', planned: practice, asked: practiceQuestions },
  { name: 'exam', planned: exam, asked: examQuestions },
]
const planned = [...sets.flatMap((each) => each.planned), ...secondExam]
const asked = [...sets.flatMap((each) => each.asked), ...secondExamQuestions]

/** English sentences may name columns in Japanese. */
const isJapanese = (says: string) =>
  /[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}]/u.test(says) &&
  !/\b(the|of|by|with|and|for|total|average|show|per|except|exclude|only|from)\b/i.test(says)

const overviewOf = ({ data }: { data: string }) => overviews[data] as Overview

describe.each(sets)('the sentences of the $name', ({ planned, asked }) => {
  test('are 105 with a plan and 26 to ask back about, half of them Japanese', () => {
    expect(planned).toHaveLength(105)
    expect(planned.filter(({ says }) => isJapanese(says)).length).toBeGreaterThanOrEqual(53)
    expect(asked).toHaveLength(26)
    expect(asked.filter(({ says }) => isJapanese(says)).length).toBeGreaterThanOrEqual(13)
  })

  test('draw charts of all eight kinds', () => {
    const kinds = planned.flatMap(({ gives }) =>
      gives.flatMap((call) => ('config' in call ? (chartOf(call.config)?.graph_type ?? []) : [])),
    )
    expect(new Set(kinds).size).toBe(8)
  })
})

test('no sentence is there twice', () => {
  const said = [...planned, ...asked].map(({ says }) => says.normalize('NFKC').toLowerCase())
  expect(said.filter((each, index) => said.indexOf(each) !== index)).toEqual([])
})

test('every sentence that is asked back about names what its data has', () => {
  for (const sentence of asked) {
    const known = overviewOf(sentence).tables.flatMap(({ name, subjects, axes }) => [
      name,
      ...subjects,
      ...axes.flatMap(({ name, values }) => [name, ...values]),
    ])
    expect(sentence.asks, sentence.says).not.toEqual([])
    expect(known, sentence.says).toEqual(expect.arrayContaining(sentence.asks))
  }
})

test.each(planned)('“$says” has a plan that its data allows', (sentence) => {
  expect(faultsOf(sentence)).toEqual([])
})

test('figures are called in the language of the sentence', () => {
  const endings = {
    ja: /(合計|平均|件数|最大|最小|中央値|構成比|前年比|増減率|増減|[^ ]÷[^ ]+)$/,
    en: /( (total|average|count|maximum|minimum|median|share|ratio to previous|growth|difference)| ÷ .+)$/,
  }
  for (const { says, gives } of planned)
    for (const name of gives.flatMap(figureNames))
      expect(name, says).toMatch(endings[isJapanese(says) ? 'ja' : 'en'])
})

function figureNames(call: ExpectedCall): string[] {
  const config = ('config' in call ? call.config : {}) as AggregateConfig & SummaryConfig
  return [
    ...(config.aggregation_config ?? []).map(({ name }) => name),
    ...(config.formulas ?? []).map(({ formula_text }) => formula_text),
  ]
}

test('a plan with a wrong name, a wrong option or a wrong link is found out', () => {
  const faults = (...gives: ExpectedCall[]) => faultsOf({ says: '', data: 'sales', gives })
  const sorted = { sort: [{ column: '値' }] }
  expect(faults(filter(sorted), filter(sorted, 'step_0'))).toEqual([])
  expect(faults(filter({ category_filter: { 地域: ['京都'] } }))).toEqual(['no 地域 京都'])
  expect(faults(aggregate(['倉庫'], [ja.sum('在庫')]))).toEqual(['no 科目 在庫', 'no axis 倉庫'])
  expect(faults(filter({ top: 3 } as object))).toEqual([expect.stringContaining('additional')])
  expect(faults(filter(sorted, 'step_0'))).toEqual([expect.stringContaining('has no table')])
})
