import { Type } from '@sinclair/typebox'
import { IdParams, ref } from '../../schemas/common.ts'
import { IncidentUpload, maxIncidentFiles } from '../../schemas/itsm/incident-files.ts'
import type { Routes } from '../../src/fastify.ts'
import { maxIncidentFileBytes, uploadIncidentFiles } from '../../src/itsm/incidents/uploads.ts'
import { languageOf } from '../../src/messages.ts'
import { acceptFiles, FilesBody, fileField, receiveFiles } from '../../src/multipart.ts'
import { describe } from '../../src/problem-details.ts'
import { pathOf } from '../../src/values.ts'

const texts = { is_public: 5 }

/** A scope of its own: only here are multipart bodies taken. */
export const incidentUpload: Routes = async (app) => {
  await acceptFiles(app, { parts: maxIncidentFiles + Object.keys(texts).length + 1 })

  app.post(
    '/:id/attachments',
    {
      config: {
        permission: 'incident.report',
        failures: [
          'incident_not_found',
          'incident_frozen',
          'incident_files_full',
          'no_incident_file_stored',
          'file_too_large',
          'file_type_not_allowed',
          'file_content_mismatch',
          'file_empty',
          'form_too_large',
        ],
        form: Type.Object({
          files: Type.Array(fileField('At most 50 MB each.'), {
            minItems: 1,
            maxItems: maxIncidentFiles,
            description: 'The field is repeated.',
          }),
          is_public: Type.Optional(
            Type.Boolean({
              description:
                'Whether the reporter sees them. Default false for those who work on incidents; always true for others.',
            }),
          ),
        }),
      },
      schema: {
        operationId: 'uploadIncidentFiles',
        summary: 'Attach files to an incident',
        description:
          'For its reporter and for the service desk, until it is closed or cancelled. Takes .jpg, .jpeg, .png, .gif, .pdf, .doc and .docx; name and content must agree. Each file is taken or refused for itself: `failed_files` says which are not stored, and why. When none could be stored the answer is what is wrong with the one file, or 422 `no_incident_file_stored` for several. When the form breaks off or is wrong, none is stored.',
        tags: ['incidents'],
        consumes: ['multipart/form-data'],
        params: IdParams,
        body: FilesBody,
        response: { 201: ref(IncidentUpload) },
      },
      preValidation: receiveFiles({
        files: ['files'],
        maxFiles: maxIncidentFiles,
        maxBytes: 4 * maxIncidentFileBytes,
        texts,
      }),
    },
    async ({ caller, params, body, headers, url, id }, reply) => {
      const language = languageOf(headers['accept-language'])
      const results = await uploadIncidentFiles(app, caller, params.id, body, (fault) =>
        describe(fault, language, pathOf(url), id),
      )
      const location = `/api/v1/incidents/${params.id}/attachments`
      return reply.code(201).header('location', location).send(results)
    },
  )
}
