import { Type } from '@sinclair/typebox'
import { IdParams, IfMatch, ref } from '../../schemas/common.ts'
import { PlannedChange } from '../../schemas/itsm/change-moves.ts'
import {
  Change,
  ChangePage,
  ChangeQuery,
  ChangeUpdate,
  NewChange,
} from '../../schemas/itsm/changes.ts'
import type { Routes } from '../../src/fastify.ts'
import { createChange, deleteChange, getChange } from '../../src/itsm/changes/changes.ts'
import { updateChange } from '../../src/itsm/changes/edits.ts'
import { listChanges } from '../../src/itsm/changes/listing.ts'
import { etagOf, versionIn } from '../../src/version.ts'

const tags = ['changes']

export const changes: Routes = async (app) => {
  const { db } = app

  app.get(
    '',
    {
      config: { permission: 'change.read' },
      schema: {
        operationId: 'listChanges',
        summary: 'List changes, newest first',
        tags,
        querystring: ChangeQuery,
        response: { 200: ref(ChangePage) },
      },
    },
    ({ caller, query }) => listChanges(db, caller, query),
  )

  app.post(
    '',
    {
      config: { permission: 'change.write' },
      schema: {
        operationId: 'createChange',
        summary: 'Draft a change',
        description:
          'Its requester is whoever asks. A standard change needs a template in use; what is not sent is copied from it. Without a template, `impact` and `likelihood` are needed.',
        tags,
        body: ref(NewChange),
        response: { 201: ref(Change) },
      },
    },
    async ({ caller, body }, reply) => {
      const change = await createChange(db, caller, body)
      const location = `/api/v1/changes/${change.id}`
      return reply
        .code(201)
        .headers({ location, etag: etagOf(change) })
        .send(change)
    },
  )

  app.get(
    '/:id',
    {
      config: { permission: 'change.read', failures: ['change_not_found'] },
      schema: {
        operationId: 'getChange',
        summary: 'Get a change',
        tags,
        params: IdParams,
        response: { 200: ref(Change) },
      },
    },
    async ({ params }, reply) => {
      const change = await getChange(db, params.id)
      return reply.header('etag', etagOf(change)).send(change)
    },
  )

  app.patch(
    '/:id',
    {
      config: {
        permission: 'change.write',
        failures: [
          'change_not_found',
          'change_editor_required',
          'change_frozen',
          'change_draft_required',
          'change_strays',
          'change_template_inactive',
          'change_conflicts',
          'board_required',
        ],
      },
      schema: {
        operationId: 'updateChange',
        summary: 'Change some fields of a change',
        description:
          'For its requester, its implementer and change managers, until it starts. Its status has routes of its own. Once it was submitted, another plan, time, configuration item, impact or likelihood opens the vote again: it goes back to `submitted`, and `vote_reopened` says so. So does another level of risk, and an implementer who has voted for its approval. A standard change only goes back to `approved`.',
        tags,
        params: IdParams,
        headers: IfMatch,
        body: ref(ChangeUpdate),
        response: { 200: ref(PlannedChange) },
      },
    },
    async ({ params, caller, body, headers }, reply) => {
      const version = versionIn(headers['if-match'])
      const change = await updateChange(db, caller, params.id, body, version)
      return reply.header('etag', etagOf(change)).send(change)
    },
  )

  app.delete(
    '/:id',
    {
      config: {
        permission: 'change.write',
        failures: ['change_not_found', 'change_editor_required', 'change_not_deletable'],
      },
      schema: {
        operationId: 'deleteChange',
        summary: 'Delete a draft that was never submitted',
        tags,
        params: IdParams,
        headers: IfMatch,
        response: { 204: Type.Null() },
      },
    },
    async ({ params, caller, headers }, reply) => {
      await deleteChange(db, caller, params.id, versionIn(headers['if-match']))
      return reply.code(204).send(null)
    },
  )
}
