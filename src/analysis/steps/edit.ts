import type { StepType } from '../../../schemas/analysis/common.ts'
import { failure, invalid } from '../../failure.ts'
import { newId } from '../../values.ts'
import { checkConfig, typeOf } from './checks.ts'
import { dependantsOf, findStep, linksOf, resolveLink, withLinks } from './links.ts'
import type { Draft, Step } from './model.ts'

/** How many steps a snapshot may have. */
export const maxSteps = 100

/** A step as people and models write it: `input` is `original`, `step_N` or an id. */
export type NewStep = {
  name: string
  type: StepType | 'aggregation'
  input: string
  config?: unknown
}

export type StepChange = Partial<NewStep>

/** The step that an id or `step_N` means. Fails with 404 where there is none. */
export function stepOf(draft: Draft, ref: string): Step {
  const step = findStep(draft.steps, ref)
  if (!step) throw failure('analysis_step_not_found', { id: ref })
  return step
}

/**
 * Puts a step at the end, or at a place counted from 0. Fails with `invalid` where its configuration or a
 * link is wrong, and with 409 where there are as many steps as there may be.
 */
export function addStep(
  draft: Draft,
  { name, type: given, input, config }: NewStep,
  at = draft.steps.length,
): { draft: Draft; step: Step } {
  if (draft.steps.length >= maxSteps) throw failure('analysis_too_many_steps', { limit: maxSteps })
  const type = typeOf(given)
  const written = { step_id: newId(), name: name.trim(), type, input }
  const plain = { ...written, config: checkConfig(type, config) } as Step
  const step = withLinks(plain, (ref, field) => resolveLink(draft.steps, at, ref, field))
  return { draft: { ...draft, steps: draft.steps.toSpliced(at, 0, step) }, step }
}

/**
 * Changes what is given; another type begins without a configuration unless one is given too. A step that
 * stays as it was is the very same.
 */
export function changeStep(
  draft: Draft,
  ref: string,
  change: StepChange,
): { draft: Draft; step: Step } {
  const before = stepOf(draft, ref)
  const position = draft.steps.indexOf(before)
  const type = typeOf(change.type ?? before.type)
  const kept = type === before.type ? before.config : undefined
  const config = change.config === undefined ? kept : change.config
  const plain = {
    step_id: before.step_id,
    name: (change.name ?? before.name).trim(),
    type,
    input: change.input ?? before.input,
    config: config === before.config ? config : checkConfig(type, config),
  } as Step
  const step = withLinks(plain, (link, field) => {
    const isKept = linksOf(before).some((each) => each.link === link && each.field === field)
    return isKept ? link : resolveLink(draft.steps, position, link, field)
  })
  if (isSame(before, step)) return { draft, step: before }
  return { draft: { ...draft, steps: draft.steps.with(position, step) }, step }
}

function isSame(a: Step, b: Step): boolean {
  const told = ({ name, type, input, config }: Step) => JSON.stringify([name, type, input, config])
  return told(a) === told(b)
}

/** Fails with 409 where others start from it, unless these go as well. `removed` is in their order. */
export function deleteStep(
  draft: Draft,
  ref: string,
  { cascade = false }: { cascade?: boolean | undefined } = {},
): { draft: Draft; removed: Step[] } {
  const step = stepOf(draft, ref)
  const dependants = dependantsOf(draft.steps, [step.step_id])
  if (dependants.length > 0 && !cascade) {
    const names = dependants.map(({ name }) => name)
    const told = dependants.map(({ step_id, name }) => ({ step_id, name }))
    throw failure('analysis_step_used', { name: step.name, names }, { dependants: told })
  }
  const gone = new Set([step, ...dependants])
  const steps = draft.steps.filter((each) => !gone.has(each))
  return { draft: { ...draft, steps }, removed: draft.steps.filter((each) => gone.has(each)) }
}

/** Puts all steps into another order, in which each still comes after those that it starts from. */
export function moveSteps(draft: Draft, ids: readonly string[]): Draft {
  const steps = ids.map((id) => draft.steps.find(({ step_id }) => step_id === id.toLowerCase()))
  const isWhole = new Set(steps).size === draft.steps.length && ids.length === draft.steps.length
  if (!isWhole || steps.includes(undefined)) {
    throw invalid({ field: 'step_ids', rule: 'step_order_incomplete' })
  }
  const moved = steps as Step[]
  const places = new Map(moved.map(({ step_id }, position) => [step_id, position]))
  for (const [position, step] of moved.entries()) {
    const late = linksOf(step).find(({ link }) => (places.get(link) ?? -1) > position)
    const other = late && findStep(moved, late.link)
    if (other) {
      const names = { name: step.name, other: other.name }
      throw invalid({ field: `step_ids.${position}`, rule: 'step_order_broken', ...names })
    }
  }
  return { ...draft, steps: moved }
}
