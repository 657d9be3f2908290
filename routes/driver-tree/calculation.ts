import { ref } from '../../schemas/common.ts'
import { TreeData, TreeDataQuery, TreePageQuery } from '../../schemas/driver-tree/calculation.ts'
import { TreeParams } from '../../schemas/driver-tree/common.ts'
import {
  GoalAnswer,
  GoalQuestion,
  Sensitivity,
  SensitivityQuestion,
} from '../../schemas/driver-tree/questions.ts'
import { TreeTrial } from '../../schemas/driver-tree/trials.ts'
import { readSensitivity, seekGoal } from '../../src/driver-tree/simulation/questions.ts'
import { sendAnswer, sendOfVersion } from '../../src/driver-tree/simulation/sending.ts'
import { readTreeData, simulateTree } from '../../src/driver-tree/simulation/simulate.ts'
import { getTreeRow } from '../../src/driver-tree/trees/access.ts'
import type { Routes } from '../../src/fastify.ts'
import { languageOf } from '../../src/messages.ts'

const tags = ['driver-tree']

export const calculation: Routes = async (app) => {
  app.get(
    '/data',
    {
      config: {
        permission: 'tree.read',
        failures: [
          'tree_not_found',
          'tree_too_large',
          'tree_data_too_large',
          'tree_answer_too_large',
          'too_busy',
        ],
      },
      schema: {
        operationId: 'getTreeData',
        summary: 'Calculate a tree',
        description:
          'Every node over periods and axes, without policies (値) and with those that are active (シミュレーション値); what they do to the root, each by itself and in all; and how much of that each driver contributes. A number that cannot be calculated is null, and a warning names the node and the key. Any member of the project may ask.',
        tags,
        params: TreeParams,
        querystring: TreeDataQuery,
        response: { 200: ref(TreeData) },
      },
    },
    async (request, reply) => {
      const tree = await getTreeRow(app.db, request.caller, request.params.tree_id)
      await sendOfVersion(request, reply, tree, (language) =>
        readTreeData(app, tree, request.query, language),
      )
    },
  )

  app.post(
    '/simulate',
    {
      config: {
        permission: 'tree.read',
        failures: [
          'tree_not_found',
          'tree_too_large',
          'tree_data_too_large',
          'tree_answer_too_large',
          'too_busy',
        ],
      },
      schema: {
        operationId: 'simulateTree',
        summary: 'Try policies and other inputs without saving them',
        description:
          'Answers as the calculation does. `policy_ids` says which saved policies apply, `policies` adds some by way of trial, `inputs` gives 入力 and 定数 other numbers. Any member of the project may try.',
        tags,
        params: TreeParams,
        querystring: TreePageQuery,
        body: ref(TreeTrial),
        response: { 200: ref(TreeData) },
      },
    },
    async ({ params, query, body, caller, headers }, reply) => {
      const language = languageOf(headers['accept-language'])
      const answer = await simulateTree(app, caller, params.tree_id, body, query, language)
      await sendAnswer(reply, answer)
    },
  )

  app.post(
    '/sensitivity',
    {
      config: {
        permission: 'tree.read',
        failures: [
          'tree_not_found',
          'tree_without_root',
          'tree_too_large',
          'tree_data_too_large',
          'tree_drivers_too_many',
          'too_busy',
        ],
      },
      schema: {
        operationId: 'getTreeSensitivity',
        summary: 'See how far the root moves with each driver',
        description:
          'Each driver is lowered and raised by some percent, one at a time, on top of the policies (a tornado chart). Any member of the project may ask.',
        tags,
        params: TreeParams,
        body: ref(SensitivityQuestion),
        response: { 200: ref(Sensitivity) },
      },
    },
    ({ params, body, caller }) => readSensitivity(app, caller, params.tree_id, body),
  )

  app.post(
    '/goal-seek',
    {
      config: {
        permission: 'tree.read',
        failures: [
          'tree_not_found',
          'tree_without_root',
          'tree_too_large',
          'tree_data_too_large',
          'too_busy',
        ],
      },
      schema: {
        operationId: 'seekTreeGoal',
        summary: 'Find the number of a driver that brings the root to a target',
        description:
          'Looks for one driver, on top of the policies; where no number of it reaches the target, `found` is false and `message` says why. Any member of the project may ask.',
        tags,
        params: TreeParams,
        body: ref(GoalQuestion),
        response: { 200: ref(GoalAnswer) },
      },
    },
    ({ params, body, caller, headers }) =>
      seekGoal(app, caller, params.tree_id, body, languageOf(headers['accept-language'])),
  )
}
