import { readFileSync } from 'node:fs'
import { groupBy } from '../../src/values.ts'
import { describe, expect, test } from '../support/service.ts'
import { readData } from '../support/tree-calculation.ts'
import { idOf, nodes, planted, setUp, trees } from '../support/tree-work.ts'

type Row = Record<string, string>

const text = readFileSync(new URL('../../docs/driver-trees.md', import.meta.url), 'utf8')
const example = text.slice(text.indexOf('## Worked example'))

/** The tables below a heading of the example, row by row. */
function tables(heading: string): Row[][] {
  const section = example.split('\n### ').find((part) => part.startsWith(`${heading}\n`)) ?? ''
  return [...section.matchAll(/(?:^\|.*\n)+/gm)].map(([table]) => {
    const lines = table.trim().split('\n')
    const [names, , ...rows] = lines.map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((c) => c.trim()),
    )
    return rows.map((row) => Object.fromEntries(row.map((cell, n) => [names?.[n], cell])))
  })
}

const number = (cell: string | undefined) => expect.closeTo(Number(cell), 8)

function dataOf(rows: Row[]) {
  const names = ['年度', '店'].filter((name) => rows[0]?.[name])
  const records = rows.map((row) => ({
    ...Object.fromEntries(names.map((name) => [name, row[name]])),
    値: Number(row.値),
  }))
  return names.length > 0
    ? { data: { columns: [...names, '値'], records } }
    : { value: Number(rows[0]?.値) }
}

describe('the worked example of the documentation', () => {
  test('has the figures that the service answers', async ({ db, signIn }) => {
    const { project, member } = await setUp(db, signIn)
    const formulas = [...example.matchAll(/`([^`]+ = [^`]+)`/g)].map(([, formula]) =>
      String(formula),
    )
    expect(formulas).toHaveLength(3)
    const tree = await planted(member, project, formulas)
    const url = `${trees}/${tree.tree_id}`
    const [entered = []] = tables('Entered')
    for (const [label, rows] of groupBy(entered, ({ node }) => String(node))) {
      const answer = await member.patch(`${nodes}/${idOf(tree, label)}`, dataOf(rows))
      expect(answer.statusCode, answer.body).toBe(200)
    }
    const [policies = []] = tables('Policies')
    for (const { name, node, value, cost } of policies) {
      const policy = { name, value: Number(value), cost: Number(cost), period_from: '2025' }
      const answer = await member.post(`${nodes}/${idOf(tree, String(node))}/policy`, policy)
      expect(answer.statusCode, answer.body).toBe(201)
    }

    const { root, policies: answered, drivers, ...rest } = await readData(member, url)
    expect(rest).toMatchObject({ warnings: [], method: 'shapley', periods: ['2024', '2025'] })
    const byPeriod = tables('Root')[0]?.map(({ 年度: period, baseline, simulated, effect }) => ({
      ...(period !== 'all' && { period }),
      baseline: number(baseline),
      simulated: number(simulated),
      effect: number(effect),
    }))
    expect(root).toMatchObject({ ...byPeriod?.pop(), complete: true, by_period: byPeriod })
    expect(answered).toMatchObject(
      policies.map(({ name, effect, roi }) => ({ name, effect: number(effect), roi: number(roi) })),
    )
    const largest = policies.toSorted((a, b) => Number(b.contribution) - Number(a.contribution))
    expect(drivers).toMatchObject(
      largest.map(({ node, contribution, share, effect }) => ({
        label: node,
        contribution: number(contribution),
        share: number(share),
        alone: number(effect),
      })),
    )
    const [calculated = []] = tables('Calculated')
    expect(calculated).toHaveLength(8)
    for (const { node, 年度, 店, 値, シミュレーション値 } of calculated) {
      const found = rest.calculated_data_list.find(({ label }: { label: string }) => label === node)
      expect(found.records, `${node} ${年度} ${店}`).toContainEqual({
        年度,
        店,
        値: number(値),
        シミュレーション値: number(シミュレーション値),
      })
    }

    const [swings = [], [last] = []] = tables('Questions')
    const sensitivity = await member.post(`${url}/sensitivity`, { percent: 10 })
    expect(sensitivity.json().drivers).toMatchObject(
      swings.map(({ node, low, high, swing }) => ({
        label: node,
        low: number(low),
        high: number(high),
        swing: number(swing),
      })),
    )
    const node_id = idOf(tree, '材料費')
    const goal = await member.post(`${url}/goal-seek`, { node_id, target: Number(last?.goal) })
    expect(goal.json()).toMatchObject({ found: true, value: number(last?.材料費), nearest: null })
    const changes = { policy_ids: [], inputs: [{ node_id, value: 36 }] }
    await member.post(`${url}/scenario`, { name: '材料 36', changes })
    const compared = await member.get(`${url}/scenario/compare`)
    expect(compared.json().rows).toMatchObject([
      { kind: 'baseline', total: root.baseline, effect: 0, complete: true },
      { kind: 'policies', total: root.simulated, cost: 900, roi: number(String(975 / 900)) },
      { total: number(last?.scenario), effect: number(last?.effect), cost: null, complete: true },
    ])
  })
})
