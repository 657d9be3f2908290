import { Type } from '@sinclair/typebox'
import { fileOf, IdParams, ref } from '../../schemas/common.ts'
import {
  IncidentDownloadQuery,
  IncidentFilePage,
  IncidentFileParams,
  IncidentFileQuery,
} from '../../schemas/itsm/incident-files.ts'
import { sendFile } from '../../src/download.ts'
import type { Routes } from '../../src/fastify.ts'
import { fileTypes } from '../../src/file-content.ts'
import {
  deleteIncidentFile,
  getStoredIncidentFile,
  listIncidentFiles,
} from '../../src/itsm/incidents/files.ts'
import { incidentUpload } from './incident-upload.ts'

const tags = ['incidents']
const whole = { ...fileOf(...fileTypes), description: 'The file' }
const part = { ...fileOf(...fileTypes), description: 'The part of it that `Range` asks for' }

export const incidentFiles: Routes = async (app) => {
  app.register(incidentUpload)

  app.get(
    '/:id/attachments',
    {
      config: { permission: 'incident.read', failures: ['incident_not_found'] },
      schema: {
        operationId: 'listIncidentFiles',
        summary: 'List the files of an incident',
        description: 'The reporter sees those that are public.',
        tags,
        params: IdParams,
        querystring: IncidentFileQuery,
        response: { 200: ref(IncidentFilePage) },
      },
    },
    ({ caller, params, query }) => listIncidentFiles(app.db, caller, params.id, query),
  )

  app.get(
    '/:id/attachments/:file_id',
    {
      config: {
        permission: 'incident.read',
        failures: [
          'incident_not_found',
          'incident_file_not_found',
          'file_missing',
          'range_not_satisfiable',
        ],
      },
      schema: {
        operationId: 'downloadIncidentFile',
        summary: 'Download a file of an incident',
        description:
          'The reporter gets those that are public. Takes `Range` (one range; several get the whole file), `If-Range`, `If-None-Match` and `If-Modified-Since`; HEAD says what GET would.',
        tags,
        params: IncidentFileParams,
        querystring: IncidentDownloadQuery,
        response: { 200: whole, 206: part, 304: { type: 'null', description: 'Not modified' } },
      },
    },
    async (request, reply) => {
      const { caller, params, query } = request
      const row = await getStoredIncidentFile(app.db, caller, params.id, params.file_id)
      return sendFile(app, request, reply, row, query)
    },
  )

  app.delete(
    '/:id/attachments/:file_id',
    {
      config: {
        permission: 'incident.report',
        failures: ['incident_not_found', 'incident_file_not_found', 'incident_frozen'],
      },
      schema: {
        operationId: 'deleteIncidentFile',
        summary: 'Delete a file of an incident',
        description:
          'The service desk deletes any, the reporter those of their own, until the incident is closed or cancelled.',
        tags,
        params: IncidentFileParams,
        response: { 204: Type.Null() },
      },
    },
    async ({ caller, params }, reply) => {
      await deleteIncidentFile(app, caller, params.id, params.file_id)
      return reply.code(204).send(null)
    },
  )
}
