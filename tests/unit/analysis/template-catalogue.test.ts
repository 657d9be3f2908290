import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import { describe, expect, test } from 'vitest'
import { themes } from '../../../db/seeds/analysis/themes.ts'
import { AggregateConfig } from '../../../schemas/analysis/aggregate.ts'
import { FilterConfig } from '../../../schemas/analysis/filter.ts'
import { SummaryConfig } from '../../../schemas/analysis/summary.ts'
import { TransformConfig } from '../../../schemas/analysis/transform.ts'
import { cellsOf, listBuiltinIssues, promptOf } from '../../../src/analysis/templates/catalogue.ts'
import { type SheetTable, tableIn } from '../../../src/sheet-tables.ts'

const issues = themes.flatMap((theme) => theme.issues.map((issue) => ({ theme, ...issue })))

/** By theme and question, the kinds of charts that it is answered with. */
const kinds: string[][][] = [
  [['scatter']],
  [['line', 'line&bar']],
  [['waterfall'], ['waterfall']],
  [['stacked bar']],
  [['waterfall'], ['pie']],
  [['waterfall']],
  [['stacked bar']],
  [['scatter']],
  [['scatter']],
  [['line']],
  [['stacked bar'], ['horizontal bar'], ['scatter']],
  [['scatter']],
]

const compiled = (schema: object) => new Ajv2020({ strict: false }).compile(schema)

const configs: Record<string, ValidateFunction> = {
  filter: compiled(FilterConfig),
  aggregate: compiled(AggregateConfig),
  transform: compiled(TransformConfig),
  summary: compiled(SummaryConfig),
}

describe('the catalogue of templates', () => {
  test('has 12 themes and 16 questions, in their order', () => {
    expect(themes).toHaveLength(12)
    expect(issues).toHaveLength(16)
    expect(themes.map((theme) => theme.issues.length)).toEqual(kinds.map((each) => each.length))
    const orders = listBuiltinIssues().map((each) => [each.validation_order, each.issue_order])
    expect(orders).toEqual(kinds.flatMap((each, at) => each.map((_, n) => [at + 1, n + 1])))
  })

  test('has ids of its own for every theme, question and axis', () => {
    const ids = [
      ...themes.map(({ id }) => id),
      ...issues.flatMap(({ id, axes }) => [id, ...axes.map((axis) => axis.id)]),
    ]
    expect(new Set(ids).size).toBe(ids.length)
    for (const id of ids) {
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    }
  })

  test('answers each question with the kinds of charts it is for', () => {
    const found = themes.map((theme) =>
      theme.issues.map(({ steps }) => [
        ...new Set(
          steps.flatMap((step) =>
            step.type === 'summary' && step.config.chart_config
              ? (step.config.chart_config as { graph_type: string }).graph_type
              : [],
          ),
        ),
      ]),
    )
    expect(found).toEqual(kinds)
  })
})

describe.each(issues)('$name', (issue) => {
  test('has all its texts', () => {
    expect(issue.name).toMatch(/？$/)
    for (const text of [issue.description, issue.initial_msg, issue.hint]) {
      expect(text.length).toBeGreaterThan(50)
      expect(text).toMatch(/。$/)
    }
    expect(issue.sheet.name).toContain('サンプル')
    expect(issue.axes.length).toBeGreaterThan(1)
  })

  test('tells a model the steps, that it may leave them, and what to ask', () => {
    const prompt = promptOf(issue)
    expect(prompt).toContain(issue.name)
    expect(prompt).toMatch(/1\. .*(filter|aggregate|transform)/)
    for (const type of new Set(issue.steps.map((step) => step.type))) expect(prompt).toContain(type)
    expect(prompt).toContain('手順を変えてかまいません')
    const questions = prompt.split('\n').filter((line) => line.startsWith('- '))
    expect(questions).toHaveLength(2)
    for (const question of questions) expect(question).toMatch(/か。$/)
  })

  test('has a sheet that is read as a table without a doubt', () => {
    const read = tableOf(issue)
    expect(read.notes).toEqual([])
    for (const { texts } of read.columns) expect(texts ?? 0).toBe(0)
    expect(read.row_count).toBeGreaterThan(2)
    for (const cells of read.cells) expect(cells).not.toContain(null)
    const isBlock = issue.sheet.lines.includes('')
    expect(read.layout).toBe(isBlock ? 'block' : 'flat')
  })

  test.each(issue.steps)('has a valid step $name', ({ type, config }) => {
    const check = configs[type] as ValidateFunction
    check(config)
    expect(check.errors ?? []).toEqual([])
  })

  test('links steps to earlier ones that have rows, and uses every one', () => {
    const used = new Set<string>()
    for (const [n, { input, config }] of issue.steps.entries()) {
      const { table_filter } = config as { table_filter?: { table_df?: string } }
      const links: string[] = [input]
      if (table_filter?.table_df) links.push(table_filter.table_df)
      for (const link of links) {
        used.add(link)
        if (link === 'original') continue
        const at = Number(link.replace('step_', ''))
        expect(at, link).toBeLessThan(n)
        expect(issue.steps[at]?.type, link).not.toBe('summary')
      }
    }
    const idle = issue.steps.filter(({ type }, n) => type !== 'summary' && !used.has(`step_${n}`))
    expect(idle).toEqual([])
    expect(new Set(issue.steps.map(({ name }) => name)).size).toBe(issue.steps.length)
  })
})

test('sample shares and parts add up', () => {
  for (const { sheet, ...issue } of issues) {
    const rows = cellsOf({ sheet, ...issue })
    const [whole, ...parts] = rows
      .filter(([label]) =>
        /^(販売単価|売上高|.*費|その他経費|営業利益|売上総利益)$/.test(String(label)),
      )
      .map((cells) => cells.slice(1).map(Number))
    if (!whole || !rows.some(([label]) => label === '比較係数')) continue
    expect(whole).toEqual(
      whole.map((_, n) => parts.reduce((sum, part) => sum + Number(part[n]), 0)),
    )
    const weights = rows.find(([label]) => label === '比較係数')?.slice(1) as number[]
    expect(weights.reduce((sum, weight) => sum + weight)).toBe(0)
  }
})

function tableOf(issue: (typeof issues)[number]): SheetTable {
  const read = tableIn({ name: issue.sheet.name, rows: cellsOf(issue), skipped_reason: null })
  if ('skipped_reason' in read) throw new Error(read.skipped_reason)
  return read
}
