import type { ChartConfig } from '../../../schemas/analysis/charts.ts'
import type {
  SampleSheet,
  SampleStep,
  TemplateChart,
  TemplateFormula,
} from '../../../schemas/analysis/templates.ts'
import { type Failure, invalid } from '../../failure.ts'
import type { Deps } from '../../fastify.ts'
import type { rules } from '../../messages.ts'
import { type SheetTable, tableIn } from '../../sheet-tables.ts'
import { newId } from '../../values.ts'
import { readChart } from '../charts/chart.ts'
import type { Chart } from '../charts/model.ts'
import { toPlotly } from '../charts/plotly.ts'
import type { Tables } from '../engine.ts'
import { openCells } from '../parsing/input.ts'
import { runAggregate } from '../steps/aggregate.ts'
import { addStep } from '../steps/edit.ts'
import { runFilter } from '../steps/filter.ts'
import { original } from '../steps/links.ts'
import type { Draft, FormulaResult, Relation, Step } from '../steps/model.ts'
import { runFormulas } from '../steps/summary.ts'
import { runTransform } from '../steps/transform.ts'

export type SampleResults = { dummy_formula: TemplateFormula[]; dummy_chart: TemplateChart[] }

/** What a sample may have of cells in all. */
const maxCells = 20_000

/**
 * Runs steps over a sheet that is at hand: the formulas and charts of its summaries, in their order.
 * Fails with `invalid` and the path below `sample` where the sheet holds no table or a step is wrong.
 */
export async function runSample(
  { engine }: Pick<Deps, 'engine'>,
  sheet: SampleSheet,
  steps: readonly SampleStep[],
): Promise<SampleResults> {
  const table = readSheet(sheet)
  const draft = await draftOf(steps)
  const id = newId()
  try {
    return await engine.use(id, (tables) => runSteps(tables, table, draft.steps))
  } finally {
    await engine.forget(id)
  }
}

function readSheet({ name, rows }: SampleSheet): SheetTable {
  const count = rows.reduce((sum, cells) => sum + cells.length, 0)
  if (count > maxCells) {
    throw invalid({ field: 'sample.sheet.rows', rule: 'too_many_cells', limit: maxCells })
  }
  const table = tableIn({ name, rows, skipped_reason: null })
  if (!('skipped_reason' in table)) return table
  throw invalid({ field: 'sample.sheet', rule: table.skipped_reason as keyof typeof rules })
}

async function draftOf(steps: readonly SampleStep[]): Promise<Draft> {
  let draft: Draft = { input: null, steps: [] }
  for (const [n, step] of steps.entries()) {
    draft = await at(n, async () => addStep(draft, step).draft)
  }
  return draft
}

async function runSteps(
  tables: Tables,
  table: SheetTable,
  steps: readonly Step[],
): Promise<SampleResults> {
  const relations = new Map([[original, await openCells(tables, table)]])
  const formulas: FormulaResult[] = []
  const charts: Chart[] = []
  for (const [n, step] of steps.entries()) {
    const given = await at(n, () => runStep(tables, relations, step))
    if (given.relation) relations.set(step.step_id, given.relation)
    formulas.push(...(given.formulas ?? []))
    if (given.chart) charts.push(given.chart)
  }
  return {
    dummy_formula: formulas.map(({ name, value, unit }, n) => ({
      name,
      value: figureText(value, unit),
      formula_order: n + 1,
    })),
    dummy_chart: charts.map((chart, n) => ({
      chart: toPlotly(chart) as TemplateChart['chart'],
      chart_order: n + 1,
    })),
  }
}

type Given = { relation?: Relation; formulas?: FormulaResult[]; chart?: Chart }

/** Links are those of earlier steps that have rows: `addStep` has looked at them. */
async function runStep(
  tables: Tables,
  relations: ReadonlyMap<string, Relation>,
  step: Step,
): Promise<Given> {
  const relationOf = (link: string) => relations.get(link) as Relation
  const source = relationOf(step.input)
  if (step.type === 'filter') return runFilter(tables, source, step.config, relationOf)
  if (step.type === 'aggregate') return runAggregate(tables, source, step.config)
  if (step.type === 'transform') return runTransform(tables, source, step.config)
  const { formulas = [], chart_config = {} } = step.config
  const figures = await runFormulas(tables, source, formulas)
  if (!('graph_type' in chart_config)) return figures
  return { ...figures, ...(await readChart(tables, source, chart_config as ChartConfig)) }
}

/** Names the step in what is wrong with it. */
async function at<Result>(n: number, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    const { failure, extra } = Object(error) as Partial<Failure>
    if (failure !== 'invalid_request' || !extra?.errors) throw error
    const prefix = `sample.steps.${n}`
    throw invalid(...extra.errors.map((each) => ({ ...each, field: `${prefix}.${each.field}` })))
  }
}

/** A figure as people read it: `1,234.5百万円`, `9.7%`; `－` where there is none. */
export function figureText(value: number | null, unit: string): string {
  if (value === null) return '－'
  const maximumFractionDigits = Math.abs(value) < 1 ? 3 : 1
  return new Intl.NumberFormat('ja-JP', { maximumFractionDigits }).format(value + 0) + unit
}
