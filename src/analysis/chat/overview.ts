import type { Tables } from '../engine.ts'
import type { Overview, OverviewStep, OverviewTable } from '../interpreter/plan.ts'
import { openInput } from '../parsing/input.ts'
import type { Outcome } from '../steps/evaluate.ts'
import { linkOf, withLinks } from '../steps/links.ts'
import type { Draft, Relation, SnapshotInput, Step } from '../steps/model.ts'
import { type Distinct, readDistinct } from './reading.ts'

/** 科目 are part of what a table is: they are told also where values are not. */
const maxSubjects = 300

type Source = { input: string; name: string; relation: Relation }

export type Sources = { input: SnapshotInput; draft: Draft; outcomes: readonly Outcome[] }

/** The tables that a step can start from: the one that was chosen, and each step that has rows. */
export async function sourcesOf(tables: Tables, { input, outcomes }: Sources): Promise<Source[]> {
  const relation = await openInput(tables, input)
  const steps = outcomes.flatMap(({ step, relation }, at): Source[] =>
    relation ? [{ input: `step_${at}`, name: step.name, relation }] : [],
  )
  return [{ input: 'original', name: input.sheet_name, relation }, ...steps]
}

/**
 * What a session holds, as JSON of at most so many characters: with fewer values of each axis where it
 * would be longer, then without long configurations, then without the tables that come last.
 */
export async function overviewOf(
  tables: Tables,
  sources: Sources,
  { maxValues, maxLength }: { maxValues: number; maxLength: number },
): Promise<string> {
  const known = await sourcesOf(tables, sources)
  const found: Distinct[][] = []
  for (const { relation } of known) {
    found.push(await readDistinct(tables, relation, Math.max(maxValues, maxSubjects)))
  }
  const told = (values: number) =>
    known.map((source, at) => tableOf(source, found[at] as Distinct[], values))
  const steps = sources.draft.steps.map((step, at) => stepOf(sources, step, at))
  for (const values of [maxValues, maxValues >> 2, maxValues >> 4, 0]) {
    const text = JSON.stringify({ tables: told(values), steps } satisfies Overview)
    if (text.length <= maxLength) return text
  }
  return shortened({ tables: told(0), steps }, maxLength)
}

function tableOf(
  { input, name, relation }: Source,
  found: readonly Distinct[],
  maxValues: number,
): OverviewTable {
  const axes = relation.axes.map((axis, at) => {
    const { values = [], count = 0 } = found[at] ?? {}
    return { ...axis, count, values: values.slice(0, maxValues) }
  })
  const subjects = found.at(-1)?.values.slice(0, maxSubjects) ?? []
  return { input, name, row_count: relation.row_count, subjects, axes }
}

/** A step as models write it: its links are `original` and `step_N`. */
export function wireOf(steps: readonly Step[], step: Step): Step {
  return withLinks(step, (id) => linkOf(steps, id))
}

function stepOf({ draft, outcomes }: Sources, step: Step, at: number): OverviewStep {
  const { name, type, input, config } = wireOf(draft.steps, step)
  const { error } = outcomes[at] ?? {}
  return { step: `step_${at}`, name, type, input, config, ...(error && { state: 'error' }) }
}

function shortened({ tables, steps }: Overview, maxLength: number): string {
  const bare = steps.map((step) => {
    const isLong = JSON.stringify(step.config).length > 500
    return isLong ? { ...step, config: {}, config_left_out: true } : step
  })
  for (let kept = tables.length; kept > 0; kept = Math.floor(kept / 2)) {
    const left_out = tables.length - kept
    const text = JSON.stringify({ tables: tables.slice(0, kept), steps: bare, left_out })
    if (text.length <= maxLength) return text
  }
  const names = steps.slice(0, 20).map(({ step, name }) => ({ step, name: name.slice(0, 50) }))
  return JSON.stringify({ tables: [], steps: names, left_out: tables.length })
}
