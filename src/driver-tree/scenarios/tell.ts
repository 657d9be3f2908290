import type { Caller } from '../../access.ts'
import type { Deps } from '../../fastify.ts'

type ScenarioEvent = 'scenario.created' | 'scenario.updated' | 'scenario.deleted'

/** Tells the room of a tree, after the transaction, what was done to a scenario. */
export function tellOfScenario(
  { channels }: Pick<Deps, 'channels'>,
  caller: Caller,
  { id, version }: { id: string; version: number },
  event: ScenarioEvent,
  scenario_id: string,
): void {
  channels.publish(`tree:${id}`, {
    type: 'event',
    event,
    data: { id, version, by: caller.id, scenario_id },
  })
}
