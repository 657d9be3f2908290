import type { Trx } from '../../db/tables.ts'
import { transact } from '../../db/transact.ts'
import type { ProjectRole } from '../../schemas/projects/common.ts'
import type { ProjectMember } from '../../schemas/projects/members.ts'
import type { Caller } from '../access.ts'
import { recordAccessChange } from '../accounts/access-changes.ts'
import { holdUsers } from '../accounts/hold.ts'
import { failure, invalid } from '../failure.ts'
import type { Deps } from '../fastify.ts'
import { type ProjectSeen, requireProject, requireRole } from './access.ts'
import { recordProjectAudit } from './activity.ts'
import { holdProject } from './hold.ts'
import { requireOtherManager } from './leaving.ts'
import { findMembers, getMember } from './members.ts'
import { leaderRoles } from './roles.ts'
import { tellMembers } from './tell.ts'

type Told = Pick<Deps, 'db' | 'channels'>

/** For managers; moderators make viewers of members, and members of viewers. Nobody changes their own role. */
export async function changeRole(
  told: Told,
  caller: Caller,
  project_id: string,
  memberId: string,
  role: ProjectRole,
): Promise<ProjectMember> {
  const { member, isChanged } = await transact(told.db, async (trx) => {
    await requireProject(trx, caller, project_id, 'manage_members')
    const { user_id } = await getMember(trx, project_id, memberId)
    const active = await holdUsers(trx, [user_id])
    const project = await holdProject(trx, caller, project_id, 'manage_members')
    const before = await getMember(trx, project_id, memberId)
    if (user_id === caller.id) throw failure('own_role')
    requireMayTouch(project, before.role, role)
    if (before.role === role) return { member: before, isChanged: false }
    if (role === 'project_manager' && !active.has(user_id)) {
      throw invalid({ field: 'role', rule: 'inactive_manager' })
    }
    await requireOtherManager(trx, user_id, project_id)
    await trx.updateTable('project_members').set({ role }).where('id', '=', memberId).execute()
    await recordAccessChange(trx, user_id)
    await recordProjectAudit(trx, caller, project_id, 'member.role_changed', memberId, {
      user_id,
      role: { from: before.role, to: role },
    })
    return { member: { ...before, role }, isChanged: true }
  })
  if (isChanged) tellMembers(told, project_id, [member])
  return member
}

/** For managers, and for moderators where it is about a viewer or a member. Oneself one does not remove but leave. */
export async function removeMember(
  told: Told,
  caller: Caller,
  project_id: string,
  memberId: string,
): Promise<void> {
  const { user_id } = await transact(told.db, async (trx) => {
    const project = await holdProject(trx, caller, project_id, 'manage_members')
    const member = await getMember(trx, project_id, memberId)
    if (member.user_id === caller.id) throw failure('own_membership', { id: project_id })
    requireMayTouch(project, member.role)
    await deleteMember(trx, caller, member, 'member.removed')
    return member
  })
  tellMembers(told, project_id, [{ user_id, role: null }])
}

/** For everybody who is in it, but for its last active manager. */
export async function leaveProject(told: Told, caller: Caller, project_id: string): Promise<void> {
  await transact(told.db, async (trx) => {
    const project = await holdProject(trx, caller, project_id, 'read')
    const [member] = await findMembers(trx, project_id, [caller.id])
    if (!member) throw failure('member_not_found', { id: project_id })
    if (project.is_active === 0) throw failure('project_archived')
    await deleteMember(trx, caller, member, 'member.left')
  })
  tellMembers(told, project_id, [{ user_id: caller.id, role: null }])
}

/** Fails with 403 where one of these roles is for managers to give and to take. */
function requireMayTouch(project: ProjectSeen, ...roles: ProjectRole[]): void {
  if (roles.some((role) => leaderRoles.includes(role))) requireRole(project, 'manage_leaders')
}

async function deleteMember(
  trx: Trx,
  caller: Caller,
  { id, project_id, user_id, role }: ProjectMember,
  action: 'member.removed' | 'member.left',
): Promise<void> {
  await requireOtherManager(trx, user_id, project_id)
  await trx.deleteFrom('project_members').where('id', '=', id).execute()
  await recordAccessChange(trx, user_id)
  await recordProjectAudit(trx, caller, project_id, action, id, { user_id, role })
}
