export type Connection = { id: string; user_id: string }

/** Who is in which room, counted in connections: somebody may come in with several. */
export type Presence = {
  /** `is_first` for the first connection of this user in this room. */
  enter(room: string, connection: Connection): Promise<{ is_first: boolean }>
  /** `is_last` for the last one; not so for a connection that was not there. */
  leave(room: string, connection: Connection): Promise<{ is_last: boolean }>
  usersIn(room: string): Promise<string[]>
  stats(): Promise<PresenceStats>
  close(): Promise<void>
}

export type PresenceStats = {
  total_connections: number
  active_rooms: number
  connected_users: number
}

declare module '../fastify.ts' {
  interface Deps {
    presence: Presence
  }
}

/** Presence in this process alone. */
export function createPresence(): Presence {
  const rooms = new Map<string, Map<string, Connection>>()
  const isIn = (room: string, userId: string) =>
    [...(rooms.get(room)?.values() ?? [])].some(({ user_id }) => user_id === userId)

  return {
    async enter(room, connection) {
      const is_first = !isIn(room, connection.user_id)
      const members = rooms.get(room) ?? new Map()
      rooms.set(room, members.set(connection.id, connection))
      return { is_first }
    },

    async leave(room, connection) {
      const members = rooms.get(room)
      if (!members?.delete(connection.id)) return { is_last: false }
      if (members.size === 0) rooms.delete(room)
      return { is_last: !isIn(room, connection.user_id) }
    },

    usersIn: async (room) => [
      ...new Set([...(rooms.get(room)?.values() ?? [])].map(({ user_id }) => user_id)),
    ],

    async stats() {
      const all = [...rooms.values()].flatMap((members) => [...members.values()])
      return {
        total_connections: all.length,
        active_rooms: rooms.size,
        connected_users: new Set(all.map(({ user_id }) => user_id)).size,
      }
    },

    async close() {
      rooms.clear()
    },
  }
}
