import type {
  TreeDriverEffect,
  TreePolicyEffect,
  TreeRootTotal,
} from '../../../schemas/driver-tree/calculation.ts'
import { groupBy } from '../../values.ts'
import type { Calculator, Simulation } from '../calculation/calculator.ts'
import { isComparable, isComplete } from '../calculation/comparing.ts'
import { contributionsOf, type Player } from '../calculation/contributions.ts'
import type { ModelNode, Series } from '../calculation/model.ts'
import { alignedWith, periodTotals, totalOf } from '../calculation/totals.ts'
import type { Calculated } from './calculators.ts'
import { type AppliedPolicy, changesOf, type Plan } from './plans.ts'

/** What a plan does to the root. */
export type Effects = {
  root: TreeRootTotal | null
  policies: TreePolicyEffect[]
  drivers: TreeDriverEffect[]
  method: string | null
  permutations: number | null
}

/** How many policies are tried one by one. */
const maxAlone = 200

/** What a plan does to the root of the tree, in all and by policy and driver. */
export async function effectsOf(
  { model, calculator }: Calculated,
  plan: Plan,
  simulation: Simulation,
): Promise<Effects> {
  const root = model.nodes.find(({ id }) => id === model.root_id)
  if (!root) {
    const policies = plan.policies.map((policy) => policyEffect(policy, null))
    return { root: null, policies, drivers: [], method: null, permutations: null }
  }
  const players = playersOf(model.nodes, plan)
  const { method, permutations, parts, effect } = await contributionsOf(
    calculator,
    players,
    root.id,
  )
  const total = rootTotal(calculator, simulation, root)
  const drivers = parts
    .map(({ id, label, contribution, alone }) => ({
      node_id: id,
      label,
      contribution,
      alone,
      share: contribution === null || !effect ? null : finite(contribution / effect),
    }))
    .sort((a, b) => Math.abs(b.contribution ?? 0) - Math.abs(a.contribution ?? 0))
  const alone = new Map(parts.map((part) => [part.id, part.alone]))
  const aligned = (series: Series) => alignedWith(series, simulation.series(root.id))
  const effectAlone = async (policy: AppliedPolicy) => {
    const { series } = await calculator.simulate({ factors: [policy], inputs: [] })
    const before = aligned(calculator.baseline(root.id))
    return effectOf(before, aligned(series(root.id)), root)
  }
  const policies = await policyEffects(plan, players, alone, effectAlone)
  const isDivided = players.length > 0
  return {
    root: total,
    policies,
    drivers,
    method: isDivided ? method : null,
    permutations: isDivided ? permutations : null,
  }
}

/** The totals of a node without and with changes, in all and in each period. */
export function rootTotal(
  calculator: Calculator,
  simulation: Simulation,
  { id, label, aggregation }: ModelNode,
): TreeRootTotal {
  const after = simulation.series(id)
  const before = alignedWith(calculator.baseline(id), after)
  const baseline = totalOf(before, aggregation)
  const simulated = totalOf(after, aggregation)
  const was = new Map(
    periodTotals(calculator, before, aggregation).map(({ period, value }) => [period, value]),
  )
  const hasTotals = baseline !== null && simulated !== null
  return {
    node_id: id,
    label,
    baseline,
    simulated,
    effect: effectOf(before, after, { aggregation }),
    complete: hasTotals && isComplete(before) && isComplete(after),
    by_period: periodTotals(calculator, after, aggregation).map(({ period, value }, at) => {
      const earlier = was.get(period) ?? null
      const isSame = isComparable(before, after, after.periods?.[at])
      const effect = isSame ? differenceOf(value, earlier) : null
      return { period, baseline: earlier, simulated: value, effect }
    }),
  }
}

/** What a change adds to a total: nothing can be said where a number is lacking on one side only. */
function effectOf(before: Series, after: Series, { aggregation }: Pick<ModelNode, 'aggregation'>) {
  if (!isComparable(before, after)) return null
  return differenceOf(totalOf(after, aggregation), totalOf(before, aggregation))
}

/** Each node that something is done to, with all that is done to it. */
function playersOf(nodes: readonly ModelNode[], plan: Plan): Player[] {
  const labels = new Map(nodes.map(({ id, label }) => [id, label]))
  const { factors, inputs } = changesOf(plan)
  const factorsOf = groupBy(factors, ({ node_id }) => node_id)
  const inputsOf = groupBy(inputs, ({ node_id }) => node_id)
  return [...new Set([...factorsOf.keys(), ...inputsOf.keys()])].map((id) => ({
    id,
    label: labels.get(id) ?? '',
    changes: { factors: factorsOf.get(id) ?? [], inputs: inputsOf.get(id) ?? [] },
  }))
}

async function policyEffects(
  { policies }: Plan,
  players: readonly Player[],
  alone: ReadonlyMap<string, number | null>,
  effectAlone: (policy: AppliedPolicy) => Promise<number | null>,
): Promise<TreePolicyEffect[]> {
  const only = new Set(
    players.flatMap(({ id, changes: { factors, inputs } }) =>
      factors.length === 1 && inputs.length === 0 ? [id] : [],
    ),
  )
  const effects: TreePolicyEffect[] = []
  for (const [n, policy] of policies.entries()) {
    if (n >= maxAlone) effects.push(policyEffect(policy, null))
    else if (only.has(policy.node_id)) {
      effects.push(policyEffect(policy, alone.get(policy.node_id) ?? null))
    } else {
      effects.push(policyEffect(policy, await effectAlone(policy)))
    }
  }
  return effects
}

function policyEffect(policy: AppliedPolicy, effect: number | null): TreePolicyEffect {
  const { policy_id, node_id, name, value, cost } = policy
  return { policy_id, node_id, name, value, effect, cost, roi: roiOf(effect, cost) }
}

/** What comes back of a cost, besides itself. */
export function roiOf(effect: number | null, cost: number | null): number | null {
  return effect === null || !cost ? null : finite((effect - cost) / cost)
}

export function differenceOf(after: number | null, before: number | null): number | null {
  return after === null || before === null ? null : finite(after - before)
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null
}
