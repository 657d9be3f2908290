import { type Selectable, type SqlBool, sql } from 'kysely'
import { engineOf } from '../../../db/open.ts'
import type { Db, Tables, Trx } from '../../../db/tables.ts'
import type { Caller } from '../../access.ts'
import { recordAudit } from '../../audit.ts'
import { failure, invalid } from '../../failure.ts'
import { can } from '../../permissions.ts'
import { requireProject, requireRole, visibleProjects } from '../../projects/access.ts'
import { recordProjectAudit } from '../../projects/activity.ts'
import { shareProject } from '../../projects/hold.ts'
import { touched } from '../../version.ts'
import { getBuiltinIssue, getBuiltinTheme } from './catalogue.ts'

export type ThemeRow = Selectable<Tables['analysis_validations']>
export type IssueRow = Selectable<Tables['analysis_issues']>

type Scope = { project_id: string | null }

/** That what has this column is for everybody or, where there is one, of this project. */
export function seenFrom(column: 'project_id' | 'issue.project_id', projectId?: string | null) {
  const project = sql.ref(column)
  if (!projectId) return sql<SqlBool>`${project} is null`
  return sql<SqlBool>`(${project} is null or ${project} = ${projectId})`
}

/** That something is for everybody, or of a project that the caller may see. */
function seenBy(db: Db, caller: Caller) {
  const projects = visibleProjects(db, caller).select('projects.id')
  return sql<SqlBool>`(project_id is null or project_id in ${projects})`
}

/** A theme that is kept in the database; nothing for one that the caller may not know of. */
export function findThemeRow(db: Db, caller: Caller, id: string): Promise<ThemeRow | undefined> {
  return db
    .selectFrom('analysis_validations')
    .selectAll()
    .where('id', '=', id)
    .where(seenBy(db, caller))
    .executeTakeFirst()
}

/** A question that is kept in the database; nothing for one that the caller may not know of. */
export function findIssueRow(db: Db, caller: Caller, id: string): Promise<IssueRow | undefined> {
  return db
    .selectFrom('analysis_issues')
    .selectAll()
    .where('id', '=', id)
    .where(seenBy(db, caller))
    .executeTakeFirst()
}

/**
 * Fails where the caller may not add to, or change, what belongs to a project, or to everybody: the latter
 * takes the permission to manage templates.
 */
export async function requireScope(db: Db, caller: Caller, projectId: string | null) {
  if (projectId !== null) return requireProject(db, caller, projectId, 'work')
  const permission = 'template.manage'
  if (!can(caller, permission)) throw failure('permission_required', { permission })
  return null
}

/** Like `requireScope`, in a transaction: the project stays as it is until this ends. */
export async function holdScope(trx: Trx, caller: Caller, projectId: string | null) {
  if (projectId !== null) await shareProject(trx, projectId)
  return requireScope(trx, caller, projectId)
}

/** What somebody deletes of a project is their own, unless their role lets them delete that of others. */
export async function holdForDeletion(
  trx: Trx,
  caller: Caller,
  { project_id, created_by }: Scope & { created_by: string | null },
): Promise<void> {
  const project = await holdScope(trx, caller, project_id)
  if (project && created_by !== caller.id) requireRole(project, 'delete_any_work')
}

/** The question, to be changed: fails with 404, with 409 for one that the service brings along. */
export async function getOwnIssue(db: Db, caller: Caller, id: string): Promise<IssueRow> {
  if (getBuiltinIssue(id)) throw failure('template_builtin')
  const row = await findIssueRow(db, caller, id)
  if (!row) throw failure('template_not_found', { id })
  return row
}

/** The theme, to be changed: fails with 404, with 409 for one that the service brings along. */
export async function getOwnTheme(db: Db, caller: Caller, id: string): Promise<ThemeRow> {
  if (getBuiltinTheme(id)) throw failure('template_builtin')
  const row = await findThemeRow(db, caller, id)
  if (!row) throw failure('template_theme_not_found', { id })
  return row
}

/**
 * Counts a change of a theme or question, and lets one transaction at a time make any. With a `version`,
 * fails with 412 unless it still has that one. Whether it is still there is looked at after that.
 */
export async function touch(
  trx: Trx,
  table: 'analysis_validations' | 'analysis_issues',
  id: string,
  version?: number,
): Promise<void> {
  const row = await trx
    .updateTable(table)
    .set(touched())
    .where('id', '=', id)
    .returning('version')
    .executeTakeFirst()
  if (row && version !== undefined && row.version !== version + 1) throw failure('stale_version')
}

/** Fails with 422 unless a question of this scope may be one of the theme, which stays until the end. */
export async function holdTheme(trx: Trx, themeId: string, { project_id }: Scope): Promise<void> {
  if (getBuiltinTheme(themeId)) return
  const query = trx
    .selectFrom('analysis_validations')
    .select('project_id')
    .where('id', '=', themeId)
  // One transaction at a time is what SQLite has anyway.
  const held = engineOf(trx) === 'postgres' ? query.forShare() : query
  const theme = await held.executeTakeFirst()
  const isFit = theme && (theme.project_id === null || theme.project_id === project_id)
  if (!isFit) throw invalid({ field: 'validation_id', rule: 'unknown_theme' })
}

/** Writes the audit row of a change, which for one of a project is also in the activity of the project. */
export async function recordChange(
  trx: Trx,
  caller: Caller,
  { project_id }: Scope,
  action: `${string}.${string}`,
  id: string,
  changes: object,
): Promise<void> {
  if (project_id === null) await recordAudit(trx, caller, action, id, changes)
  else await recordProjectAudit(trx, caller, project_id, action, id, changes)
}
