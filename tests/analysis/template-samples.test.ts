import type { TemplateDetail } from '../../schemas/analysis/templates.ts'
import { cellsOf, listBuiltinIssues } from '../../src/analysis/templates/catalogue.ts'
import { insertProject } from '../support/projects.ts'
import { describe, expect, test } from '../support/service.ts'
import { addTemplate, builtin, templates } from '../support/templates.ts'

const issues = listBuiltinIssues().map(({ issue }) => issue)

/** By question, some of its figures, worked out by hand from the sheet. */
const worked: Record<number, Record<string, string>> = {
  0: {
    撤退前の売上高: '8,660百万円',
    撤退前の営業利益: '537百万円',
    撤退前の営業利益率: '6.2%',
    撤退後の売上高: '6,960百万円',
    撤退後の営業利益: '721百万円',
    撤退後の営業利益率: '10.4%',
    赤字の製品数: '5製品',
    利益の改善額: '184百万円',
  },
  1: {
    '売上成長額（全期間）': '10,000百万円',
    '売上成長率（年平均）': '6.4%',
    '利益成長額（全期間）': '2,600百万円',
    '利益成長率（年平均）': '30.3%',
  },
  2: { 一般層の受注までの歩留まり: '10.5%', 高スキル層の受注までの歩留まり: '35%' },
  3: { 増える受注件数: '72件', 受注件数の増加率: '57.1%' },
  4: {
    '割合の差 1位：原材料費': '4.9ポイント',
    '割合の差 2位：労務費': '3.1ポイント',
    '割合の差 3位：物流費': '1.7ポイント',
    対象会社の営業利益率: '9.7%',
    競合平均の販売単価: '1,267.5円',
  },
  5: {
    期間中の増加額: '1,445億円',
    年平均の伸び率: '7.2%',
    インドネシアの年平均の伸び率: '10.2%',
    タイの年平均の伸び率: '2.7%',
  },
  6: { 上位3社のシェア: '63.4%', 'シェア10%以上の企業数': '4社', 当社のシェア: '7.8%' },
  7: {
    '2025年度の販路 1位：量販店': '1,840億円',
    '2025年度の販路 2位：EC': '1,650億円',
    '2025年度の販路 3位：専門店': '800億円',
  },
  8: {
    '割合の差 1位：原材料費': '4.5ポイント',
    '割合の差 2位：外注加工費': '2ポイント',
    '割合の差 3位：その他経費': '0.5ポイント',
  },
  9: { 基準を下回る製品数: '5製品', 基準を下回る製品の粗利: '174百万円' },
  10: { 絞り込める品種数: '6品種', 品種数に占める割合: '42.9%', 調達額に占める割合: '7.4%' },
  11: {
    '余剰在庫 1位：大阪': '4,800個',
    '余剰在庫 2位：札幌': '1,700個',
    '余剰在庫 3位：福岡': '300個',
  },
  12: { 最も高い獲得単価: '32.6千円／人', 最も低い獲得単価: '9.3千円／人' },
  13: { 獲得単価の中央値: '15.7千円／人', 全体の獲得単価: '14.6千円／人' },
  14: { 基準を超えるベンダー数: '6社', 改善効果額: '12,800千円' },
  15: { 手数料率が基準を超えるパートナー数: '7社', 削減効果額: '43.8百万円' },
}

/** Of a figure of Plotly, the types of its traces. */
const traces: Record<string, string[]> = {
  scatter: ['scatter'],
  bar: ['bar'],
  'horizontal bar': ['bar'],
  'stacked bar': ['bar'],
  line: ['scatter'],
  'line&bar': ['bar', 'scatter'],
  waterfall: ['waterfall'],
  pie: ['pie'],
}

describe('a template that the service brings along', () => {
  test.for(issues.map((issue, n) => ({ n, issue, name: issue.name })))(
    'shows what its steps give: $name',
    async ({ n, issue }, { signIn }) => {
      const user = await signIn()
      const response = await user.get(`${templates}/${issue.id}`)
      expect(response.statusCode, response.body).toBe(200)
      const template: TemplateDetail = response.json()
      const summaries = issue.steps.flatMap((step) =>
        step.type === 'summary' ? [step.config] : [],
      )
      const names = summaries.flatMap(({ formulas = [] }) => formulas.map((f) => f.formula_text))
      expect(template.dummy_formula.map(({ name }) => name)).toEqual(names)
      expect(template.dummy_formula.map((each) => each.formula_order)).toEqual(
        names.map((_, at) => at + 1),
      )
      const figures = Object.fromEntries(template.dummy_formula.map((f) => [f.name, f.value]))
      expect(figures).toMatchObject(worked[n] as object)
      expect(Object.values(figures)).not.toContain('－')

      const kinds = summaries.flatMap(({ chart_config }) =>
        chart_config && 'graph_type' in chart_config ? [String(chart_config.graph_type)] : [],
      )
      expect(template.dummy_chart.map(({ chart_order }) => chart_order)).toEqual(
        kinds.map((_, at) => at + 1),
      )
      for (const [at, kind] of kinds.entries()) {
        const data = template.dummy_chart[at]?.chart.data as { type: string }[]
        expect([...new Set(data.map(({ type }) => type))], kind).toEqual(traces[kind])
      }
      expect(template.initial_axis.map(({ axis_order }) => axis_order)).toEqual(
        issue.axes.map((_, at) => at + 1),
      )
      expect(template.sample?.sheet.rows).toEqual(cellsOf(issue))
      expect(template).toMatchObject({ is_builtin: true, project_id: null, created_at: null })
    },
  )

  test('has the sheet as records, with an empty line as nulls', async ({ signIn }) => {
    const user = await signIn()
    const [, reform] = issues
    const { dummy_input } = (await user.get(`${templates}/${reform?.id}`)).json()
    expect(dummy_input).toHaveLength(4)
    expect(Object.keys(dummy_input[0]).slice(0, 4)).toEqual(['2025', '2026', '2027', '2028'])
    expect(dummy_input[0]).toMatchObject({ 年度: '改革テーマ', '2025': '既存事業' })
    expect(dummy_input[0]).toMatchObject({ '2025.1': '新製品の投入', '2028.3': '海外販売' })
    expect(new Set(Object.values(dummy_input[1]))).toEqual(new Set([null]))
    expect(dummy_input[2]).toMatchObject({ 年度: '売上高', '2025': 48200, '2025.3': 600 })
  })

  test('is run once, and not sent twice', async ({ app, signIn }) => {
    const user = await signIn()
    const url = `${templates}/${builtin.issue_id}`
    const answers = await Promise.all([user.get(url), user.get(url), user.get(url)])
    const [first, ...others] = answers.map(({ body }) => body)
    for (const other of others) expect(other).toBe(first)
    const size = app.cache.size()
    const etag = String(answers[0]?.headers.etag)
    expect((await user.get(url, { 'if-none-match': etag })).statusCode).toBe(304)
    expect(app.cache.size()).toBe(size)
  })
})

const sheet = {
  name: '部門別の売上',
  rows: [
    ['年度', 2023, 2023, 2024, 2024],
    ['部門', '営業', '開発', '営業', '開発'],
    [],
    ['売上', 1000, 500, 1200, 600],
    ['コスト', 800, 400, 900, 450],
  ],
}
const steps = [
  {
    name: '年度別',
    type: 'aggregation' as const,
    input: 'original',
    config: {
      group_by_axis: ['年度'],
      aggregation_config: [{ name: '売上合計', method: 'sum', subject: '売上' }],
    },
  },
  {
    name: 'まとめ',
    type: 'summary' as const,
    input: 'step_0',
    config: {
      formulas: [{ formula_text: '全体', type: 'sum', target_subject: '売上合計', unit: '円' }],
      chart_config: { graph_type: 'line', x_axis: '年度', y_axis: '値' },
    },
  },
]

describe('a sample that people add', () => {
  test('is run over its sheet, and again when it changes', async ({ db, signIn }) => {
    const member = await signIn()
    const project_id = await insertProject(db, { member })
    const made = await addTemplate(member, { project_id, sample: { sheet, steps } })
    expect(made.dummy_formula).toEqual([{ name: '全体', value: '3,300円', formula_order: 1 }])
    expect(made.dummy_chart).toMatchObject([{ chart: { data: [{ x: ['2023', '2024'] }] } }])
    expect(made.sample).toEqual({ sheet, steps })
    const own = `${templates}/${made.issue_id}`
    const flat = {
      name: '平らな表',
      rows: [
        ['年度', '部門', '売上'],
        ['2023', '営業', 10],
        ['2024', '営業', 32],
      ],
    }
    const changed = await member.patch(own, { sample: { sheet: flat, steps } })
    expect(changed.json().dummy_formula).toMatchObject([{ value: '42円' }])
    expect(changed.json().dummy_input).toHaveLength(2)
    const kept = await member.patch(own, { issue_order: 5 })
    expect(kept.json().dummy_formula).toMatchObject([{ value: '42円' }])
    const gone = await member.patch(own, { sample: null })
    const none = { sample: null, dummy_input: [], dummy_formula: [], dummy_chart: [] }
    expect(gone.json()).toMatchObject(none)
    const bare = await member.patch(own, { sample: { sheet, steps: [] } })
    expect(bare.json()).toMatchObject({ dummy_formula: [], dummy_chart: [] })
  })

  test('is refused with the path of what is wrong, and nothing is kept', async ({ db, signIn }) => {
    const member = await signIn()
    const project_id = await insertProject(db, { member })
    const { issue_id } = await addTemplate(member, { project_id, sample: { sheet, steps } })
    const own = `${templates}/${issue_id}`
    const [first, second] = steps as [(typeof steps)[0], (typeof steps)[1]]
    const withConfig = (step: object, config: object) => ({ ...step, config })
    const wide = Array.from({ length: 101 }, () => Array.from({ length: 200 }, () => 1))
    for (const [sample, field] of [
      [{ sheet, steps: [{ ...first, input: 'step_0' }] }, 'sample.steps.0.input'],
      [{ sheet, steps: [first, { ...second, input: 'step_7' }] }, 'sample.steps.1.input'],
      [
        { sheet, steps: [{ name: '段', type: 'aggregate', input: 'original' }] },
        'sample.steps.0.config',
      ],
      [
        { sheet, steps: [withConfig(first, { ...first.config, group_by_axis: ['店'] })] },
        'sample.steps.0.config.group_by_axis.0',
      ],
      [
        {
          sheet,
          steps: [first, withConfig(second, { chart_config: { graph_type: 'radar' } })],
        },
        'sample.steps.1.config.chart_config.graph_type',
      ],
      [
        {
          sheet,
          steps: [
            first,
            withConfig(second, {
              chart_config: { graph_type: 'line', x_axis: '月', y_axis: '値' },
            }),
          ],
        },
        'sample.steps.1.config.chart_config.x_axis',
      ],
      [{ sheet: { name: '空', rows: [[null], ['']] }, steps: [] }, 'sample.sheet'],
      [{ sheet: { name: '文', rows: [['ただの文']] }, steps: [] }, 'sample.sheet'],
      [{ sheet: { name: '大きい', rows: wide }, steps: [] }, 'sample.sheet.rows'],
    ] as const) {
      const response = await member.patch(own, { sample })
      const said = `${field}: ${response.body.slice(0, 400)}`
      expect(response.statusCode, said).toBe(422)
      expect(response.json().errors[0].field, said).toBe(field)
    }
    expect((await member.get(own)).json()).toMatchObject({ version: 1, sample: { sheet } })
  })

  test('takes names that look like code as names', async ({ db, signIn }) => {
    const member = await signIn()
    const project_id = await insertProject(db, { member })
    const hostile = `"; drop table t; -- '`
    const rows = [
      [hostile, '__proto__', '売上'],
      ['<b>', `a'b`, 5],
      ['<i>', 'constructor', 7],
    ]
    const config = {
      formulas: [{ formula_text: hostile, type: 'sum', target_subject: '売上' }],
      chart_config: { graph_type: 'bar', x_axis: hostile, y_axis: '値' },
    }
    const step = { name: hostile, type: 'summary' as const, input: 'original', config }
    const sample = { sheet: { name: hostile, rows }, steps: [step] }
    const made = await addTemplate(member, { project_id, sample })
    expect(made.dummy_formula).toEqual([{ name: hostile, value: '12', formula_order: 1 }])
    expect(made.dummy_input.map((record) => Object.entries(record))).toEqual(
      rows.slice(1).map((cells) => cells.map((cell, n) => [rows[0]?.[n], cell])),
    )
  })
})
