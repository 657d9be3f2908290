import { describe, expect, test } from 'vitest'
import { driverTypes } from '../../../db/seeds/driver-tree/driver-types.ts'
import { treeKpis } from '../../../schemas/driver-tree/catalogue.ts'
import { createCalculator } from '../../../src/driver-tree/calculation/calculator.ts'
import type { NodeData } from '../../../src/driver-tree/calculation/model.ts'
import { listCatalogueFormulas } from '../../../src/driver-tree/catalogue/formulas.ts'
import { type BuiltNode, buildModel } from '../../../src/driver-tree/formulas/build.ts'

const years = ['2023', '2024', '2025']
const places = ['東京', '大阪']

/** Three kinds of inputs in turn: numbers over years and places, over years, and single ones. */
function inputOf(n: number): { value: number | null; data: NodeData | null } {
  const number = (at: number) => ((n * 37 + at * 11) % 89) / 8 + 1
  if (n % 3 === 2) return { value: number(0), data: null }
  const axes = n % 3 === 0 ? ['店'] : []
  const keys = years.flatMap((year) =>
    axes.length > 0 ? places.map((place) => [year, place]) : [[year]],
  )
  return {
    value: null,
    data: { period: '年', axes, keys, values: keys.map((_, at) => number(at)) },
  }
}

const operations: Record<string, (parts: number[]) => number> = {
  '+': (parts) => parts.reduce((a, b) => a + b),
  '-': ([first = 0, ...rest]) => (rest.length === 0 ? -first : rest.reduce((a, b) => a - b, first)),
  '*': (parts) => parts.reduce((a, b) => a * b),
  '/': (parts) => parts.reduce((a, b) => a / b),
}

/** One number of a node, straight down the formulas. */
function evaluate(
  nodes: ReadonlyMap<string, BuiltNode>,
  inputs: ReadonlyMap<string, ReturnType<typeof inputOf>>,
  key: string,
  [year, place]: string[],
): number {
  const node = nodes.get(key) as BuiltNode
  if (node.operator) {
    const parts = node.children.map((child) => {
      return evaluate(nodes, inputs, child, [year as string, place as string])
    })
    return operations[node.operator]?.(parts) ?? Number.NaN
  }
  if (node.node_type === '定数') return node.value as number
  const { value, data } = inputs.get(key) as ReturnType<typeof inputOf>
  if (!data) return value as number
  const at = data.keys.findIndex(([y, p]) => y === year && (p === undefined || p === place))
  return data.values[at] as number
}

async function calculated(driver_tree: string, KPI: string) {
  const model = buildModel(listCatalogueFormulas({ driver_tree, KPI }))
  const nodes = new Map(model.nodes.map((node) => [node.key, node]))
  const entered = model.nodes.filter(({ node_type }) => node_type === '入力')
  const inputs = new Map(entered.map(({ key }, n) => [key, inputOf(n)]))
  const calculator = await createCalculator({
    nodes: model.nodes.map(({ key, label, node_type, operator, children, value }) => ({
      id: key,
      label,
      node_type,
      operator,
      children,
      value,
      data: null,
      aggregation: 'sum',
      ...inputs.get(key),
    })),
    root_id: model.roots[0] ?? null,
    policies: [],
  })
  return { model, nodes, inputs, calculator }
}

const lists = driverTypes
  .filter(({ formulas }) => formulas.length > 0)
  .flatMap(({ name }) => treeKpis.map((kpi) => ({ name, kpi })))
  .filter(({ name, kpi }) => !(name === '貸出額×利率型' && kpi === '原価'))

describe('the catalogue', () => {
  test('has 143 lists', () => {
    expect(lists).toHaveLength(143)
  })

  test.each(lists)('comes to the same as by hand: $name, $kpi', async ({ name, kpi }) => {
    const { model, nodes, inputs, calculator } = await calculated(name, kpi)
    expect(calculator.warnings.count).toBe(0)
    for (const { key } of model.nodes) {
      const { periods, axes, tuples, values } = calculator.baseline(key)
      const width = periods?.length ?? 1
      for (const [at, value] of values.entries()) {
        const year = calculator.periods[periods?.[at % width] ?? 0] as string
        const place = axes.length > 0 ? (tuples[Math.floor(at / width)]?.[0] as string) : '東京'
        const expected = evaluate(nodes, inputs, key, [year, place])
        expect(Number.isFinite(value), `${key} ${year} ${place}`).toBe(true)
        const scale = Math.max(1, Math.abs(expected))
        expect(Math.abs(value - expected) / scale, `${key} ${year} ${place}`).toBeLessThan(1e-9)
      }
    }
    const root = calculator.baseline(model.roots[0] as string)
    expect(model.roots).toEqual([kpi])
    expect(root.values.length).toBeGreaterThan(0)
  })
})
