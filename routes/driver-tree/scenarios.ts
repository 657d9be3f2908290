import { Type } from '@sinclair/typebox'
import { IfMatch, ref } from '../../schemas/common.ts'
import { TreeParams } from '../../schemas/driver-tree/common.ts'
import {
  NewTreeScenario,
  ScenarioParams,
  TreeScenario,
  TreeScenarioChange,
  TreeScenarioPage,
} from '../../schemas/driver-tree/scenarios.ts'
import { pageQuery } from '../../schemas/pages.ts'
import {
  createScenario,
  deleteScenario,
  getScenario,
  listScenarios,
  updateScenario,
} from '../../src/driver-tree/scenarios/scenarios.ts'
import type { Routes } from '../../src/fastify.ts'
import { etagOf, versionIn } from '../../src/version.ts'
import { scenarioResults } from './scenario-results.ts'

const tags = ['driver-tree']

const known = ['tree_not_found', 'tree_scenario_not_found'] as const
const editing = ['project_role_required', 'project_archived'] as const
const calculating = ['tree_too_large', 'tree_data_too_large', 'too_busy'] as const

export const scenarios: Routes = async (app) => {
  const { db } = app
  app.register(scenarioResults)

  app.get(
    '',
    {
      config: { permission: 'tree.read', failures: ['tree_not_found'] },
      schema: {
        operationId: 'listTreeScenarios',
        summary: 'List the scenarios of a tree, the newest first',
        description: 'Any member of the project may read them.',
        tags,
        params: TreeParams,
        querystring: pageQuery(),
        response: { 200: ref(TreeScenarioPage) },
      },
    },
    ({ params, query, caller }) => listScenarios(db, caller, params.tree_id, query),
  )

  app.post(
    '',
    {
      config: {
        permission: 'tree.write',
        failures: [
          'tree_not_found',
          'tree_scenario_name_taken',
          'too_many_scenarios',
          ...editing,
          ...calculating,
        ],
      },
      schema: {
        operationId: 'createTreeScenario',
        summary: 'Save a scenario',
        description:
          '`changes` is what the simulation takes. Whoever may work in the project may save scenarios; a viewer may not.',
        tags,
        params: TreeParams,
        body: ref(NewTreeScenario),
        response: { 201: ref(TreeScenario) },
      },
    },
    async ({ params, body, caller }, reply) => {
      const scenario = await createScenario(app, caller, params.tree_id, body)
      const { tree_id, scenario_id } = scenario
      const location = `/api/v1/driver-tree/tree/${tree_id}/scenario/${scenario_id}`
      return reply
        .code(201)
        .headers({ location, etag: etagOf(scenario) })
        .send(scenario)
    },
  )

  app.get(
    '/:scenario_id',
    {
      config: { permission: 'tree.read', failures: [...known] },
      schema: {
        operationId: 'getTreeScenario',
        summary: 'Get a scenario',
        description: 'Any member of the project may read it.',
        tags,
        params: ScenarioParams,
        response: { 200: ref(TreeScenario) },
      },
    },
    async ({ params, caller }, reply) => {
      const scenario = await getScenario(db, caller, params.tree_id, params.scenario_id)
      return reply.header('etag', etagOf(scenario)).send(scenario)
    },
  )

  app.patch(
    '/:scenario_id',
    {
      config: {
        permission: 'tree.write',
        failures: [...known, 'tree_scenario_name_taken', ...editing, ...calculating],
      },
      schema: {
        operationId: 'updateTreeScenario',
        summary: 'Change some fields of a scenario',
        description:
          '`changes` takes the place of what was there. Whoever may work in the project may change scenarios; a viewer may not.',
        tags,
        params: ScenarioParams,
        headers: IfMatch,
        body: ref(TreeScenarioChange),
        response: { 200: ref(TreeScenario) },
      },
    },
    async ({ params, body, headers, caller }, reply) => {
      const { tree_id, scenario_id } = params
      const version = versionIn(headers['if-match'])
      const scenario = await updateScenario(app, caller, tree_id, scenario_id, body, version)
      return reply.header('etag', etagOf(scenario)).send(scenario)
    },
  )

  app.delete(
    '/:scenario_id',
    {
      config: { permission: 'tree.write', failures: [...known, ...editing] },
      schema: {
        operationId: 'deleteTreeScenario',
        summary: 'Delete a scenario',
        description: 'Whoever may work in the project may delete scenarios; a viewer may not.',
        tags,
        params: ScenarioParams,
        headers: IfMatch,
        response: { 204: Type.Null() },
      },
    },
    async ({ params, headers, caller }, reply) => {
      const { tree_id, scenario_id } = params
      await deleteScenario(app, caller, tree_id, scenario_id, versionIn(headers['if-match']))
      return reply.code(204).send(null)
    },
  )
}
