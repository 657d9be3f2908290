import { Type } from '@sinclair/typebox'
import { ref } from '../../schemas/common.ts'
import { maxTreeFileBytes, TreeFileUpload } from '../../schemas/driver-tree/files.ts'
import { createTreeFile } from '../../src/driver-tree/files/uploads.ts'
import type { Routes } from '../../src/fastify.ts'
import { languageOf } from '../../src/messages.ts'
import { acceptFiles, FileBody, fileField, receiveFile } from '../../src/multipart.ts'

/** What can be wrong with a workbook, wherever it comes from. */
export const readingFailures = [
  'tree_files_full',
  'tree_file_without_table',
  'workbook_unreadable',
  'workbook_encrypted',
  'workbook_too_large',
  'too_busy',
] as const

/** A scope of its own: only here are multipart bodies taken. */
export const upload: Routes = async (app) => {
  await acceptFiles(app, { parts: 2 })

  app.post(
    '',
    {
      config: {
        permission: 'tree.write',
        failures: [
          'file_too_large',
          'file_type_not_allowed',
          'file_content_mismatch',
          'file_empty',
          ...readingFailures,
        ],
        form: Type.Object({ file: fileField('At most 50 MB.') }),
      },
      schema: {
        operationId: 'uploadTreeFile',
        summary: 'Upload a file for trees',
        description:
          'For everybody; nobody else sees it. Takes .xlsx, .xls and .csv (UTF-8, UTF-16 or Shift_JIS); name and content must agree. Each sheet is read as a table: a header line with data below it, or lines of axes, an empty line, and lines of 科目 and their numbers. Times may also stand side by side above their numbers without an empty line. Sheets without a table say why in `skipped_reason`; a file of only such sheets is refused.',
        tags: ['driver-tree'],
        consumes: ['multipart/form-data'],
        body: FileBody,
        response: { 201: ref(TreeFileUpload) },
      },
      preValidation: receiveFile({ files: ['file'], maxBytes: maxTreeFileBytes, texts: {} }),
    },
    async ({ caller, body, headers }, reply) => {
      const language = languageOf(headers['accept-language'])
      const file = await createTreeFile(app, caller, body.file, language)
      const location = `/api/v1/driver-tree/file/${file.file_id}`
      return reply.code(201).headers({ location, 'content-language': language }).send(file)
    },
  )
}
