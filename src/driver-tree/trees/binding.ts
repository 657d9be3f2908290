import type { Trx } from '../../../db/tables.ts'
import type { TreeNodeSource } from '../../../schemas/driver-tree/nodes.ts'
import { invalid } from '../../failure.ts'
import type { NodeData } from '../calculation/model.ts'
import type { SheetValues } from '../files/values.ts'
import type { MergedNode } from './merge.ts'

/** How many numbers one import takes from a sheet. */
const maxValues = 2_000_000

export type Bound = { node: MergedNode; data: NodeData; source: TreeNodeSource }

export type Binding = {
  bound: Bound[]
  /** The labels of 入力 nodes that the sheet has nothing for. */
  unmatched: string[]
  /** What the sheet has and no 入力 node is called. */
  unused: string[]
  project_file_id: string | null
}

export const noBinding: Binding = { bound: [], unmatched: [], unused: [], project_file_id: null }

/** Gives each 入力 the column or 科目 of its name. Fails with 422 for more than a tree should hold. */
export function bindValues(nodes: Iterable<MergedNode>, sheet: SheetValues): Binding {
  const { values, file_name, sheet_name, project_file_id } = sheet
  const inputs = [...nodes].filter(({ node_type }) => node_type === '入力')
  const bound = inputs.flatMap((node): Bound[] => {
    const found = values.get(node.key)
    const source = { file_name, sheet_name, column: found?.label ?? '' }
    return found ? [{ node, data: found.data, source }] : []
  })
  const count = bound.reduce((sum, { data }) => sum + data.values.length, 0)
  if (count > maxValues) {
    throw invalid({ field: 'sheet_id', rule: 'too_much_data', limit: maxValues })
  }
  const used = new Set(bound.map(({ node }) => node.key))
  return {
    bound,
    unmatched: inputs.flatMap(({ key, label }) => (values.has(key) ? [] : [label])),
    unused: [...values].flatMap(([key, { label }]) => (used.has(key) ? [] : [label])),
    project_file_id,
  }
}

/** Fails with 422 for a sheet of a file of another project, which others here may not see. */
export async function requireSameProject(
  trx: Trx,
  projectId: string,
  { project_file_id }: SheetValues,
): Promise<void> {
  if (project_file_id === null) return
  const file = await trx
    .selectFrom('project_files')
    .select('id')
    .where('id', '=', project_file_id)
    .where('project_id', '=', projectId)
    .executeTakeFirst()
  if (!file) throw invalid({ field: 'sheet_id', rule: 'sheet_of_other_project' })
}
