import type { AnalysisResult, AnalysisResults } from '../../../schemas/analysis/results.ts'
import type { Caller } from '../../access.ts'
import type { Deps } from '../../fastify.ts'
import type { Language } from '../../messages.ts'
import type { Tables } from '../engine.ts'
import type { Outcome } from '../steps/evaluate.ts'
import { openSession, withOutcomes } from '../steps/open.ts'
import { toStep } from '../steps/wire.ts'

/**
 * What the summaries of a snapshot give, of the one that the session is at unless another is named. One
 * that fails says why, and the others are there all the same.
 */
export async function getResults(
  deps: Pick<Deps, 'db' | 'engine'>,
  caller: Caller,
  sessionId: string,
  language: Language,
  snapshotId?: string,
  signal?: AbortSignal,
): Promise<AnalysisResults> {
  const opened = await openSession(deps, caller, sessionId, snapshotId)
  const { snapshot, draft } = opened
  if (!draft.steps.some(({ type }) => type === 'summary')) {
    return { results: [], total: 0, snapshot_id: snapshot.id }
  }
  const results = await withOutcomes(
    deps,
    opened,
    (tables, outcomes) => resultsOf(tables, snapshot.id, outcomes, language),
    signal,
  )
  return { results, total: results.length, snapshot_id: snapshot.id }
}

/** What the summaries among outcomes gave, in their order. */
export async function resultsOf(
  tables: Tables,
  snapshotId: string,
  outcomes: readonly Outcome[],
  language: Language,
): Promise<AnalysisResult[]> {
  const steps = outcomes.map(({ step }) => step)
  const results: AnalysisResult[] = []
  for (const outcome of outcomes) {
    if (outcome.step.type !== 'summary') continue
    const shown = await toStep(tables, snapshotId, steps, outcome, language)
    const { step_id, name, error, warnings, result_formula, result_chart, result_table } = shown
    const result = { result_formula, result_chart, result_table, error, warnings }
    results.push({ step_id, step_name: name, ...result })
  }
  return results
}
