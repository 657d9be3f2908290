import type { Db } from '../../../db/tables.ts'
import { contains } from '../../../db/text.ts'
import { transact } from '../../../db/transact.ts'
import type {
  AnalysisSession,
  AnalysisSessionChange,
  AnalysisSessionQuery,
  NewAnalysisSession,
} from '../../../schemas/analysis/sessions.ts'
import type { Caller } from '../../access.ts'
import { diff } from '../../audit.ts'
import { failure } from '../../failure.ts'
import { paginate } from '../../page.ts'
import { requireProject } from '../../projects/access.ts'
import { recordProjectAudit } from '../../projects/activity.ts'
import { shareProject } from '../../projects/hold.ts'
import { touchSession } from './access.ts'
import { insertSession } from './opening.ts'
import { type Told, tellSession } from './tell.ts'
import { templateFor } from './template.ts'
import { describeSession, selectSessions, toSession } from './wire.ts'

/** The sessions of a project, the newest first. */
export async function listSessions(
  db: Db,
  caller: Caller,
  { project_id, is_active, issue_id, search, ...page }: AnalysisSessionQuery,
) {
  await requireProject(db, caller, project_id, 'read')
  let query = selectSessions(db)
    .where('session.project_id', '=', project_id)
    .orderBy('session.id', 'desc')
  if (is_active !== undefined) query = query.where('is_active', '=', is_active ? 1 : 0)
  if (issue_id !== undefined) query = query.where('issue_id', '=', issue_id)
  if (search !== undefined) {
    query = query.where((eb) =>
      eb.or([
        contains(eb.ref('session.name'), search),
        contains(eb.ref('issue_name'), search),
        contains(eb.ref('validation_name'), search),
      ]),
    )
  }
  const { sessions, ...rest } = await paginate(query, page, 'sessions')
  return { sessions: sessions.map(toSession), ...rest }
}

/**
 * Opens a session for a question, with a first snapshot in which there is nothing, and with what the
 * template says first. Fails with 422 for a question that the project does not have.
 */
export function createSession(
  db: Db,
  caller: Caller,
  input: NewAnalysisSession,
): Promise<AnalysisSession> {
  return transact(db, async (trx) => {
    await shareProject(trx, input.project_id)
    const project = await requireProject(trx, caller, input.project_id, 'work')
    const { initial_msg, ...template } = await templateFor(trx, caller, {
      ...input,
      project_id: project.id,
    })
    const name = (input.name ?? template.issue_name).trim()
    const opened = { ...template, project_id: project.id, name }
    const { id } = await insertSession(trx, caller, opened, initial_msg)
    const { issue_id, issue_name } = template
    const written = { name, issue_id, issue_name }
    await recordProjectAudit(trx, caller, project.id, 'analysis.session_created', id, written)
    return describeSession(trx, id)
  })
}

/**
 * With a `version`, changes that one or fails. One that is put away takes no change that does not bring
 * it back.
 */
export async function updateSession(
  told: Told,
  caller: Caller,
  id: string,
  { name, is_active }: AnalysisSessionChange,
  version?: number,
): Promise<AnalysisSession> {
  const wanted = {
    ...(name !== undefined && { name: name.trim() }),
    ...(is_active !== undefined && { is_active: Number(is_active) }),
  }
  const session = await transact(told.db, async (trx) => {
    const before = await touchSession(trx, caller, id, version, { isAlsoInactive: true })
    if (before.is_active === 0 && is_active !== true) throw failure('analysis_session_inactive')
    await trx.updateTable('analysis_sessions').set(wanted).where('id', '=', before.id).execute()
    const shown = { name: before.name, is_active: before.is_active === 1 }
    const changes = diff<object>(shown, {
      ...wanted,
      ...(is_active !== undefined && { is_active }),
    })
    await recordProjectAudit(
      trx,
      caller,
      before.project_id,
      'analysis.session_updated',
      before.id,
      changes,
    )
    return describeSession(trx, before.id)
  })
  tellSession(told, caller, { ...session, id: session.session_id }, 'session.updated')
  return session
}
