import type { Selectable } from 'kysely'
import { engineOf } from '../../../db/open.ts'
import type { Db, Tables, Trx } from '../../../db/tables.ts'
import type { Caller } from '../../access.ts'
import { failure } from '../../failure.ts'
import { requireProject } from '../../projects/access.ts'
import { shareProject } from '../../projects/hold.ts'
import type { ProjectAction } from '../../projects/roles.ts'
import { touched } from '../../version.ts'

export type SessionRow = Selectable<Tables['analysis_sessions']>

/** Fails with 404 for a session of a project that the caller may not know of. */
export async function getSessionRow(
  db: Db,
  caller: Caller,
  id: string,
  action: ProjectAction = 'read',
): Promise<SessionRow> {
  const notFound = () => failure('analysis_session_not_found', { id })
  const session = await db
    .selectFrom('analysis_sessions')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirstOrThrow(notFound)
  await requireProject(db, caller, session.project_id, action).catch((error) => {
    throw Object(error).statusCode === 404 ? notFound() : error
  })
  return session
}

/** Like `getSessionRow` for somebody who is going to work in it: fails with 409 for one that is put away. */
export async function getWorkingSession(db: Db, caller: Caller, id: string): Promise<SessionRow> {
  const session = await getSessionRow(db, caller, id, 'work')
  if (session.is_active === 0) throw failure('analysis_session_inactive')
  return session
}

/**
 * Begins every change of a session: counts it, and lets one transaction at a time make any. With a
 * `version`, fails with 412 unless the session still has that one. One that is put away is changed only
 * where `isAlsoInactive`.
 */
export async function touchSession(
  trx: Trx,
  caller: Caller,
  id: string,
  version?: number,
  { isAlsoInactive = false } = {},
): Promise<SessionRow> {
  const { project_id } = await getSessionRow(trx, caller, id, 'work')
  await shareProject(trx, project_id)
  await getSessionRow(trx, caller, id, 'work')
  const session = await trx
    .updateTable('analysis_sessions')
    .set(touched())
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow(() => failure('analysis_session_not_found', { id }))
  if (version !== undefined && session.version !== version + 1) throw failure('stale_version')
  if (session.is_active === 0 && !isAlsoInactive) throw failure('analysis_session_inactive')
  return session
}

/**
 * Lets one transaction at a time change a session, and counts nothing yet: for what may turn out to be
 * no change. Fails as `touchSession` does.
 */
export async function holdSession(
  trx: Trx,
  caller: Caller,
  id: string,
  version?: number,
): Promise<SessionRow> {
  const { project_id } = await getWorkingSession(trx, caller, id)
  await shareProject(trx, project_id)
  const held = trx.selectFrom('analysis_sessions').select('id').where('id', '=', id)
  // One transaction at a time is what SQLite has anyway.
  await (engineOf(trx) === 'postgres' ? held.forNoKeyUpdate() : held).execute()
  const session = await getWorkingSession(trx, caller, id)
  if (version !== undefined && session.version !== version) throw failure('stale_version')
  return session
}
