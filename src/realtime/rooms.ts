import type { Db } from '../../db/tables.ts'
import type { RoomUsers } from '../../schemas/realtime.ts'
import type { Caller } from '../access.ts'
import { failure } from '../failure.ts'
import type { Deps } from '../fastify.ts'

/** Reads an object, or fails as its area does when the caller may not. */
export type ReadObject = (db: Db, caller: Caller, id: string) => Promise<unknown>

/** How the objects of each kind are read that have a room. */
export type RoomKinds = Readonly<Record<string, ReadObject>>

declare module '../fastify.ts' {
  interface Deps {
    rooms: RoomKinds
  }
}

const openRoom = /^[\p{L}\p{N}._-]{1,64}$/u
const objectRoom = /^([a-z][a-z-]{0,31}):([\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12})$/

/** The name as it is compared, if it can be one: the same letters may be written in several ways. */
export function roomNamed(text: string): string {
  const name = text.normalize('NFC')
  if (openRoom.test(name)) return name
  const lower = name.toLowerCase()
  if (objectRoom.test(lower)) return lower
  throw failure('room_not_found', { room: text.slice(0, 100) })
}

/** Where what happens in a room is published: areas publish the events of an object by its room. */
export function channelOf(room: string): string {
  return isObjectRoom(room) ? room : `open:${room}`
}

function isObjectRoom(room: string): boolean {
  return room.includes(':')
}

export async function listRoomUsers(
  deps: Pick<Deps, 'db' | 'rooms' | 'presence'>,
  caller: Caller,
  name: string,
): Promise<RoomUsers> {
  const room = roomNamed(name)
  await requireRoom(deps, caller, room)
  const users = await deps.presence.usersIn(room)
  return { room, users, count: users.length }
}

/** Fails unless the caller may be in the room; an object that they may not know of is not there. */
export async function requireRoom(
  { db, rooms }: Pick<Deps, 'db' | 'rooms'>,
  caller: Caller,
  room: string,
): Promise<void> {
  const [, kind = '', id = ''] = objectRoom.exec(room) ?? []
  if (!kind) return
  const read = Object.hasOwn(rooms, kind) ? rooms[kind] : undefined
  if (!read) throw failure('room_not_found', { room })
  try {
    await read(db, caller, id)
  } catch (error) {
    const { statusCode } = Object(error)
    if (statusCode === 404) throw failure('room_not_found', { room })
    if (statusCode === 403) throw failure('room_forbidden', { room })
    throw error
  }
}
