import type { Selectable } from 'kysely'
import { isAmong, type Placeholders, prepare } from '../../db/prepared.ts'
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

const ownerColumns = [
  'username',
  'email',
  'display_name',
  'full_name',
  'bio',
  'profile_image',
  'roles',
  'deactivated_at',
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

/** Items with their owners, whoever may see them. */
export const findItems = prepare((db: Db, { ids }: Placeholders<{ ids: string[] }>) =>
  db
    .selectFrom('items')
    .innerJoin('users', 'users.id', 'items.owner_id')
    .select(columns.map((each) => `items.${each}` as const))
    .select([
      'users.username as owner_username',
      'users.email as owner_email',
      'users.display_name as owner_display_name',
      'users.full_name as owner_full_name',
      'users.bio as owner_bio',
      'users.profile_image as owner_profile_image',
      'users.roles as owner_roles',
      'users.deactivated_at as owner_deactivated_at',
      'users.created_at as owner_created_at',
      'users.updated_at as owner_updated_at',
    ])
    .where(isAmong(db, 'items.id', ids)),
)

export type FoundItem = Awaited<ReturnType<typeof findItems>>[number]

export function itemOf(found: FoundItem): Item {
  const { id, title, description, status, tags, owner_id, version, created_at, updated_at } = found
  const owner = ownerOf({
    id: owner_id,
    username: found.owner_username,
    email: found.owner_email,
    display_name: found.owner_display_name,
    full_name: found.owner_full_name,
    bio: found.owner_bio,
    profile_image: found.owner_profile_image,
    roles: found.owner_roles,
    deactivated_at: found.owner_deactivated_at,
    created_at: found.owner_created_at,
    updated_at: found.owner_updated_at,
  })
  const written = { version, created_at, updated_at }
  return { id, title, description, status, tags: JSON.parse(tags), owner_id, owner, ...written }
}

export async function toItem(db: Db, row: Row): Promise<Item> {
  return (await toItems(db, [row]))[0] as Item
}

export function isVisible({ owner_id, status }: FoundItem, caller: Caller): boolean {
  return status === 'published' || owner_id === caller.id || can(caller, 'item.manage')
}

export function visibleItems(db: Db, caller: Caller) {
  const query = db.selectFrom('items').select(columns)
  if (can(caller, 'item.manage')) return query
  return query.where((eb) =>
    eb.or([eb('owner_id', '=', caller.id), eb('status', '=', 'published')]),
  )
}

const findOwnerRows = prepare((db: Db, { ids }: Placeholders<{ ids: string[] }>) =>
  db
    .selectFrom('users')
    .select('id')
    .select(ownerColumns)
    .where(isAmong(db, 'id', ids)),
)

async function findOwners(db: Db, ids: string[]): Promise<Map<string, ItemOwner>> {
  const rows = await findOwnerRows(db, { ids })
  return new Map(rows.map((row) => [row.id, ownerOf(row)]))
}

type OwnerRow = Pick<Selectable<Tables['users']>, (typeof ownerColumns)[number] | 'id'>

function ownerOf({ roles, deactivated_at, ...row }: OwnerRow): ItemOwner {
  const parsed: Role[] = JSON.parse(roles)
  const is_superuser = parsed.includes('SystemAdmin')
  return { ...row, is_active: deactivated_at === null, is_superuser }
}
