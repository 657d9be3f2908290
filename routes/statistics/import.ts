import { ref } from '../../schemas/common.ts'
import { ImportBody, Imported, ImportQuery } from '../../schemas/statistics/sync.ts'
import type { Routes } from '../../src/fastify.ts'
import { maxBytes } from '../../src/statistics/imports/import.ts'
import { importFile } from '../../src/statistics/imports/import-file.ts'

export const imports: Routes = async (app) => {
  // The body is read as it comes, by whoever handles the request.
  app.addContentTypeParser('text/csv', (_request, payload, done) => done(null, payload))

  app.post(
    '/import',
    {
      bodyLimit: maxBytes,
      config: {
        permission: 'statistics.manage',
        failures: ['source_not_found', 'import_too_large', 'import_too_many', 'import_malformed'],
      },
      schema: {
        operationId: 'importStatistics',
        summary: 'Take over figures of a CSV file, through the same checks as all others',
        description:
          'A file with faults is refused whole (422), with their lines and columns. A file that the checks object to is kept back: `run.outcome` is `quarantined`, and somebody accepts or rejects it. The same file again is `unchanged`.',
        tags: ['statistics'],
        consumes: ['text/csv'],
        querystring: ImportQuery,
        body: ImportBody,
        response: { 200: ref(Imported) },
      },
    },
    (request) => importFile(app, request.caller, request.body, request.query),
  )
}
