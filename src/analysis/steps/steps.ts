import type {
  AnalysisRows,
  AnalysisStep,
  AnalysisStepChange,
  AnalysisStepList,
  NewAnalysisStep,
} from '../../../schemas/analysis/steps.ts'
import type { PageQuery } from '../../../schemas/pages.ts'
import type { Caller } from '../../access.ts'
import { failure } from '../../failure.ts'
import type { Deps } from '../../fastify.ts'
import type { Language } from '../../messages.ts'
import { addStep, changeStep, deleteStep, moveSteps, stepOf } from './edit.ts'
import type { Outcome } from './evaluate.ts'
import type { Draft, Step } from './model.ts'
import { type Opened, openSession, openWorkingSession, requireInput, withOutcomes } from './open.ts'
import { recordsOf } from './rows.ts'
import { type Saved, saveSteps, type Working } from './saving.ts'
import { toBrief, toStep } from './wire.ts'

/** An answer, with the version of the session that it is about. */
export type Versioned<Answer> = { answer: Answer; version: number }

type Reading = Pick<Deps, 'db' | 'engine'>

/** Which step of which session, and of which snapshot where it is not the one that the session is at. */
type Place = { session_id: string; step_id: string; snapshot_id?: string | undefined }

/** All steps of a snapshot with how they went, without rows. */
export async function listSteps(
  deps: Reading,
  caller: Caller,
  { session_id, snapshot_id }: Omit<Place, 'step_id'>,
  language: Language,
): Promise<Versioned<AnalysisStepList>> {
  const opened = await openSession(deps, caller, session_id, snapshot_id)
  return { answer: await briefs(deps, opened, language), version: opened.session.version }
}

/** A step with its result. */
export async function getStep(
  deps: Reading,
  caller: Caller,
  { session_id, step_id, snapshot_id }: Place,
  language: Language,
): Promise<Versioned<AnalysisStep>> {
  const opened = await openSession(deps, caller, session_id, snapshot_id)
  const answer = await result(deps, opened, stepOf(opened.draft, step_id), language)
  return { answer, version: opened.session.version }
}

/** Rows of a step. Fails with what the step failed with, and with 422 for a summary. */
export async function listRows(
  deps: Reading,
  caller: Caller,
  { session_id, step_id, snapshot_id }: Place,
  { skip, limit }: PageQuery,
): Promise<AnalysisRows> {
  const opened = await openSession(deps, caller, session_id, snapshot_id)
  const step = stepOf(opened.draft, step_id)
  return withOutcomes(deps, opened, async (tables, outcomes) => {
    const { error, relation } = outcomeOf(outcomes, step)
    if (error) throw error
    if (!relation) throw failure('analysis_step_no_rows')
    const rows = await recordsOf(tables, relation, { skip, limit })
    return { rows, total: relation.row_count, skip, limit }
  })
}

/** Calculates a new step without saving it. Fails with what the step itself fails with. */
export async function tryStep(
  deps: Reading,
  caller: Caller,
  sessionId: string,
  input: NewAnalysisStep,
  language: Language,
): Promise<Versioned<AnalysisStep>> {
  const opened = await openWorkingSession(deps, caller, sessionId)
  requireInput(opened.draft)
  const { draft, step } = addStep(opened.draft, input)
  const answer = await result(deps, { ...opened, draft }, step, language, { isNew: true })
  return { answer, version: opened.session.version }
}

/** Saves a new step at the end. Fails with what the step itself fails with. */
export async function createStep(
  deps: Working,
  caller: Caller,
  sessionId: string,
  input: NewAnalysisStep,
  language: Language,
): Promise<Versioned<AnalysisStep>> {
  const saved = await saveSteps(
    deps,
    caller,
    sessionId,
    'step_added',
    undefined,
    async (opened) => {
      requireInput(opened.draft)
      const { draft, step } = addStep(opened.draft, input)
      const answer = await result(deps, { ...opened, draft }, step, language, { isNew: true })
      return { draft, audit: auditOf(step), answer }
    },
  )
  return savedStep(saved)
}

/** Fails with what the step itself fails with; later ones that fail now are kept. */
export async function updateStep(
  deps: Working,
  caller: Caller,
  { session_id, step_id }: Place,
  change: AnalysisStepChange,
  language: Language,
  version?: number,
): Promise<Versioned<AnalysisStep>> {
  const isNew = Object.keys(change).some((field) => field !== 'name')
  const saved = await saveSteps(
    deps,
    caller,
    session_id,
    'step_changed',
    version,
    async (opened) => {
      const { draft, step } = changeStep(opened.draft, step_id, change)
      const answer = await result(deps, { ...opened, draft }, step, language, { isNew })
      return { draft, audit: auditOf(step), answer }
    },
  )
  return savedStep(saved)
}

/** Fails with 409 where others start from it, unless they go as well. */
export async function removeStep(
  deps: Working,
  caller: Caller,
  { session_id, step_id }: Place,
  { cascade }: { cascade?: boolean },
  version?: number,
): Promise<void> {
  await saveSteps(deps, caller, session_id, 'step_deleted', version, async (opened) => {
    const { draft, removed } = deleteStep(opened.draft, step_id, { cascade })
    return { draft, audit: { removed: removed.map(auditOf) }, answer: undefined }
  })
}

/** Puts the steps into another order. */
export async function orderSteps(
  deps: Working,
  caller: Caller,
  sessionId: string,
  ids: readonly string[],
  language: Language,
  version?: number,
): Promise<Versioned<AnalysisStepList>> {
  const saved = await saveSteps(deps, caller, sessionId, 'steps_moved', version, async (opened) => {
    const draft = moveSteps(opened.draft, ids)
    const isSame = draft.steps.every((step, index) => step === opened.draft.steps[index])
    const answer = await briefs(deps, { ...opened, draft }, language)
    return { draft: isSame ? opened.draft : draft, audit: { step_ids: ids }, answer }
  })
  const snapshot_id = saved.snapshot.id
  const steps = saved.answer.steps.map((step) => ({ ...step, snapshot_id }))
  return { answer: { snapshot_id, steps }, version: saved.session.version }
}

/** A step as it was answered, in the snapshot that it was saved with. */
function savedStep({ answer, snapshot, session }: Saved<AnalysisStep>): Versioned<AnalysisStep> {
  return { answer: { ...answer, snapshot_id: snapshot.id }, version: session.version }
}

function auditOf({ step_id, name, type }: Step) {
  return { step_id, name, type }
}

async function briefs(
  deps: Reading,
  opened: Opened,
  language: Language,
): Promise<AnalysisStepList> {
  const { id: snapshot_id } = opened.snapshot
  const { steps }: Draft = opened.draft
  if (steps.length === 0) return { snapshot_id, steps: [] }
  return withOutcomes(deps, opened, async (_, outcomes) => ({
    snapshot_id,
    steps: outcomes.map((outcome) => toBrief(snapshot_id, steps, outcome, language)),
  }))
}

function result(
  deps: Reading,
  opened: Opened,
  step: Step,
  language: Language,
  { isNew = false } = {},
): Promise<AnalysisStep> {
  return withOutcomes(deps, opened, async (tables, outcomes) => {
    const outcome = outcomeOf(outcomes, step)
    if (isNew && outcome.error) throw outcome.error
    return toStep(tables, opened.snapshot.id, opened.draft.steps, outcome, language)
  })
}

function outcomeOf(outcomes: readonly Outcome[], step: Step): Outcome {
  return outcomes.find((each) => each.step === step) as Outcome
}
