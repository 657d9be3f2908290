import type { Db } from '../../../db/tables.ts'
import type { FileUse } from '../../projects/parts.ts'

/** The sessions that these files of a project are registered with. */
export async function sessionsUsing(db: Db, fileIds: readonly string[]): Promise<FileUse[]> {
  if (fileIds.length === 0) return []
  const rows = await db
    .selectFrom('analysis_files as file')
    .innerJoin('analysis_sessions as session', 'session.id', 'file.session_id')
    .select(['session.id', 'session.name', 'file.project_file_id as file_id'])
    .distinct()
    .where('file.project_file_id', 'in', fileIds)
    .orderBy('session.id')
    .orderBy('file.project_file_id')
    .execute()
  return rows.map((row) => ({ kind: 'session', ...row }))
}
