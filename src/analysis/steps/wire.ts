import {
  type AnalysisStep,
  type AnalysisStepBrief,
  firstRows,
} from '../../../schemas/analysis/steps.ts'
import type { Failure } from '../../failure.ts'
import { fill, type Language, rules } from '../../messages.ts'
import { describe } from '../../problem-details.ts'
import { toPlotly } from '../charts/plotly.ts'
import type { Tables } from '../engine.ts'
import type { Outcome } from './evaluate.ts'
import { linkOf, original, withLinks } from './links.ts'
import type { Step, StepWarning } from './model.ts'
import { columnsOf, recordsOf } from './rows.ts'

const firstPage = { skip: 0, limit: firstRows }

/** A step as it is answered in lists: what it is, and how it went. */
export function toBrief(
  snapshot_id: string,
  steps: readonly Step[],
  { step, error, warnings, relation }: Outcome,
  language: Language,
): AnalysisStepBrief {
  const { config } = withLinks(step, (link) => linkOf(steps, link))
  return {
    step_id: step.step_id,
    snapshot_id,
    step_order: steps.indexOf(step),
    name: step.name,
    type: step.type,
    input: linkOf(steps, step.input),
    input_step_id: step.input === original ? null : step.input,
    config,
    state: error ? 'error' : 'ok',
    error: error && describeError(error, language),
    warnings: warnings.map((warning) => describeWarning(warning, language)),
    row_count: relation?.row_count ?? null,
    columns: relation ? columnsOf(relation) : [],
  }
}

/** A step with its result. */
export async function toStep(
  tables: Tables,
  snapshotId: string,
  steps: readonly Step[],
  outcome: Outcome,
  language: Language,
): Promise<AnalysisStep> {
  const { relation, formulas, chart, table } = outcome
  return {
    ...toBrief(snapshotId, steps, outcome, language),
    result_data: relation ? await recordsOf(tables, relation, firstPage) : [],
    result_formula: formulas,
    result_chart: chart && toPlotly(chart),
    result_table: table && {
      name: table.name,
      columns: columnsOf(table.relation),
      rows: await recordsOf(tables, table.relation, firstPage),
      row_count: table.relation.row_count,
    },
  }
}

/** Why a step failed, in words. */
export function describeError(error: Failure, language: Language) {
  const { code, detail, errors = [] } = describe(error, language, '', '')
  return { code, detail, errors: errors.map(({ field, message }) => ({ field, message })) }
}

/** A warning in words. */
export function describeWarning(
  { rule, field, cell, count, params }: StepWarning,
  language: Language,
) {
  const where = Object.entries(cell ?? {}).map(([name, text]) => `${name} ${text ?? '–'}`)
  const message = fill(rules[rule][language], { ...params, count, cell: where })
  return { rule, message, field, cell, count }
}
