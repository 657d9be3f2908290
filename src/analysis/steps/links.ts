import { invalid } from '../../failure.ts'
import type { Step } from './model.ts'

/** The table that a snapshot starts from, as a link. */
export const original = 'original'

const tableField = 'config.table_filter.table_df'

/** Whether other steps can start from its rows. */
export function isTabular({ type }: Pick<Step, 'type'>): boolean {
  return type !== 'summary'
}

/** The step that `step_N` or an id means. */
export function findStep(steps: readonly Step[], ref: string): Step | undefined {
  const order = /^step_(\d{1,6})$/.exec(ref)?.[1]
  if (order !== undefined) return steps[Number(order)]
  return steps.find(({ step_id }) => step_id === ref.toLowerCase())
}

/** What a link is on the wire: `original`, or `step_N` by the order of now. */
export function linkOf(steps: readonly Step[], id: string): string {
  const order = steps.findIndex(({ step_id }) => step_id === id)
  return order < 0 ? id : `step_${order}`
}

/**
 * What a link is inside: `original`, or the id of a step before `position` that has rows. Fails with
 * `invalid`, which says what could be linked.
 */
export function resolveLink(
  steps: readonly Step[],
  position: number,
  ref: string,
  field: string,
): string {
  if (ref === original) return original
  const step = findStep(steps, ref)
  const known = [original, ...steps.slice(0, position).flatMap(toLink)]
  if (!step) throw invalid({ field, rule: 'step_unknown', known })
  if (steps.indexOf(step) >= position) throw invalid({ field, rule: 'step_not_before', known })
  if (!isTabular(step)) throw invalid({ field, rule: 'step_without_rows', known })
  return step.step_id
}

function toLink(step: Step, order: number): string[] {
  return isTabular(step) ? [`step_${order}`] : []
}

/** The same step with ids in place of its links. */
export function withLinks(step: Step, resolve: (ref: string, field: string) => string): Step {
  const input = resolve(step.input, 'input')
  const table = tableOf(step)
  if (step.type !== 'filter' || table === undefined) return { ...step, input }
  const table_filter = { ...step.config.table_filter, table_df: resolve(table, tableField) }
  return { ...step, input, config: { ...step.config, table_filter } } as Step
}

/** The links of a step, with the field of each. */
export function linksOf(step: Step): { link: string; field: string }[] {
  const table = tableOf(step)
  const input = { link: step.input, field: 'input' }
  return table === undefined ? [input] : [input, { link: table, field: tableField }]
}

function tableOf(step: Step): string | undefined {
  if (step.type !== 'filter') return undefined
  const { table_filter } = step.config
  return table_filter && 'table_df' in table_filter ? table_filter.table_df : undefined
}

/** The steps that start from one of these, or from one that does. */
export function dependantsOf(steps: readonly Step[], ids: readonly string[]): Step[] {
  const lost = new Set(ids)
  for (const step of steps) {
    if (linksOf(step).some(({ link }) => lost.has(link))) lost.add(step.step_id)
  }
  return steps.filter(({ step_id }) => lost.has(step_id) && !ids.includes(step_id))
}
