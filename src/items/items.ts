import type { Db, Trx } from '../../db/tables.ts'
import { transact } from '../../db/transact.ts'
import type { Item, ItemChange, NewItem } from '../../schemas/items.ts'
import type { CursorQuery } from '../../schemas/pages.ts'
import type { Caller } from '../access.ts'
import { diff, listAudit, recordAudit } from '../audit.ts'
import { failure } from '../failure.ts'
import type { Deps } from '../fastify.ts'
import { can } from '../permissions.ts'
import { newId, now } from '../values.ts'
import { touched } from '../version.ts'
import { recordCounts } from './counts.ts'
import {
  columns,
  type FoundItem,
  findItems,
  isVisible,
  itemOf,
  type Row,
  toItem,
  visibleItems,
} from './rows.ts'

declare module '../fastify.ts' {
  interface Deps {
    /** Reads an item together with whoever else asks for one; not in a transaction. */
    findItem: (id: string) => Promise<FoundItem | undefined>
  }
}

/** What is told to the room of an item, besides its database. */
type Told = Pick<Deps, 'db' | 'channels'>

export async function getItem(db: Db, caller: Caller, id: string): Promise<Item> {
  const [found] = await findItems(db, { ids: [id] })
  return visibleItem(caller, id, found)
}

/** The same, together with whoever else asks at the time. */
export async function readItem(
  { findItem }: Pick<Deps, 'findItem'>,
  caller: Caller,
  id: string,
): Promise<Item> {
  return visibleItem(caller, id, await findItem(id))
}

function visibleItem(caller: Caller, id: string, found: FoundItem | undefined): Item {
  if (!found || !isVisible(found, caller)) throw failure('item_not_found', { id })
  return itemOf(found)
}

export async function listItemHistory(db: Db, caller: Caller, id: string, page: CursorQuery) {
  await requireOwnItem(db, caller, id)
  return listAudit(db, id, page)
}

export function createItem(db: Db, caller: Caller, input: NewItem): Promise<Item> {
  const { title, description = null, status = 'draft' } = input
  const tags = distinct(input.tags ?? [])
  return transact(db, async (trx) => {
    const at = now()
    const row = await trx
      .insertInto('items')
      .values({
        id: newId(),
        title,
        title_key: title.toLowerCase(),
        description,
        status,
        tags: JSON.stringify(tags),
        owner_id: caller.id,
        version: 1,
        created_at: at,
        updated_at: at,
      })
      .returning(columns)
      .executeTakeFirstOrThrow()
    const item = await toItem(trx, row)
    await addTags(trx, item)
    await recordCounts(trx, undefined, item)
    await recordAudit(trx, caller, 'item.created', item.id, { title, description, status, tags })
    return item
  })
}

/** With a `version`, changes that one or fails; without, the last writer wins. */
export async function updateItem(
  { db, channels }: Told,
  caller: Caller,
  id: string,
  { tags, ...change }: ItemChange,
  version?: number,
): Promise<Item> {
  const wanted = { ...change, ...(tags && { tags: distinct(tags) }) }
  const { before, item } = await transact(db, async (trx) => {
    await requireOwnItem(trx, caller, id)
    const before = await toItem(trx, await touchItem(trx, id, version))
    const item = { ...before, ...wanted }
    await trx
      .updateTable('items')
      .set({
        ...change,
        ...(wanted.tags && { tags: JSON.stringify(wanted.tags) }),
        title_key: item.title.toLowerCase(),
      })
      .where('id', '=', id)
      .execute()
    await trx.deleteFrom('item_tags').where('id', '=', id).execute()
    await addTags(trx, item)
    await recordCounts(trx, before, item)
    await recordAudit(trx, caller, 'item.updated', id, diff<Partial<Item>>(before, wanted))
    return { before, item }
  })
  const access_changed = before.status !== item.status
  channels.publish(`item:${id}`, {
    type: 'event',
    event: 'item.updated',
    data: item,
    access_changed,
  })
  return item
}

export async function deleteItem(
  { db, channels }: Told,
  caller: Caller,
  id: string,
  version?: number,
): Promise<void> {
  await transact(db, async (trx) => {
    await requireOwnItem(trx, caller, id)
    const { owner_id, status, tags } = await touchItem(trx, id, version)
    await trx.deleteFrom('items').where('id', '=', id).execute()
    await recordCounts(trx, { owner_id, status, tags: JSON.parse(tags) }, undefined)
    await recordAudit(trx, caller, 'item.deleted', id)
  })
  channels.publish(`item:${id}`, { type: 'event', event: 'item.deleted', data: { id } })
}

/** What somebody can see but not change answers 403; what they cannot see is not there: 404. */
async function requireOwnItem(db: Db, caller: Caller, id: string): Promise<void> {
  const { owner_id } = await visibleItems(db, caller)
    .where('id', '=', id)
    .executeTakeFirstOrThrow(() => failure('item_not_found', { id }))
  const isTheirs = owner_id === caller.id || can(caller, 'item.manage')
  if (!isTheirs) throw failure('item_owner_required')
}

/** Holds the row until the transaction ends, so that what is read of it here stays true. */
function touchItem(trx: Trx, id: string, version: number | undefined): Promise<Row> {
  const query = trx.updateTable('items').set(touched()).where('id', '=', id).returning(columns)
  if (version === undefined) {
    return query.executeTakeFirstOrThrow(() => failure('item_not_found', { id }))
  }
  return query
    .where('version', '=', version)
    .executeTakeFirstOrThrow(() => failure('stale_version'))
}

/** They carry what lists filter and sort by, so they are written anew with every change. */
async function addTags(trx: Trx, { id, owner_id, status, title, tags, updated_at }: Item) {
  if (tags.length === 0) return
  const title_key = title.toLowerCase()
  await trx
    .insertInto('item_tags')
    .values(tags.map((tag) => ({ id, tag, owner_id, status, title_key, updated_at })))
    .execute()
}

function distinct(tags: readonly string[]): string[] {
  return [...new Set(tags.map((tag) => tag.trim()))]
}
