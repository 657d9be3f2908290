import type { Db } from '../../../db/tables.ts'
import type { AnalysisSession } from '../../../schemas/analysis/sessions.ts'

/** Sessions with all that is shown of them; those who ask know that the caller may read them. */
export function selectSessions(db: Db) {
  return db
    .selectFrom('analysis_sessions as session')
    .leftJoin('analysis_snapshots as snapshot', 'snapshot.id', 'session.current_snapshot_id')
    .leftJoin('analysis_files as file', 'file.id', 'snapshot.file_id')
    .leftJoin('project_files', 'project_files.id', 'file.project_file_id')
    .leftJoin('users', 'users.id', 'session.created_by')
    .select(['session.id as session_id', 'session.name', 'session.project_id', 'is_active'])
    .select(['snapshot.snapshot_order as current_snapshot', 'current_snapshot_id'])
    .select(['validation_id', 'validation_name', 'issue_id', 'issue_name'])
    .select(['session.created_by as creator_id', 'users.display_name as creator_name'])
    .select(['snapshot.file_id as input_file_id', 'original_name as input_file_name'])
    .select(['session.version', 'session.created_at', 'session.updated_at'])
    .select((eb) =>
      eb
        .selectFrom('analysis_snapshot_steps')
        .select((count) => count.fn.countAll<number>().as('count'))
        .whereRef('snapshot_id', '=', 'session.current_snapshot_id')
        .as('step_count'),
    )
    .$castTo<Row>()
}

type Row = Omit<AnalysisSession, 'is_active'> & { is_active: number }

/** What is shown of a session. Whoever asks knows that it is there. */
export async function describeSession(db: Db, id: string): Promise<AnalysisSession> {
  const row = await selectSessions(db).where('session.id', '=', id).executeTakeFirstOrThrow()
  return toSession(row)
}

export function toSession({ is_active, ...row }: Row): AnalysisSession {
  return { ...row, is_active: is_active === 1 }
}
