import type { Trx } from '../../../db/tables.ts'
import type { Deps } from '../../fastify.ts'
import { enqueue } from '../../jobs.ts'
import { keysOf } from './files.ts'

/** Somebody leaves, and so do the files that they uploaded for trees; what trees took from them stays. */
export function forgetTreeFiles(trx: Trx, ownerId: string): Promise<void> {
  return enqueue(trx, 'remove_tree_files', { owner_id: ownerId })
}

/** Removes all files for trees of somebody; where it breaks off it can be done again. */
export async function removeTreeFiles(
  { db, storage }: Pick<Deps, 'db' | 'storage'>,
  ownerId: string,
): Promise<void> {
  for (;;) {
    const files = await db
      .selectFrom('driver_tree_files')
      .select(['id', 'key'])
      .where('owner_id', '=', ownerId)
      .orderBy('id', 'desc')
      .limit(20)
      .execute()
    if (files.length === 0) return
    for (const key of await keysOf(db, files)) await storage.remove(key)
    const ids = files.map(({ id }) => id)
    await db.deleteFrom('driver_tree_files').where('id', 'in', ids).execute()
  }
}
