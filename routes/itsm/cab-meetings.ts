import { Type } from '@sinclair/typebox'
import { IdParams, IfMatch, ref } from '../../schemas/common.ts'
import {
  Meeting,
  MeetingChange,
  MeetingPage,
  MeetingQuery,
  NewMeeting,
} from '../../schemas/itsm/cab.ts'
import type { Routes } from '../../src/fastify.ts'
import {
  closeMeeting,
  createMeeting,
  deleteMeeting,
  getMeeting,
  listMeetings,
  updateMeeting,
} from '../../src/itsm/cab/meetings.ts'
import { etagOf, versionIn } from '../../src/version.ts'

const tags = ['cab']

export const cabMeetings: Routes = async (app) => {
  const { db } = app

  app.get(
    '',
    {
      config: { permission: 'change.read' },
      schema: {
        operationId: 'listCabMeetings',
        summary: 'List meetings of boards, the latest first',
        tags,
        querystring: MeetingQuery,
        response: { 200: ref(MeetingPage) },
      },
    },
    ({ query }) => listMeetings(db, query),
  )

  app.post(
    '',
    {
      config: { permission: 'change.manage' },
      schema: {
        operationId: 'createCabMeeting',
        summary: 'Call a meeting of a board',
        description:
          'What may stand on its agenda is proposed at `/cab/boards/{id}/agenda`. Votes are cast at the change, during a meeting too.',
        tags,
        body: ref(NewMeeting),
        response: { 201: ref(Meeting) },
      },
    },
    async ({ caller, body }, reply) => {
      const meeting = await createMeeting(db, caller, body)
      const location = `/api/v1/cab/meetings/${meeting.id}`
      return reply
        .code(201)
        .headers({ location, etag: etagOf(meeting) })
        .send(meeting)
    },
  )

  app.get(
    '/:id',
    {
      config: { permission: 'change.read', failures: ['meeting_not_found'] },
      schema: {
        operationId: 'getCabMeeting',
        summary: 'Get a meeting with its agenda and minutes',
        tags,
        params: IdParams,
        response: { 200: ref(Meeting) },
      },
    },
    async ({ params }, reply) => {
      const meeting = await getMeeting(db, params.id)
      return reply.header('etag', etagOf(meeting)).send(meeting)
    },
  )

  app.patch(
    '/:id',
    {
      config: { permission: 'change.manage', failures: ['meeting_not_found', 'meeting_closed'] },
      schema: {
        operationId: 'updateCabMeeting',
        summary: 'Change some fields of a meeting that is not closed',
        tags,
        params: IdParams,
        headers: IfMatch,
        body: ref(MeetingChange),
        response: { 200: ref(Meeting) },
      },
    },
    async ({ params, headers, caller, body }, reply) => {
      const version = versionIn(headers['if-match'])
      const meeting = await updateMeeting(db, caller, params.id, body, version)
      return reply.header('etag', etagOf(meeting)).send(meeting)
    },
  )

  app.post(
    '/:id/close',
    {
      config: { permission: 'change.manage', failures: ['meeting_not_found'] },
      schema: {
        operationId: 'closeCabMeeting',
        summary: 'Close a meeting, so that its minutes stay as they are',
        description: 'Once more changes nothing.',
        tags,
        params: IdParams,
        headers: IfMatch,
        response: { 200: ref(Meeting) },
      },
    },
    async ({ params, headers, caller }, reply) => {
      const version = versionIn(headers['if-match'])
      const meeting = await closeMeeting(db, caller, params.id, version)
      return reply.header('etag', etagOf(meeting)).send(meeting)
    },
  )

  app.delete(
    '/:id',
    {
      config: { permission: 'change.manage', failures: ['meeting_not_found', 'meeting_closed'] },
      schema: {
        operationId: 'deleteCabMeeting',
        summary: 'Delete a meeting that is not closed',
        tags,
        params: IdParams,
        headers: IfMatch,
        response: { 204: Type.Null() },
      },
    },
    async ({ params, headers, caller }, reply) => {
      await deleteMeeting(db, caller, params.id, versionIn(headers['if-match']))
      return reply.code(204).send(null)
    },
  )
}
