import { newId } from '../../../src/values.ts'
import { uploadTo } from '../project-files.ts'
import { insertMember } from '../projects.ts'
import { furnishTree } from '../tree-ground.ts'
import type { Area, Place } from './cases.ts'
import { creating, reading, within, working } from './projects.ts'

const everybody = { answers: 200, archived: 200 }
/** Of a file of the manager's own, whatever they and others are in a project. */
const owning = { answers: { ...within(200, 404, 404, 404, 404, 404), auditor: 404 }, archived: 200 }
const inProject = ({ project_id = '' }: Place) => ({ project_id })
const position = { position_x: 0, position_y: 0 }

const tree: Area = {
  isOfProjects: true,
  kindOf: (field) => (field.startsWith('children') ? 'sibling' : 'node'),
  furnish: async ({ db, people }) => {
    const { own, auditor, ...insiders } = people
    const place = await furnishTree(db, { ...insiders, manager: own })
    await insertMember(db, place.project_id, auditor.id, 'project_manager')
    const { id: project_file_id } = await uploadTo(own, place.project_id, '実績.txt')
    return { ...place, project_file_id }
  },
  cases: {
    'GET /driver-tree/file': everybody,
    // Whoever is let in is told that it is no table, which takes no process to find out.
    'POST /driver-tree/file': {
      answers: 415,
      archived: 415,
      form: [{ name: 'file', filename: '売上.txt', body: 'a' }],
    },
    // What is read in an archived project may be read for trees of another.
    'POST /driver-tree/file/project': {
      answers: within(415, 415, 415, 415, 415, 404),
      archived: 415,
      body: ({ project_file_id }) => ({ project_file_id }),
    },
    'GET /driver-tree/file/{file_id}': owning,
    'DELETE /driver-tree/file/{file_id}': {
      answers: within(204, 404, 404, 404, 404, 404),
      archived: 204,
    },
    'POST /driver-tree/file/{file_id}/sheet': { ...owning, body: ({ sheet_id }) => ({ sheet_id }) },
    'PATCH /driver-tree/file/{file_id}/{sheet_id}/column': {
      ...owning,
      body: ({ column_id }) => ({ columns: [{ column_id, role: '軸' }] }),
    },
    'POST /driver-tree/tree': { ...creating, query: inProject, body: () => ({ name: '新しい木' }) },
    'GET /driver-tree/tree': { ...reading, query: inProject },
    'GET /driver-tree/tree/{tree_id}': reading,
    'PATCH /driver-tree/tree/{tree_id}': { ...working, body: () => ({ name: '別の名前' }) },
    'POST /driver-tree/tree/{tree_id}': {
      ...working,
      body: () => ({ ...position, formulas: ['利益 = 売上 - コスト'] }),
    },
    // It clears the policies.
    'POST /driver-tree/{tree_id}/reset': { ...working, isOnce: true },
    // Nobody here created the tree: a member deletes their own.
    'DELETE /driver-tree/{tree_id}/delete': {
      answers: within(200, 200, 403, 403, 200, 404),
      archived: 409,
    },
    'POST /driver-tree/tree/{tree_id}/node': {
      ...creating,
      body: () => ({ label: newId(), node_type: '入力', ...position }),
    },
    'GET /driver-tree/node/{node_id}': reading,
    'PATCH /driver-tree/node/{node_id}': { ...working, body: () => ({ value: 5 }) },
    'DELETE /driver-tree/node/{node_id}': working,
    'POST /driver-tree/node/{node_id}/policy': {
      ...creating,
      body: () => ({ name: '値上げ', value: 1.2 }),
    },
    'GET /driver-tree/node/{node_id}/policy': reading,
    'PATCH /driver-tree/node/{node_id}/policy/{policy_id}': {
      ...working,
      body: () => ({ value: 1.3 }),
    },
    'DELETE /driver-tree/node/{node_id}/policy/{policy_id}': working,
    'GET /driver-tree/tree/{tree_id}/data': reading,
    'POST /driver-tree/tree/{tree_id}/simulate': { ...reading, body: () => ({}) },
    'POST /driver-tree/tree/{tree_id}/sensitivity': { ...reading, body: () => ({ percent: 10 }) },
    'POST /driver-tree/tree/{tree_id}/goal-seek': {
      ...reading,
      body: ({ node_id }) => ({ node_id, target: 2000 }),
    },
    'GET /driver-tree/tree/{tree_id}/scenario': reading,
    'POST /driver-tree/tree/{tree_id}/scenario': {
      ...creating,
      body: () => ({ name: newId(), changes: {} }),
    },
    'GET /driver-tree/tree/{tree_id}/scenario/{scenario_id}': reading,
    'PATCH /driver-tree/tree/{tree_id}/scenario/{scenario_id}': {
      ...working,
      body: () => ({ name: '改めた案' }),
    },
    'DELETE /driver-tree/tree/{tree_id}/scenario/{scenario_id}': {
      answers: within(204, 204, 204, 403, 204, 404),
      archived: 409,
    },
    'GET /driver-tree/tree/{tree_id}/scenario/{scenario_id}/data': reading,
    'GET /driver-tree/tree/{tree_id}/scenario/compare': reading,
    'GET /driver-tree/category': everybody,
    'GET /driver-tree/formula': {
      ...everybody,
      query: () => ({ driver_tree: '貸出額×利率型', KPI: '売上' }),
    },
    'GET /driver-tree/tree/{tree_id}/output': { ...reading, query: () => ({ format: 'csv' }) },
    'GET /driver-tree/node/{node_id}/preview/output': reading,
    'GET /driver-tree/tree/{tree_id}/tree.svg': reading,
  },
}

export const driverTrees = [tree]
