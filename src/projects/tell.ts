import type { ProjectRole } from '../../schemas/projects/common.ts'
import type { Deps } from '../fastify.ts'

type ProjectEventName = 'project.updated' | 'project.deleted' | 'project.member_changed'

/** Tells the room of a project, after the transaction, what happened to it. */
export function tellProject(
  { channels }: Pick<Deps, 'channels'>,
  id: string,
  event: ProjectEventName,
  data: object = {},
): void {
  channels.publish(`project:${id}`, { type: 'event', event, data: { id, ...data } })
}

/** Tells the room who came, went, or has another role now; somebody without a role is gone. */
export function tellMembers(
  told: Pick<Deps, 'channels'>,
  id: string,
  members: readonly { user_id: string; role: ProjectRole | null }[],
): void {
  if (members.length === 0) return
  const shown = members.map(({ user_id, role }) => ({ user_id, role }))
  tellProject(told, id, 'project.member_changed', { members: shown })
}
