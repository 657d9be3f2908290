import { randomInt } from 'node:crypto'
import { type Placeholders, prepare } from '../../db/prepared.ts'
import type { Db, Trx } from '../../db/tables.ts'
import type { ItemStatus } from '../../schemas/items.ts'

export type Countable = { owner_id: string; status: ItemStatus; tags: readonly string[] }

/** What one number of `item_counts` is of; without an owner, of everybody's items. */
export type Branch = { status: ItemStatus; owner_id?: string | undefined }

const all = ''

/** Writers of different people meet only in the numbers of everybody, and there one time in this. */
const shards = 8

/**
 * Keeps the numbers right in the transaction of the change. The row of the item must be held by it,
 * so that `before` is what it was. Always in the same order, so that no two wait for each other.
 */
export async function recordCounts(
  trx: Trx,
  before: Countable | undefined,
  after: Countable | undefined,
): Promise<void> {
  const shard = randomInt(shards)
  const deltas = new Map<string, ReturnType<typeof keysOf>[number] & { n: number }>()
  for (const [item, step] of [[before, -1] as const, [after, 1] as const]) {
    for (const key of item ? keysOf(item) : []) {
      const name = JSON.stringify([key.tag, key.owner_id, key.status])
      deltas.set(name, { ...key, n: (deltas.get(name)?.n ?? 0) + step })
    }
  }
  const rows = [...deltas.entries()]
    .filter(([, { n }]) => n !== 0)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, row]) => ({ ...row, shard: row.owner_id === all ? shard : 0 }))
  if (rows.length === 0) return
  await trx
    .insertInto('item_counts')
    .values(rows)
    .onConflict((conflict) =>
      conflict
        .columns(['tag', 'owner_id', 'status', 'shard'])
        .doUpdateSet((eb) => ({ n: eb('item_counts.n', '+', eb.ref('excluded.n')) })),
    )
    .execute()
}

/** How many items there are in branches that have none in common. */
export async function countItems(db: Db, branches: Branch[], tag = all): Promise<number> {
  if (branches.length === 0) return 0
  const [found] = await sumCounts(db, { tag, ...ownerIn(branches) }, shapeOf(branches))
  return found?.total ?? 0
}

/** What branches look like, whoever the owner is: those that are of one are all of the same. */
export type BranchShape = { status: ItemStatus; isOwned: boolean }

export function shapeOf(branches: Branch[]): BranchShape[] {
  return branches.map(({ status, owner_id }) => ({ status, isOwned: owner_id !== undefined }))
}

export function ownerIn(branches: Branch[]): { owner: string } {
  return { owner: branches.find(({ owner_id }) => owner_id !== undefined)?.owner_id ?? all }
}

const sumCounts = prepare(
  (db: Db, { tag, owner }: Placeholders<{ tag: string; owner: string }>, branches: BranchShape[]) =>
    db
      .selectFrom('item_counts')
      .select((eb) => eb.fn.sum<number | null>('n').as('total'))
      .where('tag', '=', tag)
      .where((eb) =>
        eb.or(
          branches.map(({ status, isOwned }) =>
            eb.and([eb('owner_id', '=', isOwned ? owner : all), eb('status', '=', status)]),
          ),
        ),
      ),
)

function keysOf({ owner_id, status, tags }: Countable) {
  return [all, ...tags].flatMap((tag) => [
    { tag, owner_id: all, status },
    { tag, owner_id, status },
  ])
}
