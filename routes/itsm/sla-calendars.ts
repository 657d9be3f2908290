import { Type } from '@sinclair/typebox'
import { IdParams, IfMatch, ref } from '../../schemas/common.ts'
import {
  NewSlaCalendar,
  SlaCalendar,
  SlaCalendarChange,
  SlaCalendarPage,
  SlaCalendarQuery,
  SlaDays,
  SlaDaysQuery,
  SlaHolidayQuery,
  SlaHolidays,
} from '../../schemas/itsm/sla-calendars.ts'
import type { Routes } from '../../src/fastify.ts'
import {
  createSlaCalendar,
  deleteSlaCalendar,
  getSlaCalendar,
  listSlaCalendars,
  updateSlaCalendar,
} from '../../src/itsm/sla/calendars.ts'
import { listSlaDays } from '../../src/itsm/sla/days.ts'
import { holidaysIn } from '../../src/itsm/sla/holidays.ts'
import { etagOf, versionIn } from '../../src/version.ts'

const tags = ['sla']

export const slaCalendars: Routes = async (app) => {
  const { db } = app

  app.get(
    '/calendars',
    {
      config: { permission: 'sla.read' },
      schema: {
        operationId: 'listSlaCalendars',
        summary: 'List the calendars of working time, by name',
        tags,
        querystring: SlaCalendarQuery,
        response: { 200: ref(SlaCalendarPage) },
      },
    },
    ({ query }) => listSlaCalendars(db, query),
  )

  app.post(
    '/calendars',
    {
      config: { permission: 'sla.manage', failures: ['duplicate'] },
      schema: {
        operationId: 'createSlaCalendar',
        summary: 'Define a calendar of working time',
        description:
          'An instant is working time when the clocks of the zone show a time within a range of the day: where they are put forward or back inside a range, it is an hour shorter or longer.',
        tags,
        body: ref(NewSlaCalendar),
        response: { 201: ref(SlaCalendar) },
      },
    },
    async ({ caller, body }, reply) => {
      const calendar = await createSlaCalendar(db, caller, body)
      const location = `/api/v1/sla/calendars/${calendar.id}`
      return reply
        .code(201)
        .headers({ location, etag: etagOf(calendar) })
        .send(calendar)
    },
  )

  app.get(
    '/calendars/:id',
    {
      config: { permission: 'sla.read', failures: ['sla_calendar_not_found'] },
      schema: {
        operationId: 'getSlaCalendar',
        summary: 'Get a calendar of working time',
        tags,
        params: IdParams,
        response: { 200: ref(SlaCalendar) },
      },
    },
    async ({ params }, reply) => {
      const calendar = await getSlaCalendar(db, params.id)
      return reply.header('etag', etagOf(calendar)).send(calendar)
    },
  )

  app.patch(
    '/calendars/:id',
    {
      config: { permission: 'sla.manage', failures: ['sla_calendar_not_found', 'duplicate'] },
      schema: {
        operationId: 'updateSlaCalendar',
        summary: 'Change some fields of a calendar',
        description:
          'Makes a new version. Clocks that run go by it soon; what has stopped stays judged by the version of its time.',
        tags,
        params: IdParams,
        headers: IfMatch,
        body: ref(SlaCalendarChange),
        response: { 200: ref(SlaCalendar) },
      },
    },
    async ({ params, body, headers, caller }, reply) => {
      const version = versionIn(headers['if-match'])
      const calendar = await updateSlaCalendar(db, caller, params.id, body, version)
      return reply.header('etag', etagOf(calendar)).send(calendar)
    },
  )

  app.delete(
    '/calendars/:id',
    {
      config: {
        permission: 'sla.manage',
        failures: ['sla_calendar_not_found', 'sla_calendar_in_use'],
      },
      schema: {
        operationId: 'deleteSlaCalendar',
        summary: 'Delete a calendar that no policy has used',
        tags,
        params: IdParams,
        headers: IfMatch,
        response: { 204: Type.Null() },
      },
    },
    async ({ params, headers, caller }, reply) => {
      await deleteSlaCalendar(db, caller, params.id, versionIn(headers['if-match']))
      return reply.code(204).send(null)
    },
  )

  app.get(
    '/calendars/:id/days',
    {
      config: { permission: 'sla.read', failures: ['sla_calendar_not_found'] },
      schema: {
        operationId: 'listSlaDays',
        summary: 'Show what a calendar means, day by day',
        tags,
        params: IdParams,
        querystring: SlaDaysQuery,
        response: { 200: ref(SlaDays) },
      },
    },
    ({ params, query }) => listSlaDays(db, params.id, query),
  )

  app.get(
    '/holidays',
    {
      config: { permission: 'sla.read' },
      schema: {
        operationId: 'listJapaneseHolidays',
        summary: 'List the national holidays of Japan in a year',
        description:
          'By the rules of the law 国民の祝日に関する法律 and its changes; equinoxes by formula, as they are expected.',
        tags,
        querystring: SlaHolidayQuery,
        response: { 200: ref(SlaHolidays) },
      },
    },
    async ({ query }) => holidaysIn(query.year),
  )
}
