import { createHash } from 'node:crypto'
import type { FastifyReply } from 'fastify'
import type { Db } from '../../../db/tables.ts'
import type { CalendarQuery } from '../../../schemas/itsm/change-calendar.ts'
import { dispositionOf } from '../../file-names.ts'
import { getCalendar, getCalendarEvents } from './calendar.ts'
import { toICalendar } from './icalendar.ts'

/** Answers the calendar in the format that is asked for, under a tag that is the same while it is. */
export async function sendCalendar(
  db: Db,
  query: CalendarQuery,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const isFeed = query.format === 'ics'
  const body = isFeed
    ? toICalendar('Kaname: changes', await getCalendarEvents(db, query))
    : JSON.stringify(await getCalendar(db, query))
  const etag = `"${createHash('sha256').update(body).digest('base64url')}"`
  if (isFeed) reply.header('content-disposition', dispositionOf('inline', 'changes.ics'))
  return reply
    .header('etag', etag)
    .type(isFeed ? 'text/calendar; charset=utf-8' : 'application/json; charset=utf-8')
    .serializer(String)
    .send(body)
}
