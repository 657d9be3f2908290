import { ref } from '../../schemas/common.ts'
import { TreeData, TreePageQuery } from '../../schemas/driver-tree/calculation.ts'
import { TreeParams } from '../../schemas/driver-tree/common.ts'
import {
  ComparisonQuery,
  ScenarioParams,
  TreeComparison,
} from '../../schemas/driver-tree/scenarios.ts'
import { compareScenarios, readScenarioData } from '../../src/driver-tree/scenarios/comparison.ts'
import { sendOfVersion } from '../../src/driver-tree/simulation/sending.ts'
import { getTreeRow } from '../../src/driver-tree/trees/access.ts'
import type { Routes } from '../../src/fastify.ts'

const tags = ['driver-tree']

const failures = [
  'tree_not_found',
  'tree_scenario_not_found',
  'tree_too_large',
  'tree_data_too_large',
  'too_busy',
] as const

export const scenarioResults: Routes = async (app) => {
  app.get(
    '/:scenario_id/data',
    {
      config: { permission: 'tree.read', failures: [...failures, 'tree_answer_too_large'] },
      schema: {
        operationId: 'getTreeScenarioData',
        summary: 'Calculate a tree as a scenario has it',
        description:
          'Answers as the calculation of the tree does. Nodes, policies and periods that the tree no longer has are left out, and a warning says so. Any member of the project may ask.',
        tags,
        params: ScenarioParams,
        querystring: TreePageQuery,
        response: { 200: ref(TreeData) },
      },
    },
    async (request, reply) => {
      const { tree_id, scenario_id } = request.params
      const tree = await getTreeRow(app.db, request.caller, tree_id)
      await sendOfVersion(request, reply, tree, (language) =>
        readScenarioData(app, tree, scenario_id, request.query, language),
      )
    },
  )

  app.get(
    '/compare',
    {
      config: { permission: 'tree.read', failures: [...failures] },
      schema: {
        operationId: 'compareTreeScenarios',
        summary: 'Compare scenarios',
        description:
          'The root, in all and by period: without policies, with those that are active, and as each scenario has it. Any member of the project may ask.',
        tags,
        params: TreeParams,
        querystring: ComparisonQuery,
        response: { 200: ref(TreeComparison) },
      },
    },
    async (request, reply) => {
      const tree = await getTreeRow(app.db, request.caller, request.params.tree_id)
      await sendOfVersion(request, reply, tree, async (language) => {
        const comparison = await compareScenarios(app, tree, request.query, language)
        return { text: JSON.stringify(comparison), total: undefined, version: comparison.version }
      })
    },
  )
}
