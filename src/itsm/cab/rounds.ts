import type { Selectable } from 'kysely'
import type { Db, Tables } from '../../../db/tables.ts'
import type { ChangeVotes } from '../../../schemas/itsm/votes.ts'
import { groupBy, now } from '../../values.ts'
import { type ChangeRow, getChangeRow } from '../changes/access.ts'
import { explained } from './reasons.ts'
import { type BoardRow, boardOf, isImpartial, type Seat, seatsOf, takesVotes } from './seats.ts'
import { type Tally, tally, tallyReview } from './tally.ts'

type Round = ChangeVotes['rounds'][number]

/** The votes on a change, round by round, with what they came to and why. */
export async function showVotes(db: Db, changeId: string, at = now()): Promise<ChangeVotes> {
  const change = await getChangeRow(db, changeId)
  const board = await boardOf(db, change)
  const seats = board ? await seatsOf(db, board.id, change, at) : []
  const votes = groupBy(await votesOn(db, changeId), ({ round }) => round)
  const decisions = await db
    .selectFrom('change_decisions')
    .selectAll()
    .where('change_id', '=', changeId)
    .execute()
  const numbers = [change.vote_round, ...votes.keys(), ...decisions.map(({ round }) => round)]
  const rounds = [...new Set(numbers)].sort((a, b) => b - a)
  return {
    change_id: changeId,
    status: change.status,
    mode: modeOf(change, board),
    rounds: rounds.map((round): Round => {
      const cast = (votes.get(round) ?? []).map(({ round: _, ...vote }) => vote)
      const is_current = round === change.vote_round
      const decision = decisions.find((each) => each.round === round)
      const state = decision
        ? decided(decision)
        : is_current && takesVotes(change)
          ? open(
              board,
              seats,
              cast.filter((vote) => isImpartial(change, vote)),
            )
          : { ...undecided, tally: null }
      return { round, is_current, ...state, votes: cast }
    }),
    conditions: await conditionsOf(db, change),
  }
}

const undecided = { decided_at: null, board_id: null, board_name: null, waiting_for: [] }

function decided(decision: Selectable<Tables['change_decisions']>): Omit<Round, Given> {
  const { decided_at, board_id, board_name } = decision
  const result: Tally = JSON.parse(decision.tally)
  return { decided_at, board_id, board_name, tally: explained(result), waiting_for: [] }
}

type Given = 'round' | 'is_current' | 'votes'

function open(
  board: BoardRow | null | undefined,
  seats: readonly Seat[],
  votes: Round['votes'],
): Omit<Round, Given> {
  if (board === undefined) return { ...undecided, tally: null }
  const result = board ? tally(board, seats, votes) : tallyReview(votes)
  const voted = new Set(votes.map(({ user_id }) => user_id))
  return {
    decided_at: null,
    board_id: board?.id ?? null,
    board_name: board?.name ?? null,
    // What has not been written down as decided is not, until votes are counted anew.
    tally: explained({ ...result, decided: null }),
    waiting_for: seats
      .filter(({ user_id }) => !voted.has(user_id))
      .map(({ user_id, name }) => ({ user_id, name })),
  }
}

function modeOf({ type }: ChangeRow, board: BoardRow | null | undefined): ChangeVotes['mode'] {
  if (type === 'standard' || board === undefined) return 'none'
  return board === null ? 'review' : 'board'
}

async function votesOn(db: Db, changeId: string) {
  const rows = await db
    .selectFrom('change_votes')
    .innerJoin('users as member', 'member.id', 'change_votes.user_id')
    .innerJoin('users as caster', 'caster.id', 'change_votes.cast_by')
    .select([
      'change_votes.id',
      'change_votes.round',
      'change_votes.user_id',
      'member.display_name as name',
      'change_votes.cast_by',
      'caster.display_name as cast_by_name',
      'change_votes.decision',
      'change_votes.comments',
      'change_votes.conditions',
      'change_votes.created_at',
      'change_votes.updated_at',
    ])
    .where('change_id', '=', changeId)
    .orderBy('change_votes.id')
    .execute()
  return rows.map((row) => ({
    ...row,
    by_delegate: row.cast_by !== row.user_id,
    conditions: JSON.parse(row.conditions) as string[],
  }))
}

async function conditionsOf(db: Db, { id, vote_round }: ChangeRow) {
  const rows = await db
    .selectFrom('change_conditions')
    .select(['n', 'round', 'user_id', 'text', 'done_by', 'done_at', 'created_at'])
    .where('change_id', '=', id)
    .orderBy('n')
    .execute()
  return rows.map((row) => ({ ...row, is_current: row.round === vote_round }))
}
