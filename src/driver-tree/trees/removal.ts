import type { Db } from '../../../db/tables.ts'

/** Removes the trees of a project, one at a time. */
export async function removeTrees(db: Db, projectId: string): Promise<void> {
  for (;;) {
    const tree = await db
      .selectFrom('driver_trees')
      .select('id')
      .where('project_id', '=', projectId)
      .limit(1)
      .executeTakeFirst()
    if (!tree) return
    await db.deleteFrom('driver_trees').where('id', '=', tree.id).execute()
  }
}
