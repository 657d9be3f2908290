import { insertProject } from '../../support/projects.ts'
import { someOf } from '../peers/ground.ts'
import { type Area, get, send } from './ground.ts'

/** Formulas of 61 nodes, as a catalogue of a business has them. */
const formulas = Array.from({ length: 15 }, (_, n) => {
  const rest = n < 14 ? ` + 計${n + 1}` : ''
  return `計${n} = 単価${n} * 数量${n} + 費用${n}${rest}`
})

/** 50 trees of some sixty nodes each. */
export const driverTrees: Area = async ({ db, ask, person }) => {
  const { id, token } = await person('User')
  const project_id = await insertProject(db, { project_manager: { id } })
  const trees: string[] = []
  const inputs: string[] = []
  for (let n = 0; n < 50; n += 1) {
    const path = `/driver-tree/tree?project_id=${project_id}`
    const { tree_id } = await ask(send('POST', path, token, { name: `ツリー ${n}` }))
    await ask(send('POST', `/driver-tree/tree/${tree_id}`, token, { formulas }))
    trees.push(tree_id)
  }
  const nodes = await db
    .selectFrom('driver_tree_nodes')
    .select(['id', 'tree_id'])
    .where('tree_id', 'in', trees)
    .where('node_type', '=', '入力')
    .execute()
  for (const node of nodes) {
    inputs.push(node.id)
    if (node.tree_id === trees[0]) {
      await ask(send('PATCH', `/driver-tree/node/${node.id}`, token, { value: 10 }))
    }
  }
  await db.updateTable('driver_tree_nodes').set({ value: 10 }).where('id', 'in', inputs).execute()
  const tree = () => `/driver-tree/tree/${someOf(trees)}`
  return [
    {
      name: 'GET /driver-tree/tree',
      asked: () => get(`/driver-tree/tree?project_id=${project_id}&limit=50`, token),
    },
    { name: 'GET /driver-tree/tree/{id}', asked: () => get(tree(), token) },
    { name: 'GET …/tree/{id}/data', asked: () => get(`${tree()}/data`, token) },
    {
      name: 'POST …/tree/{id}/simulate',
      asked: () => {
        const { id: node_id, tree_id } = someOf(nodes)
        const body = { inputs: [{ node_id, multiplier: 1.1 }] }
        return send('POST', `/driver-tree/tree/${tree_id}/simulate`, token, body)
      },
    },
    {
      name: 'PATCH /driver-tree/node/{id}',
      asked: () =>
        send('PATCH', `/driver-tree/node/${someOf(inputs)}`, token, {
          value: Math.round(Math.random() * 1000),
        }),
    },
  ]
}
