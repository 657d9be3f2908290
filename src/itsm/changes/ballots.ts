import type { Trx } from '../../../db/tables.ts'
import { can } from '../../permissions.ts'
import { now } from '../../values.ts'
import { boardOf, seatsOf } from '../cab/seats.ts'
import { notify } from '../notices/notices.ts'
import { numberText } from '../numbers.ts'
import type { ChangeRow } from './access.ts'

/**
 * Asks those who may vote on a change, in the transaction that submits it or opens it to votes again:
 * the members of its board and their delegates of the day, or for low risk everybody who may vote.
 */
export async function requestVotes(trx: Trx, by: string, change: ChangeRow): Promise<void> {
  const { id, title, requester_id, implementer_id, scheduled_start } = change
  const board = await boardOf(trx, change)
  const asked = board
    ? (await seatsOf(trx, board.id, change, now())).flatMap(({ voters }) => voters)
    : board === null
      ? await approvers(trx)
      : []
  const to = [...new Set(asked)].filter((each) => each !== requester_id && each !== implementer_id)
  if (to.length === 0) return
  const number = numberText('change', change.number)
  await notify(trx, {
    event: 'change.vote_requested',
    subject: { kind: 'change', id, number, title },
    to,
    by,
    text: {
      ja: `変更 ${number} への投票をお願いします。`,
      en: `Please vote on change ${number}.`,
    },
    data: { board_id: board?.id ?? null, round: change.vote_round, scheduled_start },
  })
}

async function approvers(trx: Trx): Promise<string[]> {
  const users = await trx
    .selectFrom('users')
    .select(['id', 'roles'])
    .where('deactivated_at', 'is', null)
    .where('roles', '!=', '["User"]')
    .execute()
  return users
    .filter(({ roles }) => can({ roles: JSON.parse(roles) }, 'change.vote'))
    .map(({ id }) => id)
}
