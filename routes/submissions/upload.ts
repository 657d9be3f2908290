import { Type } from '@sinclair/typebox'
import { ref } from '../../schemas/common.ts'
import { maxSubmissionFiles } from '../../schemas/submissions/documents.ts'
import { LinkParams, SubmissionUpload } from '../../schemas/submissions/files.ts'
import type { Routes } from '../../src/fastify.ts'
import { languageOf } from '../../src/messages.ts'
import { acceptFiles, FilesBody, fileField, receiveFiles } from '../../src/multipart.ts'
import { describe } from '../../src/problem-details.ts'
import { maxFileBytes, uploadFiles } from '../../src/submissions/uploads.ts'
import { visitorOf } from '../../src/submissions/visitors.ts'
import { pathOf } from '../../src/values.ts'

const texts = { document_type: 100, comment: 2000 }

/** More than a session holds, so that each of them can be answered for. */
const maxFiles = 2 * maxSubmissionFiles
const maxFormBytes = 5 * maxFileBytes

const messages = {
  ja: {
    all: 'ファイルのアップロードが完了しました',
    some: '一部のファイルは保存できませんでした。failed_files を確認してください。',
  },
  en: { all: 'The files are uploaded', some: 'Some files were not stored. See failed_files.' },
}

/** A scope of its own: only here are multipart bodies taken. */
export const upload: Routes = async (app) => {
  await acceptFiles(app, { parts: maxFiles + Object.keys(texts).length + 1 })

  app.post(
    '/sessions/:id/upload',
    {
      config: {
        public: true,
        failures: [
          'session_link_not_found',
          'submission_approved',
          'submission_full',
          'document_full',
          'document_too_large',
          'document_format',
          'no_document_stored',
          'file_too_large',
          'file_type_not_allowed',
          'file_content_mismatch',
          'file_empty',
          'form_too_large',
        ],
        form: Type.Object({
          files: Type.Array(fileField('At most 100 MB each.'), {
            minItems: 1,
            maxItems: maxFiles,
            description: 'The field is repeated.',
          }),
          document_type: Type.Optional(
            Type.String({
              maxLength: texts.document_type,
              description: 'What the files are: a document of the session.',
            }),
          ),
          comment: Type.Optional(Type.String({ maxLength: texts.comment })),
        }),
      },
      schema: {
        operationId: 'uploadSubmissionFiles',
        summary: 'Upload files to a session, by its link or as its staff',
        description:
          'Takes .pdf, .jpg, .jpeg, .png and .gif; name and content must agree. A session holds 50 files, a form 500 MB. Each file is taken or refused for itself: `failed_files` says which are not stored, and why. When none could be stored the answer is what is wrong with the one file, or 422 `no_document_stored` for several. When the form breaks off or is wrong, and when its first file is too large, none is stored. Files of equal names are all kept. A session takes 30 forms a minute, and none once it is approved.',
        tags: ['submissions'],
        consumes: ['multipart/form-data'],
        params: LinkParams,
        body: FilesBody,
        response: { 201: ref(SubmissionUpload) },
      },
      preValidation: receiveFiles({ files: ['files'], maxFiles, maxBytes: maxFormBytes, texts }),
    },
    async (request, reply) => {
      const { params, body, headers, url, id } = request
      const language = languageOf(headers['accept-language'])
      const results = await uploadFiles(app, visitorOf(request), params.id, body, (fault) =>
        describe(fault, language, pathOf(url), id),
      )
      const { all, some } = messages[language]
      const message = results.failed_files.length > 0 ? some : all
      return reply.code(201).send({ message, ...results })
    },
  )
}
