import { type Selectable, type SelectQueryBuilder, sql } from 'kysely'
import { type Placeholders, prepare } from '../../db/prepared.ts'
import type { Db, Tables } from '../../db/tables.ts'
import { patternOf } from '../../db/text.ts'
import { type ItemQuery, type ItemSort, itemStatuses } from '../../schemas/items.ts'
import type { Caller } from '../access.ts'
import { cursorOf, type Position, positionIn } from '../cursors.ts'
import { invalid } from '../failure.ts'
import { envelopeOf } from '../page.ts'
import { can } from '../permissions.ts'
import { type Branch, type BranchShape, countItems, ownerIn, shapeOf } from './counts.ts'
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

/** One more than the page holds. */
async function findRows(db: Db, branches: Branch[], query: ItemQuery, after?: Position) {
  if (branches.length === 0) return []
  const { limit, skip } = query
  const place = { limit: limit + 1, skip, key: after?.key ?? '', id: after?.id ?? '' }
  const values = { ...place, ...ownerIn(branches), ...wordsIn(query) }
  return findPage(db, values, { ...shapeIn(branches, query), isAfter: after !== undefined })
}

/** From numbers that are kept, but for a search: that has to look at every title. */
async function countVisible(db: Db, branches: Branch[], query: ItemQuery): Promise<number> {
  if (query.search === undefined) return countItems(db, branches, query.tag)
  if (branches.length === 0) return 0
  const values = { ...ownerIn(branches), ...wordsIn(query) }
  const [found] = await countEntries(db, values, shapeIn(branches, query))
  return found?.total ?? 0
}

/** What makes one list another query than the next; the rest are its values. */
type Shape = {
  branches: BranchShape[]
  sort: ItemSort
  isTagged: boolean
  isSearch: boolean
  isAfter?: boolean
}
type Words = { owner: string; tag: string; pattern: string }
type Place = { limit: number; skip: number; key: string; id: string }

function shapeIn(branches: Branch[], { sort, tag, search }: ItemQuery): Shape {
  const isTagged = tag !== undefined
  return { branches: shapeOf(branches), sort, isTagged, isSearch: search !== undefined }
}

function wordsIn({ tag = '', search = '' }: ItemQuery) {
  return { tag, pattern: patternOf(search.toLowerCase()) }
}

/** Ids come first, from indexes alone; rows only for those. */
const findPage = prepare((db: Db, values: Placeholders<Words & Place>, shape: Shape) => {
  const [column, direction] = orders[shape.sort]
  const isById = column === 'id'
  const entries = unionOf(
    shape.branches.map((branch) => {
      const sorted = afterPlace(entriesIn(db, branch, values, shape), values, shape)
        .$if(!isById, (each) => each.orderBy('key', direction))
        .orderBy('id', direction)
      // Sorted here too, or PostgreSQL would not merge the branches as it reads them.
      return db.selectFrom(sorted.as('branch')).selectAll()
    }),
  )
  const page = entries
    .$if(!isById, (each) => each.orderBy('key', direction))
    .orderBy('id', direction)
    .limit(values.limit)
    .offset(values.skip)
  return db
    .selectFrom(page.as('page'))
    .innerJoin('items', 'items.id', 'page.id')
    .select(columns.map((each) => `items.${each}` as const))
    .select('items.title_key')
    .orderBy('page.key', direction)
    .orderBy('page.id', direction)
})

const countEntries = prepare((db: Db, words: Placeholders<Words>, shape: Shape) => {
  const entries = unionOf(
    shape.branches.map((branch) =>
      db.selectFrom(entriesIn(db, branch, words, shape).as('branch')).selectAll(),
    ),
  )
  return db.selectFrom(entries.as('found')).select((eb) => eb.fn.countAll<number>().as('total'))
})

type Entries = SelectQueryBuilder<Tables, never, { id: string; key: string }>

function unionOf([first, ...others]: Entries[]): Entries {
  return others.reduce((all, each) => all.unionAll(each), first as Entries)
}

function entriesIn(
  db: Db,
  { status, isOwned }: BranchShape,
  { owner, tag, pattern }: Placeholders<Words>,
  { sort, isTagged, isSearch }: Shape,
) {
  const key = `entry.${orders[sort][0]}` as const
  let entries = db
    .selectFrom(sql<Entry>`${sql.table(isTagged ? 'item_tags' : 'items')}`.as('entry'))
    .select(['entry.id', `${key} as key`])
    .where('entry.status', '=', status)
  if (isTagged) entries = entries.where(sql.ref('entry.tag'), '=', tag)
  if (isOwned) entries = entries.where('entry.owner_id', '=', owner)
  if (isSearch) {
    entries = entries.where(sql<boolean>`entry.title_key like ${pattern} escape '\\'`)
  }
  return entries
}

function afterPlace(
  entries: ReturnType<typeof entriesIn>,
  { key, id }: Placeholders<Place>,
  { sort, isAfter }: Shape,
) {
  if (!isAfter) return entries
  const [column, direction] = orders[sort]
  const isPast = direction === 'asc' ? '>' : '<'
  if (column === 'id') return entries.where('entry.id', isPast, id)
  const position = sql`(${sql.ref(`entry.${column}`)}, ${sql.ref('entry.id')})`
  return entries.where(sql<boolean>`${position} ${sql.raw(isPast)} (${key}, ${id})`)
}
