import type { Db } from '../../../db/tables.ts'
import { transact } from '../../../db/transact.ts'
import type { Engine } from '../engine.ts'
import { removeTemplates } from '../templates/removal.ts'
import { eraseSession } from './erasing.ts'

/** Removes the sessions and templates of a project, one session at a time; jobs remove their tables. */
export async function removeSessions(
  engine: Pick<Engine, 'forget'>,
  db: Db,
  projectId: string,
): Promise<void> {
  for (;;) {
    const session = await db
      .selectFrom('analysis_sessions')
      .select('id')
      .where('project_id', '=', projectId)
      .limit(1)
      .executeTakeFirst()
    if (!session) break
    await transact(db, (trx) => eraseSession(trx, session.id))
    await engine.forget(session.id)
  }
  await removeTemplates(db, projectId)
}
