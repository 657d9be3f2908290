import type { Selectable } from 'kysely'
import type { Db, Tables, Trx } from '../../../db/tables.ts'
import { failure } from '../../failure.ts'

export type ChangeRow = Selectable<Tables['changes']>

/** A change, for those who may read changes; the route asks for that. */
export async function getChangeRow(db: Db, id: string): Promise<ChangeRow> {
  return db
    .selectFrom('changes')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirstOrThrow(() => failure('change_not_found', { id }))
}

/** Holds the row until the transaction ends, so that what is read of it here stays true. */
export async function holdChange(trx: Trx, id: string, version?: number): Promise<ChangeRow> {
  const row = await trx
    .updateTable('changes')
    .set((eb) => ({ version: eb.ref('version') }))
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow(() => failure('change_not_found', { id }))
  if (version !== undefined && version !== row.version) throw failure('stale_version')
  return row
}

/** The CIs that a change affects, in the order of their ids. */
export async function affectedCis(db: Db, changeId: string): Promise<string[]> {
  const rows = await db
    .selectFrom('change_cis')
    .select('ci_id')
    .where('change_id', '=', changeId)
    .orderBy('ci_id')
    .execute()
  return rows.map(({ ci_id }) => ci_id)
}
