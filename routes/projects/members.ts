import { Type } from '@sinclair/typebox'
import { ref } from '../../schemas/common.ts'
import { ProjectParams } from '../../schemas/projects/common.ts'
import {
  AddedMembers,
  NewProjectMember,
  NewProjectMembers,
  OwnMembership,
  ProjectMember,
  ProjectMemberPage,
  ProjectMemberQuery,
} from '../../schemas/projects/members.ts'
import type { Routes } from '../../src/fastify.ts'
import { languageOf } from '../../src/messages.ts'
import { addMember } from '../../src/projects/adding.ts'
import { addMembers } from '../../src/projects/bulk.ts'
import { leaveProject } from '../../src/projects/changing.ts'
import { getOwnMembership, listMembers } from '../../src/projects/members.ts'
import { memberships } from './memberships.ts'

const tags = ['projects']
const changing = ['project_not_found', 'project_role_required', 'project_archived'] as const

export const members: Routes = async (app) => {
  const { db } = app

  app.get(
    '',
    {
      config: { permission: 'project.read', failures: ['project_not_found'] },
      schema: {
        operationId: 'listProjectMembers',
        summary: 'List who is in a project, the latest first',
        description: 'For every role of the project.',
        tags,
        params: ProjectParams,
        querystring: ProjectMemberQuery,
        response: { 200: ref(ProjectMemberPage) },
      },
    },
    ({ caller, params, query }) => listMembers(db, caller, params.project_id, query),
  )

  app.get(
    '/me',
    {
      config: { permission: 'project.read', failures: ['project_not_found'] },
      schema: {
        operationId: 'getOwnMembership',
        summary: 'Get what one is in a project',
        description:
          'For every role of the project. A SystemAdmin is a `project_manager` without being listed.',
        tags,
        params: ProjectParams,
        response: { 200: ref(OwnMembership) },
      },
    },
    ({ caller, params }) => getOwnMembership(db, caller, params.project_id),
  )

  app.post(
    '',
    {
      config: { permission: 'project.write', failures: [...changing, 'already_member'] },
      schema: {
        operationId: 'addProjectMember',
        summary: 'Add somebody to a project',
        description:
          'For `project_manager`; a `project_moderator` adds those with the role `member` or `viewer`.',
        tags,
        params: ProjectParams,
        body: ref(NewProjectMember),
        response: { 201: ref(ProjectMember) },
      },
    },
    async ({ caller, params: { project_id }, body }, reply) => {
      const member = await addMember(app, caller, project_id, body)
      // A membership has no page of its own: it is found in the list.
      const location = `/api/v1/projects/${project_id}/members`
      return reply.code(201).header('location', location).send(member)
    },
  )

  app.post(
    '/bulk',
    {
      config: { permission: 'project.write', failures: [...changing] },
      schema: {
        operationId: 'addProjectMembers',
        summary: 'Add up to 100 people to a project',
        description:
          'For `project_manager`. All that can be added are, in one go; `failed` says of the others why not. It answers 201 also where all of them failed.',
        tags,
        params: ProjectParams,
        body: ref(NewProjectMembers),
        response: { 201: ref(AddedMembers) },
      },
    },
    async ({ caller, params: { project_id }, body, headers }, reply) => {
      const language = languageOf(headers['accept-language'])
      const result = await addMembers(app, caller, project_id, body.members, language)
      const location = `/api/v1/projects/${project_id}/members`
      return reply.code(201).headers({ location, 'content-language': language }).send(result)
    },
  )

  app.delete(
    '/me',
    {
      config: {
        permission: 'project.write',
        failures: [
          'project_not_found',
          'project_archived',
          'member_not_found',
          'last_project_manager',
        ],
      },
      schema: {
        operationId: 'leaveProject',
        summary: 'Leave a project',
        description: 'For everybody who is in it, but for its last active `project_manager`.',
        tags,
        params: ProjectParams,
        response: { 204: Type.Null() },
      },
    },
    async ({ caller, params }, reply) => {
      await leaveProject(app, caller, params.project_id)
      return reply.code(204).send(null)
    },
  )

  app.register(memberships)
}
