import { Type } from '@sinclair/typebox'
import { ref } from '../../schemas/common.ts'
import { dateFormats, IncidentImport } from '../../schemas/itsm/incident-imports.ts'
import type { Routes } from '../../src/fastify.ts'
import { incidentFields } from '../../src/itsm/imports/fields.ts'
import { optionTexts } from '../../src/itsm/imports/options.ts'
import { maxFileBytes } from '../../src/itsm/imports/records.ts'
import { startImport } from '../../src/itsm/imports/requests.ts'
import { acceptFiles, FilesBody, fileField, receiveFiles } from '../../src/multipart.ts'

const text = (maxLength: number, description: string) =>
  Type.Optional(Type.String({ maxLength, description }))

/** A scope of its own: only here are multipart bodies taken. */
export const incidentImport: Routes = async (app) => {
  await acceptFiles(app)

  app.post(
    '/import',
    {
      config: {
        permission: 'incident.manage',
        failures: ['file_too_large', 'file_type_not_allowed', 'form_too_large'],
        form: Type.Object({
          file: fileField('Incidents: .csv (UTF-8 or Shift_JIS) or .xlsx, with a header line.'),
          events: Type.Optional(
            fileField('What happened to them: .csv with number, at, field, old, new, by.'),
          ),
          mapping: text(
            optionTexts.mapping,
            'JSON: column → field. Without it, columns are fields.',
          ),
          values: text(
            optionTexts.values,
            'JSON: field → word of the file → word of this service.',
          ),
          dry_run: Type.Optional(
            Type.Boolean({ description: 'Only look, and say what would be.' }),
          ),
          time_zone: text(optionTexts.time_zone, 'IANA zone of times without one; Asia/Tokyo.'),
          date_format: Type.Optional(
            Type.String({
              enum: [...dateFormats],
              description: 'The order of days such as 29/2/2016. Years first are always read.',
            }),
          ),
        }),
      },
      schema: {
        operationId: 'importIncidents',
        summary: 'Import incidents and their past from a file',
        description: `Answers at once; a job reads the files, and \`Location\` says how far it is. Fields: ${incidentFields.join(', ')}; \`title\` and \`opened_at\` are required. \`number\` is kept as external number: an incident whose number is there already is skipped, so that a file may be sent again, and so is one that an export of this service names by its \`id\` or \`external_number\`. Without a status the times, or else the events, say what it is. Team by its name, people by email or user name; a reporter who is not known is the importer. \`priority\` follows from impact and urgency (\`medium\` where nothing is said) unless it is given. Events are put in order by time; \`field\` is \`status\` where it is left out. A line that is wrong is refused as a whole and told with its number; the others are imported. Of targets that were missed before the import nobody is told; they count as told of. CSV may have 256 MB, a workbook 200,000 rows.`,
        tags: ['incidents'],
        consumes: ['multipart/form-data'],
        body: FilesBody,
        response: { 202: ref(IncidentImport) },
      },
      preValidation: receiveFiles({
        files: ['file', 'events'],
        maxFiles: 2,
        maxBytes: 2 * maxFileBytes,
        texts: optionTexts,
      }),
    },
    async ({ caller, body }, reply) => {
      const started = await startImport(app, caller, body)
      const location = `/api/v1/incidents/imports/${started.id}`
      return reply.code(202).header('location', location).send(started)
    },
  )
}
