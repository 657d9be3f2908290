import { fileOf } from '../../schemas/common.ts'
import { NodeParams, TreeParams } from '../../schemas/driver-tree/common.ts'
import {
  TreeOutputQuery,
  treeOutputFile,
  treeOutputTypes,
} from '../../schemas/driver-tree/output.ts'
import { type Output, outputNode, outputTree } from '../../src/driver-tree/output/output.ts'
import type { Routes } from '../../src/fastify.ts'
import { dispositionOf } from '../../src/file-names.ts'

const tags = ['driver-tree']

const headersOf = ({ name }: Output) => ({
  'content-disposition': dispositionOf('attachment', name),
  'cache-control': 'private, no-store',
})

export const output: Routes = async (app) => {
  app.get(
    '/tree/:tree_id/output',
    {
      config: {
        permission: 'tree.read',
        failures: [
          'tree_not_found',
          'tree_too_large',
          'tree_data_too_large',
          'tree_workbook_too_large',
          'tree_formula_too_long',
          'task_too_large',
          'task_too_slow',
          'too_busy',
        ],
      },
      schema: {
        operationId: 'downloadTree',
        summary: 'Download the simulation of a tree',
        description:
          '`xlsx` has the sheets シミュレーション結果 (each node by period and axes: 基準値, シミュレーション値, 差分), ツリー構造, 施策, and 計算, which calculates the same by formulas: change an input there, or 倍率 or 有効 (1 or 0) in 施策, and all that depends on it follows. An empty cell is a number that is missing, and so is what needs it. A spreadsheet compares by 15 digits, where the calculation here compares exactly. Keys that no data has get no formula. `csv` is the long table alone, in UTF-8 with a mark and with an apostrophe before what a spreadsheet would take for a formula. `json` is the tree, nodes, relations, policies and records. Any member of the project may download.',
        tags,
        params: TreeParams,
        querystring: TreeOutputQuery,
        response: { 200: treeOutputFile },
      },
    },
    async ({ caller, params, query }, reply) => {
      const file = await outputTree(app, caller, params.tree_id, query)
      const type = treeOutputTypes[query.format ?? 'xlsx']
      const isText = query.format === 'csv' || query.format === 'json'
      return reply
        .headers(headersOf(file))
        .type(isText ? `${type}; charset=utf-8` : type)
        .send(file.content)
    },
  )

  app.get(
    '/node/:node_id/preview/output',
    {
      config: {
        permission: 'tree.read',
        failures: ['tree_node_not_found', 'tree_too_large', 'tree_data_too_large', 'too_busy'],
      },
      schema: {
        operationId: 'downloadNodePreview',
        summary: 'Download the numbers of a node',
        description:
          'CSV in UTF-8 with a mark: time, axes, 値 (without policies) and シミュレーション値 (with those that are active). A number that cannot be calculated is empty. Any member of the project may download.',
        tags,
        params: NodeParams,
        response: { 200: fileOf('text/csv') },
      },
    },
    async ({ caller, params }, reply) => {
      const file = await outputNode(app, caller, params.node_id)
      return reply.headers(headersOf(file)).type('text/csv; charset=utf-8').send(file.content)
    },
  )
}
