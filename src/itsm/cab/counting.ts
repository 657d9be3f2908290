import type { Db, Trx } from '../../../db/tables.ts'
import { transact } from '../../../db/transact.ts'
import type { Actor } from '../../access.ts'
import { now } from '../../values.ts'
import { type ChangeRow, holdChange } from '../changes/access.ts'
import { serviceItself } from '../sla/escalation.ts'
import { decide } from './decisions.ts'
import { afterStart, boardOf, isImpartial, seatsOf, takesVotes } from './seats.ts'
import { tally, tallyReview } from './tally.ts'

export async function isDecided(db: Db, { id, vote_round }: ChangeRow): Promise<boolean> {
  const decision = await db
    .selectFrom('change_decisions')
    .select('round')
    .where('change_id', '=', id)
    .where('round', '=', vote_round)
    .executeTakeFirst()
  return decision !== undefined
}

/** Counts the votes of the open round of a change that is held, and writes down what they decide. */
export async function countVotes(
  trx: Trx,
  by: Actor,
  change: ChangeRow,
  at: string,
): Promise<void> {
  const board = await boardOf(trx, change)
  if (board === undefined) return
  const all = await votesIn(trx, change)
  const votes = all.filter((vote) => isImpartial(change, vote))
  const result = board
    ? tally(board, await seatsOf(trx, board.id, change, at), votes)
    : tallyReview(votes)
  if (result.decided) await decide(trx, by, change, { board, result }, at)
}

/**
 * The job that counts open votes anew. Seats come and go without anybody voting: a member is deactivated,
 * the days of a delegate begin or end, a board is edited, a member becomes the implementer. What those
 * who are left have voted then decides, and no vote waits for ever for who is gone.
 */
export async function settleVotes(db: Db, at = now()): Promise<void> {
  for (const id of await undecided(db)) {
    await transact(db, async (trx) => {
      const change = await holdChange(trx, id)
      if (!takesVotes(change) || (await isDecided(trx, change))) return
      await countVotes(trx, serviceItself(), change, at)
    })
  }
}

/** Changes with votes in their present round, and no decision. */
async function undecided(db: Db): Promise<string[]> {
  const rows = await db
    .selectFrom('changes')
    .select('id')
    .where('status', 'in', ['under_review', ...afterStart])
    .where('type', '!=', 'standard')
    .where((eb) =>
      eb.exists(
        eb
          .selectFrom('change_votes')
          .select('id')
          .whereRef('change_id', '=', 'changes.id')
          .whereRef('round', '=', 'changes.vote_round'),
      ),
    )
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('change_decisions')
            .select('round')
            .whereRef('change_id', '=', 'changes.id')
            .whereRef('round', '=', 'changes.vote_round'),
        ),
      ),
    )
    .orderBy('id')
    .execute()
  return rows.map(({ id }) => id)
}

/** The votes of the present round, in the order in which they were first cast. */
function votesIn(trx: Trx, { id, vote_round }: ChangeRow) {
  return trx
    .selectFrom('change_votes')
    .select(['user_id', 'cast_by', 'decision'])
    .where('change_id', '=', id)
    .where('round', '=', vote_round)
    .orderBy('id')
    .execute()
}
