import type { Db } from '../../../db/tables.ts'
import type { NewAnalysisSession } from '../../../schemas/analysis/sessions.ts'
import type { Caller } from '../../access.ts'
import { invalid } from '../../failure.ts'
import { getTemplate, type SessionTemplate } from '../templates/templates.ts'

/**
 * The question that a session is opened for. Fails with 422 for one that the project does not have, and
 * for a theme that is not its own.
 */
export async function templateFor(
  db: Db,
  caller: Caller,
  { project_id, issue_id, validation_id }: NewAnalysisSession,
): Promise<SessionTemplate> {
  const template = await getTemplate(db, caller, issue_id.toLowerCase(), project_id).catch(
    (error) => {
      if (Object(error).failure !== 'template_not_found') throw error
      throw invalid({ field: 'issue_id', rule: 'unknown_issue' })
    },
  )
  if (template.validation_id !== validation_id.toLowerCase()) {
    const { validation_id: id } = template
    throw invalid({ field: 'validation_id', rule: 'other_validation', id })
  }
  return template
}
