import type { Db } from '../../../db/tables.ts'

/** The names of users, by their ids, in one query. */
export async function namesOf(
  db: Db,
  ids: readonly (string | null)[],
): Promise<Map<string, string>> {
  const wanted = [...new Set(ids.filter((id) => id !== null))]
  if (wanted.length === 0) return new Map()
  const found = await db
    .selectFrom('users')
    .select(['id', 'display_name'])
    .where('id', 'in', wanted)
    .execute()
  return new Map(found.map(({ id, display_name }) => [id, display_name]))
}

/** Somebody as another object shows them; null for the service itself. */
export function personOf(id: string | null, names: Map<string, string>) {
  return id === null ? null : { id, name: names.get(id) ?? '' }
}
