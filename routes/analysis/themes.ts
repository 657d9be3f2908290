import { Type } from '@sinclair/typebox'
import {
  NewTheme,
  TemplateQuery,
  Theme,
  ThemeChange,
  ValidationParams,
} from '../../schemas/analysis/templates.ts'
import { IfMatch, ref } from '../../schemas/common.ts'
import {
  createTheme,
  deleteTheme,
  getTheme,
  listThemes,
  updateTheme,
} from '../../src/analysis/templates/themes.ts'
import type { Routes } from '../../src/fastify.ts'
import { etagOf, versionIn } from '../../src/version.ts'

const tags = ['analysis']

const scope = ['project_not_found', 'project_role_required', 'project_archived'] as const
const changing = ['template_theme_not_found', 'template_builtin', ...scope] as const

/** Below the routes of templates: what their questions are about. */
export const themes: Routes = async (app) => {
  const { db } = app

  app.get(
    '',
    {
      config: { permission: 'analysis.read', failures: ['project_not_found'] },
      schema: {
        operationId: 'listAnalysisThemes',
        summary: 'List the themes of templates, by their order',
        description:
          'For everybody; also themes (施策) without a question. With `project_id` those of the project as well, for its members.',
        tags,
        querystring: TemplateQuery,
        response: { 200: Type.Array(ref(Theme)) },
      },
    },
    ({ caller, query }) => listThemes(db, caller, query),
  )

  app.post(
    '',
    {
      config: { permission: 'analysis.write', failures: [...scope, 'too_many_templates'] },
      schema: {
        operationId: 'createAnalysisTheme',
        summary: 'Add a theme',
        description:
          'For a project: whoever may work in it. For everybody, without a `project_id`: who has the permission `template.manage`.',
        tags,
        body: ref(NewTheme),
        response: { 201: ref(Theme) },
      },
    },
    async ({ caller, body }, reply) => {
      const theme = await createTheme(db, caller, body)
      const location = `/api/v1/analysis/template/validation/${theme.validation_id}`
      return reply
        .code(201)
        .headers({ location, etag: etagOf(theme) })
        .send(theme)
    },
  )

  app.get(
    '/:validation_id',
    {
      config: { permission: 'analysis.read', failures: ['template_theme_not_found'] },
      schema: {
        operationId: 'getAnalysisTheme',
        summary: 'Get a theme',
        description: 'For everybody, or for the members of its project.',
        tags,
        params: ValidationParams,
        response: { 200: ref(Theme) },
      },
    },
    async ({ caller, params }, reply) => {
      const theme = await getTheme(db, caller, params.validation_id)
      return reply.header('etag', etagOf(theme)).send(theme)
    },
  )

  app.patch(
    '/:validation_id',
    {
      config: { permission: 'analysis.write', failures: [...changing] },
      schema: {
        operationId: 'updateAnalysisTheme',
        summary: 'Change some fields of a theme',
        description:
          'For whoever may work in its project; of one for everybody, who has the permission `template.manage`.',
        tags,
        params: ValidationParams,
        headers: IfMatch,
        body: ref(ThemeChange),
        response: { 200: ref(Theme) },
      },
    },
    async ({ caller, params, body, headers }, reply) => {
      const version = versionIn(headers['if-match'])
      const theme = await updateTheme(db, caller, params.validation_id, body, version)
      return reply.header('etag', etagOf(theme)).send(theme)
    },
  )

  app.delete(
    '/:validation_id',
    {
      config: { permission: 'analysis.write', failures: [...changing, 'template_theme_in_use'] },
      schema: {
        operationId: 'deleteAnalysisTheme',
        summary: 'Delete a theme without questions',
        description:
          'In a project: whoever added it, and managers and moderators; of one for everybody, who has the permission `template.manage`.',
        tags,
        params: ValidationParams,
        headers: IfMatch,
        response: { 204: Type.Null() },
      },
    },
    async ({ caller, params, headers }, reply) => {
      await deleteTheme(db, caller, params.validation_id, versionIn(headers['if-match']))
      return reply.code(204).send(null)
    },
  )
}
