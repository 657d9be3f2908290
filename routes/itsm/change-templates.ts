import { Type } from '@sinclair/typebox'
import { IdParams, IfMatch, ref } from '../../schemas/common.ts'
import {
  ChangeTemplate,
  ChangeTemplatePage,
  ChangeTemplateQuery,
  ChangeTemplateUpdate,
  NewChangeTemplate,
} from '../../schemas/itsm/change-templates.ts'
import type { Routes } from '../../src/fastify.ts'
import {
  createTemplate,
  deleteTemplate,
  getTemplate,
  listTemplates,
  updateTemplate,
} from '../../src/itsm/changes/templates.ts'
import { etagOf, versionIn } from '../../src/version.ts'

const tags = ['changes']

export const changeTemplates: Routes = async (app) => {
  const { db } = app

  app.get(
    '',
    {
      config: { permission: 'change.read' },
      schema: {
        operationId: 'listChangeTemplates',
        summary: 'List templates of standard changes by name',
        tags,
        querystring: ChangeTemplateQuery,
        response: { 200: ref(ChangeTemplatePage) },
      },
    },
    ({ query }) => listTemplates(db, query),
  )

  app.post(
    '',
    {
      config: { permission: 'change.manage', failures: ['duplicate'] },
      schema: {
        operationId: 'createChangeTemplate',
        summary: 'Approve a kind of change beforehand',
        tags,
        body: ref(NewChangeTemplate),
        response: { 201: ref(ChangeTemplate) },
      },
    },
    async ({ caller, body }, reply) => {
      const template = await createTemplate(db, caller, body)
      const location = `/api/v1/change-templates/${template.id}`
      return reply
        .code(201)
        .headers({ location, etag: etagOf(template) })
        .send(template)
    },
  )

  app.get(
    '/:id',
    {
      config: { permission: 'change.read', failures: ['change_template_not_found'] },
      schema: {
        operationId: 'getChangeTemplate',
        summary: 'Get a template of standard changes',
        tags,
        params: IdParams,
        response: { 200: ref(ChangeTemplate) },
      },
    },
    async ({ params }, reply) => {
      const template = await getTemplate(db, params.id)
      return reply.header('etag', etagOf(template)).send(template)
    },
  )

  app.patch(
    '/:id',
    {
      config: {
        permission: 'change.manage',
        failures: ['change_template_not_found', 'duplicate'],
      },
      schema: {
        operationId: 'updateChangeTemplate',
        summary: 'Change some fields of a template',
        description:
          'Changes that were approved by it stay approved; those not yet submitted are held against it as it is now.',
        tags,
        params: IdParams,
        headers: IfMatch,
        body: ref(ChangeTemplateUpdate),
        response: { 200: ref(ChangeTemplate) },
      },
    },
    async ({ params, caller, body, headers }, reply) => {
      const version = versionIn(headers['if-match'])
      const template = await updateTemplate(db, caller, params.id, body, version)
      return reply.header('etag', etagOf(template)).send(template)
    },
  )

  app.delete(
    '/:id',
    {
      config: {
        permission: 'change.manage',
        failures: ['change_template_not_found', 'change_template_used'],
      },
      schema: {
        operationId: 'deleteChangeTemplate',
        summary: 'Delete a template that no change was made from',
        tags,
        params: IdParams,
        headers: IfMatch,
        response: { 204: Type.Null() },
      },
    },
    async ({ params, caller, headers }, reply) => {
      await deleteTemplate(db, caller, params.id, versionIn(headers['if-match']))
      return reply.code(204).send(null)
    },
  )
}
