import { Type } from '@sinclair/typebox'
import { IfMatch, ref } from '../../schemas/common.ts'
import { ProjectParams } from '../../schemas/projects/common.ts'
import {
  CodeParams,
  NewProject,
  Project,
  ProjectChange,
  ProjectPage,
  ProjectQuery,
} from '../../schemas/projects/projects.ts'
import type { Routes } from '../../src/fastify.ts'
import {
  createProject,
  deleteProject,
  getProject,
  getProjectByCode,
  listProjects,
  projectEtag,
  updateProject,
} from '../../src/projects/projects.ts'
import { versionIn } from '../../src/version.ts'

const tags = ['projects']
const changing = ['project_not_found', 'project_role_required', 'project_archived'] as const

export const projectList: Routes = async (app) => {
  const { db } = app

  app.get(
    '',
    {
      config: { permission: 'project.read' },
      schema: {
        operationId: 'listProjects',
        summary: 'List the projects that one is in, the newest first',
        description: 'A SystemAdmin sees all of them.',
        tags,
        querystring: ProjectQuery,
        response: { 200: ref(ProjectPage) },
      },
    },
    ({ caller, query }) => listProjects(db, caller, query),
  )

  app.post(
    '',
    {
      config: { permission: 'project.write', failures: ['project_code_taken'] },
      schema: {
        operationId: 'createProject',
        summary: 'Create a project',
        description: 'For everybody. Whoever creates it is its `project_manager`.',
        tags,
        body: ref(NewProject),
        response: { 201: ref(Project) },
      },
    },
    async ({ caller, body }, reply) => {
      const project = await createProject(db, caller, body)
      const location = `/api/v1/projects/${project.id}`
      return reply
        .code(201)
        .headers({ location, etag: projectEtag(project) })
        .send(project)
    },
  )

  app.get(
    '/:project_id',
    {
      config: { permission: 'project.read', failures: ['project_not_found'] },
      schema: {
        operationId: 'getProject',
        summary: 'Get a project',
        description: 'For every role of the project.',
        tags,
        params: ProjectParams,
        response: { 200: ref(Project) },
      },
    },
    async ({ caller, params }, reply) => {
      const project = await getProject(db, caller, params.project_id)
      return reply.header('etag', projectEtag(project)).send(project)
    },
  )

  app.get(
    '/code/:code',
    {
      config: { permission: 'project.read', failures: ['project_not_found'] },
      schema: {
        operationId: 'getProjectByCode',
        summary: 'Get a project by its code',
        description: 'For every role of the project.',
        tags,
        params: CodeParams,
        response: { 200: ref(Project) },
      },
    },
    async ({ caller, params }, reply) => {
      const project = await getProjectByCode(db, caller, params.code)
      return reply.header('etag', projectEtag(project)).send(project)
    },
  )

  app.patch(
    '/:project_id',
    {
      config: { permission: 'project.write', failures: changing },
      schema: {
        operationId: 'updateProject',
        summary: 'Change some fields of a project, archive it or bring it back',
        description:
          'For `project_manager`. With `is_active: false` it is archived: it can be read, and nothing in it changes until somebody sends `is_active: true`. The code never changes.',
        tags,
        params: ProjectParams,
        headers: IfMatch,
        body: ref(ProjectChange),
        response: { 200: ref(Project) },
      },
    },
    async ({ caller, params, body, headers }, reply) => {
      const version = versionIn(headers['if-match'])
      const project = await updateProject(app, caller, params.project_id, body, version)
      return reply.header('etag', projectEtag(project)).send(project)
    },
  )

  app.delete(
    '/:project_id',
    {
      config: { permission: 'project.write', failures: changing },
      schema: {
        operationId: 'deleteProject',
        summary: 'Delete a project with all that is in it',
        description:
          'For `project_manager`. It is gone at once for everybody, and its code is free; its files, trees and the rest are removed soon after.',
        tags,
        params: ProjectParams,
        headers: IfMatch,
        response: { 204: Type.Null() },
      },
    },
    async ({ caller, params, headers }, reply) => {
      await deleteProject(app, caller, params.project_id, versionIn(headers['if-match']))
      return reply.code(204).send(null)
    },
  )
}
