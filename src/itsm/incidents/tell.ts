import type { ItsmEvent } from '../../../schemas/itsm/common.ts'
import type { Deps } from '../../fastify.ts'

/**
 * Tells the room of an incident, after the transaction, what happened to it. The reporter is in that room
 * too: `data` holds nothing that is not for them, so for internal matters no more than ids.
 */
export function tellIncident(
  { channels }: Pick<Deps, 'channels'>,
  id: string,
  event: ItsmEvent,
  data: object,
): void {
  channels.publish(`incident:${id}`, { type: 'event', event, data: { id, ...data } })
}
