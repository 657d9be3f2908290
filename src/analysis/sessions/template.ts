import type { Db } from '../../../db/tables.ts'
import type { NewAnalysisSession } from '../../../schemas/analysis/sessions.ts'
import { invalid } from '../../failure.ts'

/** What a session is opened with. */
export type SessionTemplate = {
  issue_id: string
  issue_name: string
  validation_id: string
  validation_name: string
  agent_prompt: string
  initial_msg: string
}

/**
 * The question that a session is opened for. Fails with 422 for one that the project does not have, and
 * for a theme that is not its own.
 */
export async function templateFor(
  db: Db,
  { project_id, issue_id, validation_id }: NewAnalysisSession,
): Promise<SessionTemplate> {
  const template = await readTemplate(db, issue_id, project_id)
  if (!template) throw invalid({ field: 'issue_id', rule: 'unknown_issue' })
  if (template.validation_id !== validation_id.toLowerCase()) {
    const { validation_id: id } = template
    throw invalid({ field: 'validation_id', rule: 'other_validation', id })
  }
  return template
}

function readTemplate(
  db: Db,
  issueId: string,
  projectId: string,
): Promise<SessionTemplate | undefined> {
  return db
    .selectFrom('analysis_issues as issue')
    .innerJoin('analysis_validations as validation', 'validation.id', 'issue.validation_id')
    .select(['issue.id as issue_id', 'issue.name as issue_name', 'agent_prompt', 'initial_msg'])
    .select(['validation.id as validation_id', 'validation.name as validation_name'])
    .where('issue.id', '=', issueId.toLowerCase())
    .where((eb) =>
      eb.or([eb('issue.project_id', 'is', null), eb('issue.project_id', '=', projectId)]),
    )
    .executeTakeFirst()
}
