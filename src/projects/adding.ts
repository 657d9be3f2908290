import type { Trx } from '../../db/tables.ts'
import { transact } from '../../db/transact.ts'
import type { ProjectRole } from '../../schemas/projects/common.ts'
import type { NewProjectMember, ProjectMember } from '../../schemas/projects/members.ts'
import type { Caller } from '../access.ts'
import { holdUsers } from '../accounts/hold.ts'
import { failure, invalid } from '../failure.ts'
import type { Deps } from '../fastify.ts'
import { newId, now } from '../values.ts'
import { requireRole } from './access.ts'
import { recordProjectAudit } from './activity.ts'
import { holdProject } from './hold.ts'
import { findMembers, usualRole } from './members.ts'
import { leaderRoles } from './roles.ts'
import { tellMembers } from './tell.ts'

/** For managers, and for moderators where it is about a viewer or a member. Fails with 409 for a member. */
export async function addMember(
  told: Pick<Deps, 'db' | 'channels'>,
  caller: Caller,
  project_id: string,
  input: NewProjectMember,
): Promise<ProjectMember> {
  const { role = usualRole } = input
  const user_id = input.user_id.toLowerCase()
  const member = await transact(told.db, async (trx) => {
    const active = await holdUsers(trx, [caller.id, user_id])
    const project = await holdProject(trx, caller, project_id, 'manage_members')
    if (leaderRoles.includes(role)) requireRole(project, 'manage_leaders')
    if (!active.has(user_id)) throw invalid({ field: 'user_id', rule: 'unknown_user' })
    const [there] = await findMembers(trx, project_id, [user_id])
    if (there) {
      throw failure('already_member', { project_id, member_id: there.id, role: there.role })
    }
    await insertMembers(trx, caller, project_id, [{ user_id, role }])
    const [added] = (await findMembers(trx, project_id, [user_id])) as [ProjectMember]
    await recordProjectAudit(trx, caller, project_id, 'member.added', added.id, { user_id, role })
    return added
  })
  tellMembers(told, project_id, [member])
  return member
}

/** The users are held, so that none of them leaves meanwhile. */
export async function insertMembers(
  trx: Trx,
  caller: Caller,
  project_id: string,
  members: readonly { user_id: string; role: ProjectRole }[],
): Promise<void> {
  if (members.length === 0) return
  const joined_at = now()
  const rows = members.map(({ user_id, role }) => ({
    id: newId(),
    project_id,
    user_id,
    role,
    joined_at,
    added_by: caller.id,
  }))
  await trx.insertInto('project_members').values(rows).execute()
}
