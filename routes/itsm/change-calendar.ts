import { fileOf, IdParams, ref } from '../../schemas/common.ts'
import {
  CalendarQuery,
  ChangeCalendar,
  ChangeConflicts,
} from '../../schemas/itsm/change-calendar.ts'
import type { Routes } from '../../src/fastify.ts'
import { sendCalendar } from '../../src/itsm/changes/calendar-feed.ts'
import { listConflicts } from '../../src/itsm/changes/conflicts.ts'

const tags = ['changes']

const json = { 'application/json': { schema: ref(ChangeCalendar) } }
const calendar = {
  description: 'The calendar',
  content: { ...json, ...fileOf('text/calendar').content },
}

export const changeCalendar: Routes = async (app) => {
  const { db } = app

  app.get(
    '/calendar',
    {
      config: { permission: 'change.read', failures: ['calendar_too_large'] },
      schema: {
        operationId: 'getChangeCalendar',
        summary: 'Show what overlaps a range: changes, freezes, maintenance windows',
        description:
          'Spans are half-open: what ends when the range begins is not part of it. Changes of every status, unless `status` names some. A calendar program subscribes to `format=ics` with an API token in the Authorization header; the address holds no secret. Both formats answer with an `ETag` and honour `If-None-Match`.',
        tags,
        querystring: CalendarQuery,
        response: { 200: calendar, 304: { type: 'null', description: 'Not modified' } },
      },
    },
    ({ query }, reply) => sendCalendar(db, query, reply),
  )

  app.get(
    '/:id/conflicts',
    {
      config: { permission: 'change.read', failures: ['change_not_found'] },
      schema: {
        operationId: 'listChangeConflicts',
        summary: 'List what stands in the way of a change at the time it is planned for',
        description:
          'Other changes that are submitted to in progress, at an overlapping time: of the same CI (blocks if the other is scheduled or in progress, else warns), of a CI within three steps of dependence (warns), or by the same implementer (warns). A hard freeze blocks, a soft one warns; an emergency with a `freeze_reason` is only warned. A time that is not wholly inside the maintenance windows of a CI that has some warns. What ends when the other begins is no clash. Every affected CI is named.',
        tags,
        params: IdParams,
        response: { 200: ref(ChangeConflicts) },
      },
    },
    ({ params }) => listConflicts(db, params.id),
  )
}
