import type { FastifyRequest } from 'fastify'
import type { RoomInput } from '../../schemas/realtime.ts'
import { failure } from '../failure.ts'
import type { App } from '../fastify.ts'
import { now } from '../values.ts'
import { recordMessage } from './history.ts'
import { dismiss, type Member, tell } from './members.ts'
import { contentOf, errorOf, failureIn, readInput } from './protocol.ts'
import { type Residence, requireRights } from './residence.ts'

export type Talk = ReturnType<typeof createTalk>

/** What a client says and how it is answered, one thing after the other. */
export function createTalk(
  app: App,
  { halls }: Residence,
  member: Member,
  request: FastifyRequest,
) {
  const { room, user_id, language, log } = member

  function object(error: unknown): void {
    if (failureIn(error).statusCode >= 500) log.error({ err: error }, 'message failed')
    tell(member, errorOf(error, language))
  }

  async function say(content: string): Promise<void> {
    if (content === '') return
    await halls.inOrder(room, async () => {
      halls.publish(room, await recordMessage(app.db, user_id, room, content))
    })
  }

  function show(is_typing: boolean): void {
    const user = { id: user_id, username: member.person.username }
    const news = { type: 'typing', user, is_typing, timestamp: now() } as const
    halls.publish(room, { ...news, except: member.id })
  }

  async function renew(token: string): Promise<void> {
    try {
      await requireRights(app, member, token)
      tell(member, { type: 'auth_ok', expires_at: member.caller.expires_at ?? null })
    } catch (error) {
      const { failure: code, statusCode } = failureIn(error)
      const mayStay = statusCode === 401 || statusCode >= 500
      if (code === 'token_of_another' || !mayStay) dismiss(member, error)
      else throw error
    }
  }

  async function answer(input: RoomInput): Promise<void> {
    if (input.type === 'message') await say(contentOf(input))
    else if (input.type === 'typing') show(input.is_typing ?? false)
    else if (input.type === 'ping') tell(member, { type: 'pong', timestamp: now() })
    else await renew(input.token)
  }

  return {
    object,

    hear(text: string | undefined): void {
      member.work = member.work.then(async () => {
        if (member.isClosed) return
        try {
          if (text === undefined) throw failure('message_not_text')
          await answer(readInput(request, text))
        } catch (error) {
          object(error)
        }
      })
    },
  }
}
