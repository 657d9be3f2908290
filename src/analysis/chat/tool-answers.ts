import type { Failure } from '../../failure.ts'
import { fill, type Language, rules } from '../../messages.ts'
import { describe } from '../../problem-details.ts'
import type { Outcome } from '../steps/evaluate.ts'
import { linkOf, linksOf } from '../steps/links.ts'
import type { Draft, Step, StepWarning } from '../steps/model.ts'
import { columnsOf } from '../steps/rows.ts'
import type { ChatLimits } from './limits.ts'
import { wireOf } from './overview.ts'

/** What a tool answers: JSON for the model, and a line for people. */
export type ToolAnswer = { ok: boolean; content: string; summary: string }

type Telling = { limits: ChatLimits; language: Language; isShown?: boolean }

const lines = {
  overview: { ja: 'データの概要を確認しました', en: 'looked at what there is' },
  read: { ja: '{count} 件を確認しました', en: 'looked at {count}' },
  rows: { ja: '{name}: {count} 行', en: '{name}: {count} rows' },
  figures: { ja: '{name}: {count} 個の値', en: '{name}: {count} figures' },
  chart: { ja: '{name}: グラフを描きました', en: '{name}: drew a chart' },
  deleted: { ja: '削除しました: {names}', en: 'deleted {names}' },
} as const

/** A line of a log of calls. */
export function textOf(
  line: keyof typeof lines,
  values: Record<string, unknown>,
  language: Language,
): string {
  return fill(lines[line][language], values)
}

const maxFaults = 10
const maxFaultLength = 500

/**
 * What a step gives, or with `isShown` also what it is. Fails with what the step fails with, unless it is
 * only shown.
 */
export function outcomeOf(
  { draft, step }: { draft: Draft; step: Step },
  outcomes: readonly Outcome[],
  telling: Telling,
): ToolAnswer {
  const order = draft.steps.findIndex(({ step_id }) => step_id === step.step_id)
  const { error, relation, formulas, chart, warnings } = outcomes[order] as Outcome
  if (error && !telling.isShown) throw error
  const { language } = telling
  const count = relation?.row_count ?? formulas.length
  const broken = brokenBy(draft, step, outcomes)
  const content = {
    step: `step_${order}`,
    step_id: step.step_id,
    name: step.name,
    ...(telling.isShown && shown(draft, step)),
    state: error ? 'error' : 'ok',
    ...(error && JSON.parse(errorOf(error, telling).content)),
    row_count: relation?.row_count ?? null,
    columns: relation ? columnsOf(relation) : [],
    formulas,
    warnings: warnings.slice(0, maxFaults).map((each) => warningOf(each, telling)),
    ...(broken.length > 0 && { broken }),
  }
  const line = relation ? 'rows' : chart && count === 0 ? 'chart' : 'figures'
  const summary = textOf(line, { name: step.name, count }, language)
  return { ok: true, content: JSON.stringify(content), summary }
}

function shown(draft: Draft, step: Step): object {
  const { type, input, config } = wireOf(draft.steps, step)
  return { type, input, config }
}

/** Steps that start from this one and do not work now. */
function brokenBy(draft: Draft, step: Step, outcomes: readonly Outcome[]): string[] {
  return outcomes.flatMap((outcome) => {
    const isOther = outcome.error !== null && outcome.step.step_id !== step.step_id
    const starts = linksOf(outcome.step).some(({ link }) => link === step.step_id)
    return isOther && starts ? [linkOf(draft.steps, outcome.step.step_id)] : []
  })
}

/** Cells are named to those who may be told values. */
function warningOf(
  { rule, field, cell, count, params }: StepWarning,
  { limits, language }: Telling,
) {
  const message = fill(rules[rule][language], params)
  if (limits.maxValues === 0) return { rule, field, count }
  return { message: message.slice(0, maxFaultLength), field, count, cell }
}

/** What a model may do otherwise, in the language of the user. Messages may name values of the data. */
export function errorOf(refusal: Failure, { limits, language }: Telling): ToolAnswer {
  const { code, detail, errors = [] } = describe(refusal, language, '', '')
  const faults = (refusal.extra?.errors ?? []).slice(0, maxFaults)
  const told = faults.map(({ field, rule }, at) => ({
    field,
    message: limits.maxValues === 0 ? rule : errors[at]?.message.slice(0, maxFaultLength),
  }))
  const content = { error: { code, detail: detail.slice(0, maxFaultLength), errors: told } }
  const summary = [detail, told[0]?.message].filter(Boolean).join(' ').slice(0, maxFaultLength)
  return { ok: false, content: JSON.stringify(content), summary }
}
