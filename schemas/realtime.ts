import { type Static, Type } from '@sinclair/typebox'
import { Id, nullable, oneOf, ref, Timestamp } from './common.ts'

const room = Type.String({ examples: ['general'] })
const type = <Name extends string>(name: Name) => oneOf(name)

export const RoomParams = Type.Object({
  room: Type.String({
    description:
      'An open room: up to 64 letters, digits and `. _ -`; or that of an object: `item:<id>`.',
  }),
})

const since = Type.Optional(
  Type.String({
    maxLength: 40,
    description: 'The id of a message or a time: only messages after it, as far as they are kept.',
  }),
)

export const ConnectionQuery = Type.Object({
  token: Type.Optional(
    Type.String({ maxLength: 20_000, description: 'An access token; a ticket is the safer way.' }),
  ),
  ticket: Type.Optional(
    Type.String({ maxLength: 100, description: 'A ticket of `POST /api/v1/ws/ticket`.' }),
  ),
  since,
})
export type ConnectionQuery = Static<typeof ConnectionQuery>

export const RoomMessageQuery = Type.Object({
  limit: Type.Integer({
    minimum: 1,
    maximum: 100,
    default: 100,
    description: 'How many at most.',
  }),
  before: Type.Optional(
    Type.String({ format: 'uuid', description: 'The id of a message: only those before it.' }),
  ),
  since,
})
export type RoomMessageQuery = Static<typeof RoomMessageQuery>

export const RoomTicket = Type.Object(
  {
    ticket: Type.String({
      description: 'Good for one connection.',
      examples: ['QmFzZTY0dXJsIG9mIDMyIHJhbmRvbSBieXRlcyAhISE'],
    }),
    expires_at: Timestamp,
  },
  { $id: 'RoomTicket' },
)
export type RoomTicket = Static<typeof RoomTicket>

export const RoomUsers = Type.Object(
  { room, users: Type.Array(Id), count: Type.Integer({ minimum: 0, examples: [1] }) },
  { $id: 'RoomUsers' },
)
export type RoomUsers = Static<typeof RoomUsers>

export const RoomStats = Type.Object(
  {
    total_connections: Type.Integer({ minimum: 0, examples: [3] }),
    active_rooms: Type.Integer({ minimum: 0, examples: [1] }),
    connected_users: Type.Integer({ minimum: 0, examples: [2] }),
  },
  { $id: 'RoomStats' },
)
export type RoomStats = Static<typeof RoomStats>

const username = nullable(Type.String({ examples: ['hanako'] }))
const full_name = nullable(Type.String({ examples: ['山田 花子'] }))

export const RoomMessage = Type.Object(
  {
    type: type('message'),
    id: Id,
    content: Type.String({ examples: ['おはようございます'] }),
    user: Type.Object({ id: Id, username, full_name }),
    timestamp: Timestamp,
    room,
  },
  { $id: 'RoomMessage', description: 'What somebody said.' },
)
export type RoomMessage = Static<typeof RoomMessage>

export const RoomHistory = Type.Object(
  { room, messages: Type.Array(ref(RoomMessage), { description: 'Oldest first.' }) },
  { $id: 'RoomHistory' },
)

/** What a client may send: by `type`, which is `message` where there is none. */
const closed = { additionalProperties: false }
export const RoomInput = {
  message: Type.Object(
    { type: Type.Optional(type('message')), content: Type.Optional(Type.String()) },
    {
      $id: 'SendMessage',
      ...closed,
      description: 'Says something; nothing but blanks is ignored.',
    },
  ),
  typing: Type.Object(
    { type: type('typing'), is_typing: Type.Optional(Type.Boolean({ default: false })) },
    { $id: 'SendTyping', ...closed, description: 'Shows the others that one is writing.' },
  ),
  ping: Type.Object(
    { type: type('ping') },
    { $id: 'SendPing', ...closed, description: 'Asks for a `pong`.' },
  ),
  auth: Type.Object(
    { type: type('auth'), token: Type.String({ examples: ['eyJhbGciOi…'] }) },
    {
      $id: 'SendAuth',
      ...closed,
      description: 'Stays connected with a new token of the same user.',
    },
  ),
}
export type RoomInput =
  | (Static<typeof RoomInput.message> & { type: 'message' })
  | Static<typeof RoomInput.typing>
  | Static<typeof RoomInput.ping>
  | Static<typeof RoomInput.auth>

/** What a client may get besides messages. */
const presence = { user_id: Id, timestamp: Timestamp }
export const RoomOutput = {
  typing: Type.Object(
    {
      type: type('typing'),
      user: Type.Object({ id: Id, username }),
      is_typing: Type.Boolean(),
      timestamp: Timestamp,
    },
    { $id: 'RoomTyping', description: 'Somebody else is writing, or no longer.' },
  ),
  user_connected: Type.Object(
    { type: type('user_connected'), ...presence },
    { $id: 'RoomUserConnected', description: 'Somebody else is in the room now.' },
  ),
  user_disconnected: Type.Object(
    { type: type('user_disconnected'), ...presence },
    { $id: 'RoomUserDisconnected', description: 'The last connection of somebody has ended.' },
  ),
  event: Type.Object(
    {
      type: type('event'),
      id: Id,
      event: Type.String({ examples: ['item.updated'] }),
      data: Type.Unknown(),
      room,
      timestamp: Timestamp,
    },
    { $id: 'RoomEvent', description: 'What the room is about has changed.' },
  ),
  pong: Type.Object(
    { type: type('pong'), timestamp: Timestamp },
    { $id: 'RoomPong', description: 'The answer to `ping`.' },
  ),
  auth_ok: Type.Object(
    { type: type('auth_ok'), expires_at: nullable(Timestamp) },
    { $id: 'RoomAuthenticated', description: 'The new token holds until then.' },
  ),
  error: Type.Object(
    {
      type: type('error'),
      code: Type.String({ examples: ['malformed_json'] }),
      message: Type.String({ description: 'What to do, in the language of `Accept-Language`.' }),
      errors: Type.Optional(
        Type.Array(Type.Object({ field: Type.String(), message: Type.String() })),
      ),
    },
    { $id: 'RoomError', description: 'What was sent last was not taken; the connection stays.' },
  ),
}
export type RoomOutput =
  | RoomMessage
  | {
      [Name in keyof typeof RoomOutput]: Static<(typeof RoomOutput)[Name]>
    }[keyof typeof RoomOutput]

/** Everything that goes through a socket, for the docs: each message by its `type`. */
export const AnyRoomInput = Type.Unsafe<RoomInput>({
  $id: 'RoomInput',
  description: 'What a client may send.',
  anyOf: Object.values(RoomInput).map((each) => ref(each)),
})
export const AnyRoomOutput = Type.Unsafe<RoomOutput>({
  $id: 'RoomOutput',
  description: 'What a client may get.',
  anyOf: [RoomMessage, ...Object.values(RoomOutput)].map((each) => ref(each)),
})
