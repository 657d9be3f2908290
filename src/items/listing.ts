import { type Selectable, type SelectQueryBuilder, sql } from 'kysely'
import type { Db, Tables } from '../../db/tables.ts'
import { patternOf } from '../../db/text.ts'
import { type ItemQuery, type ItemSort, itemStatuses } from '../../schemas/items.ts'
import type { Caller } from '../access.ts'
import { cursorOf, type Position, positionIn } from '../cursors.ts'
import { invalid } from '../failure.ts'
import { envelopeOf } from '../page.ts'
import { can } from '../permissions.ts'
import { type Branch, countItems } from './counts.ts'
import { columns, toItems } from './rows.ts'

/** What `items` and `item_tags` have in common. */
type Entry = Omit<Selectable<Tables['item_tags']>, 'tag'>

/** Ids ascend with time, so that sorting by id is sorting by creation. */
const orders = {
  created_at: ['id', 'asc'],
  '-created_at': ['id', 'desc'],
  updated_at: ['updated_at', 'asc'],
  '-updated_at': ['updated_at', 'desc'],
  title: ['title_key', 'asc'],
  '-title': ['title_key', 'desc'],
} as const satisfies Record<ItemSort, readonly [string, 'asc' | 'desc']>

/** One page in the envelope of the Vue guide, which also says where the next one goes on. */
export async function listItems(db: Db, caller: Caller, { tag, ...asked }: ItemQuery) {
  const query = { ...asked, ...(tag !== undefined && { tag: tag.trim() }) }
  const { cursor, sort, skip, limit } = query
  if (cursor !== undefined && skip > 0) throw invalid({ field: 'skip', rule: 'skip_or_cursor' })
  const after =
    cursor === undefined
      ? undefined
      : positionIn(cursor, sort, sort.endsWith('updated_at') ? 'time' : 'text')
  const branches = branchesOf(caller, query)
  const found = await findRows(db, branches, query, after)
  const rows = found.slice(0, limit)
  const last = found.length > limit ? rows.at(-1) : undefined
  const passed = after?.count ?? skip
  // The end of a search is in sight, so its titles need not be read once more.
  const isWhole = query.search !== undefined && !after && !last && (rows.length > 0 || skip === 0)
  const page = {
    items: await toItems(
      db,
      rows.map(({ title_key: _, ...row }) => row),
    ),
    total: isWhole ? skip + rows.length : await countVisible(db, branches, query),
    skip: passed,
    limit,
  }
  const { meta, ...envelope } = envelopeOf(page, 'items')
  const count = passed + rows.length
  return {
    ...envelope,
    meta: { ...meta, has_next: last !== undefined },
    next_cursor: last ? cursorOf(sort, { key: last[orders[sort][0]], id: last.id, count }) : null,
  }
}

/**
 * What somebody may see, as branches that have no item in common. Each is one range of an index
 * and one number of `item_counts`, which an `or` would not be.
 */
function branchesOf(caller: Caller, { status, owner_id }: ItemQuery): Branch[] {
  const statuses = status ? [status] : itemStatuses
  const seesAll = can(caller, 'item.manage') || owner_id === caller.id
  if (seesAll) return statuses.map((each) => ({ status: each, owner_id }))
  return statuses.flatMap((each): Branch[] => {
    if (each === 'published') return [{ status: each, owner_id }]
    return owner_id === undefined ? [{ status: each, owner_id: caller.id }] : []
  })
}

/** One more than the page holds. Ids come first, from indexes alone; rows only for those. */
async function findRows(db: Db, branches: Branch[], query: ItemQuery, after?: Position) {
  const [column, direction] = orders[query.sort]
  const isById = column === 'id'
  const entries = unionOf(
    branches.map((branch) => {
      const branchEntries = entriesIn(db, branch, query, after)
      const sorted = branchEntries
        .$if(!isById, (each) => each.orderBy('key', direction))
        .orderBy('id', direction)
      // Sorted here too, or PostgreSQL would not merge the branches as it reads them.
      return db.selectFrom(sorted.as('branch')).selectAll()
    }),
  )
  if (!entries) return []
  const page = entries
    .$if(!isById, (each) => each.orderBy('key', direction))
    .orderBy('id', direction)
    .limit(query.limit + 1)
    .offset(query.skip)
  return db
    .selectFrom(page.as('page'))
    .innerJoin('items', 'items.id', 'page.id')
    .select(columns.map((each) => `items.${each}` as const))
    .select('items.title_key')
    .orderBy('page.key', direction)
    .orderBy('page.id', direction)
    .execute()
}

/** From numbers that are kept, but for a search: that has to look at every title. */
async function countVisible(db: Db, branches: Branch[], query: ItemQuery): Promise<number> {
  if (query.search === undefined) return countItems(db, branches, query.tag)
  const entries = unionOf(
    branches.map((branch) => db.selectFrom(entriesIn(db, branch, query).as('branch')).selectAll()),
  )
  if (!entries) return 0
  const { total } = await db
    .selectFrom(entries.as('found'))
    .select((eb) => eb.fn.countAll<number>().as('total'))
    .executeTakeFirstOrThrow()
  return total
}

type Entries = SelectQueryBuilder<Tables, never, { id: string; key: string }>

function unionOf([first, ...others]: Entries[]): Entries | undefined {
  return others.reduce((all, each) => all?.unionAll(each), first)
}

function entriesIn(db: Db, { status, owner_id }: Branch, query: ItemQuery, after?: Position) {
  const { tag, search, sort } = query
  const [column, direction] = orders[sort]
  const key = `entry.${column}` as const
  let entries = db
    .selectFrom(sql<Entry>`${sql.table(tag === undefined ? 'items' : 'item_tags')}`.as('entry'))
    .select(['entry.id', `${key} as key`])
    .where('entry.status', '=', status)
  if (tag !== undefined) entries = entries.where(sql.ref('entry.tag'), '=', tag)
  if (owner_id !== undefined) entries = entries.where('entry.owner_id', '=', owner_id)
  if (search !== undefined) {
    const pattern = patternOf(search.toLowerCase())
    entries = entries.where(sql<boolean>`entry.title_key like ${pattern} escape '\\'`)
  }
  if (!after) return entries
  const isPast = direction === 'asc' ? '>' : '<'
  if (column === 'id') return entries.where('entry.id', isPast, after.id)
  return entries.where((eb) =>
    eb(eb.refTuple(key, 'entry.id'), isPast, eb.tuple(after.key, after.id)),
  )
}
