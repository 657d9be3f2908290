import type { TreeChanges } from '../../../schemas/driver-tree/trials.ts'
import type { FieldFault } from '../../failure.ts'
import type { Changes, Factor, InputChange, ModelNode, ModelPolicy } from '../calculation/model.ts'
import type { Calculated } from './calculators.ts'

/** A policy that is applied; one that is only tried has no id. */
export type AppliedPolicy = Factor & { policy_id: string | null; name: string; cost: number | null }

/** What is tried on a tree: everything in it is known to the tree. */
export type Plan = {
  policies: AppliedPolicy[]
  multipliers: Factor[]
  inputs: InputChange[]
  /** Policies whose bounds no longer are periods of the tree. */
  unbounded: { policy: AppliedPolicy; period: string }[]
}

/** How many periods a message names. */
const namedPeriods = 50

/** What a request tries, without what the tree does not know; and why each of those is left out. */
export function planOf(
  { model, calculator }: Calculated,
  { policy_ids, policies = [], inputs = [] }: TreeChanges,
): { plan: Plan; faults: FieldFault[] } {
  const faults: FieldFault[] = []
  const nodes = new Map(model.nodes.map((node) => [node.id, node]))
  const places = new Map(calculator.periods.map((period, place) => [period, place]))
  const saved = savedPolicies(model.policies, policy_ids, faults)
  const tried = policies.flatMap((policy, n): AppliedPolicy[] => {
    const { period_from = null, period_to = null, name, cost = null, value } = policy
    const node = nodes.get(policy.node_id.toLowerCase())
    const wrong = faultsOfPolicy(`policies.${n}`, node, { period_from, period_to }, places)
    faults.push(...wrong)
    if (!node || wrong.length > 0) return []
    return [
      {
        policy_id: null,
        node_id: node.id,
        name: name ?? node.label,
        value,
        cost,
        period_from,
        period_to,
      },
    ]
  })
  const plan: Plan = { policies: [...saved, ...tried], multipliers: [], inputs: [], unbounded: [] }
  plan.unbounded = saved.flatMap((policy) =>
    [policy.period_from, policy.period_to].flatMap((period) =>
      period === null || places.has(period) ? [] : [{ policy, period }],
    ),
  )
  addInputs(plan, inputs, nodes, places, faults)
  return { plan, faults }
}

export function changesOf({ policies, multipliers, inputs }: Plan): Changes {
  return { factors: [...policies, ...multipliers], inputs }
}

function savedPolicies(
  all: readonly ModelPolicy[],
  ids: readonly string[] | undefined,
  faults: FieldFault[],
): AppliedPolicy[] {
  const byId = new Map(all.map((policy) => [policy.id, policy]))
  const chosen = ids
    ? ids.map((id, n) => {
        const policy = byId.get(id.toLowerCase())
        if (!policy) faults.push({ field: `policy_ids.${n}`, rule: 'tree_policy_unknown' })
        return policy
      })
    : all.filter(({ is_active }) => is_active)
  return [...new Set(chosen)].flatMap((policy) => {
    if (!policy) return []
    const { id, is_active: _, ...rest } = policy
    return [{ policy_id: id, ...rest }]
  })
}

function faultsOfPolicy(
  field: string,
  node: ModelNode | undefined,
  bounds: { period_from: string | null; period_to: string | null },
  places: ReadonlyMap<string, number>,
): FieldFault[] {
  if (!node) return [{ field: `${field}.node_id`, rule: 'tree_node_unknown' }]
  const unknown = Object.entries(bounds).flatMap(([name, period]) =>
    periodFaults(`${field}.${name}`, period, places),
  )
  if (unknown.length > 0) return unknown
  const { period_from, period_to } = bounds
  if (period_from === null || period_to === null) return []
  const isReversed = Number(places.get(period_from)) > Number(places.get(period_to))
  return isReversed ? [{ field: `${field}.period_to`, rule: 'tree_period_order' }] : []
}

/** What is wrong with a period that a client names. */
export function periodFaults(
  field: string,
  period: string | null,
  places: ReadonlyMap<string, unknown>,
): FieldFault[] {
  if (period === null || places.has(period)) return []
  if (places.size === 0) return [{ field, rule: 'tree_without_periods' }]
  const periods = [...places.keys()].slice(0, namedPeriods)
  return [{ field, rule: 'tree_period_unknown', periods }]
}

function addInputs(
  plan: Plan,
  inputs: NonNullable<TreeChanges['inputs']>,
  nodes: ReadonlyMap<string, ModelNode>,
  places: ReadonlyMap<string, number>,
  faults: FieldFault[],
): void {
  const seen = new Set<string>()
  for (const [n, { node_id, value, multiplier, period = null }] of inputs.entries()) {
    const field = `inputs.${n}`
    const node = nodes.get(node_id.toLowerCase())
    const key = JSON.stringify([node?.id, period])
    const wrong = faultsOfInput(field, node, period, places)
    if (wrong.length === 0 && (value === undefined) === (multiplier === undefined)) {
      wrong.push({ field, rule: 'tree_value_or_multiplier' })
    }
    if (wrong.length === 0 && seen.has(key)) wrong.push({ field, rule: 'tree_change_repeated' })
    seen.add(key)
    faults.push(...wrong)
    if (!node || wrong.length > 0) continue
    if (value !== undefined) plan.inputs.push({ node_id: node.id, period, value })
    else if (multiplier !== undefined) {
      const bounds = { period_from: period, period_to: period }
      plan.multipliers.push({ node_id: node.id, value: multiplier, ...bounds })
    }
  }
}

function faultsOfInput(
  field: string,
  node: ModelNode | undefined,
  period: string | null,
  places: ReadonlyMap<string, number>,
): FieldFault[] {
  if (!node) return [{ field: `${field}.node_id`, rule: 'tree_node_unknown' }]
  if (node.operator !== null || node.node_type === '計算') {
    return [{ field: `${field}.node_id`, rule: 'tree_not_a_driver', label: node.label }]
  }
  return periodFaults(`${field}.period`, period, places)
}
