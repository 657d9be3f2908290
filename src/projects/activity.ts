import type { Db, Trx } from '../../db/tables.ts'
import type { CursorQuery } from '../../schemas/pages.ts'
import type { ProjectEvent } from '../../schemas/projects/activity.ts'
import type { Actor, Caller } from '../access.ts'
import { recordAudit } from '../audit.ts'
import { paginateByCursor } from '../page.ts'
import { requireProject } from './access.ts'

/** Writes the audit row of a change in a project, so that it is also in the activity of the project. */
export async function recordProjectAudit(
  trx: Trx,
  actor: Actor,
  projectId: string,
  action: `${string}.${string}`,
  subjectId: string,
  changes: object = {},
): Promise<void> {
  const id = await recordAudit(trx, actor, action, subjectId, changes)
  await trx.insertInto('project_activity').values({ project_id: projectId, id }).execute()
}

/** What was done to a project and to what is in it, newest first. Every member may read it. */
export async function listProjectActivity(
  db: Db,
  caller: Caller,
  projectId: string,
  page: CursorQuery,
): Promise<{ events: ProjectEvent[]; next_cursor: string | null }> {
  await requireProject(db, caller, projectId, 'read')
  const query = db.selectFrom('project_activity').select('id').where('project_id', '=', projectId)
  const { ids, next_cursor } = await paginateByCursor(query, page, 'ids')
  const events = await eventsOf(
    db,
    ids.map(({ id }) => id),
  )
  return { events, next_cursor }
}

async function eventsOf(db: Db, ids: readonly string[]): Promise<ProjectEvent[]> {
  if (ids.length === 0) return []
  const rows = await db
    .selectFrom('audit_log')
    .leftJoin('users', 'users.id', 'audit_log.actor_id')
    .select(['audit_log.id', 'actor_id', 'display_name', 'action', 'subject_id', 'changes'])
    .select('audit_log.created_at')
    .where('audit_log.id', 'in', ids)
    .orderBy('audit_log.id', 'desc')
    .execute()
  return rows.map(({ actor_id, display_name, changes, ...row }) => ({
    ...row,
    actor: actor_id === null || display_name === null ? null : { id: actor_id, display_name },
    changes: JSON.parse(changes),
  }))
}
