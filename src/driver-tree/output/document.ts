import type { TreeOutputNode } from '../../../schemas/driver-tree/output.ts'
import type { Simulation } from '../calculation/calculator.ts'
import { isCalculated } from '../calculation/graph.ts'
import { totalOf } from '../calculation/totals.ts'
import { formulaOf } from '../formulas/text.ts'
import type { Calculated } from '../simulation/calculators.ts'
import type { TreeRow } from '../trees/access.ts'
import { distinct, type Result, resultsOf } from './results.ts'
import { nodesDown } from './structure.ts'

const chunkLength = 32_768

/** All of a tree as one JSON document, in pieces of text. */
export async function* writeDocument(
  row: TreeRow,
  calculated: Calculated,
  simulation: Simulation,
  units: ReadonlyMap<string, string>,
): AsyncGenerator<string> {
  let text = ''
  for await (const piece of piecesOf(row, calculated, simulation, units)) {
    text += piece
    if (text.length < chunkLength) continue
    yield text
    text = ''
  }
  yield text
}

async function* piecesOf(
  row: TreeRow,
  { model, calculator }: Calculated,
  simulation: Simulation,
  units: ReadonlyMap<string, string>,
): AsyncGenerator<string> {
  const nodes = nodesDown(calculator)
  const byId = new Map(nodes.map((node) => [node.id, node]))
  const totals = (id: string, aggregation: TreeOutputNode['aggregation']) => ({
    baseline: totalOf(calculator.baseline(id), aggregation),
    simulated: totalOf(simulation.series(id), aggregation),
  })
  const shownNodes = mapped(nodes, (node): TreeOutputNode => {
    const { id, label, node_type, aggregation, value } = node
    const formula = formulaOf(node, (child) => byId.get(child) as typeof node)
    const unit = units.get(id) ?? null
    const own = { node_id: id, label, node_type, formula, unit, aggregation, value }
    return { ...own, ...totals(id, aggregation) }
  })
  const relations = mapped(nodes.filter(isCalculated), ({ id, operator, children }) => ({
    parent_id: id,
    operator,
    child_id_list: children,
  }))
  const policies = mapped(model.policies, ({ id, ...policy }) => ({ policy_id: id, ...policy }))
  yield `{"tree":${JSON.stringify(headOf(row, { model, calculator }))}`
  yield* listed('nodes', shownNodes)
  yield* listed('relations', relations)
  yield* listed('policies', policies)
  const names = distinct(calculator.axes).map((axis) => JSON.stringify(axis))
  const results = resultsOf(calculator, simulation, nodes)
  yield* listed('records', results, (result) => recordText(result, names))
  yield '}'
}

function headOf(row: TreeRow, { model, calculator }: Calculated) {
  const { id, project_id, name, description } = row
  const { periodName, periods, axes } = calculator
  return {
    tree_id: id,
    project_id,
    name,
    description,
    root_node_id: model.root_id,
    version: model.version,
    period_name: periodName,
    periods,
    axes,
  }
}

function* mapped<From, To>(all: Iterable<From>, make: (one: From) => To): Generator<To> {
  for (const one of all) yield make(one)
}

async function* listed<Each>(
  name: string,
  all: Iterable<Each> | AsyncIterable<Each>,
  textOf: (one: Each) => string = JSON.stringify,
): AsyncGenerator<string> {
  yield `,"${name}":[`
  let separator = ''
  for await (const one of all) {
    yield separator + textOf(one)
    separator = ','
  }
  yield ']'
}

/** Names of axes come from files, so it is made as text. */
function recordText({ node, axes, tuple, ...result }: Result, names: readonly string[]): string {
  const { period, baseline, simulated, difference } = result
  const key = axes.map((axis, at) => `${names[axis]}:${JSON.stringify(tuple[at])}`)
  const head = JSON.stringify({ node_id: node.id, period }).slice(0, -1)
  const numbers = JSON.stringify({ baseline, simulated, difference }).slice(1)
  return `${head},"axes":{${key}},${numbers}`
}
