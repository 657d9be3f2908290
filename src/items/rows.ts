import type { Selectable } from 'kysely'
import type { Db, Tables } from '../../db/tables.ts'
import type { Role } from '../../schemas/accounts/users.ts'
import type { Item, ItemOwner } from '../../schemas/items.ts'
import type { Caller } from '../access.ts'
import { can } from '../permissions.ts'

export const columns = [
  'id',
  'title',
  'description',
  'status',
  'tags',
  'owner_id',
  'version',
  'created_at',
  'updated_at',
] as const

export type Row = Pick<Selectable<Tables['items']>, (typeof columns)[number]>

/** With the owners of all of them in one query. */
export async function toItems(db: Db, rows: Row[]): Promise<Item[]> {
  if (rows.length === 0) return []
  const owners = await findOwners(db, [...new Set(rows.map(({ owner_id }) => owner_id))])
  return rows.map(({ tags, ...row }) => ({
    ...row,
    tags: JSON.parse(tags),
    owner: owners.get(row.owner_id) as ItemOwner,
  }))
}

export async function toItem(db: Db, row: Row): Promise<Item> {
  return (await toItems(db, [row]))[0] as Item
}

export function visibleItems(db: Db, caller: Caller) {
  const query = db.selectFrom('items').select(columns)
  if (can(caller, 'item.manage')) return query
  return query.where((eb) =>
    eb.or([eb('owner_id', '=', caller.id), eb('status', '=', 'published')]),
  )
}

async function findOwners(db: Db, ids: string[]): Promise<Map<string, ItemOwner>> {
  const rows = await db
    .selectFrom('users')
    .select(['id', 'username', 'email', 'display_name', 'full_name', 'bio', 'profile_image'])
    .select(['roles', 'deactivated_at', 'created_at', 'updated_at'])
    .where('id', 'in', ids)
    .execute()
  return new Map(
    rows.map(({ roles, deactivated_at, ...row }) => {
      const parsed: Role[] = JSON.parse(roles)
      const is_superuser = parsed.includes('SystemAdmin')
      return [row.id, { ...row, is_active: deactivated_at === null, is_superuser }]
    }),
  )
}
