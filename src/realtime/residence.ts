import { requireCan } from '../access.ts'
import { listChanged } from '../accounts/standing.ts'
import { failure } from '../failure.ts'
import type { App } from '../fastify.ts'
import { now } from '../values.ts'
import { createHalls, type Halls } from './halls.ts'
import { listMessagesSince } from './history.ts'
import { dismiss, leaveWith, type Member, release } from './members.ts'
import { failureIn } from './protocol.ts'
import { requireRoom } from './rooms.ts'

const maxPerUser = 20

const patienceMs = 3_000
const longestUnseenMs = 25_000

/** The longest time that a timer can take. */
const maxTimerMs = 2 ** 31 - 1

export type Residence = ReturnType<typeof createResidence>

/** Everybody who is connected to this instance: how they come in, stay and go. */
export function createResidence(app: App) {
  const halls = createHalls(app)
  const members = new Set<Member>()
  const users = new Map<string, { members: Set<Member>; leave: () => void }>()
  const leaving = new Set<Promise<void>>()
  const beat = setInterval(() => beatAll(members), app.config.websocketPing * 1000).unref()
  const watch = watchRights(app, members)
  let isClosing = false

  function add(member: Member): void {
    if (isClosing) throw failure('unavailable')
    const { user_id } = member
    const known = users.get(user_id)
    if (known && known.members.size >= maxPerUser) {
      throw failure('too_many_connections', { limit: maxPerUser })
    }
    halls.add(member)
    if (known) known.members.add(member)
    else {
      const own = new Set([member])
      const leave = app.channels.join(`access:${user_id}`, () => {
        for (const each of own) recheck(app, each)
      })
      users.set(user_id, { members: own, leave })
    }
    members.add(member)
    app.meters.showSockets(members.size)
  }

  function remove(member: Member): void {
    const known = users.get(member.user_id)
    if (known?.members.delete(member) && known.members.size === 0) {
      known.leave()
      users.delete(member.user_id)
    }
    halls.remove(member)
    members.delete(member)
    app.meters.showSockets(members.size)
  }

  return {
    halls,

    /** It is in the room before its rights are looked at: what changes meanwhile is not missed. */
    enter(member: Member, since: string | undefined): void {
      add(member)
      member.work = comeIn(app, halls, member, since).catch((error) => dismiss(member, error))
    },

    leave(member: Member, code: number): void {
      member.isClosed = true
      clearTimeout(member.expiry)
      const { log, room, user_id } = member
      log.info({ room, user_id, code }, 'socket closed')
      const left = member.work
        .then(() => goOut(app, halls, member))
        .catch((error) => log.error({ err: error }, 'presence could not be told'))
        .finally(() => {
          remove(member)
          leaving.delete(left)
        })
      leaving.add(left)
    },

    /** Sends everybody elsewhere and waits until they have gone; then they are gone. */
    async close(): Promise<void> {
      isClosing = true
      clearInterval(beat)
      clearInterval(watch)
      for (const member of members) leaveWith(member, 1012, 'service_restart')
      const deadline = Date.now() + patienceMs
      while (members.size > leaving.size && Date.now() < deadline) await pause()
      for (const member of members) member.wire.terminate()
      while (members.size > leaving.size) await pause()
      await Promise.all(leaving)
    },
  }
}

async function comeIn(app: App, halls: Halls, member: Member, since?: string): Promise<void> {
  const { room, user_id, log } = member
  // From here on nothing is missed that another instance says, of the room or of this user.
  await app.channels.settled()
  await requireRights(app, member)
  const { is_first } = await app.presence.enter(room, member)
  member.isPresent = true
  if (is_first) {
    const news = { type: 'user_connected', user_id, timestamp: now() } as const
    halls.publish(room, { ...news, except_user: user_id })
  }
  log.info({ room, user_id }, 'socket opened')
  release(member, since === undefined ? [] : await listMessagesSince(app.db, room, since))
}

async function goOut({ presence }: App, halls: Halls, member: Member): Promise<void> {
  if (!member.isPresent) return
  const { room, user_id } = member
  const { is_last } = await presence.leave(room, member)
  if (is_last) halls.publish(room, { type: 'user_disconnected', user_id, timestamp: now() })
}

/** Whether the token still opens a door, and the door leads to this room. */
export async function requireRights(app: App, member: Member, token = member.token) {
  const { caller: known, token: held, room } = member
  const origin = { request_id: known.request_id, ip: known.ip, user_agent: known.user_agent }
  const caller = { ...origin, ...(await app.identify(token, origin)) }
  if (caller.id !== member.user_id) throw failure('token_of_another')
  requireCan('room.join', caller)
  await requireRoom(app, caller, room)
  const person = await app.db
    .selectFrom('users')
    .select(['username', 'full_name'])
    .where('id', '=', caller.id)
    .executeTakeFirstOrThrow(() => failure('token_invalid'))
  // It was renewed meanwhile: what holds now is the newer one.
  if (member.token !== held) return
  member.person = person
  member.caller = caller
  member.token = token
  expireAt(member, caller.expires_at)
}

/** Should the word be lost that somebody may do less, it is noticed all the same. */
function watchRights(app: App, members: Set<Member>): NodeJS.Timeout {
  let isLooking = false
  const look = async () => {
    if (isLooking) return
    isLooking = true
    const here = [...members].filter((member) => !member.isClosed)
    const changed = await listChanged(app.db, here).catch((error) => {
      app.log.error({ err: error }, 'rights of sockets could not be looked at')
      return []
    })
    for (const member of changed) recheck(app, member, true)
    isLooking = false
  }
  const everyMs = Math.min(app.config.websocketPing * 1000, longestUnseenMs)
  return setInterval(() => void look(), everyMs).unref()
}

/** Lets go whoever may stay no longer, and whoever cannot be asked about after a change. */
function recheck(app: App, member: Member, isRoutine = false): void {
  const { token } = member
  requireRights(app, member).catch((error) => {
    if (member.isClosed || (isRoutine && failureIn(error).statusCode >= 500)) return
    if (member.token === token) dismiss(member, error)
    else recheck(app, member, isRoutine)
  })
}

function expireAt(member: Member, at: string | undefined): void {
  clearTimeout(member.expiry)
  if (at === undefined || member.isClosed) return
  const left = Date.parse(at) - Date.now()
  member.expiry = setTimeout(
    () => {
      if (left > maxTimerMs) expireAt(member, at)
      else dismiss(member, failure('token_expired'))
    },
    Math.min(left, maxTimerMs),
  ).unref()
}

/** Who has not answered twice is gone, though the network has not said so. */
function beatAll(members: Set<Member>): void {
  for (const member of members) {
    if (member.missedPings >= 2) {
      member.wire.terminate()
      continue
    }
    member.missedPings += 1
    member.wire.ping()
  }
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 20))
}
