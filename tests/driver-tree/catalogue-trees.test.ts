import { expect, test } from '../support/service.ts'
import { readData } from '../support/tree-calculation.ts'
import { createTree, importInto, nodes, setUp, trees } from '../support/tree-work.ts'

/** What lists come to where all inputs are 2, worked by hand. */
const worked = [
  ['貸出額×利率型', '営業利益', 4 - 10],
  ['生産・製造数量×出荷率型', '粗利', 8 - (4 + 4 + 2 + 2)],
  ['キャパシティ×稼働率型①', 'EBITDA', 32 - (32 + 2) - (32 + 4 + 2 + 4 + 4 + 2) + 4],
] as const

test('the formulas of a type become a tree that calculates', async ({ db, signIn }) => {
  const { project, member } = await setUp(db, signIn)
  for (const [type, kpi, expected] of worked) {
    const query = new URLSearchParams({ driver_tree: type, KPI: kpi })
    const listed = await member.get(`/api/v1/driver-tree/formula?${query}`)
    const treeId = await createTree(member, project)
    const imported = await importInto(member, treeId, listed.json().formulas)
    expect(imported.statusCode, imported.body).toBe(200)
    const tree = imported.json()
    expect(tree.root.label).toBe(kpi)
    for (const { node_id, node_type } of tree.nodes) {
      if (node_type === '入力') await member.patch(`${nodes}/${node_id}`, { value: 2 })
    }
    const { root, warnings } = await readData(member, `${trees}/${treeId}`)
    expect(root).toMatchObject({ label: kpi, baseline: expected, complete: true })
    expect(warnings).toEqual([])
  }
})
