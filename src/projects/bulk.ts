import { transact } from '../../db/transact.ts'
import { type MemberRefusal, memberRefusals } from '../../schemas/messages/projects.ts'
import type { ProjectRole } from '../../schemas/projects/common.ts'
import type {
  AddedMembers,
  FailedMember,
  NewProjectMember,
  ProjectMember,
} from '../../schemas/projects/members.ts'
import type { Caller } from '../access.ts'
import { holdUsers } from '../accounts/hold.ts'
import type { Deps } from '../fastify.ts'
import { fill, type Language } from '../messages.ts'
import { recordProjectAudit } from './activity.ts'
import { insertMembers } from './adding.ts'
import { holdProject } from './hold.ts'
import { findMembers, usualRole } from './members.ts'
import { tellMembers } from './tell.ts'

type Entry = { user_id: string; role: ProjectRole; refusal?: MemberRefusal | undefined }

/** For managers. All that can be added are, in one transaction; for each of the others it says why not. */
export async function addMembers(
  told: Pick<Deps, 'db' | 'channels'>,
  caller: Caller,
  project_id: string,
  members: readonly NewProjectMember[],
  language: Language,
): Promise<AddedMembers> {
  const wanted = members.map(({ user_id, role = usualRole }) => ({
    user_id: user_id.toLowerCase(),
    role,
  }))
  const userIds = [...new Set(wanted.map(({ user_id }) => user_id))]
  const { added, failed } = await transact(told.db, async (trx) => {
    const active = await holdUsers(trx, [...userIds, caller.id])
    await holdProject(trx, caller, project_id, 'add_many')
    const there = rolesOf(await findMembers(trx, project_id, userIds))
    const entries = judge(wanted, active, there)
    const fit = entries.filter(({ refusal }) => refusal === undefined)
    await insertMembers(trx, caller, project_id, fit)
    const failed = entries.flatMap((entry) => failedOf(entry, there, language))
    await recordProjectAudit(trx, caller, project_id, 'project.members_added', project_id, {
      added: fit.map(({ user_id, role }) => ({ user_id, role })),
      failed: failed.map(({ user_id, role, code }) => ({ user_id, role, code })),
    })
    const ids = fit.map(({ user_id }) => user_id)
    return { added: await inOrder(ids, (some) => findMembers(trx, project_id, some)), failed }
  })
  tellMembers(told, project_id, added)
  return {
    project_id,
    added,
    failed,
    total_requested: wanted.length,
    total_added: added.length,
    total_failed: failed.length,
  }
}

function judge(
  wanted: readonly { user_id: string; role: ProjectRole }[],
  active: ReadonlySet<string>,
  there: ReadonlyMap<string, ProjectRole>,
): Entry[] {
  const seen = new Set<string>()
  return wanted.map((entry) => {
    const { user_id } = entry
    const isRepeated = seen.has(user_id)
    seen.add(user_id)
    if (isRepeated) return { ...entry, refusal: 'repeated_member' }
    if (there.has(user_id)) return { ...entry, refusal: 'already_member' }
    return active.has(user_id) ? entry : { ...entry, refusal: 'unknown_user' }
  })
}

function failedOf(
  { user_id, role, refusal }: Entry,
  there: ReadonlyMap<string, ProjectRole>,
  language: Language,
): FailedMember[] {
  if (refusal === undefined) return []
  const error = fill(memberRefusals[refusal][language], { role: there.get(user_id) })
  return [{ user_id, role, error, code: refusal }]
}

function rolesOf(members: readonly ProjectMember[]): Map<string, ProjectRole> {
  return new Map(members.map(({ user_id, role }) => [user_id, role]))
}

async function inOrder(
  userIds: readonly string[],
  find: (ids: readonly string[]) => Promise<ProjectMember[]>,
): Promise<ProjectMember[]> {
  if (userIds.length === 0) return []
  const found = new Map((await find(userIds)).map((member) => [member.user_id, member]))
  return userIds.flatMap((id) => found.get(id) ?? [])
}
