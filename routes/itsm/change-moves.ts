import { IdParams, IfMatch, ref } from '../../schemas/common.ts'
import { PlannedChange } from '../../schemas/itsm/change-moves.ts'
import { Change } from '../../schemas/itsm/changes.ts'
import type { Routes } from '../../src/fastify.ts'
import { startChange } from '../../src/itsm/changes/carrying-out.ts'
import {
  scheduleChange,
  submitChange,
  unscheduleChange,
  withdrawChange,
} from '../../src/itsm/changes/planning.ts'
import { etagOf, versionIn } from '../../src/version.ts'

const tags = ['changes']
const failures = ['change_not_found', 'change_editor_required', 'illegal_transition'] as const

/** Moves that need nothing said. */
const moves = [
  {
    path: 'submit',
    move: submitChange,
    answer: PlannedChange,
    failures: [
      ...failures,
      'change_conflicts',
      'change_strays',
      'change_template_inactive',
      'board_required',
    ] as const,
    schema: {
      operationId: 'submitChange',
      summary: 'Submit a draft to those who vote on it',
      description:
        'A normal change needs its justification, implementation plan and time; an emergency, the first two. A standard change that goes by its template is approved at once. What conflicts with it and blocks is 409, all of it in `conflicts`; warnings come in the answer. An emergency passes a freeze with a `freeze_reason`. A normal change that needs a board where there is none is 409; an emergency does not wait for one.',
    },
  },
  {
    path: 'withdraw',
    move: withdrawChange,
    answer: Change,
    failures,
    schema: {
      operationId: 'withdrawChange',
      summary: 'Take a change back to draft',
      description: 'Before it is decided on, or after it was rejected; a standard one until then.',
    },
  },
  {
    path: 'schedule',
    move: scheduleChange,
    answer: PlannedChange,
    failures: [...failures, 'change_conflicts'] as const,
    schema: {
      operationId: 'scheduleChange',
      summary: 'Put an approved change into the calendar',
      description: 'Conflicts are looked for again: what blocks is 409, what warns is answered.',
    },
  },
  {
    path: 'unschedule',
    move: unscheduleChange,
    answer: Change,
    failures,
    schema: {
      operationId: 'unscheduleChange',
      summary: 'Take a change out of the calendar; it stays approved',
    },
  },
  {
    path: 'start',
    move: startChange,
    answer: Change,
    failures: [
      ...failures,
      'change_too_early',
      'change_conditions_open',
      'change_conflicts',
    ] as const,
    schema: {
      operationId: 'startChange',
      summary: 'Start a change',
      description:
        'From the day on, in Japan, that it is planned for, once the conditions of its approval are met. An emergency starts at any time, also before it is approved; its review is due three days later. In a hard freeze it needs its `freeze_reason`, else 409.',
    },
  },
]

export const changeMoves: Routes = async (app) => {
  const { db } = app

  for (const { path, move, answer, failures, schema } of moves) {
    app.post(
      `/:id/${path}`,
      {
        config: { permission: 'change.write', failures },
        schema: {
          ...schema,
          tags,
          params: IdParams,
          headers: IfMatch,
          response: { 200: ref(answer) },
        },
      },
      async ({ params, caller, headers }, reply) => {
        const change = await move(db, caller, params.id, versionIn(headers['if-match']))
        return reply.header('etag', etagOf(change)).send(change)
      },
    )
  }
}
