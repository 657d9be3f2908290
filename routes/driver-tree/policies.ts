import { IfMatch, ref } from '../../schemas/common.ts'
import { NodeParams } from '../../schemas/driver-tree/common.ts'
import {
  NewTreePolicy,
  NodePolicies,
  PolicyParams,
  TreePolicyChange,
  TreePolicyPage,
  TreePolicyQuery,
} from '../../schemas/driver-tree/policies.ts'
import {
  createPolicy,
  deletePolicy,
  listPolicies,
  updatePolicy,
} from '../../src/driver-tree/policies/policies.ts'
import type { Routes } from '../../src/fastify.ts'
import { versionIn } from '../../src/version.ts'

const tags = ['driver-tree']
const working = ['tree_node_not_found', 'project_role_required', 'project_archived'] as const

export const policies: Routes = async (app) => {
  const { db } = app

  app.post(
    '',
    {
      config: { permission: 'tree.write', failures: [...working, 'too_many_policies'] },
      schema: {
        operationId: 'createTreePolicy',
        summary: 'Plan a policy (施策) on a node',
        description:
          'Managers, moderators and members of the project. The value of the node, entered or calculated, is multiplied by `value` while the policy is active, in its periods where it has some; several of them compound.',
        tags,
        params: NodeParams,
        body: ref(NewTreePolicy),
        response: { 201: ref(NodePolicies) },
      },
    },
    async ({ caller, params, body }, reply) => {
      const answer = await createPolicy(app, caller, params.node_id, body)
      const location = `/api/v1/driver-tree/node/${params.node_id}/policy`
      return reply.code(201).headers({ location }).send(answer)
    },
  )

  app.get(
    '',
    {
      config: { permission: 'tree.read', failures: ['tree_node_not_found'] },
      schema: {
        operationId: 'listTreePolicies',
        summary: 'List the policies (施策) of a node, the oldest first',
        description: 'Everybody in the project.',
        tags,
        params: NodeParams,
        querystring: TreePolicyQuery,
        response: { 200: ref(TreePolicyPage) },
      },
    },
    ({ caller, params, query }) => listPolicies(db, caller, params.node_id, query),
  )

  app.patch(
    '/:policy_id',
    {
      config: { permission: 'tree.write', failures: [...working, 'tree_policy_not_found'] },
      schema: {
        operationId: 'updateTreePolicy',
        summary: 'Change a policy (施策)',
        description:
          'Managers, moderators and members of the project. What is not sent stays as it is. `If-Match` holds the `version` of the policy in quotes, such as `"1"`.',
        tags,
        params: PolicyParams,
        headers: IfMatch,
        body: ref(TreePolicyChange),
        response: { 200: ref(NodePolicies) },
      },
    },
    ({ caller, params, body, headers }) =>
      updatePolicy(app, caller, params, body, versionIn(headers['if-match'])),
  )

  app.delete(
    '/:policy_id',
    {
      config: { permission: 'tree.write', failures: [...working, 'tree_policy_not_found'] },
      schema: {
        operationId: 'deleteTreePolicy',
        summary: 'Delete a policy (施策)',
        description:
          'Managers, moderators and members of the project. Answers those that the node has left.',
        tags,
        params: PolicyParams,
        headers: IfMatch,
        response: { 200: ref(NodePolicies) },
      },
    },
    ({ caller, params, headers }) =>
      deletePolicy(app, caller, params, versionIn(headers['if-match'])),
  )
}
