import { sql } from 'kysely'
import { transact } from '../../../db/transact.ts'
import type { Tree } from '../../../schemas/driver-tree/trees.ts'
import type { Caller } from '../../access.ts'
import { recordProjectAudit } from '../../projects/activity.ts'
import { touched } from '../../version.ts'
import { dataColumns } from '../nodes/wire.ts'
import { touchTree } from './access.ts'
import { describeTree } from './reading.ts'
import { type Told, tellTree } from './tell.ts'

/**
 * Clears what was entered and planned: data, the values of 入力 nodes, and policies. Nodes, types,
 * places and relations stay, and so do the numbers of 定数 nodes, which belong to the formulas.
 */
export async function resetTree(
  told: Told,
  caller: Caller,
  id: string,
  version?: number,
): Promise<Tree> {
  const tree = await transact(told.db, async (trx) => {
    const row = await touchTree(trx, caller, id, version)
    await trx
      .updateTable('driver_tree_nodes')
      .set({
        ...touched(),
        ...dataColumns(null),
        source: null,
        project_file_id: null,
        value: sql<number | null>`case when node_type = '定数' then value end`,
      })
      .where('tree_id', '=', id)
      .where((eb) =>
        eb.or([
          eb('data', 'is not', null),
          eb('source', 'is not', null),
          eb.and([eb('node_type', '!=', '定数'), eb('value', 'is not', null)]),
        ]),
      )
      .execute()
    await trx.deleteFrom('driver_tree_policies').where('tree_id', '=', id).execute()
    await recordProjectAudit(trx, caller, row.project_id, 'tree.reset', id)
    return describeTree(trx, row)
  })
  tellTree(told, caller, { id, version: tree.version }, 'tree.reset')
  return tree
}
