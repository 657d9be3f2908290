import type { FastifyBaseLogger } from 'fastify'
import type { RoomMessage, RoomOutput } from '../../schemas/realtime.ts'
import type { Caller } from '../access.ts'
import type { Failure } from '../failure.ts'
import type { Language } from '../messages.ts'
import { newId } from '../values.ts'
import { failureIn } from './protocol.ts'

/** What of a WebSocket is needed to talk through it. */
export type Wire = {
  readonly bufferedAmount: number
  send(text: string): void
  ping(): void
  pong(data: Buffer): void
  close(code: number, reason: string): void
  terminate(): void
}

/** A connection in a room, on this instance. */
export type Member = {
  readonly id: string
  readonly user_id: string
  readonly room: string
  readonly wire: Wire
  readonly language: Language
  readonly log: FastifyBaseLogger
  caller: Caller
  token: string
  person: { username: string | null; full_name: string | null }
  /** What came while it was on its way in; nothing once it is in. */
  held: { text: string; id: string | undefined }[] | undefined
  heldLength: number
  /** What it got on its way in: a message is kept a moment before it is published. */
  replayed: Set<string>
  /** One thing after the other, in the order in which it was asked for. */
  work: Promise<void>
  isPresent: boolean
  isClosed: boolean
  missedPings: number
  expiry: NodeJS.Timeout | undefined
}

const maxBacklog = 1024 * 1024

export function createMember(
  room: string,
  wire: Wire,
  { caller, token, language, log }: Pick<Member, 'caller' | 'token' | 'language' | 'log'>,
): Member {
  return {
    id: newId(),
    user_id: caller.id,
    room,
    wire,
    language,
    log,
    caller,
    token,
    person: { username: null, full_name: null },
    held: [],
    heldLength: 0,
    replayed: new Set(),
    work: Promise.resolve(),
    isPresent: false,
    isClosed: false,
    missedPings: 0,
    expiry: undefined,
  }
}

/** Tells one member something; one that does not read what it is told is dropped. */
export function tell(member: Member, message: RoomOutput): void {
  send(member, JSON.stringify(message))
}

/** Hands on what was said to all; to a member on its way in, when it has got what it missed. */
export function deliverTo(member: Member, text: string, id: string | undefined): void {
  if (!member.held) {
    if (id === undefined || !member.replayed.delete(id)) send(member, text)
    return
  }
  member.held.push({ text, id })
  member.heldLength += text.length
  if (member.heldLength > maxBacklog) member.wire.terminate()
}

/** What it missed, then what came meanwhile, nothing of it twice. */
export function release(member: Member, missed: RoomMessage[]): void {
  member.replayed = new Set(missed.map(({ id }) => id))
  for (const each of missed) tell(member, each)
  const held = member.held ?? []
  member.held = undefined
  for (const { text, id } of held) deliverTo(member, text, id)
}

/** Why the service lets a connection go, as a code that clients can tell apart. */
export function closeCodeOf({ statusCode }: Failure): number {
  if (statusCode === 401) return 4001
  if (statusCode === 403 || statusCode === 404) return 4403
  if (statusCode === 429) return 4429
  if (statusCode < 500) return 1008
  return statusCode === 503 ? 1013 : 1011
}

/** Closes with the reason; from now on nothing reaches the member any more. */
export function dismiss(member: Member, error: unknown): void {
  const reason = failureIn(error)
  if (reason.statusCode >= 500) member.log.error({ err: error }, 'socket failed')
  leaveWith(member, closeCodeOf(reason), reason.failure)
}

export function leaveWith(member: Member, code: number, reason: string): void {
  if (member.isClosed) return
  member.isClosed = true
  member.wire.close(code, reason)
}

function send(member: Member, text: string): void {
  if (member.isClosed) return
  if (member.wire.bufferedAmount > maxBacklog) {
    member.log.warn({ user_id: member.user_id }, 'dropped a socket that does not read')
    member.wire.terminate()
  } else {
    member.wire.send(text)
  }
}
