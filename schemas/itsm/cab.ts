import { type Static, Type } from '@sinclair/typebox'
import { Id, line, nullable, oneOf, ref, Timestamp } from '../common.ts'
import { pageOf, pageQuery } from '../pages.ts'
import { ChangeStatus, Named, RiskLevel } from './common.ts'

/** As a client may send it: with any offset, answered in UTC. */
export const time = (example: string, description?: string) =>
  Type.String({
    format: 'date-time',
    examples: [example],
    ...(description && { description }),
  })

const BoardName = Type.String({
  minLength: 1,
  maxLength: 100,
  pattern: line,
  description: 'Unique, in upper or lower case.',
  examples: ['変更諮問委員会'],
})

export const Delegation = Type.Object(
  {
    user_id: Type.String({ ...Id, description: 'The member whose seat it is.' }),
    delegate_id: Type.String({
      ...Id,
      description: 'Who may vote for that seat, and hands it on to nobody.',
      examples: ['01990f6e-5c00-7000-8000-0123456789ac'],
    }),
    from: time('2026-12-01T00:00:00.000Z'),
    to: time('2026-12-08T00:00:00.000Z', 'No longer part of it.'),
  },
  { $id: 'CabDelegation', additionalProperties: false },
)
export type Delegation = Static<typeof Delegation>

const SeatRole = oneOf('required', 'optional')

export const NewSeat = Type.Object(
  { user_id: Id, role: SeatRole },
  { $id: 'NewCabSeat', additionalProperties: false },
)

const fields = {
  name: BoardName,
  is_default: Type.Boolean({
    description:
      'Whether it decides on changes that name no board. It takes the place of the one before.',
    examples: [true],
  }),
  rule: Type.Unsafe<'any' | 'majority' | 'all'>({
    ...oneOf('any', 'majority', 'all'),
    description:
      'Once the quorum is there, `any`: one approval approves, a rejection by a required member rejects. `majority`: more than half of approvals and rejections approves, a tie does not, and it is rejected when a majority cannot be reached any more. `all`: every required member approves; one that rejects or abstains rejects. A conditional approval is an approval; where no member is required, all are.',
  }),
  quorum: Type.Number({
    minimum: 0,
    maximum: 1,
    description:
      'The share of required members who must have voted, abstentions included; of all members where none is required. Rounded up: of 5 members at 0.5, 3.',
    examples: [0.5],
  }),
  members: Type.Array(ref(NewSeat), { maxItems: 100 }),
  delegates: Type.Array(ref(Delegation), { maxItems: 200 }),
}

export const NewBoard = Type.Object(
  {
    name: fields.name,
    is_default: Type.Optional(Type.Boolean({ ...fields.is_default, default: false })),
    rule: fields.rule,
    quorum: fields.quorum,
    members: fields.members,
    delegates: Type.Optional(fields.delegates),
  },
  { $id: 'NewCabBoard', additionalProperties: false },
)
export type NewBoard = Static<typeof NewBoard>

export const BoardChange = Type.Partial(Type.Object(fields), {
  $id: 'CabBoardChange',
  additionalProperties: false,
  minProperties: 1,
  description: '`members` and `delegates` are replaced as wholes.',
  examples: [{ name: '変更諮問委員会', rule: 'majority', quorum: 0.5 }],
})
export type BoardChange = Static<typeof BoardChange>

export const Seat = Type.Object(
  { user_id: Id, name: Type.String({ examples: ['山田 花子'] }), role: SeatRole },
  { $id: 'CabSeat' },
)

export const Board = Type.Object(
  {
    id: Id,
    ...fields,
    members: Type.Array(ref(Seat), { description: 'Required ones first, then by name.' }),
    version: Type.Integer({ minimum: 1, examples: [1] }),
    created_at: Timestamp,
    updated_at: Timestamp,
  },
  { $id: 'CabBoard' },
)
export type Board = Static<typeof Board>

export const BoardQuery = pageQuery()
export const BoardPage = pageOf('boards', ref(Board), { $id: 'CabBoardPage' })

const changeShown = {
  change_id: Id,
  change_number: Type.String({ examples: ['CHG00000042'] }),
  title: Type.String({ examples: ['メールサーバーの証明書を更新する'] }),
  status: ChangeStatus,
  risk_level: RiskLevel,
  scheduled_start: nullable(Timestamp),
  scheduled_end: nullable(Timestamp),
}

export const ProposedItem = Type.Object(
  {
    ...changeShown,
    vote_round: Type.Integer({ minimum: 0, examples: [1] }),
    votes: Type.Integer({ minimum: 0, description: 'Cast in this round so far.', examples: [2] }),
  },
  { $id: 'CabProposedItem' },
)
export type ProposedItem = Static<typeof ProposedItem>
export const Proposal = pageOf('agenda', ref(ProposedItem), { $id: 'CabProposal' })

const duration = nullable(
  Type.Integer({ minimum: 1, maximum: 1440, description: 'How long it may take.', examples: [15] }),
)

export const NewAgendaItem = Type.Object(
  { change_id: Id, minutes: Type.Optional(duration) },
  { $id: 'NewCabAgendaItem', additionalProperties: false },
)

const meetingFields = {
  board_id: Id,
  title: Type.String({
    minLength: 1,
    maxLength: 200,
    pattern: line,
    examples: ['12 月第 1 週の変更諮問委員会'],
  }),
  starts_at: time('2026-12-01T04:00:00.000Z'),
  ends_at: time('2026-12-01T05:00:00.000Z', 'No longer part of it.'),
  place: nullable(Type.String({ maxLength: 500, pattern: '\\S', examples: ['第 2 会議室'] })),
  agenda: Type.Array(ref(NewAgendaItem), { maxItems: 200 }),
  minutes: nullable(
    Type.String({
      maxLength: 50_000,
      description: 'What was said and decided; votes are cast at the change.',
      examples: ['CHG00000042 を承認した。'],
    }),
  ),
  attendee_ids: Type.Array(Id, { maxItems: 200, uniqueItems: true }),
}

const { board_id, title, starts_at, ends_at, ...rest } = meetingFields

export const NewMeeting = Type.Object(
  { board_id, title, starts_at, ends_at, ...Type.Partial(Type.Object(rest)).properties },
  { $id: 'NewCabMeeting', additionalProperties: false },
)
export type NewMeeting = Static<typeof NewMeeting>

export const MeetingChange = Type.Partial(Type.Object({ title, starts_at, ends_at, ...rest }), {
  $id: 'CabMeetingChange',
  additionalProperties: false,
  minProperties: 1,
  description: '`agenda` and `attendee_ids` are replaced as wholes.',
})
export type MeetingChange = Static<typeof MeetingChange>

const AgendaItem = Type.Object({ ...changeShown, minutes: duration }, { $id: 'CabAgendaItem' })

export const Meeting = Type.Object(
  {
    id: Id,
    board: ref(Named),
    ...meetingFields,
    agenda: Type.Array(ref(AgendaItem), { description: 'In the order given.' }),
    attendees: Type.Array(ref(Named), { description: 'By name.' }),
    closed_at: nullable(
      Type.String({ ...Timestamp, description: 'Since when nothing of it may change.' }),
    ),
    created_by: Id,
    version: Type.Integer({ minimum: 1, examples: [1] }),
    created_at: Timestamp,
    updated_at: Timestamp,
  },
  { $id: 'CabMeeting' },
)
export type Meeting = Static<typeof Meeting>

export const MeetingQuery = Type.Object({
  ...pageQuery().properties,
  board_id: Type.Optional(Type.String({ ...Id, description: 'Only meetings of this board.' })),
  from: Type.Optional(time('2026-12-01T00:00:00.000Z', 'Only meetings that start then or later.')),
  to: Type.Optional(time('2027-01-01T00:00:00.000Z', 'Only meetings that start before then.')),
})
export type MeetingQuery = Static<typeof MeetingQuery>
export const MeetingPage = pageOf('meetings', ref(Meeting), { $id: 'CabMeetingPage' })

export const cabSchemas = [
  Delegation,
  NewSeat,
  NewBoard,
  BoardChange,
  Seat,
  Board,
  BoardPage,
  ProposedItem,
  Proposal,
  NewAgendaItem,
  NewMeeting,
  MeetingChange,
  AgendaItem,
  Meeting,
  MeetingPage,
]
