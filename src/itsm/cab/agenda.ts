import type { Db } from '../../../db/tables.ts'
import type { PageQuery } from '../../../schemas/pages.ts'
import { paginate } from '../../page.ts'
import { numberText } from '../numbers.ts'
import { getBoardRow } from './board-access.ts'

/** What an agenda shows of a change. */
export const shownOnAgenda = [
  'changes.id as change_id',
  'changes.number',
  'changes.title',
  'changes.status',
  'changes.risk_level',
  'changes.scheduled_start',
  'changes.scheduled_end',
] as const

/** The changes that wait for votes of a board, the earliest planned first. */
export async function proposeAgenda(db: Db, boardId: string, page: PageQuery) {
  const board = await getBoardRow(db, boardId)
  const query = db
    .selectFrom('changes')
    .select([...shownOnAgenda, 'changes.vote_round'])
    .select((eb) =>
      eb
        .selectFrom('change_votes')
        .select(eb.fn.countAll<number>().as('count'))
        .whereRef('change_votes.change_id', '=', 'changes.id')
        .whereRef('change_votes.round', '=', 'changes.vote_round')
        .as('votes'),
    )
    .where('type', '!=', 'standard')
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('change_decisions')
            .select('round')
            .whereRef('change_decisions.change_id', '=', 'changes.id')
            .whereRef('change_decisions.round', '=', 'changes.vote_round'),
        ),
      ),
    )
    .where((eb) =>
      eb.or([
        eb('status', 'in', ['submitted', 'under_review']),
        eb.and([
          eb('type', '=', 'emergency'),
          eb('status', 'in', ['in_progress', 'completed', 'failed', 'backed_out']),
        ]),
      ]),
    )
    .where((eb) => {
      const named = eb('board_id', '=', boardId)
      const unnamed = eb.and([eb('board_id', 'is', null), eb('risk_level', '!=', 'low')])
      return board.is_default ? eb.or([named, unnamed]) : named
    })
    .orderBy((eb) => eb.case().when('scheduled_start', 'is', null).then(1).else(0).end())
    .orderBy('scheduled_start')
    .orderBy('id')
  const { agenda, ...rest } = await paginate(query, page, 'agenda')
  return {
    ...rest,
    agenda: agenda.map(({ number, votes, ...row }) => ({
      ...row,
      votes: Number(votes),
      change_number: numberText('change', number),
    })),
  }
}
