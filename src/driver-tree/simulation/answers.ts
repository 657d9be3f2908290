import { type FieldFault, invalid } from '../../failure.ts'
import type { Language } from '../../messages.ts'
import { createPause, inTurn } from '../../slices.ts'
import type { ModelNode } from '../calculation/model.ts'
import type { Calculated } from './calculators.ts'
import { type Effects, effectsOf } from './effects.ts'
import { changesOf, type Plan } from './plans.ts'
import { shownNodes, writeNode } from './records.ts'
import { describeWarnings } from './warnings.ts'

/** Which nodes are shown. */
export type Asked = { skip: number; limit: number; node_ids?: readonly string[] | undefined }

type Question = {
  plan: Plan
  /** What could not be applied, and why. */
  leftOut?: readonly FieldFault[]
  asked: Asked
  /** The field of the request that `node_ids` came in. */
  field: string
  language: Language
  /** Whether the plan is what is saved: its effects are the same until the tree changes. */
  isSaved?: boolean
}

/** Effects of what is saved, for as long as the tree they are of is kept. */
const savedEffects = new WeakMap<object, Effects>()

/** JSON that is made, and how many nodes there are on all pages. */
export type Answer = { text: string; total: number | undefined }

/** What a plan makes of a tree, as JSON: made in slices, for it may be long. */
export function writeAnswer(calculated: Calculated, question: Question): Promise<Answer> {
  const { model, calculator } = calculated
  const { plan, leftOut = [], asked, field, language, isSaved = false } = question
  const nodes = chosenNodes(model.nodes, asked.node_ids, field)
  return inTurn(async () => {
    const simulation = await calculator.simulate(changesOf(plan))
    const page = nodes.slice(asked.skip, asked.skip + asked.limit)
    const shown = shownNodes(calculator, simulation, page)
    const known = isSaved ? savedEffects.get(calculator) : undefined
    const effects = known ?? (await effectsOf(calculated, plan, simulation))
    if (isSaved) savedEffects.set(calculator, effects)
    const { periodName, periods, axes, warnings } = calculator
    const head = {
      tree_id: model.tree_id,
      version: model.version,
      period_name: periodName,
      periods,
      axes,
      ...effects,
      ...describeWarnings(model.nodes, warnings, simulation.warnings, plan, leftOut, language),
      total: nodes.length,
      skip: asked.skip,
      limit: asked.limit,
    }
    const pieces = [JSON.stringify(head).slice(0, -1), ',"calculated_data_list":[']
    const pause = createPause()
    for (const [n, each] of shown.entries()) {
      if (n > 0) pieces.push(',')
      await writeNode(calculator, each, pieces, pause)
    }
    pieces.push(']}')
    return { text: pieces.join(''), total: nodes.length }
  })
}

/** All nodes, or those that were asked for; fails with 422 for one that is not there. */
export function chosenNodes(
  nodes: readonly ModelNode[],
  ids: readonly string[] | undefined,
  field: string,
): readonly ModelNode[] {
  if (!ids) return nodes
  const known = new Set(nodes.map(({ id }) => id))
  const wanted = new Set(ids.map((id) => id.toLowerCase()))
  const unknown = ids.flatMap((id, n): FieldFault[] =>
    known.has(id.toLowerCase()) ? [] : [{ field: `${field}.${n}`, rule: 'tree_node_unknown' }],
  )
  if (unknown.length > 0) throw invalid(...unknown.slice(0, 50))
  return nodes.filter(({ id }) => wanted.has(id))
}
