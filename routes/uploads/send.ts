import { Type } from '@sinclair/typebox'
import { ref } from '../../schemas/common.ts'
import { FileResults, UploadedFile } from '../../schemas/uploads.ts'
import type { Routes } from '../../src/fastify.ts'
import { languageOf } from '../../src/messages.ts'
import {
  acceptFiles,
  FileBody,
  FilesBody,
  fileField,
  receiveFile,
  receiveFiles,
} from '../../src/multipart.ts'
import { describe } from '../../src/problem-details.ts'
import { createFile } from '../../src/uploads/files.ts'
import { createFiles } from '../../src/uploads/several.ts'
import { pathOf } from '../../src/values.ts'

const tags = ['uploads']
const consumes = ['multipart/form-data']
const maxBytes = 10 * 1024 * 1024
const maxFiles = 10
const texts = { description: 1000 }

const description = Type.Optional(
  Type.String({ maxLength: texts.description, description: 'Before the file or behind it.' }),
)

const failures = [
  'file_too_large',
  'file_type_not_allowed',
  'file_content_mismatch',
  'file_empty',
  'quota_exceeded',
] as const

/** A scope of its own: only here are multipart bodies taken. */
export const send: Routes = async (app) => {
  await acceptFiles(app)

  app.post(
    '/files',
    {
      config: {
        permission: 'upload.write',
        failures,
        form: Type.Object({ file: fileField('At most 10 MB.'), description }),
      },
      schema: {
        operationId: 'createFile',
        summary: 'Upload a file',
        description:
          'Takes .jpg, .jpeg, .png, .gif, .pdf, .doc and .docx. Name and content must agree; the type that is stored is that of the content. Of a path only the last part is kept; names with `..` or control characters are refused, and so are names of more than 255 characters.',
        tags,
        consumes,
        body: FileBody,
        response: { 201: ref(UploadedFile) },
      },
      preValidation: receiveFile({ files: ['file'], maxBytes, texts }),
    },
    async ({ caller, body: { file, texts } }, reply) => {
      const claim = {
        name: file.name,
        get description() {
          return texts.description || null
        },
      }
      const created = await createFile(app, caller, claim, file.body, maxBytes)
      return reply.code(201).header('location', created.url).send(created)
    },
  )

  app.post(
    '/files/multiple',
    {
      config: {
        permission: 'upload.write',
        failures: ['form_too_large', 'no_file_stored'],
        form: Type.Object({
          files: Type.Array(fileField('At most 10 MB each.'), {
            minItems: 1,
            maxItems: maxFiles,
            description: 'The field is repeated; `file` is taken for the same.',
          }),
          description,
        }),
      },
      schema: {
        operationId: 'createFiles',
        summary: 'Upload up to ten files at once',
        description:
          'Each file is taken or refused for itself, and the answer tells of each, in their order: `success`, and either the fields of a file or a `problem`. When none could be stored it is 422 with `results`. When the form breaks off, or has more than ten files, none is stored.',
        tags,
        consumes,
        body: FilesBody,
        response: { 201: ref(FileResults) },
      },
      preValidation: receiveFiles({
        files: ['files', 'file'],
        maxFiles,
        maxBytes: maxFiles * maxBytes,
        texts,
      }),
    },
    async ({ caller, body: { files, texts }, headers, url, id }, reply) => {
      const language = languageOf(headers['accept-language'])
      const results = await createFiles(
        app,
        caller,
        () => texts.description || null,
        files,
        maxBytes,
        (fault) => describe(fault, language, pathOf(url), id),
      )
      return reply.code(201).send(results)
    },
  )
}
