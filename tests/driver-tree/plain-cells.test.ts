import type { Changes } from '../../src/driver-tree/calculation/model.ts'
import type { Described } from '../support/calculation.ts'
import { insertPolicy, insertTree } from '../support/driver-trees.ts'
import {
  at,
  drawChanges,
  drawTree,
  isOneSided,
  plainTotal,
  plainTree,
} from '../support/plain-tree.ts'
import { insertProject } from '../support/projects.ts'
import { describe, expect, test } from '../support/service.ts'
import { trees } from '../support/tree-calculation.ts'

type Answer = {
  periods: string[]
  axes: string[]
  root: Record<string, unknown>
  drivers: { label: string; contribution: number }[]
  calculated_data_list: { label: string; records: Record<string, string | number | null>[] }[]
}

type NewNode = NonNullable<Parameters<typeof insertTree>[2]>[string]

const near = (value: number | null) => (value === null ? null : expect.closeTo(value, 6))

/** Holds an answer against the tree cell by cell: all keys, all numbers, and the totals of the root. */
function hold(answer: Answer, described: Record<string, Described>, changes: Changes) {
  const [before, after] = [plainTree(described, answer), plainTree(described, answer, changes)]
  expect(answer.calculated_data_list).toHaveLength(24)
  for (const { label, records } of answer.calculated_data_list) {
    const node = after(label)
    const found = records.map((record) => {
      const { 値: _, シミュレーション値: __, ...key } = record
      return [...(node.periods ? [record.年] : []), ...node.axes.map((axis) => key[axis])].join('/')
    })
    expect(found.toSorted(), label).toEqual([...node.cells.keys()].toSorted())
    for (const record of records) {
      const key = record as Record<string, string>
      const was = at(before(label), key.年 ?? '', key) ?? null
      const is = at(node, key.年 ?? '', key) ?? null
      expect([record.値, record.シミュレーション値], label).toEqual([near(was), near(is)])
    }
  }
  const [had, has] = [before('c15'), after('c15')]
  const [baseline, simulated] = [had, has].map((one) => plainTotal(one, has, 'sum'))
  const isSame = baseline !== null && simulated !== null && !isOneSided(had, has)
  const effect = isSame ? Number(simulated) - Number(baseline) : null
  expect(answer.root).toMatchObject({
    baseline: near(baseline as number | null),
    simulated: near(simulated as number | null),
    effect: near(effect),
  })
  const parts = answer.drivers.map(({ contribution }) => contribution)
  if (effect !== null && !parts.includes(null as never)) {
    const sum = parts.reduce((total, part) => total + part, 0)
    const unit = Number.EPSILON * Math.abs(parts[0] ?? 0)
    expect(Math.abs(sum - Number(answer.root.effect))).toBeLessThanOrEqual(unit)
  }
  expect(new Set(answer.drivers.map(({ label }) => label)).size).toBe(answer.drivers.length)
}

describe('calculated trees over HTTP', () => {
  test('are what each cell is by itself, saved and tried', async ({ db, signIn }) => {
    const viewer = await signIn()
    const project = await insertProject(db, { viewer })
    for (const seed of [2, 5, 13, 34]) {
      const described = drawTree(seed)
      const rows = Object.entries(described).map(([label, node]): [string, NewNode] => {
        if (node === null || typeof node === 'number') return [label, { value: node }]
        if ('axes' in node) return [label, { data: node }]
        const [operator, ...children] = node
        return [label, { operator, children }]
      })
      const { tree_id, ids } = await insertTree(db, project, Object.fromEntries(rows), 'c15')
      const { factors, inputs } = drawChanges(seed)
      const data = (await viewer.get(`${trees}/${tree_id}/data`)).json()
      hold(data, described, { factors: [], inputs: [] })
      const isPeriod = (name: string | null) => name === null || data.periods.includes(name)
      const order = (name: string | null) => (name === null ? -1 : data.periods.indexOf(name))
      const policies = factors.filter(
        ({ period_from: from, period_to: to }) =>
          isPeriod(from) && isPeriod(to) && (to === null || order(from) <= order(to)),
      )
      const known = inputs.flatMap((input, n) =>
        'value' in input &&
        isPeriod(input.period) &&
        !inputs
          .slice(0, n)
          .some(({ node_id, period }) => node_id === input.node_id && period === input.period)
          ? [input]
          : [],
      )
      for (const policy of policies) {
        const node_id = String(ids[policy.node_id])
        await insertPolicy(db, { tree_id, node_id }, { ...policy, node_id })
      }
      await db.updateTable('driver_trees').set({ version: 2 }).where('id', '=', tree_id).execute()
      const saved = await viewer.get(`${trees}/${tree_id}/data`)
      hold(saved.json(), described, { factors: policies, inputs: [] })
      const tried = await viewer.post(`${trees}/${tree_id}/simulate`, {
        policy_ids: [],
        policies: policies.map((policy) => ({ ...policy, node_id: ids[policy.node_id] })),
        inputs: known.map((input) => ({ ...input, node_id: ids[input.node_id] })),
      })
      expect(tried.statusCode, tried.body).toBe(200)
      hold(tried.json(), described, { factors: policies, inputs: known })
    }
  })

  test('are refused where axes are crossed, and the node is named', async ({ db, signIn }) => {
    const viewer = await signIn()
    const project = await insertProject(db, { viewer })
    const wide = (axis: string, period: string | null = null) => {
      const keys = Array.from({ length: 1001 }, (_, n) => [...(period ? ['2024'] : []), `${n}`])
      return { data: { period, axes: [axis], keys, values: keys.map(() => 1) } }
    }
    const nodes = {
      利益: { operator: '-' as const, children: ['売上', '費用'] },
      売上: { operator: '*' as const, children: ['単価', '数量'] },
      単価: wide('店'),
      数量: wide('品', '年'),
      費用: { value: 1 },
    }
    const { tree_id } = await insertTree(db, project, nodes, '利益')
    for (const [language, hint] of [
      ['ja', '共通の軸'],
      ['en', 'share no axis'],
    ] as const) {
      const refused = await viewer.get(`${trees}/${tree_id}/data`, { 'accept-language': language })
      expect(refused.json()).toMatchObject({ status: 422, code: 'tree_too_large' })
      expect(refused.json().detail).toContain('売上')
      expect(refused.json().detail).toContain(hint)
      expect(refused.json().detail).toContain('1000000')
    }
  })
})
