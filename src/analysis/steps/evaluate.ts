import type { ChartConfig } from '../../../schemas/analysis/charts.ts'
import type { SummaryConfig } from '../../../schemas/analysis/summary.ts'
import { type Failure, failure, invalid } from '../../failure.ts'
import { readChart } from '../charts/chart.ts'
import type { Chart } from '../charts/model.ts'
import type { Tables } from '../engine.ts'
import { openInput } from '../parsing/input.ts'
import { runAggregate } from './aggregate.ts'
import { runFilter } from './filter.ts'
import { original } from './links.ts'
import type { Draft, FormulaResult, Made, Relation, Step, StepWarning } from './model.ts'
import { nameOf } from './sql.ts'
import { runFormulas } from './summary.ts'
import { runTransform } from './transform.ts'

/** What a step gave. With an `error` it gave nothing, and neither did those that start from it. */
export type Outcome = {
  step: Step
  error: Failure | null
  warnings: StepWarning[]
  /** The rows of a filter, aggregate or transform. */
  relation: Relation | null
  formulas: FormulaResult[]
  chart: Chart | null
  /** The rows that a summary shows as they came, and their name. */
  table: { name: string; relation: Relation } | null
}

type Result = Omit<Outcome, 'step' | 'error'>

const nothing: Result = { warnings: [], relation: null, formulas: [], chart: null, table: null }

/**
 * All steps of a draft in order, each from what it starts from; what was made before with the same
 * configuration is not made again. Outcomes are in the order of the steps. Fails where the table that all
 * start from cannot be had.
 */
export async function evaluate(tables: Tables, draft: Draft): Promise<Outcome[]> {
  if (draft.input === null) throw failure('analysis_no_input')
  const source = await openInput(tables, draft.input)
  const outcomes: Outcome[] = []
  for (const step of draft.steps) {
    const tableOf = (link: string, field: string) => linked(source, outcomes, link, field)
    outcomes.push(await outcomeOf(tables, step, tableOf))
  }
  return outcomes
}

type TableOf = (link: string, field: string) => Relation

async function outcomeOf(tables: Tables, step: Step, tableOf: TableOf): Promise<Outcome> {
  try {
    return { step, error: null, ...(await run(tables, step, tableOf)) }
  } catch (error) {
    if (!isRefused(error)) throw error
    return { step, error, ...nothing }
  }
}

function isRefused(error: unknown): error is Failure {
  const { failure: code, statusCode } = Object(error)
  return typeof code === 'string' && statusCode === 422
}

/** The table of a link; fails where there is none, or where it failed itself. */
function linked(
  source: Relation,
  outcomes: readonly Outcome[],
  link: string,
  field: string,
): Relation {
  if (link === original) return source
  const outcome = outcomes.find(({ step }) => step.step_id === link)
  if (outcome?.relation) return outcome.relation
  if (outcome?.error) throw failure('analysis_step_input_failed', { name: outcome.step.name })
  const known = outcomes.flatMap(({ relation }, order) => (relation ? [`step_${order}`] : []))
  const rule = outcome ? 'step_without_rows' : 'step_not_before'
  throw invalid({ field, rule, known: [original, ...known] })
}

async function run(tables: Tables, step: Step, tableOf: TableOf): Promise<Result> {
  const input = tableOf(step.input, 'input')
  if (step.type === 'summary') return summarise(tables, input, step.config)
  const others: Relation[] = []
  if (step.type === 'filter') {
    const { table_filter } = step.config
    if (table_filter && 'table_df' in table_filter && table_filter.enable !== false) {
      others.push(tableOf(table_filter.table_df, 'config.table_filter.table_df'))
    }
  }
  const key = nameOf(step.type, input, step.config, others)
  const made = await tables.once(key, () => make(tables, input, step, tableOf))
  return { ...nothing, ...made }
}

function make(
  tables: Tables,
  input: Relation,
  step: Exclude<Step, { type: 'summary' }>,
  tableOf: TableOf,
): Promise<Made> {
  if (step.type === 'filter') return runFilter(tables, input, step.config, tableOf)
  if (step.type === 'aggregate') return runAggregate(tables, input, step.config)
  return runTransform(tables, input, step.config)
}

async function summarise(tables: Tables, input: Relation, config: SummaryConfig): Promise<Result> {
  const { formulas = [], chart_config = {}, table_config = {} } = config
  const figures = await tables.once(nameOf('figures', input, formulas), () =>
    runFormulas(tables, input, formulas),
  )
  const chart = isChart(chart_config)
    ? await tables.once(nameOf('chart', input, chart_config), () =>
        readChart(tables, input, chart_config),
      )
    : { chart: null, warnings: [] }
  const { show_source_data = false, table_name = '' } = table_config
  return {
    warnings: [...figures.warnings, ...chart.warnings],
    relation: null,
    formulas: figures.formulas,
    chart: chart.chart,
    table: show_source_data ? { name: table_name, relation: input } : null,
  }
}

function isChart(config: ChartConfig | object): config is ChartConfig {
  return 'graph_type' in config
}
