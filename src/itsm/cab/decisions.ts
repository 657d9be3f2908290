import type { Db, Trx } from '../../../db/tables.ts'
import { transact } from '../../../db/transact.ts'
import type { ChangeVotes } from '../../../schemas/itsm/votes.ts'
import type { Actor, Caller } from '../../access.ts'
import { recordAudit } from '../../audit.ts'
import { failure } from '../../failure.ts'
import { now } from '../../values.ts'
import { type ChangeRow, holdChange } from '../changes/access.ts'
import { mayEdit } from '../changes/holding.ts'
import { reviseChange } from '../changes/revise.ts'
import { requireTransition } from '../changes/transitions.ts'
import { recordHistory } from '../history.ts'
import { notify } from '../notices/notices.ts'
import { numberText } from '../numbers.ts'
import { explained } from './reasons.ts'
import { showVotes } from './rounds.ts'
import { type BoardRow, isImpartial } from './seats.ts'
import type { Tally } from './tally.ts'

type Result = { board: BoardRow | null; result: Tally }

/**
 * Writes down what votes have come to: the change is approved or rejected. One that is under way, or over,
 * keeps its status.
 */
export async function decide(
  trx: Trx,
  caller: Actor,
  change: ChangeRow,
  { board, result }: Result,
  at: string,
): Promise<void> {
  const decision = result.decided === 'approved' ? ('approved' as const) : ('rejected' as const)
  await trx
    .insertInto('change_decisions')
    .values({
      change_id: change.id,
      round: change.vote_round,
      decision,
      board_id: board?.id ?? null,
      board_name: board?.name ?? null,
      tally: JSON.stringify(result),
      decided_at: at,
    })
    .execute()
  if (decision === 'approved') await keepConditions(trx, change, at)
  const isWaiting = change.status === 'under_review'
  if (isWaiting) requireTransition(change, decision)
  const status = isWaiting ? decision : change.status
  const after = await reviseChange(trx, caller.id, change, { status, decided_at: at }, at)
  await recordAudit(trx, caller, `change.${decision}`, change.id, { round: change.vote_round })
  await tell(trx, caller, after, decision, explained(result).reasons)
}

function tell(
  trx: Trx,
  caller: Actor,
  { id, number: n, title, requester_id, implementer_id }: ChangeRow,
  decision: 'approved' | 'rejected',
  reasons: { ja: string; en: string }[],
): Promise<void> {
  const number = numberText('change', n)
  const why = (language: 'ja' | 'en') => reasons.map((each) => each[language]).join(' ')
  const said = decision === 'approved' ? '承認' : '却下'
  return notify(trx, {
    event: `change.${decision}`,
    subject: { kind: 'change', id, number, title },
    to: [requester_id, implementer_id],
    by: caller.id,
    text: {
      ja: `変更 ${number} は${said}されました。${why('ja')}`,
      en: `Change ${number} is ${decision}. ${why('en')}`,
    },
    data: { decision },
  })
}

/** What conditional approvals ask for stays with the change, under numbers that never change. */
async function keepConditions(trx: Trx, change: ChangeRow, at: string): Promise<void> {
  const { id, vote_round: round } = change
  const votes = await trx
    .selectFrom('change_votes')
    .select(['user_id', 'cast_by', 'conditions'])
    .where('change_id', '=', id)
    .where('round', '=', round)
    .where('decision', '=', 'conditional')
    .orderBy('id')
    .execute()
  const { last } = await trx
    .selectFrom('change_conditions')
    .select((eb) => eb.fn.coalesce(eb.fn.max('n'), eb.lit(0)).as('last'))
    .where('change_id', '=', id)
    .executeTakeFirstOrThrow()
  const rows = votes
    .filter((vote) => isImpartial(change, vote))
    .flatMap(({ user_id, conditions }) =>
      (JSON.parse(conditions) as string[]).map((text) => ({ user_id, text })),
    )
    .map((each, index) => ({ ...each, n: Number(last) + index + 1 }))
  if (rows.length === 0) return
  const rest = { change_id: id, round, done_by: null, done_at: null, created_at: at }
  await trx
    .insertInto('change_conditions')
    .values(rows.map((row) => ({ ...rest, ...row })))
    .execute()
}

/** How many conditions of its approval are not met yet; those of earlier rounds need not be. */
export async function openConditions(db: Db, changeId: string): Promise<number> {
  const { open } = await db
    .selectFrom('change_conditions')
    .innerJoin('changes', 'changes.id', 'change_conditions.change_id')
    .select((eb) => eb.fn.countAll<number>().as('open'))
    .where('change_id', '=', changeId)
    .whereRef('change_conditions.round', '=', 'changes.vote_round')
    .where('done_at', 'is', null)
    .executeTakeFirstOrThrow()
  return Number(open)
}

/**
 * Ticks off a condition, for those who look after the change and for who asked for it; one that was
 * ticked off before stays as it was.
 */
export function meetCondition(
  db: Db,
  caller: Caller,
  id: string,
  n: number,
  at = now(),
): Promise<ChangeVotes> {
  return transact(db, async (trx) => {
    const change = await holdChange(trx, id)
    const { vote_round } = change
    const condition = await trx
      .selectFrom('change_conditions')
      .select(['round', 'user_id', 'done_at', 'text'])
      .where('change_id', '=', id)
      .where('n', '=', n)
      .executeTakeFirstOrThrow(() => failure('condition_not_found', { id, n }))
    const asked = condition.user_id === caller.id
    if (!asked && !mayEdit(caller, change)) throw failure('change_editor_required')
    if (condition.round !== vote_round) throw failure('condition_superseded', { n })
    if (condition.done_at === null) {
      await trx
        .updateTable('change_conditions')
        .set({ done_by: caller.id, done_at: at })
        .where('change_id', '=', id)
        .where('n', '=', n)
        .execute()
      const changes = { condition: { from: null, to: { n, text: condition.text, done_at: at } } }
      await recordHistory(trx, id, caller.id, changes, at)
      await recordAudit(trx, caller, 'change.condition_met', id, changes)
    }
    return showVotes(trx, id, at)
  })
}
