import { IfMatch, ref } from '../../schemas/common.ts'
import { TreeParams } from '../../schemas/driver-tree/common.ts'
import {
  DeletedTree,
  NewTree,
  Tree,
  TreeChange,
  TreePage,
  TreeProjectQuery,
  TreeQuery,
  TreeSummary,
} from '../../schemas/driver-tree/trees.ts'
import { getTree } from '../../src/driver-tree/trees/reading.ts'
import { resetTree } from '../../src/driver-tree/trees/reset.ts'
import { createTree, deleteTree, listTrees, updateTree } from '../../src/driver-tree/trees/trees.ts'
import type { Routes } from '../../src/fastify.ts'
import { etagOf, versionIn } from '../../src/version.ts'

const tags = ['driver-tree']
const working = ['tree_not_found', 'project_role_required', 'project_archived'] as const

export const trees: Routes = async (app) => {
  const { db } = app

  app.post(
    '/tree',
    {
      config: {
        permission: 'tree.write',
        failures: ['project_not_found', 'project_role_required', 'project_archived'],
      },
      schema: {
        operationId: 'createTree',
        summary: 'Create a driver tree in a project',
        description: 'Managers, moderators and members of the project. It has no nodes yet.',
        tags,
        querystring: TreeProjectQuery,
        body: ref(NewTree),
        response: { 201: ref(TreeSummary) },
      },
    },
    async ({ caller, query, body }, reply) => {
      const tree = await createTree(db, caller, query.project_id, body)
      const location = `/api/v1/driver-tree/tree/${tree.tree_id}`
      return reply
        .code(201)
        .headers({ location, etag: etagOf(tree) })
        .send(tree)
    },
  )

  app.get(
    '/tree',
    {
      config: { permission: 'tree.read', failures: ['project_not_found'] },
      schema: {
        operationId: 'listTrees',
        summary: 'List the driver trees of a project, newest first',
        description: 'Everybody in the project.',
        tags,
        querystring: TreeQuery,
        response: { 200: ref(TreePage) },
      },
    },
    ({ caller, query }) => listTrees(db, caller, query),
  )

  app.get(
    '/tree/:tree_id',
    {
      config: { permission: 'tree.read', failures: ['tree_not_found'] },
      schema: {
        operationId: 'getTree',
        summary: 'Get a driver tree with its nodes and relations',
        description:
          'Everybody in the project. `data` of a node says which columns it has and how many records; the records are in `GET /node/{node_id}`. The `ETag` is the version of the tree.',
        tags,
        params: TreeParams,
        response: { 200: ref(Tree) },
      },
    },
    async ({ caller, params }, reply) => {
      const tree = await getTree(db, caller, params.tree_id)
      return reply.header('etag', etagOf(tree)).send(tree)
    },
  )

  app.patch(
    '/tree/:tree_id',
    {
      config: { permission: 'tree.write', failures: working },
      schema: {
        operationId: 'updateTree',
        summary: 'Change the name, description or root of a driver tree',
        description:
          'Managers, moderators and members of the project. What is not sent stays as it is.',
        tags,
        params: TreeParams,
        headers: IfMatch,
        body: ref(TreeChange),
        response: { 200: ref(Tree) },
      },
    },
    async ({ caller, params, body, headers }, reply) => {
      const version = versionIn(headers['if-match'])
      const tree = await updateTree(app, caller, params.tree_id, body, version)
      return reply.header('etag', etagOf(tree)).send(tree)
    },
  )

  app.post(
    '/:tree_id/reset',
    {
      config: { permission: 'tree.write', failures: working },
      schema: {
        operationId: 'resetTree',
        summary: 'Clear data, values and policies of a driver tree',
        description:
          'Managers, moderators and members of the project. Nodes, types, places and relations stay, and so do the numbers of 定数 nodes.',
        tags,
        params: TreeParams,
        headers: IfMatch,
        response: { 200: ref(Tree) },
      },
    },
    async ({ caller, params, headers }, reply) => {
      const tree = await resetTree(app, caller, params.tree_id, versionIn(headers['if-match']))
      return reply.header('etag', etagOf(tree)).send(tree)
    },
  )

  app.delete(
    '/:tree_id/delete',
    {
      config: { permission: 'tree.write', failures: working },
      schema: {
        operationId: 'deleteTree',
        summary: 'Delete a driver tree with all that is in it',
        description: 'Managers and moderators of the project any; members those that they created.',
        tags,
        params: TreeParams,
        headers: IfMatch,
        response: { 200: ref(DeletedTree) },
      },
    },
    ({ caller, params, headers }) =>
      deleteTree(app, caller, params.tree_id, versionIn(headers['if-match'])),
  )
}
