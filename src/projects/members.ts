import type { Db } from '../../db/tables.ts'
import type { PageQuery } from '../../schemas/pages.ts'
import type { ProjectRole } from '../../schemas/projects/common.ts'
import type { OwnMembership, ProjectMember } from '../../schemas/projects/members.ts'
import type { Caller } from '../access.ts'
import { failure } from '../failure.ts'
import { paginate } from '../page.ts'
import { requireProject } from './access.ts'

type Row = Omit<ProjectMember, 'user'> & { email: string; display_name: string }

/** Who is in a project, the latest first. */
export async function listMembers(db: Db, caller: Caller, project_id: string, page: PageQuery) {
  await requireProject(db, caller, project_id, 'read')
  const query = memberRows(db, project_id).orderBy('project_members.id', 'desc')
  const { members, ...rest } = await paginate(query, page, 'members')
  return { members: members.map(toMember), ...rest, project_id }
}

/** What the caller is in a project: a SystemAdmin is its manager without being listed. */
export async function getOwnMembership(
  db: Db,
  caller: Caller,
  project_id: string,
): Promise<OwnMembership> {
  const { role } = await requireProject(db, caller, project_id, 'read')
  const isManager = role === 'project_manager'
  return { project_id, user_id: caller.id, role, is_owner: isManager, is_admin: isManager }
}

/** Fails with 404 where this is no membership of this project. */
export async function getMember(
  db: Db,
  project_id: string,
  memberId: string,
): Promise<ProjectMember> {
  return toMember(
    await memberRows(db, project_id)
      .where('project_members.id', '=', memberId)
      .executeTakeFirstOrThrow(() => failure('member_not_found', { id: project_id })),
  )
}

/** Those of some users who are in a project. */
export async function findMembers(
  db: Db,
  project_id: string,
  userIds: readonly string[],
): Promise<ProjectMember[]> {
  const rows = await memberRows(db, project_id).where('user_id', 'in', userIds).execute()
  return rows.map(toMember)
}

function memberRows(db: Db, project_id: string) {
  return db
    .selectFrom('project_members')
    .innerJoin('users', 'users.id', 'project_members.user_id')
    .select(['project_members.id', 'project_id', 'user_id', 'role', 'joined_at', 'added_by'])
    .select(['email', 'display_name'])
    .where('project_id', '=', project_id)
}

function toMember({ email, display_name, ...row }: Row): ProjectMember {
  return { ...row, user: { id: row.user_id, email, display_name } }
}

/** What somebody becomes who is added without a role. */
export const usualRole: ProjectRole = 'member'
