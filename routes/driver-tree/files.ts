import { Type } from '@sinclair/typebox'
import { ref } from '../../schemas/common.ts'
import {
  ColumnRoles,
  NewTreeFile,
  SheetChoice,
  TreeFile,
  TreeFileDone,
  TreeFilePage,
  TreeFileParams,
  TreeFileQuery,
  TreeFileUpload,
  TreeSheetParams,
} from '../../schemas/driver-tree/files.ts'
import { selectSheet, setColumnRoles } from '../../src/driver-tree/files/columns.ts'
import { deleteTreeFile, getTreeFile, listTreeFiles } from '../../src/driver-tree/files/files.ts'
import { createTreeFileOfProject } from '../../src/driver-tree/files/uploads.ts'
import type { Routes } from '../../src/fastify.ts'
import { languageOf } from '../../src/messages.ts'
import { readingFailures, upload } from './upload.ts'

const tags = ['driver-tree']

export const files: Routes = async (app) => {
  const { db } = app
  app.register(upload)

  app.get(
    '',
    {
      config: { permission: 'tree.read' },
      schema: {
        operationId: 'listTreeFiles',
        summary: 'List one’s files for trees, newest first',
        description:
          'For everybody, and only their own files. Those taken from a project are shown for as long as one is in it. Columns have the role that they seem to have, until somebody sets another.',
        tags,
        querystring: TreeFileQuery,
        response: { 200: ref(TreeFilePage) },
      },
    },
    ({ caller, query, headers }, reply) => {
      const language = languageOf(headers['accept-language'])
      reply.header('content-language', language)
      return listTreeFiles(db, caller, query, language)
    },
  )

  app.post(
    '/project',
    {
      config: {
        permission: 'tree.write',
        failures: [
          'tree_source_not_found',
          'file_missing',
          'file_too_large',
          'file_type_not_allowed',
          ...readingFailures,
        ],
      },
      schema: {
        operationId: 'createTreeFileOfProject',
        summary: 'Use a file of a project for trees',
        description:
          'For everybody who may read the file in its project. Takes .xlsx, .xls and .csv of at most 50 MB. The result is a file of one’s own that reads as one that was uploaded; later versions of the file in the project are not read.',
        tags,
        body: ref(NewTreeFile),
        response: { 201: ref(TreeFileUpload) },
      },
    },
    async ({ caller, body, headers }, reply) => {
      const language = languageOf(headers['accept-language'])
      const file = await createTreeFileOfProject(app, caller, body, language)
      const location = `/api/v1/driver-tree/file/${file.file_id}`
      return reply.code(201).headers({ location, 'content-language': language }).send(file)
    },
  )

  app.get(
    '/:file_id',
    {
      config: { permission: 'tree.read', failures: ['tree_file_not_found'] },
      schema: {
        operationId: 'getTreeFile',
        summary: 'Get a file for trees',
        description: 'For its owner. Shows the columns of the sheet that is selected.',
        tags,
        params: TreeFileParams,
        response: { 200: ref(TreeFile) },
      },
    },
    ({ caller, params, headers }, reply) => {
      const language = languageOf(headers['accept-language'])
      reply.header('content-language', language)
      return getTreeFile(db, caller, params.file_id, language)
    },
  )

  app.post(
    '/:file_id/sheet',
    {
      config: {
        permission: 'tree.write',
        failures: ['tree_file_not_found', 'tree_sheet_not_found', 'tree_sheet_without_table'],
      },
      schema: {
        operationId: 'selectSheet',
        summary: 'Select a sheet of a file for trees',
        description:
          'For its owner. Lists show the columns of the selected sheet; their roles stay when another one is selected in between.',
        tags,
        params: TreeFileParams,
        body: ref(SheetChoice),
        response: { 200: ref(TreeFileDone) },
      },
    },
    ({ caller, params, body }) => selectSheet(db, caller, params.file_id, body),
  )

  app.patch(
    '/:file_id/:sheet_id/column',
    {
      config: {
        permission: 'tree.write',
        failures: [
          'tree_file_not_found',
          'tree_sheet_not_found',
          'tree_sheet_without_table',
          'tree_column_not_found',
        ],
      },
      schema: {
        operationId: 'setColumnRoles',
        summary: 'Say what columns of a sheet are',
        description:
          'For the owner of the file. Any roles are taken; a tree takes values from a sheet with at most one 推移 and at least one 値, in which no key of 推移 and 軸 has two numbers of one column.',
        tags,
        params: TreeSheetParams,
        body: ref(ColumnRoles),
        response: { 200: ref(TreeFileDone) },
      },
    },
    ({ caller, params, body }) => setColumnRoles(db, caller, params, body),
  )

  app.delete(
    '/:file_id',
    {
      config: { permission: 'tree.write', failures: ['tree_file_not_found'] },
      schema: {
        operationId: 'deleteTreeFile',
        summary: 'Delete a file for trees',
        description: 'For its owner. Trees keep the values that they took from it.',
        tags,
        params: TreeFileParams,
        response: { 204: Type.Null() },
      },
    },
    async ({ caller, params }, reply) => {
      await deleteTreeFile(db, caller, params.file_id)
      return reply.code(204).send(null)
    },
  )
}
