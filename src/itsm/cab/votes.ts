import type { Db, Trx } from '../../../db/tables.ts'
import { transact } from '../../../db/transact.ts'
import type { ChangeVotes, NewVote } from '../../../schemas/itsm/votes.ts'
import type { Caller } from '../../access.ts'
import { diff, recordAudit } from '../../audit.ts'
import { failure, invalid } from '../../failure.ts'
import { newId, now } from '../../values.ts'
import { type ChangeRow, holdChange } from '../changes/access.ts'
import { reviseChange } from '../changes/revise.ts'
import { recordHistory } from '../history.ts'
import { countVotes, isDecided } from './counting.ts'
import { showVotes } from './rounds.ts'
import { boardOf, type Seat, seatsOf, takesVotes } from './seats.ts'

/**
 * Casts a vote, or changes it while the round is open. The row of the change is held meanwhile, so that of
 * votes at the same time each is counted and one decides.
 */
export function castVote(
  db: Db,
  caller: Caller,
  changeId: string,
  input: NewVote,
  version?: number,
  at = now(),
): Promise<ChangeVotes> {
  return transact(db, async (trx) => {
    const held = await holdChange(trx, changeId, version)
    await requireOpen(trx, held)
    if (isOwn(held, caller.id)) throw failure('own_change')
    const conditions = conditionsOf(input)
    const board = await boardOf(trx, held)
    if (board === undefined) throw failure('board_required')
    const seats = board ? await seatsOf(trx, board.id, held, at) : []
    const user_id = board ? seatFor(seats, caller.id, board.name, input) : ownSeat(caller, input)

    await keepVote(trx, caller, held, { ...input, user_id, conditions }, at)
    const isFirst = held.status === 'submitted'
    const change = isFirst
      ? await reviseChange(trx, caller.id, held, { status: 'under_review' }, at)
      : held
    await countVotes(trx, caller, change, at)
    return showVotes(trx, changeId, at)
  })
}

async function requireOpen(trx: Trx, change: ChangeRow): Promise<void> {
  const { id, status } = change
  if (await isDecided(trx, change)) throw failure('vote_decided', { id })
  if (!takesVotes(change)) throw failure('vote_closed', { status })
}

function isOwn({ requester_id, implementer_id }: ChangeRow, id: string): boolean {
  return id === requester_id || id === implementer_id
}

function conditionsOf({ decision, conditions = [] }: NewVote): string[] {
  const isConditional = decision === 'conditional'
  if (isConditional !== conditions.length > 0) {
    throw invalid({ field: 'conditions', rule: 'conditions_apart' })
  }
  return conditions
}

/** In a technical review everybody votes for themselves. */
function ownSeat({ id }: Caller, { on_behalf_of }: NewVote): string {
  if (on_behalf_of && on_behalf_of !== id) {
    throw invalid({ field: 'on_behalf_of', rule: 'not_represented' })
  }
  return id
}

/** Whose seat a vote is for: the one named, else one's own, else the only one there is. */
function seatFor(
  seats: readonly Seat[],
  id: string,
  board: string,
  { on_behalf_of }: NewVote,
): string {
  const own = seats.filter(({ voters }) => voters.includes(id)).map(({ user_id }) => user_id)
  const [first, ...others] = own
  if (first === undefined) throw failure('seat_required', { board })
  if (on_behalf_of) {
    if (own.includes(on_behalf_of)) return on_behalf_of
    throw invalid({ field: 'on_behalf_of', rule: 'not_represented' })
  }
  if (own.includes(id)) return id
  if (others.length > 0) throw invalid({ field: 'on_behalf_of', rule: 'seat_choice' })
  return first
}

type Kept = Pick<NewVote, 'decision' | 'comments'> & { user_id: string; conditions: string[] }

async function keepVote(
  trx: Trx,
  caller: Caller,
  { id, vote_round }: ChangeRow,
  { user_id, decision, comments, conditions }: Kept,
  at: string,
): Promise<void> {
  const before = await trx
    .selectFrom('change_votes')
    .select(['cast_by', 'decision', 'comments', 'conditions'])
    .where('change_id', '=', id)
    .where('round', '=', vote_round)
    .where('user_id', '=', user_id)
    .executeTakeFirst()
  const vote = {
    cast_by: caller.id,
    decision,
    comments: comments || null,
    conditions: JSON.stringify(conditions),
  }
  await trx
    .insertInto('change_votes')
    .values({
      id: newId(),
      change_id: id,
      round: vote_round,
      user_id,
      ...vote,
      created_at: at,
      updated_at: at,
    })
    .onConflict((conflict) =>
      conflict.columns(['change_id', 'round', 'user_id']).doUpdateSet({ ...vote, updated_at: at }),
    )
    .execute()
  const from = before ? { user_id, ...before, conditions: JSON.parse(before.conditions) } : null
  const to = { user_id, ...vote, conditions }
  const changed = diff<{ vote: object | null }>({ vote: from }, { vote: to })
  await recordHistory(trx, id, caller.id, changed, at)
  await recordAudit(trx, caller, 'change.voted', id, { round: vote_round, ...changed })
}
