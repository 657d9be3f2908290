import { Type } from '@sinclair/typebox'
import { IdParams, IfMatch, ref } from '../../schemas/common.ts'
import {
  NewWorkNote,
  WorkNote,
  WorkNoteChange,
  WorkNotePage,
  WorkNoteParams,
  WorkNoteQuery,
} from '../../schemas/itsm/notes.ts'
import type { Routes } from '../../src/fastify.ts'
import { listNotes } from '../../src/itsm/incidents/note-listing.ts'
import { addNote, changeNote, removeNote } from '../../src/itsm/incidents/work-notes.ts'
import { etagOf, versionIn } from '../../src/version.ts'

const tags = ['incidents']
const writing = [
  'incident_not_found',
  'incident_staff_required',
  'incident_frozen',
  'note_public_required',
] as const
const changing = [...writing, 'note_not_found', 'note_author_required'] as const

export const workNotes: Routes = async (app) => {
  app.get(
    '',
    {
      config: { permission: 'incident.read', failures: ['incident_not_found'] },
      schema: {
        operationId: 'listWorkNotes',
        summary: 'List the notes on an incident, the latest first',
        description: 'The reporter sees public ones.',
        tags,
        params: IdParams,
        querystring: WorkNoteQuery,
        response: { 200: ref(WorkNotePage) },
      },
    },
    ({ caller, params, query }) => listNotes(app.db, caller, params.id, query),
  )

  app.post(
    '',
    {
      config: { permission: 'incident.report', failures: writing },
      schema: {
        operationId: 'createWorkNote',
        summary: 'Write a note on an incident',
        description:
          'The service desk on any, also on one that is over; the reporter a public `customer_note` on their own. `@username` or `@email` tells active people who may read the note.',
        tags,
        params: IdParams,
        body: ref(NewWorkNote),
        response: { 201: ref(WorkNote) },
      },
    },
    async ({ caller, params, body }, reply) => {
      const note = await addNote(app, caller, params.id, body)
      const location = `/api/v1/incidents/${params.id}/work-notes/${note.id}`
      return reply
        .code(201)
        .headers({ location, etag: etagOf(note) })
        .send(note)
    },
  )

  app.put(
    '/:note_id',
    {
      config: { permission: 'incident.report', failures: changing },
      schema: {
        operationId: 'updateWorkNote',
        summary: 'Change a note that one wrote',
        description:
          'What is not sent stays as it is; what it said before stays in the history. With `incident.override`, anybody’s.',
        tags,
        params: WorkNoteParams,
        headers: IfMatch,
        body: ref(WorkNoteChange),
        response: { 200: ref(WorkNote) },
      },
    },
    async ({ caller, params, body, headers }, reply) => {
      const version = versionIn(headers['if-match'])
      const note = await changeNote(app, caller, params.id, params.note_id, body, version)
      return reply.header('etag', etagOf(note)).send(note)
    },
  )

  app.delete(
    '/:note_id',
    {
      config: { permission: 'incident.report', failures: changing },
      schema: {
        operationId: 'deleteWorkNote',
        summary: 'Delete a note that one wrote',
        description: 'What it said stays in the history. With `incident.override`, anybody’s.',
        tags,
        params: WorkNoteParams,
        headers: IfMatch,
        response: { 204: Type.Null() },
      },
    },
    async ({ caller, params, headers }, reply) => {
      const version = versionIn(headers['if-match'])
      await removeNote(app, caller, params.id, params.note_id, version)
      return reply.code(204).send(null)
    },
  )
}
