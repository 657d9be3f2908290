import type { Db } from '../../../db/tables.ts'
import { transact } from '../../../db/transact.ts'
import type { NewTreeNode } from '../../../schemas/driver-tree/nodes.ts'
import { type CreatedNode, maxNodes } from '../../../schemas/driver-tree/trees.ts'
import type { Caller } from '../../access.ts'
import { failure, invalid } from '../../failure.ts'
import { recordProjectAudit } from '../../projects/activity.ts'
import { newId, now } from '../../values.ts'
import { labelKeyOf } from '../labels.ts'
import { touchTree } from '../trees/access.ts'
import { describeTree } from '../trees/reading.ts'
import { type Told, tellTree } from '../trees/tell.ts'
import { requireFreeLabel } from './labels.ts'
import { dataColumns } from './wire.ts'

/** Puts a node into a tree, with no relation to others. Fails with 409 for a label that is there. */
export async function createNode(
  told: Told,
  caller: Caller,
  treeId: string,
  input: NewTreeNode,
  version?: number,
): Promise<CreatedNode> {
  const { label, node_type, position_x, position_y, unit = null, aggregation = 'sum' } = input
  const [id, at] = [newId(), now()]
  const tree = await transact(told.db, async (trx) => {
    const row = await touchTree(trx, caller, treeId, version)
    await requireFreeLabel(trx, treeId, label, id)
    await requireRoom(trx, treeId)
    const node = {
      label: label.trim(),
      node_type,
      position_x,
      position_y,
      value: enteredIn(input),
      unit,
      aggregation,
    }
    await trx
      .insertInto('driver_tree_nodes')
      .values({
        id,
        tree_id: treeId,
        ...node,
        label_key: labelKeyOf(label),
        operator: null,
        is_intermediate: 0,
        ...dataColumns(null),
        source: null,
        project_file_id: null,
        version: 1,
        created_at: at,
        updated_at: at,
      })
      .execute()
    const changes = { node_id: id, ...node }
    await recordProjectAudit(trx, caller, row.project_id, 'tree.node_created', treeId, changes)
    return describeTree(trx, row)
  })
  tellTree(told, caller, { id: treeId, version: tree.version }, 'node.created', { node_id: id })
  return { tree, created_node_id: id }
}

/** The number of a 定数 may be its label. */
function enteredIn({ label, node_type, value = null }: NewTreeNode): number | null {
  if (node_type === '計算') {
    if (value !== null) throw invalid({ field: 'value', rule: 'value_of_calculated' })
    return null
  }
  if (node_type === '入力' || value !== null) return value
  const key = labelKeyOf(label)
  const number = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d{1,3})?$/i.test(key) ? Number(key) : Number.NaN
  if (Number.isFinite(number)) return number
  throw invalid({ field: 'value', rule: 'constant_number' })
}

async function requireRoom(db: Db, treeId: string): Promise<void> {
  const { count } = await db
    .selectFrom('driver_tree_nodes')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('tree_id', '=', treeId)
    .executeTakeFirstOrThrow()
  if (count >= maxNodes) throw failure('tree_full', { limit: maxNodes })
}
