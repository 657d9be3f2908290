import { IdParams, ref } from '../../schemas/common.ts'
import {
  IncidentImport,
  IncidentImportPage,
  IncidentImportQuery,
} from '../../schemas/itsm/incident-imports.ts'
import type { Routes } from '../../src/fastify.ts'
import { cancelImport, getImport, listImports } from '../../src/itsm/imports/requests.ts'
import { incidentImport } from './incident-import.ts'

const tags = ['incidents']

export const incidentImports: Routes = async (app) => {
  app.register(incidentImport)

  app.get(
    '/imports',
    {
      config: { permission: 'incident.manage' },
      schema: {
        operationId: 'listIncidentImports',
        summary: 'List imports, newest first',
        tags,
        querystring: IncidentImportQuery,
        response: { 200: ref(IncidentImportPage) },
      },
    },
    ({ query }) => listImports(app.db, query),
  )

  app.get(
    '/imports/:id',
    {
      config: { permission: 'incident.manage', failures: ['incident_import_not_found'] },
      schema: {
        operationId: 'getIncidentImport',
        summary: 'See how far an import is, and what was wrong',
        tags,
        params: IdParams,
        response: { 200: ref(IncidentImport) },
      },
    },
    ({ params }) => getImport(app.db, params.id),
  )

  app.post(
    '/imports/:id/cancel',
    {
      config: {
        permission: 'incident.manage',
        failures: ['incident_import_not_found', 'incident_import_over'],
      },
      schema: {
        operationId: 'cancelIncidentImport',
        summary: 'Cancel an import that is not over',
        description:
          'What it has imported stays, and gets its history and clocks; nothing more is read. The state is `cancelled` a moment later.',
        tags,
        params: IdParams,
        response: { 200: ref(IncidentImport) },
      },
    },
    ({ caller, params }) => cancelImport(app.db, caller, params.id),
  )
}
