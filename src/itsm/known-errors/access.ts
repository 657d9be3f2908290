import type { Selectable } from 'kysely'
import type { Db, Tables, Trx } from '../../../db/tables.ts'
import type { KnownError } from '../../../schemas/itsm/known-errors.ts'
import type { Caller } from '../../access.ts'
import { failure } from '../../failure.ts'
import { can } from '../../permissions.ts'
import { groupBy } from '../../values.ts'

export type KnownErrorRow = Selectable<Tables['known_errors']>

/** All for those who may read or write problems; for others those that are published. */
export function visibleKnownErrors(db: Db, caller: Caller) {
  const query = db.selectFrom('known_errors')
  return seesAllKnownErrors(caller) ? query : query.where('is_published', '=', 1)
}

export function seesAllKnownErrors(caller: Caller): boolean {
  return can(caller, 'problem.read') || can(caller, 'problem.write')
}

/** Fails with 404 for one that the caller may not know of. */
export async function getKnownErrorRow(db: Db, caller: Caller, id: string): Promise<KnownErrorRow> {
  return visibleKnownErrors(db, caller)
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirstOrThrow(() => failure('known_error_not_found', { id }))
}

/** Holds the row until the transaction ends, so that what is read of it here stays true. */
export async function holdKnownError(
  trx: Trx,
  caller: Caller,
  id: string,
  version?: number,
): Promise<KnownErrorRow> {
  await trx
    .updateTable('known_errors')
    .set((eb) => ({ version: eb.ref('version') }))
    .where('id', '=', id)
    .execute()
  const row = await getKnownErrorRow(trx, caller, id)
  if (version !== undefined && version !== row.version) throw failure('stale_version')
  return row
}

export async function describeKnownErrors(
  db: Db,
  rows: readonly KnownErrorRow[],
): Promise<KnownError[]> {
  if (rows.length === 0) return []
  const cis = await db
    .selectFrom('known_error_cis')
    .select(['known_error_id', 'ci_id'])
    .where(
      'known_error_id',
      'in',
      rows.map(({ id }) => id),
    )
    .orderBy('ci_id')
    .execute()
  const cisOf = groupBy(cis, ({ known_error_id }) => known_error_id)
  return rows.map(({ search_text, length, ...row }) => ({
    ...row,
    tags: JSON.parse(row.tags),
    keywords: JSON.parse(row.keywords),
    is_published: row.is_published === 1,
    ci_ids: (cisOf.get(row.id) ?? []).map(({ ci_id }) => ci_id),
  }))
}

export async function describeKnownError(db: Db, row: KnownErrorRow): Promise<KnownError> {
  const [knownError] = await describeKnownErrors(db, [row])
  return knownError as KnownError
}
