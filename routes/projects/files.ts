import { Type } from '@sinclair/typebox'
import { ref } from '../../schemas/common.ts'
import { ProjectParams } from '../../schemas/projects/common.ts'
import {
  ProjectFile,
  ProjectFilePage,
  ProjectFileParams,
  ProjectFileQuery,
  ProjectFileUsage,
  ProjectFileVersionQuery,
  ProjectFileVersions,
} from '../../schemas/projects/files.ts'
import type { Routes } from '../../src/fastify.ts'
import { deleteProjectFile } from '../../src/projects/file-deletion.ts'
import {
  getProjectFile,
  listProjectFiles,
  listProjectFileVersions,
} from '../../src/projects/files.ts'
import { getProjectFileUsage } from '../../src/projects/usage.ts'
import { fileDownload } from './download.ts'
import { fileUpload } from './upload.ts'

const tags = ['projects']
const read = {
  permission: 'project.read',
  failures: ['project_not_found', 'project_file_not_found'],
} as const

export const files: Routes = async (app) => {
  app.register(fileUpload)
  app.register(fileDownload)

  app.get(
    '',
    {
      config: { permission: 'project.read', failures: ['project_not_found'] },
      schema: {
        operationId: 'listProjectFiles',
        summary: 'List the files of a project',
        description:
          'For every member of the project. Of each name the last version, newest first.',
        tags,
        params: ProjectParams,
        querystring: ProjectFileQuery,
        response: { 200: ref(ProjectFilePage) },
      },
    },
    ({ caller, params, query }) => listProjectFiles(app.db, caller, params.project_id, query),
  )

  app.get(
    '/:file_id',
    {
      config: read,
      schema: {
        operationId: 'getProjectFile',
        summary: 'Get what is known of a file of a project',
        description: 'For every member of the project.',
        tags,
        params: ProjectFileParams,
        response: { 200: ref(ProjectFile) },
      },
    },
    ({ caller, params: { project_id, file_id } }) =>
      getProjectFile(app.db, caller, project_id, file_id),
  )

  app.get(
    '/:file_id/versions',
    {
      config: read,
      schema: {
        operationId: 'listProjectFileVersions',
        summary: 'List all versions of a file of a project',
        description: 'For every member of the project. The file may be named by any of them.',
        tags,
        params: ProjectFileParams,
        querystring: ProjectFileVersionQuery,
        response: { 200: ref(ProjectFileVersions) },
      },
    },
    ({ caller, params: { project_id, file_id }, query }) =>
      listProjectFileVersions(app.db, caller, project_id, file_id, query),
  )

  app.get(
    '/:file_id/usage',
    {
      config: read,
      schema: {
        operationId: 'getProjectFileUsage',
        summary: 'Say which trees and sessions use a file of a project',
        description: 'For every member of the project. Counts all versions of the file.',
        tags,
        params: ProjectFileParams,
        response: { 200: ref(ProjectFileUsage) },
      },
    },
    ({ caller, params: { project_id, file_id } }) =>
      getProjectFileUsage(app, caller, project_id, file_id),
  )

  app.delete(
    '/:file_id',
    {
      config: {
        permission: 'project.write',
        failures: [
          ...read.failures,
          'project_role_required',
          'project_archived',
          'project_file_in_use',
        ],
      },
      schema: {
        operationId: 'deleteProjectFile',
        summary: 'Delete a file of a project',
        description:
          'Managers and moderators delete any file, members those whose versions are all their own. The id of the last version stands for the file with all its versions, that of an older one for this version alone. Refused with 409 `project_file_in_use` while trees or sessions use it: `uses` says which.',
        tags,
        params: ProjectFileParams,
        response: { 204: Type.Null() },
      },
    },
    async ({ caller, params: { project_id, file_id } }, reply) => {
      await deleteProjectFile(app, caller, project_id, file_id)
      return reply.code(204).send(null)
    },
  )
}
