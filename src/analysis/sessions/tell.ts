import type { Caller } from '../../access.ts'
import type { Deps } from '../../fastify.ts'

/** What a change of a session needs besides the caller: where it is written, and who is told. */
export type Told = Pick<Deps, 'db' | 'channels'>

export type SessionEvent =
  | 'session.updated'
  | 'session.deleted'
  | 'session.snapshot'
  | 'session.restored'
  | 'session.chat'
  | 'file.registered'
  | 'file.configured'
  | 'file.deleted'

/** Tells the room of a session, after the transaction, what was done and what version the session has now. */
export function tellSession(
  { channels }: Told,
  caller: Caller,
  session: { id: string; version: number },
  event: SessionEvent,
  data: { snapshot_id?: string; file_id?: string } = {},
): void {
  const { id, version } = session
  channels.publish(`session:${id}`, {
    type: 'event',
    event,
    data: { id, version, by: caller.id, ...data },
  })
}
