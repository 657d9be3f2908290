import type { Trx } from '../../../db/tables.ts'
import { failure, invalid } from '../../failure.ts'
import { maxLabelLength } from '../formulas/tokens.ts'
import { labelKeyOf } from '../labels.ts'

/** Fails with 409 where another node of the tree has the label, and with 422 for none at all. */
export async function requireFreeLabel(
  trx: Trx,
  treeId: string,
  label: string,
  id: string,
): Promise<void> {
  const key = labelKeyOf(label)
  if (key === '') throw invalid({ field: 'label', rule: 'minLength', limit: 1 })
  // One character can become eighteen, and formulas take no label that gets longer than this.
  if (key.length > maxLabelLength) {
    throw invalid({ field: 'label', rule: 'maxLength', limit: maxLabelLength })
  }
  const other = await trx
    .selectFrom('driver_tree_nodes')
    .select('label')
    .where('tree_id', '=', treeId)
    .where('label_key', '=', key)
    .where('id', '!=', id)
    .executeTakeFirst()
  if (other) throw failure('node_label_taken', { label: other.label })
}
