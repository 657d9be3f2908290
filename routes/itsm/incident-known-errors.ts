import { IdParams, ref } from '../../schemas/common.ts'
import {
  KnownErrorSuggestionQuery,
  KnownErrorSuggestions,
  KnownErrorUse,
  KnownErrorUsed,
  KnownErrorUseParams,
} from '../../schemas/itsm/known-errors.ts'
import type { Routes } from '../../src/fastify.ts'
import { suggestKnownErrors } from '../../src/itsm/known-errors/suggestions.ts'
import { useKnownError } from '../../src/itsm/known-errors/uses.ts'

const tags = ['known-errors']

export const incidentKnownErrors: Routes = async (app) => {
  const { db } = app

  app.get(
    '/:id/known-errors',
    {
      config: { permission: 'known-error.read', failures: ['incident_not_found'] },
      schema: {
        operationId: 'suggestKnownErrors',
        summary: 'Suggest known errors for an incident, with the reasons',
        description:
          'By its title and description as the search ranks them, by CIs that both have, and by the category; the points of the reasons add up to the score.',
        tags,
        params: IdParams,
        querystring: KnownErrorSuggestionQuery,
        response: { 200: ref(KnownErrorSuggestions) },
      },
    },
    ({ params, caller, query }) => suggestKnownErrors(db, caller, params.id, query.limit),
  )

  app.post(
    '/:id/known-errors/:known_error_id/use',
    {
      config: {
        permission: 'incident.work',
        failures: ['incident_not_found', 'known_error_not_found', 'known_error_without_workaround'],
      },
      schema: {
        operationId: 'useKnownError',
        summary: 'Say that a known error was of use in an incident',
        description: 'Counts once for each incident, however often it is said.',
        tags,
        params: KnownErrorUseParams,
        body: ref(KnownErrorUse),
        response: { 200: ref(KnownErrorUsed) },
      },
    },
    ({ params: { id, known_error_id }, caller, body }) =>
      useKnownError(app, caller, id, known_error_id, body.add_note),
  )
}
