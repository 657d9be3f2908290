import { type Static, Type } from '@sinclair/typebox'
import { Id, nullable, oneOf, ref, Timestamp } from '../common.ts'
import { ChangeStatus } from './common.ts'

const Decision = oneOf('approve', 'reject', 'abstain', 'conditional')
const Condition = Type.String({
  minLength: 1,
  maxLength: 1000,
  pattern: '\\S',
  examples: ['切り戻しの手順を開始前に試しておく'],
})

export const NewVote = Type.Object(
  {
    decision: Type.Unsafe<Static<typeof Decision>>({
      ...Decision,
      description:
        '`conditional` approves on `conditions`. An abstention counts for the quorum and not for the majority.',
    }),
    comments: Type.Optional(
      nullable(Type.String({ maxLength: 5000, examples: ['切り戻しの手順を確認しました。'] })),
    ),
    conditions: Type.Optional(
      Type.Array(Condition, {
        maxItems: 20,
        description: 'With `conditional`, one at least; with no other decision.',
        examples: [[]],
      }),
    ),
    on_behalf_of: Type.Optional(
      nullable(
        Type.String({
          ...Id,
          description:
            'The member whose seat it is. Left out, one’s own seat, or the only one that one stands in for.',
          examples: [null],
        }),
      ),
    ),
  },
  { $id: 'NewChangeVote', additionalProperties: false },
)
export type NewVote = Static<typeof NewVote>

const count = Type.Integer({ minimum: 0, examples: [1] })

export const VoteReason = Type.Object(
  {
    code: Type.String({ examples: ['quorum_missing'] }),
    ja: Type.String({ examples: ['定足数に足りません (3 人中 1 人が投票、2 人必要)。'] }),
    en: Type.String({ examples: ['There is no quorum: 1 of 3 have voted, 2 must.'] }),
  },
  { $id: 'ChangeVoteReason' },
)

export const VoteTally = Type.Object(
  {
    decided: nullable(oneOf('approved', 'rejected')),
    quorum: Type.Object({
      needed: Type.Integer({ minimum: 0, description: 'How many must have voted.', examples: [2] }),
      voted: Type.Integer({ minimum: 0, description: 'How many of those have.', examples: [1] }),
      of: Type.Integer({ minimum: 0, description: 'How many count for it.', examples: [3] }),
      reached: Type.Boolean(),
    }),
    counts: Type.Object({
      approve: count,
      reject: count,
      abstain: count,
      conditional: count,
      missing: count,
    }),
    reasons: Type.Array(ref(VoteReason), { description: 'Why it is decided, or is not.' }),
  },
  { $id: 'ChangeVoteTally' },
)

export const ChangeVote = Type.Object(
  {
    id: Id,
    user_id: Type.String({ ...Id, description: 'Whose vote it is.' }),
    name: Type.String({ examples: ['山田 花子'] }),
    cast_by: Type.String({ ...Id, description: 'Who cast it.' }),
    cast_by_name: Type.String({ examples: ['佐藤 次郎'] }),
    by_delegate: Type.Boolean(),
    decision: Decision,
    comments: nullable(Type.String()),
    conditions: Type.Array(Type.String()),
    created_at: Timestamp,
    updated_at: Timestamp,
  },
  { $id: 'ChangeVote' },
)

export const VoteRound = Type.Object(
  {
    round: Type.Integer({ minimum: 0, examples: [1] }),
    is_current: Type.Boolean({ description: 'Votes of other rounds no longer count.' }),
    decided_at: nullable(Timestamp),
    board_id: nullable(
      Type.String({ ...Id, description: 'Null for one approver, or a board that is gone.' }),
    ),
    board_name: nullable(Type.String({ examples: ['変更諮問委員会'] })),
    tally: Type.Union([ref(VoteTally), Type.Null()], {
      description:
        'Of a decided round as it was then. Null for a round that ended undecided, and where there is no board to decide.',
    }),
    waiting_for: Type.Array(Type.Object({ user_id: Id, name: Type.String() }), {
      description: 'Members of the board who have not voted, while it is open.',
      examples: [[]],
    }),
    votes: Type.Array(ref(ChangeVote)),
  },
  { $id: 'ChangeVoteRound' },
)

export const ChangeCondition = Type.Object(
  {
    n: Type.Integer({ minimum: 1, examples: [1] }),
    round: Type.Integer({ minimum: 0, examples: [1] }),
    is_current: Type.Boolean({ description: 'Those of earlier rounds need not be met.' }),
    user_id: Type.String({ ...Id, description: 'Who asked for it.' }),
    text: Type.String({ examples: ['切り戻しの手順を開始前に試しておく'] }),
    done_by: nullable(Id),
    done_at: nullable(Timestamp),
    created_at: Timestamp,
  },
  { $id: 'ChangeCondition' },
)

export const ChangeVotes = Type.Object(
  {
    change_id: Id,
    status: ChangeStatus,
    mode: Type.Unsafe<'review' | 'board' | 'none'>({
      ...oneOf('review', 'board', 'none'),
      description:
        '`review`: one approver decides. `none`: it needs a board and there is none, or it is approved by its template.',
    }),
    rounds: Type.Array(ref(VoteRound), { description: 'The latest first.' }),
    conditions: Type.Array(ref(ChangeCondition), { description: 'What approvals hang on.' }),
  },
  { $id: 'ChangeVotes' },
)
export type ChangeVotes = Static<typeof ChangeVotes>

export const ConditionParams = Type.Object({
  id: Type.String({ ...Id, description: 'The id of the change.' }),
  n: Type.Integer({ minimum: 1, maximum: 100_000, description: 'Which condition, from 1.' }),
})

export const voteSchemas = [
  NewVote,
  VoteReason,
  VoteTally,
  ChangeVote,
  VoteRound,
  ChangeCondition,
  ChangeVotes,
]
