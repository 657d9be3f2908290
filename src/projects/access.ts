import { type Selectable, sql } from 'kysely'
import type { Db, Tables, Trx } from '../../db/tables.ts'
import type { ProjectRole } from '../../schemas/projects/common.ts'
import type { Caller } from '../access.ts'
import { failure } from '../failure.ts'
import { can } from '../permissions.ts'
import { type ProjectAction, projectPermissions } from './roles.ts'

export type ProjectRow = Selectable<Tables['projects']>

/** A project, and what the caller is in it. */
export type ProjectSeen = ProjectRow & { role: ProjectRole }

/** Those that the caller is a member of; all of them for somebody who manages projects everywhere. */
export function visibleProjects(db: Db, caller: Caller) {
  const query = db.selectFrom('projects').where('deleted_at', 'is', null)
  if (can(caller, 'project.manage')) return query
  return query.where('projects.id', 'in', (eb) =>
    eb.selectFrom('project_members').select('project_id').where('user_id', '=', caller.id),
  )
}

/**
 * Fails with 404 `project_not_found` for a project that the caller may not know of, with 403
 * `project_role_required` where their role does not allow the action, and with 409 `project_archived`
 * for any action but reading in one that is archived.
 */
export async function requireProject(
  db: Db,
  caller: Caller,
  id: string,
  action: ProjectAction,
): Promise<ProjectSeen> {
  const project = await getProjectRow(db, caller, id)
  requireRole(project, action)
  if (action !== 'read' && project.is_active === 0) throw failure('project_archived')
  return project
}

/** Fails with 404 for a project that the caller may not know of. */
export async function getProjectRow(db: Db, caller: Caller, id: string): Promise<ProjectSeen> {
  const row = await seenProjects(db, caller)
    .where('projects.id', '=', id)
    .executeTakeFirstOrThrow(() => failure('project_not_found', { id }))
  return toSeen(caller, row)
}

/** Like `visibleProjects`, with all that `toSeen` needs. */
export function seenProjects(db: Db, caller: Caller) {
  return visibleProjects(db, caller)
    .selectAll('projects')
    .select((eb) =>
      eb
        .selectFrom('project_members')
        .select('role')
        .whereRef('project_id', '=', 'projects.id')
        .where('user_id', '=', caller.id)
        .as('own_role'),
    )
}

export function toSeen(
  caller: Caller,
  { own_role, ...row }: ProjectRow & { own_role: ProjectRole | null },
): ProjectSeen {
  const isManager = can(caller, 'project.manage') || own_role === null
  return { ...row, role: isManager ? 'project_manager' : own_role }
}

export function requireRole({ role }: { role: ProjectRole }, action: ProjectAction): void {
  if (projectPermissions[role].has(action)) return
  const roles = Object.entries(projectPermissions).flatMap(([name, may]) =>
    may.has(action) ? [name] : [],
  )
  throw failure('project_role_required', { roles })
}

/** Lets one transaction at a time change who is in a project, and in which role. */
export async function holdMembers(trx: Trx, projectId: string): Promise<void> {
  await trx
    .updateTable('projects')
    .set({ members_version: sql<number>`members_version + 1` })
    .where('id', '=', projectId)
    .execute()
}

/** For the room of a project: whoever may read it. */
export function getProjectRoom(db: Db, caller: Caller, id: string): Promise<ProjectSeen> {
  return requireProject(db, caller, id, 'read')
}
