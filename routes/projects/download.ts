import { fileOf } from '../../schemas/common.ts'
import { ProjectDownloadQuery, ProjectFileParams } from '../../schemas/projects/files.ts'
import { sendFile } from '../../src/download.ts'
import type { Routes } from '../../src/fastify.ts'
import { typesOf } from '../../src/file-content.ts'
import { getStoredProjectFile } from '../../src/projects/files.ts'
import { projectFileExtensions } from '../../src/projects/uploads.ts'

const { content } = fileOf(...typesOf(projectFileExtensions))
// JSON is sent as it is, and so is no text to whoever reads the answer.
const whole = {
  description: 'The file',
  content: { ...content, 'application/json': { schema: {} } },
}
const part = { ...whole, description: 'The part of it that `Range` asks for' }

export const fileDownload: Routes = async (app) => {
  app.get(
    '/:file_id/download',
    {
      config: {
        permission: 'project.read',
        failures: [
          'project_not_found',
          'project_file_not_found',
          'file_missing',
          'range_not_satisfiable',
        ],
      },
      schema: {
        operationId: 'downloadProjectFile',
        summary: 'Download a file of a project',
        description:
          'For every member of the project. Takes `Range` (one range; several get the whole file), `If-Range`, `If-None-Match` and `If-Modified-Since`; HEAD says what GET would.',
        tags: ['projects'],
        params: ProjectFileParams,
        querystring: ProjectDownloadQuery,
        response: { 200: whole, 206: part, 304: { type: 'null', description: 'Not modified' } },
      },
    },
    async (request, reply) => {
      const { caller, params, query } = request
      const row = await getStoredProjectFile(app.db, caller, params.project_id, params.file_id)
      return sendFile(app, request, reply, row, query)
    },
  )
}
