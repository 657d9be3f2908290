import { transact } from '../../../db/transact.ts'
import type { TreeNodeChange, TreeNodeDetail } from '../../../schemas/driver-tree/nodes.ts'
import type { Caller } from '../../access.ts'
import { diff } from '../../audit.ts'
import { invalid } from '../../failure.ts'
import { recordProjectAudit } from '../../projects/activity.ts'
import { touched } from '../../version.ts'
import { labelKeyOf } from '../labels.ts'
import { type Told, tellTree } from '../trees/tell.ts'
import { holdNode, type NodeRow } from './access.ts'
import { readData } from './data.ts'
import { requireFreeLabel } from './labels.ts'
import { describeNode } from './reading.ts'
import { type Relation, raiseRoot, relationIn, requireRelation, setChildren } from './relations.ts'
import { dataColumns } from './wire.ts'

/** With a `version`, changes that one or fails with 412. What is not sent stays as it is. */
export async function updateNode(
  told: Told,
  caller: Caller,
  id: string,
  change: TreeNodeChange,
  version?: number,
): Promise<TreeNodeDetail> {
  const relation = relationIn(change)
  const { tree, node } = await transact(told.db, async (trx) => {
    const { tree, node } = await holdNode(trx, caller, id, version)
    if (change.label !== undefined) await requireFreeLabel(trx, tree.id, change.label, id)
    const wanted = wantedOf(node, change, relation)
    if (relation) await requireRelation(trx, node, relation)
    await trx
      .updateTable('driver_tree_nodes')
      .set({ ...wanted, ...touched() })
      .where('id', '=', id)
      .execute()
    if (relation !== undefined) {
      await setChildren(trx, tree.id, new Map([[id, relation?.children ?? []]]))
    }
    if (relation) await raiseRoot(trx, tree)
    await recordProjectAudit(trx, caller, tree.project_id, 'tree.node_updated', tree.id, {
      node_id: id,
      ...diff<object>(withoutData(node), withoutData(wanted)),
      ...(relation && { children: relation.children }),
      ...(change.data && { records: change.data.records.length }),
    })
    return { tree, node: await describeNode(trx, id) }
  })
  tellTree(told, caller, tree, 'node.updated', { node_id: id })
  return node
}

/** Data is too much to be told what was done to it. */
function withoutData({ data: _, data_shape: __, ...fields }: Partial<NodeRow>): object {
  return fields
}

function wantedOf(
  node: NodeRow,
  change: TreeNodeChange,
  relation: Relation | undefined,
): Partial<NodeRow> {
  const { operator: _, children_id_list: __, label, node_type, value, data, ...plain } = change
  return {
    ...plain,
    ...(label !== undefined && labelled(node, label)),
    ...(relation !== undefined && relatedAs(relation)),
    ...entered(node, change, relation),
  }
}

/** A part of a formula that somebody names, or calculates otherwise, is a node like any other. */
function labelled(node: NodeRow, label: string) {
  const label_key = labelKeyOf(label)
  const isSame = label_key === node.label_key
  return { label: label.trim(), label_key, ...(!isSame && { is_intermediate: 0 }) }
}

function relatedAs(relation: Relation) {
  const none = { value: null, ...dataColumns(null), source: null, project_file_id: null }
  if (relation === null) return { node_type: '入力' as const, operator: null, is_intermediate: 0 }
  const { operator } = relation
  return { node_type: '計算' as const, operator, is_intermediate: 0, ...none }
}

/** What becomes of type, value and data. Fails with 422 where they do not go together. */
function entered(node: NodeRow, change: TreeNodeChange, relation: Relation | undefined) {
  const { value, data } = change
  const node_type = typeAfter(node, change, relation)
  if (node_type === '計算') return refuseEntered(change)
  if (value != null && data != null) throw invalid({ field: 'value', rule: 'value_or_data' })
  if (node_type === '定数' && data != null)
    throw invalid({ field: 'data', rule: 'data_of_constant' })
  const number = value === undefined ? (data ? null : node.value) : value
  if (node_type === '定数' && number === null) {
    throw invalid({ field: 'value', rule: 'constant_number' })
  }
  const isNew = data !== undefined || value != null || node_type === '定数'
  return {
    node_type,
    value: number,
    ...(isNew && {
      ...dataColumns(data ? readData(data) : null),
      source: null,
      project_file_id: null,
    }),
  }
}

function refuseEntered({ value, data }: TreeNodeChange): Partial<NodeRow> {
  if (value != null) throw invalid({ field: 'value', rule: 'value_of_calculated' })
  if (data != null) throw invalid({ field: 'data', rule: 'value_of_calculated' })
  return {}
}

/** The type follows from the relation; only 入力 and 定数 take each other’s place by name. */
function typeAfter(
  node: NodeRow,
  { node_type }: TreeNodeChange,
  relation: Relation | undefined,
): NodeRow['node_type'] {
  const isCalculated = relation ? true : relation === undefined && node.node_type === '計算'
  if (node_type !== undefined && (node_type === '計算') !== isCalculated) {
    throw invalid({ field: 'node_type', rule: 'node_type_by_operator' })
  }
  if (isCalculated) return '計算'
  return node_type ?? (node.node_type === '定数' ? '定数' : '入力')
}
