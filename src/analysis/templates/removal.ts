import type { Db } from '../../../db/tables.ts'

/** Removes the templates of a project; there are at most so many that it can be done at once. */
export async function removeTemplates(db: Db, projectId: string): Promise<void> {
  await db.deleteFrom('analysis_issues').where('project_id', '=', projectId).execute()
  await db.deleteFrom('analysis_validations').where('project_id', '=', projectId).execute()
}
