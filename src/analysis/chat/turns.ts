import type { ChatTurn } from '../../../schemas/analysis/chat.ts'
import { failure } from '../../failure.ts'
import type { Deps } from '../../fastify.ts'
import { type ChatDeps, runTurn, type Wish } from './turn.ts'

/** The turns of this instance that are under way: each has its time, and all end with the service. */
export type ChatTurns = {
  /**
   * Fails as `runTurn` does, with 504 `analysis_model_timeout` past the time that a turn has, and with 503
   * `analysis_chat_interrupted` when the service stops.
   */
  run(wish: Wish): Promise<ChatTurn>
  stop(): Promise<void>
}

export function createChatTurns(deps: ChatDeps & Pick<Deps, 'lifecycle'>): ChatTurns {
  const { turnSeconds: seconds } = deps.config.chat
  const open = new Map<AbortController, Promise<unknown>>()
  const interrupted = () => failure('analysis_chat_interrupted', undefined, { retry_after: 5 })

  return {
    async run(wish) {
      if (deps.lifecycle.phase() === 'draining') throw interrupted()
      const { controller } = wish
      const late = () => controller.abort(failure('analysis_model_timeout', { seconds }))
      const timer = setTimeout(late, seconds * 1000)
      const work = runTurn(deps, wish)
      open.set(controller, work)
      try {
        return await work
      } finally {
        clearTimeout(timer)
        open.delete(controller)
      }
    },
    async stop() {
      for (const controller of open.keys()) controller.abort(interrupted())
      await Promise.allSettled(open.values())
    },
  }
}
