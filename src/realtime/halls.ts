import { clockOf } from '../../db/clock.ts'
import type { RoomOutput } from '../../schemas/realtime.ts'
import { failure } from '../failure.ts'
import type { Deps } from '../fastify.ts'
import { groupBy, later, newId, now, ticks } from '../values.ts'
import { listMessagesSince } from './history.ts'
import { deliverTo, dismiss, type Member } from './members.ts'
import { channelOf, requireRoom } from './rooms.ts'

/** What areas publish about an object; with `access_changed` some may not read it any more. */
export type AreaEvent = { type: 'event'; event: string; data: unknown; access_changed?: boolean }

/** On the way between instances; the last two say to whom it is not handed on. */
type Published = (RoomOutput | AreaEvent) & { except?: string; except_user?: string }

type Hall = {
  room: string
  /** Since when somebody has been here, in ticks; which messages have been handed on: the latest ones. */
  begunAt: number
  told: Set<string>
  members: Set<Member>
  leave: () => void
  /** Deliveries that wait for a check of rights, and whatever comes behind them. */
  waiting: number
  deliveries: Promise<void>
  posts: Promise<unknown>
}

const maxHalls = 10_000

export type Halls = ReturnType<typeof createHalls>

/** The rooms in which somebody is on this instance, and what happens in them. */
export function createHalls(deps: Pick<Deps, 'db' | 'rooms' | 'channels' | 'meters'>) {
  const halls = new Map<string, Hall>()

  function receive(hall: Hall, published: Published): void {
    const needsCheck = 'access_changed' in published && published.access_changed === true
    if (!needsCheck && hall.waiting === 0) {
      deliver(hall, published)
      return
    }
    hall.waiting += 1
    hall.deliveries = hall.deliveries
      .then(async () => {
        if (needsCheck && !isEnd(published)) await requireRights(deps, hall)
        deliver(hall, published)
      })
      .finally(() => {
        hall.waiting -= 1
      })
  }

  function deliver(hall: Hall, { except, except_user, ...published }: Published) {
    const { room, members } = hall
    const message = published.type === 'event' ? toEvent(room, published) : published
    const text = JSON.stringify(message)
    const id = 'id' in message ? message.id : undefined
    if (message.type === 'message' && !isNews(hall, message.id)) return
    for (const member of members) {
      if (member.isClosed || member.id === except || member.user_id === except_user) continue
      deps.meters.countSocketMessage('out')
      deliverTo(member, text, id)
    }
    if (!isEnd(published)) return
    for (const member of members) dismiss(member, failure('room_not_found', { room }))
  }

  /** What was said on other instances while they could not be heard, and who may no longer hear. */
  async function catchUp(hall: Hall): Promise<void> {
    await requireRights(deps, hall)
    // By the clock that messages have: the one of this instance may have been set meanwhile.
    const at = await clockOf(deps.db)
    const since = later(at, (hall.begunAt - ticks()) / 1000)
    for (const missed of await listMessagesSince(deps.db, hall.room, since)) {
      receive(hall, missed)
    }
  }
  deps.channels.onGap(async () => {
    for (const hall of halls.values()) await catchUp(hall).catch(() => {})
  })

  return {
    add(member: Member): void {
      const { room } = member
      const known = halls.get(room)
      if (known) return void known.members.add(member)
      if (halls.size >= maxHalls) throw failure('too_many_rooms')
      const hall: Hall = {
        room,
        begunAt: ticks(),
        told: new Set(),
        members: new Set([member]),
        leave: () => {},
        waiting: 0,
        deliveries: Promise.resolve(),
        posts: Promise.resolve(),
      }
      hall.leave = deps.channels.join(channelOf(room), (text) => receive(hall, JSON.parse(text)))
      halls.set(room, hall)
    },

    remove(member: Member): void {
      const hall = halls.get(member.room)
      if (!hall?.members.delete(member) || hall.members.size > 0) return
      hall.leave()
      halls.delete(member.room)
    },

    /** Tells everybody in a room, on every instance. */
    publish(room: string, message: Published): void {
      deps.channels.publish(channelOf(room), message)
    },

    /** Does things of one room one after the other, so that they are published in that order. */
    inOrder<Result>(room: string, work: () => Promise<Result>): Promise<Result> {
      const hall = halls.get(room)
      if (!hall) return work()
      const next = hall.posts.then(work, work)
      hall.posts = next.catch(() => {})
      return next
    },
  }
}

/** Asks once for each of those in a room whether they may still be there, and lets others go. */
async function requireRights(deps: Pick<Deps, 'db' | 'rooms'>, { room, members }: Hall) {
  const keyOf = ({ caller }: Member) => `${caller.id} ${caller.scopes?.join() ?? ''}`
  for (const group of groupBy(members, keyOf).values()) {
    const [first] = group as [Member]
    try {
      await requireRoom(deps, first.caller, room)
    } catch (error) {
      for (const member of group) dismiss(member, error)
    }
  }
}

/** More than are kept of a room, so that what is read of it again is known. */
const toldAtMost = 200

function isNews({ told }: Hall, id: string): boolean {
  if (told.has(id)) return false
  told.add(id)
  for (const oldest of told) {
    if (told.size <= toldAtMost) break
    told.delete(oldest)
  }
  return true
}

/** The last thing that can be said about an object. */
function isEnd(message: { type: string; event?: string }): boolean {
  return message.type === 'event' && message.event?.endsWith('.deleted') === true
}

function toEvent(room: string, { event, data }: Pick<AreaEvent, 'event' | 'data'>): RoomOutput {
  return { type: 'event', id: newId(), event, data, room, timestamp: now() }
}
