import type { Selectable } from 'kysely'
import type { Db, Tables, Trx } from '../../../db/tables.ts'
import { transact } from '../../../db/transact.ts'
import {
  maxScenarios,
  type NewTreeScenario,
  type TreeScenario,
  type TreeScenarioChange,
} from '../../../schemas/driver-tree/scenarios.ts'
import type { TreeChanges } from '../../../schemas/driver-tree/trials.ts'
import type { PageQuery } from '../../../schemas/pages.ts'
import type { Caller } from '../../access.ts'
import { diff } from '../../audit.ts'
import { failure, invalid } from '../../failure.ts'
import type { Deps } from '../../fastify.ts'
import { paginate } from '../../page.ts'
import { recordProjectAudit } from '../../projects/activity.ts'
import { newId, now } from '../../values.ts'
import { touched } from '../../version.ts'
import { labelKeyOf } from '../labels.ts'
import { planOf } from '../simulation/plans.ts'
import { getTreeRow, touchTree } from '../trees/access.ts'
import { tellOfScenario } from './tell.ts'

export type ScenarioDeps = Pick<Deps, 'db' | 'calculators' | 'channels'>

type Row = Selectable<Tables['driver_tree_scenarios']>

/** The scenarios of a tree, the newest first. */
export async function listScenarios(db: Db, caller: Caller, treeId: string, page: PageQuery) {
  await getTreeRow(db, caller, treeId)
  const query = db
    .selectFrom('driver_tree_scenarios')
    .selectAll()
    .where('tree_id', '=', treeId)
    .orderBy('id', 'desc')
  const { scenarios, ...rest } = await paginate(query, page, 'scenarios')
  return { scenarios: scenarios.map(toScenario), ...rest }
}

/** Fails with 404 for one of another tree, or of a tree that the caller may not know of. */
export async function getScenario(
  db: Db,
  caller: Caller,
  treeId: string,
  id: string,
): Promise<TreeScenario> {
  await getTreeRow(db, caller, treeId)
  const row = await db
    .selectFrom('driver_tree_scenarios')
    .selectAll()
    .where('id', '=', id)
    .where('tree_id', '=', treeId)
    .executeTakeFirstOrThrow(() => failure('tree_scenario_not_found', { id }))
  return toScenario(row)
}

/** Fails with 409 for a name that is taken, and with 422 for changes that the tree does not know. */
export async function createScenario(
  deps: ScenarioDeps,
  caller: Caller,
  treeId: string,
  { name: given, description = null, changes }: NewTreeScenario,
): Promise<TreeScenario> {
  await requireKnown(deps, caller, treeId, changes)
  const name = given.trim()
  const { scenario, tree } = await transact(deps.db, async (trx) => {
    const tree = await touchTree(trx, caller, treeId)
    const [id, at] = [newId(), now()]
    await requireRoom(trx, tree.id)
    await requireFreeName(trx, tree.id, name, id)
    await trx
      .insertInto('driver_tree_scenarios')
      .values({
        id,
        tree_id: tree.id,
        name,
        name_key: nameKeyOf(name),
        description,
        changes: JSON.stringify(changes),
        version: 1,
        created_by: caller.id,
        created_at: at,
        updated_at: at,
      })
      .execute()
    const written = { name, description, changes }
    await recordProjectAudit(trx, caller, tree.project_id, 'scenario.created', id, written)
    return { tree, scenario: await getScenario(trx, caller, tree.id, id) }
  })
  tellOfScenario(deps, caller, tree, 'scenario.created', scenario.scenario_id)
  return scenario
}

/** With a `version`, changes that one or fails. Fails as `createScenario` does. */
export async function updateScenario(
  deps: ScenarioDeps,
  caller: Caller,
  treeId: string,
  id: string,
  change: TreeScenarioChange,
  version?: number,
): Promise<TreeScenario> {
  if (change.changes) await requireKnown(deps, caller, treeId, change.changes)
  const wanted = { ...change, ...(change.name !== undefined && { name: change.name.trim() }) }
  const { scenario, tree } = await transact(deps.db, async (trx) => {
    const tree = await touchTree(trx, caller, treeId)
    const before = await getScenario(trx, caller, tree.id, id)
    if (version !== undefined && before.version !== version) throw failure('stale_version')
    const { name = before.name, changes = before.changes } = wanted
    await requireFreeName(trx, tree.id, name, before.scenario_id)
    const written = {
      ...wanted,
      name_key: nameKeyOf(name),
      changes: JSON.stringify(changes),
      ...touched(),
    }
    await trx.updateTable('driver_tree_scenarios').set(written).where('id', '=', id).execute()
    const changed = diff<object>(before, wanted)
    await recordProjectAudit(trx, caller, tree.project_id, 'scenario.updated', id, changed)
    return { tree, scenario: await getScenario(trx, caller, tree.id, id) }
  })
  tellOfScenario(deps, caller, tree, 'scenario.updated', id)
  return scenario
}

/** With a `version`, deletes that one or fails. */
export async function deleteScenario(
  deps: ScenarioDeps,
  caller: Caller,
  treeId: string,
  id: string,
  version?: number,
): Promise<void> {
  const tree = await transact(deps.db, async (trx) => {
    const tree = await touchTree(trx, caller, treeId)
    const before = await getScenario(trx, caller, tree.id, id)
    if (version !== undefined && before.version !== version) throw failure('stale_version')
    await trx.deleteFrom('driver_tree_scenarios').where('id', '=', id).execute()
    const { name } = before
    await recordProjectAudit(trx, caller, tree.project_id, 'scenario.deleted', id, { name })
    return tree
  })
  tellOfScenario(deps, caller, tree, 'scenario.deleted', id)
}

/** Not within the transaction of the change: it calculates the tree where nobody has before. */
async function requireKnown(
  { db, calculators }: ScenarioDeps,
  caller: Caller,
  treeId: string,
  changes: TreeChanges,
): Promise<void> {
  const tree = await getTreeRow(db, caller, treeId, 'work')
  const { faults } = planOf(await calculators.read(db, tree), changes)
  const inChanges = faults.map((fault) => ({ ...fault, field: `changes.${fault.field}` }))
  if (faults.length > 0) throw invalid(...inChanges.slice(0, 50))
}

async function requireRoom(trx: Trx, treeId: string): Promise<void> {
  const { count } = await trx
    .selectFrom('driver_tree_scenarios')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('tree_id', '=', treeId)
    .executeTakeFirstOrThrow()
  if (count >= maxScenarios) throw failure('too_many_scenarios', { limit: maxScenarios })
}

async function requireFreeName(trx: Trx, treeId: string, name: string, id: string): Promise<void> {
  const other = await trx
    .selectFrom('driver_tree_scenarios')
    .select('id')
    .where('tree_id', '=', treeId)
    .where('name_key', '=', nameKeyOf(name))
    .where('id', '!=', id)
    .executeTakeFirst()
  if (other) throw failure('tree_scenario_name_taken', { name })
}

function nameKeyOf(name: string): string {
  return labelKeyOf(name).toLowerCase()
}

function toScenario({ id, name_key: _, changes, ...row }: Row): TreeScenario {
  return { scenario_id: id, ...row, changes: JSON.parse(changes) }
}
