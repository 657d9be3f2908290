import { IfMatch, ref } from '../../schemas/common.ts'
import { NodeParams, TreeParams } from '../../schemas/driver-tree/common.ts'
import { NewTreeNode, TreeNodeChange, TreeNodeDetail } from '../../schemas/driver-tree/nodes.ts'
import { CreatedNode, TreeOfNode } from '../../schemas/driver-tree/trees.ts'
import { deleteNode } from '../../src/driver-tree/nodes/delete.ts'
import { createNode } from '../../src/driver-tree/nodes/nodes.ts'
import { getNode } from '../../src/driver-tree/nodes/reading.ts'
import { updateNode } from '../../src/driver-tree/nodes/update.ts'
import type { Routes } from '../../src/fastify.ts'
import { etagOf, versionIn } from '../../src/version.ts'

const tags = ['driver-tree']
const refused = ['project_role_required', 'project_archived'] as const

export const nodes: Routes = async (app) => {
  const { db } = app

  app.post(
    '/tree/:tree_id/node',
    {
      config: {
        permission: 'tree.write',
        failures: ['tree_not_found', ...refused, 'node_label_taken', 'tree_full'],
      },
      schema: {
        operationId: 'createTreeNode',
        summary: 'Put a node into a driver tree',
        description:
          'Managers, moderators and members of the project. It has no relations yet. A 定数 whose label is a number has that as its value. `If-Match` is about the tree.',
        tags,
        params: TreeParams,
        headers: IfMatch,
        body: ref(NewTreeNode),
        response: { 201: ref(CreatedNode) },
      },
    },
    async ({ caller, params, body, headers }, reply) => {
      const version = versionIn(headers['if-match'])
      const created = await createNode(app, caller, params.tree_id, body, version)
      const location = `/api/v1/driver-tree/node/${created.created_node_id}`
      return reply.code(201).headers({ location }).send(created)
    },
  )

  app.get(
    '/node/:node_id',
    {
      config: { permission: 'tree.read', failures: ['tree_node_not_found'] },
      schema: {
        operationId: 'getTreeNode',
        summary: 'Get a node with its data and its relation',
        description:
          'Everybody in the project. `data.records` has at most 10,000 records; `data.record_count` says how many there are, and the preview holds them all.',
        tags,
        params: NodeParams,
        response: { 200: ref(TreeNodeDetail) },
      },
    },
    async ({ caller, params }, reply) => {
      const node = await getNode(db, caller, params.node_id)
      return reply.header('etag', etagOf(node)).send(node)
    },
  )

  app.patch(
    '/node/:node_id',
    {
      config: {
        permission: 'tree.write',
        failures: ['tree_node_not_found', ...refused, 'node_label_taken'],
      },
      schema: {
        operationId: 'updateTreeNode',
        summary: 'Change some fields of a node',
        description:
          'Managers, moderators and members of the project. What is not sent stays as it is. `operator` with `children_id_list` makes it a 計算 of nodes of the same tree and clears its value and data; null with an empty list makes it an 入力 again. `value` (入力, 定数) and `data` (入力) take each other’s place. IF takes three children, comparisons two, ROUND and PREV one or two. A root that gets a parent hands that on to it. `If-Match` is about the node.',
        tags,
        params: NodeParams,
        headers: IfMatch,
        body: ref(TreeNodeChange),
        response: { 200: ref(TreeNodeDetail) },
      },
    },
    async ({ caller, params, body, headers }, reply) => {
      const version = versionIn(headers['if-match'])
      const node = await updateNode(app, caller, params.node_id, body, version)
      return reply.header('etag', etagOf(node)).send(node)
    },
  )

  app.delete(
    '/node/:node_id',
    {
      config: {
        permission: 'tree.write',
        failures: ['tree_node_not_found', ...refused, 'root_node'],
      },
      schema: {
        operationId: 'deleteTreeNode',
        summary: 'Delete a node that is not the root',
        description:
          'Managers, moderators and members of the project. Its children stay. What was calculated from it is calculated from the children that are left; it becomes an 入力 where none are, where the operator gives each child a place of its own (IF, ROUND, PREV, comparisons), and where the first child of `-` or `/` went. `If-Match` is about the node.',
        tags,
        params: NodeParams,
        headers: IfMatch,
        response: { 200: ref(TreeOfNode) },
      },
    },
    async ({ caller, params, headers }) => {
      const version = versionIn(headers['if-match'])
      return { tree: await deleteNode(app, caller, params.node_id, version) }
    },
  )
}
