import { Type } from '@sinclair/typebox'
import { ref } from '../../schemas/common.ts'
import {
  ProjectMember,
  ProjectMemberChange,
  ProjectMemberParams,
} from '../../schemas/projects/members.ts'
import type { Routes } from '../../src/fastify.ts'
import { changeRole, removeMember } from '../../src/projects/changing.ts'

const tags = ['projects']
const changing = ['project_not_found', 'project_role_required', 'project_archived'] as const

/** What is done to one membership, by its id. */
export const memberships: Routes = async (app) => {
  app.patch(
    '/:member_id',
    {
      config: {
        permission: 'project.write',
        failures: [...changing, 'member_not_found', 'own_role', 'last_project_manager'],
      },
      schema: {
        operationId: 'updateProjectMember',
        summary: 'Give somebody in a project another role',
        description:
          'For `project_manager`; a `project_moderator` changes between `member` and `viewer`. Nobody changes their own role.',
        tags,
        params: ProjectMemberParams,
        body: ref(ProjectMemberChange),
        response: { 200: ref(ProjectMember) },
      },
    },
    ({ caller, params: { project_id, member_id }, body }) =>
      changeRole(app, caller, project_id, member_id, body.role),
  )

  app.delete(
    '/:member_id',
    {
      config: {
        permission: 'project.write',
        failures: [...changing, 'member_not_found', 'own_membership', 'last_project_manager'],
      },
      schema: {
        operationId: 'removeProjectMember',
        summary: 'Remove somebody from a project',
        description:
          'For `project_manager`; a `project_moderator` removes those with the role `member` or `viewer`. To go oneself, one leaves.',
        tags,
        params: ProjectMemberParams,
        response: { 204: Type.Null() },
      },
    },
    async ({ caller, params: { project_id, member_id } }, reply) => {
      await removeMember(app, caller, project_id, member_id)
      return reply.code(204).send(null)
    },
  )
}
