import { expect, test } from 'vitest'
import { interpretWithSteps } from '../../src/analysis/interpreter/made-names.ts'
import type { Overview } from '../../src/analysis/interpreter/plan.ts'

const at = new Date('2026-11-21T00:00:00Z')
const axes: Overview['tables'][number]['axes'] = [
  { name: '年度', kind: '推移', count: 2, values: ['2023', '2024'] },
  { name: '部門', kind: '軸', count: 2, values: ['営業', '開発'] },
]
const tableOf = (input: string, name: string, ...subjects: string[]) => ({
  ...{ input, name, subjects, axes, row_count: 8 },
})
const overview: Overview = {
  tables: [
    tableOf('original', '実績', '売上', 'コスト'),
    tableOf('step_0', '荒い', '売上', 'コスト', '利益'),
    tableOf('step_1', '利益の表', '売上', 'コスト', '利益'),
    tableOf('step_2', '抽出', '売上'),
  ],
  steps: ['荒い', '利益の表', '抽出'].map((name, at) => ({
    step: `step_${at}`,
    name,
    type: 'filter' as const,
    ...{ input: 'original', config: {} },
  })),
}
const planOf = (says: string) => interpretWithSteps(says, overview, at)
const inputsOf = (says: string) => {
  const plan = planOf(says)
  if (plan.kind === 'ask') return plan.says
  return plan.calls.map((call) => (call.call === 'add' ? call.input : call.call))
}

test('a 科目 that a step has made is taken from the last one that has it, which is said', () => {
  expect(inputsOf('部門別の利益を集計して円グラフで')).toEqual(['step_1', 'step_3'])
  expect(planOf('部門別の利益を合計').says).toContain(
    '「利益」はステップ2「利益の表」にあるため、その結果を使いました。',
  )
  expect(planOf('total 利益 by 部門').says).toContain(
    '“利益” is in step 2 “利益の表”, so I started from its result.',
  )
})

test('what the input has comes from it, and what nothing has is asked about', () => {
  expect(inputsOf('部門別の売上を合計')).toEqual(['original'])
  expect(planOf('部門別の粗利を合計')).toMatchObject({ kind: 'ask' })
  expect(planOf('部門別の利益を天気と比べる')).toMatchObject({ kind: 'ask' })
})
