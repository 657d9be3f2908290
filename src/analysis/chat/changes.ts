import type { StepChanged } from '../../../schemas/analysis/chat.ts'
import type { Draft, Step } from '../steps/model.ts'

export type Changes = {
  steps_added: StepChanged[]
  steps_modified: StepChanged[]
  steps_removed: StepChanged[]
}

/** What a turn did to the steps, by their ids; those that only moved up are as they were. */
export function changesBetween(before: Draft, after: Draft): Changes {
  const was = new Map(before.steps.map((step) => [step.step_id, step]))
  const is = new Map(after.steps.map((step) => [step.step_id, step]))
  const told = after.steps.map((step, at) => ({ step, entry: entryOf(step, `step_${at}`) }))
  return {
    steps_added: told.filter(({ step }) => !was.has(step.step_id)).map(({ entry }) => entry),
    steps_modified: told
      .filter(({ step }) => {
        const earlier = was.get(step.step_id)
        return earlier !== undefined && contentOf(earlier) !== contentOf(step)
      })
      .map(({ entry }) => entry),
    steps_removed: before.steps
      .filter(({ step_id }) => !is.has(step_id))
      .map((step) => entryOf(step, null)),
  }
}

function entryOf({ step_id, name, type }: Step, step: string | null): StepChanged {
  return { step_id, step, name, type }
}

function contentOf({ name, type, input, config }: Step): string {
  return JSON.stringify([name, type, input, config])
}
