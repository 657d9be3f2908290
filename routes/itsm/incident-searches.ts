import { Type } from '@sinclair/typebox'
import { IdParams, IfMatch, ref } from '../../schemas/common.ts'
import {
  NewSavedSearch,
  SavedSearch,
  SavedSearchPage,
  SavedSearchQuery,
} from '../../schemas/itsm/incident-lists.ts'
import type { Routes } from '../../src/fastify.ts'
import {
  createSavedSearch,
  deleteSavedSearch,
  getSavedSearch,
  listSavedSearches,
  setSavedSearch,
} from '../../src/itsm/incidents/searches.ts'
import { etagOf, versionIn } from '../../src/version.ts'

const tags = ['incidents']
const unknown = ['saved_search_not_found'] as const
const foreign = [...unknown, 'saved_search_owner_required'] as const

export const incidentSearches: Routes = async (app) => {
  const { db } = app

  app.get(
    '',
    {
      config: { permission: 'incident.read' },
      schema: {
        operationId: 'listSavedSearches',
        summary: 'List saved searches, newest first',
        description: 'One’s own and, for the service desk, those that others share.',
        tags,
        querystring: SavedSearchQuery,
        response: { 200: ref(SavedSearchPage) },
      },
    },
    ({ caller, query }) => listSavedSearches(db, caller, query),
  )

  app.post(
    '',
    {
      config: {
        permission: 'incident.read',
        failures: ['saved_search_exists', 'saved_searches_full'],
      },
      schema: {
        operationId: 'createSavedSearch',
        summary: 'Save a search of incidents',
        description: '`GET /api/v1/incidents?saved_search=<id>` runs it.',
        tags,
        body: ref(NewSavedSearch),
        response: { 201: ref(SavedSearch) },
      },
    },
    async ({ caller, body }, reply) => {
      const saved = await createSavedSearch(db, caller, body)
      const location = `/api/v1/incidents/searches/${saved.id}`
      return reply
        .code(201)
        .headers({ location, etag: etagOf(saved) })
        .send(saved)
    },
  )

  app.get(
    '/:id',
    {
      config: { permission: 'incident.read', failures: unknown },
      schema: {
        operationId: 'getSavedSearch',
        summary: 'Get a saved search',
        tags,
        params: IdParams,
        response: { 200: ref(SavedSearch) },
      },
    },
    async ({ caller, params }, reply) => {
      const saved = await getSavedSearch(db, caller, params.id)
      return reply.header('etag', etagOf(saved)).send(saved)
    },
  )

  app.put(
    '/:id',
    {
      config: { permission: 'incident.read', failures: [...foreign, 'saved_search_exists'] },
      schema: {
        operationId: 'setSavedSearch',
        summary: 'Change one’s saved search',
        tags,
        params: IdParams,
        headers: IfMatch,
        body: ref(NewSavedSearch),
        response: { 200: ref(SavedSearch) },
      },
    },
    async ({ caller, params, body, headers }, reply) => {
      const version = versionIn(headers['if-match'])
      const saved = await setSavedSearch(db, caller, params.id, body, version)
      return reply.header('etag', etagOf(saved)).send(saved)
    },
  )

  app.delete(
    '/:id',
    {
      config: { permission: 'incident.read', failures: foreign },
      schema: {
        operationId: 'deleteSavedSearch',
        summary: 'Delete one’s saved search',
        tags,
        params: IdParams,
        headers: IfMatch,
        response: { 204: Type.Null() },
      },
    },
    async ({ caller, params, headers }, reply) => {
      await deleteSavedSearch(db, caller, params.id, versionIn(headers['if-match']))
      return reply.code(204).send(null)
    },
  )
}
