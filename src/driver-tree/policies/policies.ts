import type { Selectable } from 'kysely'
import type { Db, Tables, Trx } from '../../../db/tables.ts'
import { readTogether, transact } from '../../../db/transact.ts'
import {
  maxPolicies,
  type NewTreePolicy,
  type NodePolicies,
  type TreePolicy,
  type TreePolicyChange,
  type TreePolicyPage,
} from '../../../schemas/driver-tree/policies.ts'
import type { PageQuery } from '../../../schemas/pages.ts'
import type { Caller } from '../../access.ts'
import { diff } from '../../audit.ts'
import { failure, invalid } from '../../failure.ts'
import { orderPeriods } from '../../period-order.ts'
import { recordProjectAudit } from '../../projects/activity.ts'
import { newId, now } from '../../values.ts'
import { touched } from '../../version.ts'
import { holdNode, requireNode } from '../nodes/access.ts'
import { type Told, tellTree } from '../trees/tell.ts'

type Row = Selectable<Tables['driver_tree_policies']>

/** Which policy of which node. */
type Place = { node_id: string; policy_id: string }

/** The policies of a node, the oldest first. */
export function listPolicies(
  db: Db,
  caller: Caller,
  nodeId: string,
  { skip, limit }: PageQuery,
): Promise<TreePolicyPage> {
  return readTogether(db, async (reading) => {
    await requireNode(reading, caller, nodeId)
    const { node_id, policies } = await policiesOf(reading, nodeId)
    const page = policies.slice(skip, skip + limit)
    return { node_id, policies: page, total: policies.length, skip, limit }
  })
}

/** Fails with 409 where the node has as many as it may. */
export async function createPolicy(
  told: Told,
  caller: Caller,
  nodeId: string,
  input: NewTreePolicy,
): Promise<NodePolicies> {
  const [id, at] = [newId(), now()]
  const { is_active = true, ...given } = input
  const { tree, policies } = await transact(told.db, async (trx) => {
    const { tree, node } = await holdNode(trx, caller, nodeId)
    await requireRoom(trx, nodeId)
    const row = {
      description: null,
      period_from: null,
      period_to: null,
      cost: null,
      ...given,
      name: given.name.trim(),
      is_active: Number(is_active),
    }
    requireOrder(row)
    await trx
      .insertInto('driver_tree_policies')
      .values({
        id,
        tree_id: node.tree_id,
        node_id: node.id,
        ...row,
        version: 1,
        created_at: at,
        updated_at: at,
      })
      .execute()
    const changes = { node_id: node.id, policy_id: id, ...row }
    await recordProjectAudit(trx, caller, tree.project_id, 'tree.policy_created', tree.id, changes)
    return { tree, policies: await policiesOf(trx, node.id) }
  })
  tellTree(told, caller, tree, 'policy.created', { node_id: nodeId, policy_id: id })
  return { ...policies, created_policy_id: id }
}

/** With a `version`, changes that one or fails with 412. */
export async function updatePolicy(
  told: Told,
  caller: Caller,
  { node_id, policy_id }: Place,
  { name, is_active, ...change }: TreePolicyChange,
  version?: number,
): Promise<NodePolicies> {
  const { tree, policies } = await transact(told.db, async (trx) => {
    const { tree } = await holdNode(trx, caller, node_id)
    const before = await getRow(trx, { node_id, policy_id }, version)
    const wanted = {
      ...change,
      ...(name !== undefined && { name: name.trim() }),
      ...(is_active !== undefined && { is_active: Number(is_active) }),
    }
    requireOrder({ ...before, ...wanted })
    await trx
      .updateTable('driver_tree_policies')
      .set({ ...wanted, ...touched() })
      .where('id', '=', before.id)
      .execute()
    const changes = { node_id, policy_id, ...diff<object>(before, wanted) }
    await recordProjectAudit(trx, caller, tree.project_id, 'tree.policy_updated', tree.id, changes)
    return { tree, policies: await policiesOf(trx, node_id) }
  })
  tellTree(told, caller, tree, 'policy.updated', { node_id, policy_id })
  return policies
}

/** Answers those that are left. With a `version`, deletes that one or fails with 412. */
export async function deletePolicy(
  told: Told,
  caller: Caller,
  { node_id, policy_id }: Place,
  version?: number,
): Promise<NodePolicies> {
  const { tree, policies } = await transact(told.db, async (trx) => {
    const { tree } = await holdNode(trx, caller, node_id)
    const { id, name } = await getRow(trx, { node_id, policy_id }, version)
    await trx.deleteFrom('driver_tree_policies').where('id', '=', id).execute()
    const changes = { node_id, policy_id, name }
    await recordProjectAudit(trx, caller, tree.project_id, 'tree.policy_deleted', tree.id, changes)
    return { tree, policies: await policiesOf(trx, node_id) }
  })
  tellTree(told, caller, tree, 'policy.deleted', { node_id, policy_id })
  return policies
}

async function getRow(trx: Trx, { node_id, policy_id }: Place, version?: number): Promise<Row> {
  const row = await trx
    .selectFrom('driver_tree_policies')
    .selectAll()
    .where('id', '=', policy_id)
    .where('node_id', '=', node_id)
    .executeTakeFirstOrThrow(() => failure('tree_policy_not_found', { id: policy_id }))
  if (version !== undefined && row.version !== version) throw failure('stale_version')
  return row
}

/** Periods that cannot be read as times have the order of the data, which may come later. */
function requireOrder(policy: Pick<Row, 'period_from' | 'period_to'>): void {
  const { period_from, period_to } = policy
  if (period_from === null || period_to === null) return
  if (orderPeriods([period_from, period_to])[0] === period_from) return
  throw invalid({ field: 'period_to', rule: 'tree_period_order' })
}

async function requireRoom(trx: Trx, nodeId: string): Promise<void> {
  const { count } = await trx
    .selectFrom('driver_tree_policies')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('node_id', '=', nodeId)
    .executeTakeFirstOrThrow()
  if (count >= maxPolicies) throw failure('too_many_policies', { limit: maxPolicies })
}

async function policiesOf(db: Db, node_id: string): Promise<NodePolicies> {
  const rows = await db
    .selectFrom('driver_tree_policies')
    .selectAll()
    .where('node_id', '=', node_id)
    .orderBy('id')
    .execute()
  return { node_id, policies: rows.map(toPolicy) }
}

function toPolicy({ id, tree_id: _, node_id: __, is_active, ...row }: Row): TreePolicy {
  return { policy_id: id, ...row, is_active: is_active === 1 }
}
