import {
  type ChangedStep,
  type InputChange,
  type MovedStep,
  maxDifferences,
  type PlacedStep,
  type StepDifference,
} from '../../../schemas/analysis/snapshot-differences.ts'
import type { Steps as Slices } from '../../slices.ts'
import { linkOf, linksOf } from '../steps/links.ts'
import type { Draft, SnapshotInput, Step } from '../steps/model.ts'
import { differencesOf } from './fields.ts'

export type DraftDifferences = {
  input: InputChange[]
  steps_added: PlacedStep[]
  steps_removed: PlacedStep[]
  steps_changed: ChangedStep[]
  steps_moved: MovedStep[]
  is_complete: boolean
}

/** What differs from one state to another; steps are the same that have the same id. Yields after each step. */
export function* compareDrafts(before: Draft, after: Draft): Slices<DraftDifferences> {
  const [was, is] = [placesOf(before.steps), placesOf(after.steps)]
  const common = after.steps.flatMap((step, to) => {
    const from = was.get(step.step_id)
    return from === undefined ? [] : [{ step, from, to, old: before.steps[from] as Step }]
  })
  const steps_changed: ChangedStep[] = []
  let left = maxDifferences
  for (const { step, old, to } of common) {
    yield
    const isSame = step.version_id !== undefined && step.version_id === old.version_id
    const all = isSame ? [] : changesOf(old, step, before.steps, after.steps)
    if (all.length > 0) {
      const changes = all.slice(0, Math.max(left, 0))
      steps_changed.push({ ...placed(step, to), changes, change_count: all.length })
    }
    left -= all.length
  }
  return {
    input: changesOfInput(before.input, after.input),
    steps_added: after.steps.flatMap((step, n) => (was.has(step.step_id) ? [] : [placed(step, n)])),
    steps_removed: before.steps.flatMap((step, n) =>
      is.has(step.step_id) ? [] : [placed(step, n)],
    ),
    steps_changed,
    steps_moved: movedOf(common),
    is_complete: left >= 0,
  }
}

function placesOf(steps: readonly Step[]): Map<string, number> {
  return new Map(steps.map(({ step_id }, n) => [step_id, n]))
}

function placed({ step_id, name, type }: Step, step_order: number): PlacedStep {
  return { step_id, name, type, step_order }
}

/** A step that starts from the same one as before has not changed, whatever the order of that is now. */
function changesOf(
  before: Step,
  after: Step,
  oldSteps: readonly Step[],
  newSteps: readonly Step[],
): StepDifference[] {
  const fields = new Set([...linksOf(before), ...linksOf(after)].map(({ field }) => field))
  const differences = [
    ...differencesOf('name', before.name, after.name),
    ...differencesOf('type', before.type, after.type),
    ...differencesOf('input', before.input, after.input),
    ...differencesOf('config', before.config, after.config),
  ]
  return differences.map((each) => {
    if (!fields.has(each.path)) return each
    const [was, is] = [linkOf(oldSteps, String(each.before)), linkOf(newSteps, String(each.after))]
    // Another step with the same order: only the ids tell them apart.
    if (was === is) return each
    return {
      ...each,
      ...('before' in each && { before: was }),
      ...('after' in each && { after: is }),
    }
  })
}

function changesOfInput(before: SnapshotInput | null, after: SnapshotInput | null): InputChange[] {
  if (before === null && after === null) return []
  if (before?.file_id !== after?.file_id) return ['file']
  if (before?.sheet_id !== after?.sheet_id) return ['sheet']
  const [was, is] = [before, after].map((input) => JSON.stringify(input?.columns))
  return was === is ? [] : ['columns']
}

type Common = { step: Step; from: number; to: number }

/** All but the longest series of steps that are still in their order. */
function movedOf(common: readonly Common[]): MovedStep[] {
  const stays = new Set(longestRise(common.map(({ from }) => from)))
  return common
    .filter(({ from }) => !stays.has(from))
    .map(({ step: { step_id, name, type }, from, to }) => ({ step_id, name, type, from, to }))
}

/** The longest rising series in a list of distinct numbers; of several, the one that ends first. */
function longestRise(numbers: readonly number[]): number[] {
  let longest: number[] = []
  const ending: number[][] = []
  for (const [at, number] of numbers.entries()) {
    let best: number[] = []
    for (const series of ending.slice(0, at)) {
      if ((series.at(-1) as number) < number && series.length > best.length) best = series
    }
    const own = [...best, number]
    ending.push(own)
    if (own.length > longest.length) longest = own
  }
  return longest
}
