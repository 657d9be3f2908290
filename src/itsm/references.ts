import type { Db } from '../../db/tables.ts'
import type { FieldFault } from '../failure.ts'
import { invalid } from '../failure.ts'

type Named = Record<string, string | null | undefined>

/**
 * Fails with 422 and the field unless each id is that of somebody who can work on something: known, and not
 * deactivated. Ids that are not given are passed over.
 */
export function requireUsers(db: Db, fields: Named): Promise<void> {
  return requireAll(fields, 'unknown_user', async (ids) =>
    db
      .selectFrom('users')
      .select('id')
      .where('id', 'in', ids)
      .where('deactivated_at', 'is', null)
      .execute(),
  )
}

export function requireTeams(db: Db, fields: Named): Promise<void> {
  return requireAll(fields, 'unknown_team', async (ids) =>
    db.selectFrom('teams').select('id').where('id', 'in', ids).execute(),
  )
}

/** For lists: `{ 'affected_ci_ids.0': id, … }`, see `indexed`. */
export function requireCis(db: Db, fields: Named): Promise<void> {
  return requireAll(fields, 'unknown_ci', async (ids) =>
    db.selectFrom('cis').select('id').where('id', 'in', ids).execute(),
  )
}

/** The entries of a list by the paths of their fields. */
export function indexed(field: string, ids: readonly string[] = []): Named {
  return Object.fromEntries(ids.map((id, n) => [`${field}.${n}`, id]))
}

async function requireAll(
  fields: Named,
  rule: FieldFault['rule'],
  find: (ids: string[]) => Promise<{ id: string }[]>,
): Promise<void> {
  const given = Object.entries(fields).flatMap(([field, id]) => (id ? [{ field, id }] : []))
  if (given.length === 0) return
  const rows = await find([...new Set(given.map(({ id }) => id))])
  const known = new Set(rows.map(({ id }) => id))
  const faults = given.filter(({ id }) => !known.has(id))
  if (faults.length > 0) throw invalid(...faults.map(({ field }) => ({ field, rule })))
}
