import type { Db } from '../../../db/tables.ts'
import type {
  ComparedPlan,
  ComparisonQuery,
  TreeComparison,
} from '../../../schemas/driver-tree/scenarios.ts'
import type { PageQuery } from '../../../schemas/pages.ts'
import { type FieldFault, failure } from '../../failure.ts'
import type { Language } from '../../messages.ts'
import { inTurn } from '../../slices.ts'
import type { ModelNode } from '../calculation/model.ts'
import { type Answer, writeAnswer } from '../simulation/answers.ts'
import type { Calculated } from '../simulation/calculators.ts'
import { roiOf, rootTotal } from '../simulation/effects.ts'
import { changesOf, type Plan, planOf } from '../simulation/plans.ts'
import type { TreeDeps } from '../simulation/simulate.ts'
import { describeWarnings } from '../simulation/warnings.ts'
import type { TreeRow } from '../trees/access.ts'

type Case = Pick<ComparedPlan, 'kind' | 'scenario_id' | 'name'> & {
  plan: Plan
  leftOut: FieldFault[]
}

const noWarnings = { list: [], count: 0 }

/**
 * What a scenario makes of a tree, as JSON. What the tree no longer has is left out, and a warning says
 * so. Fails with 404 for a scenario of another tree.
 */
export async function readScenarioData(
  { db, calculators }: TreeDeps,
  tree: TreeRow,
  id: string,
  page: PageQuery,
  language: Language,
): Promise<Answer & { version: number }> {
  const [scenario] = await readScenarios(db, tree.id, [id])
  const calculated = await calculators.read(db, tree)
  const { plan, faults } = planOf(calculated, JSON.parse(scenario?.changes ?? '{}'))
  const question = { plan, leftOut: faults, asked: page, field: 'node_id', language }
  const answer = await writeAnswer(calculated, question)
  return { ...answer, version: calculated.model.version }
}

/** The root of a tree without policies, with those that are active, and as scenarios have it. */
export async function compareScenarios(
  { db, calculators }: TreeDeps,
  tree: TreeRow,
  { scenario_id }: ComparisonQuery,
  language: Language,
): Promise<TreeComparison> {
  const scenarios = await readScenarios(db, tree.id, scenario_id)
  const calculated = await calculators.read(db, tree)
  const { model, calculator } = calculated
  const none = planOf(calculated, { policy_ids: [] })
  const present = planOf(calculated, {})
  const cases: Case[] = [
    { kind: 'baseline', scenario_id: null, name: null, plan: none.plan, leftOut: [] },
    { kind: 'policies', scenario_id: null, name: null, plan: present.plan, leftOut: [] },
    ...scenarios.map(({ id, name, changes }): Case => {
      const { plan, faults } = planOf(calculated, JSON.parse(changes))
      return { kind: 'scenario', scenario_id: id, name, plan, leftOut: faults }
    }),
  ]
  const root = model.nodes.find(({ id }) => id === model.root_id)
  return inTurn(async () => {
    const rows: ComparedPlan[] = []
    for (const each of cases) rows.push(await compare(calculated, each, root, language))
    return {
      tree_id: model.tree_id,
      version: model.version,
      root: root ? { node_id: root.id, label: root.label } : null,
      period_name: calculator.periodName,
      periods: [...calculator.periods],
      rows,
    }
  })
}

async function compare(
  { calculator }: Calculated,
  { plan, leftOut, ...named }: Case,
  root: ModelNode | undefined,
  language: Language,
): Promise<ComparedPlan> {
  const { warnings } = describeWarnings([], noWarnings, noWarnings, plan, leftOut, language)
  const costs = plan.policies.flatMap(({ cost }) => cost ?? [])
  const cost = costs.length > 0 ? costs.reduce((sum, each) => sum + each, 0) : null
  if (!root) {
    const nothing = { total: null, effect: null, complete: false }
    return { ...named, ...nothing, cost, roi: null, by_period: [], warnings }
  }
  const simulation = await calculator.simulate(changesOf(plan))
  const { simulated, effect, complete, by_period } = rootTotal(calculator, simulation, root)
  return {
    ...named,
    total: simulated,
    effect,
    complete,
    cost,
    roi: roiOf(effect, cost),
    by_period: by_period.map(({ period, simulated: value, effect: more }) => ({
      period,
      value,
      effect: more,
    })),
    warnings,
  }
}

/** The scenarios of a tree, the oldest first; fails with 404 for one that is not there. */
async function readScenarios(db: Db, treeId: string, ids?: readonly string[]) {
  let query = db
    .selectFrom('driver_tree_scenarios')
    .select(['id', 'name', 'changes'])
    .where('tree_id', '=', treeId)
    .orderBy('id')
  const wanted = ids?.map((id) => id.toLowerCase())
  if (wanted) query = query.where('id', 'in', wanted)
  const scenarios = await query.execute()
  const found = new Set(scenarios.map(({ id }) => id))
  const missing = wanted?.find((id) => !found.has(id))
  if (missing !== undefined) throw failure('tree_scenario_not_found', { id: missing })
  return scenarios
}
