import { IdParams, IfMatch, ref } from '../../schemas/common.ts'
import { ChangeVotes, ConditionParams, NewVote } from '../../schemas/itsm/votes.ts'
import type { Routes } from '../../src/fastify.ts'
import { meetCondition } from '../../src/itsm/cab/decisions.ts'
import { showVotes } from '../../src/itsm/cab/rounds.ts'
import { castVote } from '../../src/itsm/cab/votes.ts'
import { versionIn } from '../../src/version.ts'

const tags = ['changes']

export const changeVotes: Routes = async (app) => {
  const { db } = app

  app.post(
    '/:id/vote',
    {
      config: {
        permission: 'change.vote',
        failures: [
          'change_not_found',
          'own_change',
          'seat_required',
          'board_required',
          'vote_decided',
          'vote_closed',
        ],
      },
      schema: {
        operationId: 'voteOnChange',
        summary: 'Vote on a change, or change one’s vote while it is open',
        description: [
          'Risk low and no board named: a technical review, where the first approval or rejection by anybody who may vote decides. Otherwise the board of the change, or the default board: its members, and their delegates of the day in their place. A seat has one vote a round, the last one cast; whoever is a member and a delegate votes once for each of those seats.',
          'Requester and implementer cannot vote, nor can a delegate in their place: their seats do not count. Seats of members who are deactivated do not count unless a delegate stands in, nor do votes that were cast by or for somebody who has become requester or implementer; every five minutes the votes that are left are counted anew, so that none wait for who is gone. Nothing is decided before the quorum is there; then by the rule of the board, see there. The first vote moves a submitted change to `under_review`, the decision to `approved` or `rejected`; an emergency that has started keeps its status.',
        ].join('\n\n'),
        tags,
        params: IdParams,
        headers: IfMatch,
        body: ref(NewVote),
        response: { 200: ref(ChangeVotes) },
      },
    },
    ({ caller, params, body, headers }) =>
      castVote(db, caller, params.id, body, versionIn(headers['if-match'])),
  )

  app.get(
    '/:id/votes',
    {
      config: { permission: 'change.read', failures: ['change_not_found'] },
      schema: {
        operationId: 'listChangeVotes',
        summary: 'Show the votes on a change, round by round, and why it is or is not decided',
        tags,
        params: IdParams,
        response: { 200: ref(ChangeVotes) },
      },
    },
    ({ params }) => showVotes(db, params.id),
  )

  app.post(
    '/:id/conditions/:n/done',
    {
      config: {
        permission: 'change.write',
        failures: [
          'change_not_found',
          'change_editor_required',
          'condition_not_found',
          'condition_superseded',
        ],
      },
      schema: {
        operationId: 'meetChangeCondition',
        summary: 'Say that a condition of an approval is met',
        description:
          'For requester, implementer, change managers and who asked for it. Once more changes nothing.',
        tags,
        params: ConditionParams,
        response: { 200: ref(ChangeVotes) },
      },
    },
    ({ caller, params }) => meetCondition(db, caller, params.id, params.n),
  )
}
