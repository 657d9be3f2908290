import { describe, expect, test } from 'vitest'
import {
  addStep,
  changeStep,
  deleteStep,
  moveSteps,
  stepOf,
} from '../../src/analysis/steps/edit.ts'
import type { Draft, Step } from '../../src/analysis/steps/model.ts'
import { newId } from '../../src/values.ts'

const empty: Draft = { input: null, steps: [] }
const filter = { name: 'a', type: 'filter' as const, input: 'original' }
const keyed = (table_df: string) => ({ table_filter: { table_df, key_columns: ['年度'] } })

/** A draft of these steps, one after the other. */
function draftOf(...steps: Parameters<typeof addStep>[1][]): Draft {
  return steps.reduce((draft, step) => addStep(draft, step).draft, empty)
}

/** The code, or the field and rule, that something is refused with. */
function refusalOf(work: () => unknown): string | undefined {
  try {
    work()
  } catch (error) {
    const [fault] = Object(error).extra?.errors ?? []
    return fault ? `${fault.field} ${fault.rule}` : Object(error).failure
  }
  return undefined
}

const names = ({ steps }: Draft) => steps.map(({ name }) => name).join(' ')
const at = ({ steps }: Draft, order: number) => steps[order] as Step

describe('steps of a draft', () => {
  test('are found by order and by id', () => {
    const draft = draftOf(filter, { ...filter, name: 'b' })
    expect(stepOf(draft, 'step_1').name).toBe('b')
    expect(stepOf(draft, at(draft, 0).step_id.toUpperCase()).name).toBe('a')
    for (const ref of ['step_2', 'step_-1', 'original', newId(), '__proto__']) {
      expect(refusalOf(() => stepOf(draft, ref))).toBe('analysis_step_not_found')
    }
  })

  test('are linked by id inside, and only to earlier ones that have rows', () => {
    const summary = { ...filter, name: 's', type: 'summary' as const }
    const draft = draftOf(filter, summary, { ...filter, input: 'step_0', config: keyed('step_0') })
    const [first, , last] = draft.steps
    expect(last).toMatchObject({ input: first?.step_id, config: keyed(first?.step_id as string) })
    for (const [input, rule] of [
      ['step_1', 'step_without_rows'],
      ['step_3', 'step_unknown'],
      ['step', 'step_unknown'],
    ] as const) {
      expect(refusalOf(() => addStep(draft, { ...filter, input }))).toBe(`input ${rule}`)
      const config = keyed(input)
      const refused = refusalOf(() => addStep(draft, { ...filter, config }))
      expect(refused).toBe(`config.table_filter.table_df ${rule}`)
    }
    const early = () => addStep(draft, { ...filter, input: 'step_2' }, 1)
    expect(refusalOf(early)).toBe('input step_not_before')
    for (const input of ['step_2', last?.step_id as string]) {
      const own = refusalOf(() => changeStep(draft, 'step_2', { input }))
      expect(own).toBe('input step_not_before')
    }
  })

  test('are put at a place, and changed field by field', () => {
    const draft = draftOf(filter, { ...filter, name: 'c' })
    const { draft: three, step } = addStep(draft, { ...filter, name: ' b ' }, 1)
    expect(names(three)).toBe('a b c')
    expect(names(draft)).toBe('a c')
    const kept = { ...three, steps: three.steps.map((each) => ({ ...each, version_id: newId() })) }
    const { draft: same } = changeStep(kept, 'step_1', { name: 'b', config: {} })
    expect(same).toBe(kept)
    const { step: changed, draft: other } = changeStep(kept, step.step_id, { name: 'd' })
    expect(changed).toEqual({ ...step, name: 'd' })
    expect(other.steps[0]).toBe(kept.steps[0])
    const another = () => changeStep(kept, 'step_1', { type: 'aggregation' })
    expect(refusalOf(another)).toBe('config required')
    expect(changeStep(kept, 'step_1', { type: 'summary' }).step.config).toEqual({})
  })

  test('go with all that start from them, or not at all', () => {
    const draft = draftOf(
      filter,
      { ...filter, name: 'b', input: 'step_0' },
      { ...filter, name: 'c', config: keyed('step_1') },
      { ...filter, name: 'd' },
    )
    expect(refusalOf(() => deleteStep(draft, 'step_0'))).toBe('analysis_step_used')
    const { draft: left, removed } = deleteStep(draft, 'step_0', { cascade: true })
    expect(names(left)).toBe('d')
    expect(removed.map(({ name }) => name)).toEqual(['a', 'b', 'c'])
    expect(names(deleteStep(draft, 'step_2').draft)).toBe('a b d')
  })

  test('stay behind those that they start from', () => {
    const draft = draftOf(
      filter,
      { ...filter, name: 'b', input: 'step_0' },
      { ...filter, name: 'c' },
    )
    const [a, b, c] = draft.steps.map(({ step_id }) => step_id) as [string, string, string]
    expect(names(moveSteps(draft, [c, a, b]))).toBe('c a b')
    expect(refusalOf(() => moveSteps(draft, [b, a, c]))).toBe('step_ids.0 step_order_broken')
    for (const ids of [[], [a, b], [a, b, b], [a, b, c, c], [a, b, newId()]]) {
      expect(refusalOf(() => moveSteps(draft, ids))).toBe('step_ids step_order_incomplete')
    }
  })

  test('are a hundred at most', () => {
    const draft = draftOf(...Array.from({ length: 100 }, () => filter))
    expect(refusalOf(() => addStep(draft, filter))).toBe('analysis_too_many_steps')
  })
})
