import { Type } from '@sinclair/typebox'
import {
  IssueParams,
  NewTemplate,
  Template,
  TemplateChange,
  TemplateDetail,
  TemplateQuery,
} from '../../schemas/analysis/templates.ts'
import { IfMatch, ref } from '../../schemas/common.ts'
import { engineFailures } from '../../src/analysis/steps/open.ts'
import {
  createTemplate,
  deleteTemplate,
  updateTemplate,
} from '../../src/analysis/templates/changing.ts'
import { getTemplateDetail, listTemplates } from '../../src/analysis/templates/templates.ts'
import { templateEtag } from '../../src/analysis/templates/wire.ts'
import type { Routes } from '../../src/fastify.ts'
import { versionIn } from '../../src/version.ts'
import { themes } from './themes.ts'

const tags = ['analysis']

const scope = ['project_not_found', 'project_role_required', 'project_archived'] as const
const changing = ['template_not_found', 'template_builtin', ...scope] as const

export const templates: Routes = async (app) => {
  const { db } = app
  app.register(themes, { prefix: '/validation' })

  app.get(
    '',
    {
      config: { permission: 'analysis.read', failures: ['project_not_found'] },
      schema: {
        operationId: 'listAnalysisTemplates',
        summary: 'List templates of analyses, by the order of themes and of questions',
        description:
          'For everybody: the 16 questions (課題) under 12 themes (施策) that the service brings along, and what administrators have added. With `project_id` also those of the project, for its members.',
        tags,
        querystring: TemplateQuery,
        response: { 200: Type.Array(ref(Template)) },
      },
    },
    ({ caller, query }) => listTemplates(db, caller, query),
  )

  app.post(
    '',
    {
      config: {
        permission: 'analysis.write',
        failures: [...scope, 'too_many_templates', ...engineFailures],
      },
      schema: {
        operationId: 'createAnalysisTemplate',
        summary: 'Add a question to a theme',
        description:
          'For a project: whoever may work in it. For everybody, without a `project_id`: who has the permission `template.manage`. The steps of a `sample` are run first; what is wrong with them is told by its path.',
        tags,
        body: ref(NewTemplate),
        response: { 201: ref(TemplateDetail) },
      },
    },
    async ({ caller, body }, reply) => {
      const template = await createTemplate(app, caller, body)
      const location = `/api/v1/analysis/template/${template.issue_id}`
      return reply
        .code(201)
        .headers({ location, etag: templateEtag(template) })
        .send(template)
    },
  )

  app.get(
    '/:issue_id',
    {
      config: { permission: 'analysis.read', failures: ['template_not_found', ...engineFailures] },
      schema: {
        operationId: 'getAnalysisTemplate',
        summary: 'Get a template of analyses',
        description:
          'For everybody, or for the members of its project. Its figures and charts are what its steps give when they are run over its sample sheet.',
        tags,
        params: IssueParams,
        response: { 200: ref(TemplateDetail) },
      },
    },
    async ({ caller, params }, reply) => {
      const template = await getTemplateDetail(app, caller, params.issue_id)
      return reply.header('etag', templateEtag(template)).send(template)
    },
  )

  app.patch(
    '/:issue_id',
    {
      config: { permission: 'analysis.write', failures: [...changing, ...engineFailures] },
      schema: {
        operationId: 'updateAnalysisTemplate',
        summary: 'Change some fields of a template',
        description:
          'For whoever may work in its project; of one for everybody, who has the permission `template.manage`. A `sample` takes the place of what was there, and null removes it.',
        tags,
        params: IssueParams,
        headers: IfMatch,
        body: ref(TemplateChange),
        response: { 200: ref(TemplateDetail) },
      },
    },
    async ({ caller, params, body, headers }, reply) => {
      const version = versionIn(headers['if-match'])
      const template = await updateTemplate(app, caller, params.issue_id, body, version)
      return reply.header('etag', templateEtag(template)).send(template)
    },
  )

  app.delete(
    '/:issue_id',
    {
      config: { permission: 'analysis.write', failures: [...changing] },
      schema: {
        operationId: 'deleteAnalysisTemplate',
        summary: 'Delete a template',
        description:
          'In a project: whoever added it, and managers and moderators; of one for everybody, who has the permission `template.manage`. Sessions that were opened for it stay.',
        tags,
        params: IssueParams,
        headers: IfMatch,
        response: { 204: Type.Null() },
      },
    },
    async ({ caller, params, headers }, reply) => {
      await deleteTemplate(app, caller, params.issue_id, versionIn(headers['if-match']))
      return reply.code(204).send(null)
    },
  )
}
