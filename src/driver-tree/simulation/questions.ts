import type {
  GoalAnswer,
  GoalQuestion,
  Sensitivity,
  SensitivityQuestion,
} from '../../../schemas/driver-tree/questions.ts'
import type { Caller } from '../../access.ts'
import { type FieldFault, failure, invalid } from '../../failure.ts'
import { fill, type Language, rules } from '../../messages.ts'
import { inTurn } from '../../slices.ts'
import { goalSeek } from '../calculation/goal-seek.ts'
import type { Changes, ModelNode } from '../calculation/model.ts'
import { driversBelow, sensitivityOf } from '../calculation/sensitivity.ts'
import { totalOf } from '../calculation/totals.ts'
import type { Calculated } from './calculators.ts'
import { changesOf, periodFaults, planOf } from './plans.ts'
import { readCalculated, type TreeDeps } from './simulate.ts'

/** How many drivers are tried at a time, and how many of them an answer holds. */
const maxDrivers = 2000
const maxShown = 1000

/**
 * What the root becomes where each driver is lower and higher. Fails with 409 for a tree without a root,
 * and with 422 for nodes that are no drivers of it.
 */
export async function readSensitivity(
  deps: TreeDeps,
  caller: Caller,
  treeId: string,
  { percent, node_ids, root_node_id, policy_ids }: SensitivityQuestion,
): Promise<Sensitivity> {
  const calculated = await readCalculated(deps, caller, treeId)
  const root = requireRoot(calculated, root_node_id)
  const changes = requireChanges(calculated, policy_ids)
  const below = driversBelow(calculated.model, root.id)
  const ids = node_ids?.map((id) => id.toLowerCase()) ?? below.map(({ id }) => id)
  requireDrivers(
    calculated,
    new Set(below.map(({ id }) => id)),
    ids.map((id, n) => ({ id, field: `node_ids.${n}` })),
  )
  if (ids.length > maxDrivers) {
    throw failure('tree_drivers_too_many', { drivers: ids.length, limit: maxDrivers })
  }
  return inTurn(async () => {
    const { calculator } = calculated
    const { series } = await calculator.simulate(changes)
    const found = await sensitivityOf(calculator, changes, ids, root.id, percent)
    return {
      root: {
        node_id: root.id,
        label: root.label,
        value: totalOf(series(root.id), root.aggregation),
      },
      percent,
      drivers: found.slice(0, maxShown),
      total: found.length,
    }
  })
}

/** The number of one driver with which the root becomes what it should be. Fails as `readSensitivity`. */
export async function seekGoal(
  deps: TreeDeps,
  caller: Caller,
  treeId: string,
  { node_id, target, period = null, root_node_id, policy_ids }: GoalQuestion,
  language: Language,
): Promise<GoalAnswer> {
  const calculated = await readCalculated(deps, caller, treeId)
  const root = requireRoot(calculated, root_node_id)
  const changes = requireChanges(calculated, policy_ids)
  const id = node_id.toLowerCase()
  const below = new Set(driversBelow(calculated.model, root.id).map((each) => each.id))
  const [node] = requireDrivers(calculated, below, [{ id, field: 'node_id' }])
  const { calculator } = calculated
  const periods = new Map(calculator.periods.map((each) => [each, each]))
  const faults = periodFaults('period', period, periods)
  if (faults.length > 0) throw invalid(...faults)
  const { found, reason, value, factor, nearest, ...rest } = await inTurn(() =>
    goalSeek(calculator, changes, { node_id: id, target, period, root_id: root.id }),
  )
  const { label } = node as ModelNode
  const kind = reason ?? (factor === null ? 'found' : 'found_factor')
  const text = rules[`tree_goal_${kind}`][language]
  const shown = shownOf(nearest ?? { value, factor, root: rest.root })
  return {
    found,
    reason,
    message: fill(text, { label, ...shown }),
    node_id: id,
    label,
    root_node_id: root.id,
    target,
    period,
    value,
    factor,
    root: rest.root,
    nearest,
    iterations: rest.iterations,
  }
}

/** Numbers as a sentence has them: 15 digits are what a number is sure to keep. */
function shownOf({ value, factor, root }: NonNullable<GoalAnswer['nearest']>) {
  const text = (number: number | null) =>
    number === null ? '' : String(Number(number.toPrecision(15)))
  const place = value === null ? `× ${text(factor)}` : text(value)
  return { value: place, factor: text(factor), root: text(root) }
}

function requireRoot({ model }: Calculated, rootId: string | undefined): ModelNode {
  const id = rootId?.toLowerCase() ?? model.root_id
  const root = model.nodes.find((node) => node.id === id)
  if (root) return root
  if (rootId === undefined) throw failure('tree_without_root')
  throw invalid({ field: 'root_node_id', rule: 'tree_node_unknown' })
}

function requireChanges(calculated: Calculated, policy_ids: string[] | undefined): Changes {
  const { plan, faults } = planOf(calculated, { ...(policy_ids && { policy_ids }) })
  if (faults.length > 0) throw invalid(...faults.slice(0, 50))
  return changesOf(plan)
}

function requireDrivers(
  { model }: Calculated,
  below: ReadonlySet<string>,
  wanted: readonly { id: string; field: string }[],
): ModelNode[] {
  const nodes = new Map(model.nodes.map((node) => [node.id, node]))
  const faults: FieldFault[] = []
  const found = wanted.flatMap(({ id, field }) => {
    const node = nodes.get(id)
    if (!node) faults.push({ field, rule: 'tree_node_unknown' })
    else if (node.node_type === '計算') {
      faults.push({ field, rule: 'tree_not_a_driver', label: node.label })
    } else if (!below.has(id)) faults.push({ field, rule: 'tree_not_below', label: node.label })
    return node ? [node] : []
  })
  if (faults.length > 0) throw invalid(...faults.slice(0, 50))
  return found
}
