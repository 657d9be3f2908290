export type RealtimeTables = {
  /** Rooms in which something was said. */
  rooms: {
    name: string
    /** That of the newest message; messages of a room are counted without gaps. */
    last_position: number
    updated_at: string
  }
  room_messages: {
    id: string
    room: string
    position: number
    user_id: string
    content: string
    created_at: string
  }
  /** What stands in for a token once, and for a moment. */
  room_tickets: {
    hash: string
    user_id: string
    /** The token it was made with, sealed. */
    token: string
    /** The page that asked for it; null for a program. */
    origin: string | null
    expires_at: string
  }
}
