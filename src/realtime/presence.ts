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

/** Presence of this process alone; `sharePresence` is that of several. */
export function createPresence(): Presence {
  const register = createRegister()
  return {
    enter: async (room, connection) => ({ is_first: register.add(room, connection) }),
    leave: async (room, connection) => ({ is_last: register.remove(room, connection) }),
    usersIn: async (room) => register.usersIn(room),
    stats: async () => register.stats(),
    close: async () => register.clear(),
  }
}

export type Register = ReturnType<typeof createRegister>

/** The connections of this process by room and user. */
export function createRegister() {
  const rooms = new Map<string, Map<string, Set<string>>>()
  const users = new Map<string, number>()
  let total = 0

  function count(userId: string, by: 1 | -1): void {
    total += by
    const connections = (users.get(userId) ?? 0) + by
    if (connections > 0) users.set(userId, connections)
    else users.delete(userId)
  }

  return {
    add(room: string, { id, user_id }: Connection): boolean {
      const members = rooms.get(room) ?? new Map<string, Set<string>>()
      const connections = members.get(user_id) ?? new Set()
      if (connections.has(id)) return false
      rooms.set(room, members.set(user_id, connections.add(id)))
      count(user_id, 1)
      return connections.size === 1
    },

    remove(room: string, { id, user_id }: Connection): boolean {
      const members = rooms.get(room)
      const connections = members?.get(user_id)
      if (!members || !connections?.delete(id)) return false
      count(user_id, -1)
      if (connections.size > 0) return false
      members.delete(user_id)
      if (members.size === 0) rooms.delete(room)
      return true
    },

    has: (room: string, { id, user_id }: Connection): boolean =>
      rooms.get(room)?.get(user_id)?.has(id) ?? false,

    *all(): Generator<[room: string, Connection]> {
      for (const [room, members] of rooms) {
        for (const [user_id, connections] of members) {
          for (const id of connections) yield [room, { id, user_id }]
        }
      }
    },

    usersIn: (room: string): string[] => [...(rooms.get(room)?.keys() ?? [])],

    stats: (): PresenceStats => ({
      total_connections: total,
      active_rooms: rooms.size,
      connected_users: users.size,
    }),

    clear(): void {
      rooms.clear()
      users.clear()
      total = 0
    },
  }
}
