import type { Channels } from '../channels.ts'
import type { Place, SharedPresence, Step } from '../redis-presence.ts'
import { now } from '../values.ts'
import { type Connection, createRegister, type Presence, type Register } from './presence.ts'
import { channelOf } from './rooms.ts'

/** Somebody who came or went without a connection of this instance that could tell. */
export type Move = {
  type: 'user_connected' | 'user_disconnected'
  room: string
  user_id: string
}

type Announce = (move: Move) => void

/** What the others may not have heard of. */
type Doubt = { isThere: boolean; wasSwept: boolean; entered: Set<Place> }

const chunkSize = 500

/**
 * Presence that instances keep together. The register of this one is the truth about its own
 * connections: it answers while the others cannot be asked, and what is kept together is corrected
 * by it. It is changed in the moment in which the others are told, so both change in one order.
 */
export function sharePresence(shared: SharedPresence, announce: Announce): Presence {
  const register = createRegister()
  const doubt: Doubt = { isThere: false, wasSwept: false, entered: new Set() }
  const keeper = keepLease(shared, register, doubt, announce)

  async function ask<Answer>(step: Promise<Step<Answer>>, otherwise: () => Answer) {
    try {
      const { answer, left } = await step
      for (const place of left) announce(moveOf('user_disconnected', place))
      return answer
    } catch {
      return otherwise()
    }
  }

  return {
    async enter(room, connection) {
      const place = placeOf(room, connection)
      const isFirst = register.add(room, connection)
      const answer = await ask(shared.enter(place), () => {
        doubt.isThere = true
        if (register.has(room, connection)) doubt.entered.add(place)
        return Number(isFirst)
      })
      return { is_first: answer === 1 }
    },
    async leave(room, connection) {
      const place = placeOf(room, connection)
      const isLast = register.remove(room, connection)
      doubt.entered.delete(place)
      const answer = await ask(shared.leave(place), () => {
        doubt.isThere = true
        return Number(isLast)
      })
      return { is_last: answer === 1 }
    },
    usersIn: (room) => ask(shared.users(room), () => register.usersIn(room)),
    stats: () => ask(shared.stats().then(toStats), register.stats),
    async close() {
      await keeper.stop()
      register.clear()
      await ask(shared.close(), () => 0)
    },
  }
}

/** Renews the lease three times within its time, and sets right what went wrong meanwhile. */
function keepLease(shared: SharedPresence, register: Register, doubt: Doubt, announce: Announce) {
  let underWay: Promise<void> | undefined
  const timer = setInterval(renew, shared.leaseMs / 3).unref()
  renew()

  function renew(): void {
    underWay ??= check()
      .catch(() => {
        doubt.isThere = true
      })
      .finally(() => {
        underWay = undefined
      })
  }

  async function check(): Promise<void> {
    const { total_connections } = register.stats()
    const { answer, left } = await shared.renew()
    for (const place of left) announce(moveOf('user_disconnected', place))
    if (answer !== total_connections || doubt.isThere) await correct()
  }

  async function correct(): Promise<void> {
    const entered = new Set(doubt.entered)
    doubt.isThere = false
    const [swept, known] = (await shared.places()).answer
    doubt.wasSwept ||= swept === 1
    const isNews = (place: Place) => doubt.wasSwept || entered.has(place)
    for (const places of chunksOf(differencesOf(register, known))) {
      // Asked again for each: connections come and go meanwhile.
      const missing = places.filter((place) => isIn(register, place))
      const surplus = places.filter((place) => !isIn(register, place))
      const { answer: first, left } = await shared.correct(missing, surplus)
      for (const place of first.filter(isNews)) announce(moveOf('user_connected', place))
      for (const place of left) announce(moveOf('user_disconnected', place))
    }
    doubt.wasSwept = false
    for (const place of entered) doubt.entered.delete(place)
  }

  return {
    async stop(): Promise<void> {
      clearInterval(timer)
      await underWay
    },
  }
}

/** Tells everybody in the room, on every instance. */
export function tellRooms(channels: Pick<Channels, 'publish'>): Announce {
  return ({ type, room, user_id }) =>
    channels.publish(channelOf(room), { type, user_id, timestamp: now() })
}

function toStats({ answer: [total, rooms, users], left }: Step<[number, number, number]>) {
  const answer = { total_connections: total, active_rooms: rooms, connected_users: users }
  return { answer, left }
}

/** Places that only one of the two knows. */
function differencesOf(register: Register, known: Place[]): Place[] {
  const unknown = new Set(known)
  const missing: Place[] = []
  for (const [room, connection] of register.all()) {
    const place = placeOf(room, connection)
    if (!unknown.delete(place)) missing.push(place)
  }
  return [...missing, ...unknown]
}

function* chunksOf(places: Place[]): Generator<Place[]> {
  for (let n = 0; n < places.length; n += chunkSize) yield places.slice(n, n + chunkSize)
}

function placeOf(room: string, { id, user_id }: Connection): Place {
  return `${user_id} ${id} ${room}`
}

function partsOf(place: Place): [user_id: string, id: string, room: string] {
  const [user_id = '', id = '', ...room] = place.split(' ')
  return [user_id, id, room.join(' ')]
}

function isIn(register: Register, place: Place): boolean {
  const [user_id, id, room] = partsOf(place)
  return register.has(room, { id, user_id })
}

function moveOf(type: Move['type'], place: Place): Move {
  const [user_id, , room] = partsOf(place)
  return { type, room, user_id }
}
