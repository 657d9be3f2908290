import { Type } from '@sinclair/typebox'
import { SessionParams } from '../../schemas/analysis/common.ts'
import {
  AnalysisFile,
  AnalysisFileList,
  AnalysisFileParams,
  ChosenInput,
  InputChoice,
  InputRowPage,
  InputRowQuery,
  NewAnalysisFile,
  SheetConfig,
} from '../../schemas/analysis/files.ts'
import { IfMatch, ref } from '../../schemas/common.ts'
import { chooseInput } from '../../src/analysis/files/choosing.ts'
import { configureFile } from '../../src/analysis/files/configuring.ts'
import { registerFile } from '../../src/analysis/files/registering.ts'
import { deleteFile } from '../../src/analysis/files/removing.ts'
import { listInputRows } from '../../src/analysis/files/rows.ts'
import { listFiles } from '../../src/analysis/files/views.ts'
import type { Routes } from '../../src/fastify.ts'
import { languageOf } from '../../src/messages.ts'
import { etagOf, versionIn } from '../../src/version.ts'

const tags = ['analysis']
const seen = ['analysis_session_not_found'] as const
const working = [
  ...seen,
  'project_role_required',
  'project_archived',
  'analysis_session_inactive',
  'stale_version',
] as const

export const files: Routes = async (app) => {
  const { db } = app

  app.get(
    '/file',
    {
      config: { permission: 'analysis.read', failures: [...seen] },
      schema: {
        operationId: 'listAnalysisFiles',
        summary: 'List the files of an analysis session, newest first',
        description: 'For members of the project. Each with its sheets and what their columns are.',
        tags,
        params: SessionParams,
        response: { 200: ref(AnalysisFileList) },
      },
    },
    ({ caller, params, headers }, reply) => {
      const language = languageOf(headers['accept-language'])
      reply.header('content-language', language)
      return listFiles(db, caller, params.session_id, language)
    },
  )

  app.post(
    '/file',
    {
      config: {
        permission: 'analysis.write',
        failures: [
          ...working,
          'analysis_source_not_found',
          'analysis_files_full',
          'analysis_file_without_table',
          'analysis_file_too_slow',
          'file_missing',
          'file_type_not_allowed',
          'workbook_unreadable',
          'workbook_encrypted',
          'workbook_too_large',
          'too_busy',
        ],
      },
      schema: {
        operationId: 'registerAnalysisFile',
        summary: 'Read a file of the project for an analysis session',
        description:
          'For members who may work in the project. Takes .xlsx, .xls and .csv (UTF-8, UTF-16 or Shift_JIS) with tables of at most 1,000,000 rows: a header line with data below it, or lines of axes, an empty line, and lines of 科目 and their numbers. The first sheet with a table is used, with the roles that its columns seem to have, until another is configured. Sheets without a table say why in `skipped_reason`; a file of only such sheets is refused.',
        tags,
        params: SessionParams,
        headers: IfMatch,
        body: ref(NewAnalysisFile),
        response: { 201: ref(AnalysisFile) },
      },
    },
    async ({ caller, params, body, headers }, reply) => {
      const language = languageOf(headers['accept-language'])
      const match = versionIn(headers['if-match'])
      const { session_id } = params
      const { file, version } = await registerFile(app, caller, session_id, body, match, language)
      const location = `/api/v1/analysis/session/${session_id}/file`
      const etag = etagOf({ version })
      reply.code(201).headers({ location, etag, 'content-language': language })
      return reply.send(file)
    },
  )

  app.patch(
    '/file/:file_id/config',
    {
      config: {
        permission: 'analysis.write',
        failures: [...working, 'analysis_file_not_found', 'analysis_file_changed'],
      },
      schema: {
        operationId: 'configureAnalysisFile',
        summary: 'Say which sheet of a file is used, and what its columns are',
        description:
          'For members who may work in the project. `axis_config` names the axes to use, and leaves out the others; `columns` gives roles to columns. There is at most one 推移 and at least one 値. If the current snapshot starts from this file, a child of it goes on with the new configuration and the same steps.',
        tags,
        params: AnalysisFileParams,
        headers: IfMatch,
        body: ref(SheetConfig),
        response: { 200: ref(AnalysisFile) },
      },
    },
    async ({ caller, params, body, headers }, reply) => {
      const language = languageOf(headers['accept-language'])
      const match = versionIn(headers['if-match'])
      const { file, version } = await configureFile(app, caller, params, body, match, language)
      reply.headers({ etag: etagOf({ version }), 'content-language': language })
      return file
    },
  )

  app.delete(
    '/file/:file_id',
    {
      config: {
        permission: 'analysis.write',
        failures: [...working, 'analysis_file_not_found', 'analysis_file_in_use'],
      },
      schema: {
        operationId: 'deleteAnalysisFile',
        summary: 'Delete a file of an analysis session',
        description:
          'For members who may work in the project. A file that any snapshot starts from stays. The file of the project is not touched.',
        tags,
        params: AnalysisFileParams,
        headers: IfMatch,
        response: { 204: Type.Null() },
      },
    },
    async ({ caller, params, headers }, reply) => {
      await deleteFile(app, caller, params, versionIn(headers['if-match']))
      return reply.code(204).send(null)
    },
  )

  app.post(
    '/input',
    {
      config: { permission: 'analysis.write', failures: [...working, 'analysis_file_not_found'] },
      schema: {
        operationId: 'chooseAnalysisInput',
        summary: 'Choose the file that an analysis starts from',
        description:
          'For members who may work in the project. Begins a new branch without steps; what was there stays in its snapshots. Choosing what is the input already changes nothing.',
        tags,
        params: SessionParams,
        headers: IfMatch,
        body: ref(InputChoice),
        response: { 200: ref(ChosenInput) },
      },
    },
    async ({ caller, params, body, headers }, reply) => {
      const match = versionIn(headers['if-match'])
      const chosen = await chooseInput(app, caller, params.session_id, body.file_id, match)
      reply.header('etag', etagOf(chosen))
      return chosen
    },
  )

  app.get(
    '/input/rows',
    {
      config: { permission: 'analysis.read', failures: [...seen, 'analysis_no_input'] },
      schema: {
        operationId: 'listAnalysisInputRows',
        summary: 'Page through the table that an analysis starts from',
        description: 'For members of the project. In long form: the axes, 科目 and 値.',
        tags,
        params: SessionParams,
        querystring: InputRowQuery,
        response: { 200: ref(InputRowPage) },
      },
    },
    ({ caller, params, query }) => listInputRows(app, caller, params.session_id, query),
  )
}
