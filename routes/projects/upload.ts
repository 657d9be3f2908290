import { Type } from '@sinclair/typebox'
import { ref } from '../../schemas/common.ts'
import { ProjectParams } from '../../schemas/projects/common.ts'
import { ProjectFile } from '../../schemas/projects/files.ts'
import type { Routes } from '../../src/fastify.ts'
import { acceptFiles, FileBody, fileField, receiveFile } from '../../src/multipart.ts'
import { maxProjectFileBytes, uploadProjectFile } from '../../src/projects/uploads.ts'

/** A scope of its own: only here are multipart bodies taken. */
export const fileUpload: Routes = async (app) => {
  await acceptFiles(app)

  app.post(
    '',
    {
      config: {
        permission: 'project.write',
        failures: [
          'project_not_found',
          'project_role_required',
          'project_archived',
          'project_file_versions_full',
          'file_too_large',
          'file_type_not_allowed',
          'file_content_mismatch',
          'file_empty',
        ],
        form: Type.Object({ file: fileField('At most 100 MB.') }),
      },
      schema: {
        operationId: 'uploadProjectFile',
        summary: 'Upload a file to a project',
        description:
          'For managers, moderators and members of the project. Takes .jpg, .jpeg, .png, .gif, .pdf, .txt, .csv, .json, .docx, .xlsx and .xls without macros; name and content must agree, and what the form says of the type counts for nothing. Texts are in UTF-8, in UTF-16 with its mark, or in Shift_JIS, and have no control characters; JSON is whole and in UTF-8. A name that is there already, upper or lower case, wide or narrow, gets its next version, of which there are 500 at most.',
        tags: ['projects'],
        consumes: ['multipart/form-data'],
        params: ProjectParams,
        body: FileBody,
        response: { 201: ref(ProjectFile) },
      },
      preValidation: receiveFile({ files: ['file'], maxBytes: maxProjectFileBytes, texts: {} }),
    },
    async ({ caller, params: { project_id }, body }, reply) => {
      const file = await uploadProjectFile(app, caller, project_id, body.file)
      const location = `/api/v1/projects/${project_id}/files/${file.id}`
      return reply.code(201).header('location', location).send(file)
    },
  )
}
