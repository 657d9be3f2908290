import type { Db } from '../../db/tables.ts'
import { transact } from '../../db/transact.ts'
import type { Deps } from '../fastify.ts'
import { forgetSources, isReferred } from './file-changes.ts'

type Stores = Pick<Deps, 'db' | 'storage' | 'projectParts'>

const filesAtATime = 100
const maxRounds = 5

/**
 * Removes a deleted project with all that is in it, storage included; can be done again. What was on
 * its way when the project was deleted may still have come in: nothing takes a project away from it,
 * so the next round finds it.
 */
export async function removeProject(
  deps: Stores,
  projectId: string,
  signal: AbortSignal,
): Promise<void> {
  const { db, projectParts } = deps
  const project = await db
    .selectFrom('projects')
    .select('deleted_at')
    .where('id', '=', projectId)
    .executeTakeFirst()
  if (!project?.deleted_at) return
  for (let round = 1; ; round += 1) {
    try {
      for (const remove of projectParts.removals) {
        signal.throwIfAborted()
        await remove(db, projectId)
      }
      await removeFiles(deps, projectId, signal)
      return await removeRow(db, projectId)
    } catch (error) {
      if (!isReferred(error) || round === maxRounds) throw error
    }
  }
}

/** Bytes first: where it breaks off, the rows that are left say which they were. */
async function removeFiles(
  { db, storage }: Stores,
  projectId: string,
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    const rows = await db
      .selectFrom('project_files')
      .select(['id', 'key'])
      .where('project_id', '=', projectId)
      .orderBy('id')
      .limit(filesAtATime)
      .execute()
    if (rows.length === 0) return
    for (const { key } of rows) {
      signal.throwIfAborted()
      await storage.remove(key)
    }
    const ids = rows.map(({ id }) => id)
    await transact(db, async (trx) => {
      await forgetSources(trx, ids)
      await trx.deleteFrom('project_files').where('id', 'in', ids).execute()
    })
  }
}

/** Its members and its activity go with it; files and trees do not let it go. */
async function removeRow(db: Db, projectId: string): Promise<void> {
  await db
    .deleteFrom('projects')
    .where('id', '=', projectId)
    .where('deleted_at', 'is not', null)
    .execute()
}
