import type { Updateable } from 'kysely'
import type { Tables, Trx } from '../../../db/tables.ts'
import { diff } from '../../audit.ts'
import { touched } from '../../version.ts'
import { recordHistory } from '../history.ts'
import type { ChangeRow } from './access.ts'

/**
 * Changes fields of a change that is held by the transaction, with their history. Every change of it goes
 * through this. `by` is null for the service itself.
 */
export async function reviseChange(
  trx: Trx,
  by: string | null,
  before: ChangeRow,
  wanted: Updateable<Tables['changes']>,
  at: string,
): Promise<ChangeRow> {
  await recordHistory(trx, before.id, by, diff<object>(before, wanted), at)
  return trx
    .updateTable('changes')
    .set({ ...wanted, ...touched() })
    .where('id', '=', before.id)
    .returningAll()
    .executeTakeFirstOrThrow()
}
