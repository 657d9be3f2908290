import { createPause } from '../../slices.ts'
import { type Names, type Run, warningsOf } from './cells.ts'
import { type Graph, graphOf, markAbove } from './graph.ts'
import { createShapes } from './join.ts'
import type { Changes, ModelNode, Series, TreeModel, Warnings } from './model.ts'
import {
  isSameList,
  isSameNamed,
  isSameNames,
  type Named,
  namedBy,
  namesOf,
  placesOf,
} from './names.ts'
import {
  calculate,
  createRun,
  type NodeChanges,
  type Results,
  type State,
  type Task,
} from './state.ts'

/** A tree that is calculated, and that calculates anew only what a change concerns. */
export type Calculator = {
  model: TreeModel
  /** What the column of time is called: `推移` where no data says. */
  periodName: string
  /** All periods, in the order of time. */
  periods: readonly string[]
  /** The names of all axes, in the order in which they first come. */
  axes: readonly string[]
  /** The ids of all nodes, operands before what is calculated from them. */
  order: readonly string[]
  /** The numbers of a node without any policy. */
  baseline: (nodeId: string) => Series
  /** What is wrong with the baseline. */
  warnings: Warnings
  /** What comes of changes: only nodes above those that change are calculated. */
  simulate: (changes: Changes) => Promise<Simulation>
  /** What `recalculated` goes on from. */
  state: State
}

export type Simulation = {
  /** The calculator's, unless a change brings data that name others. */
  periods: readonly string[]
  axes: readonly string[]
  series: (nodeId: string) => Series
  /** The nodes that were calculated anew. */
  changed: ReadonlySet<string>
  warnings: Warnings
}

/** Fails with `tree_too_large`. Lets others run in between. */
export async function createCalculator(model: TreeModel): Promise<Calculator> {
  const graph = graphOf(model.nodes)
  const run = createRun({ cells: [] })
  const named = new Map<string, Named>()
  let like: Named | undefined
  for (const node of model.nodes) {
    const found = await namedBy(run, node, like)
    if (found.periods.length > 0) like = found
    named.set(node.id, found)
  }
  const names = namesOf(named.values())
  const frame = { graph, shapes: createShapes(), names, places: placesOf(names), named }
  const results: Results = { cells: [], faults: [] }
  const marks = new Uint8Array(graph.order.length).fill(1)
  await calculate(run, frame, results, { marks, isRead: () => true, changes: new Map() })
  return calculatorOf(model, { ...frame, ...results })
}

/**
 * The calculator of a model that differs from another one's in values and data of some nodes only.
 * Where the differences go further, all is calculated anew.
 */
export async function recalculated(
  before: Calculator,
  model: TreeModel,
  changed: ReadonlySet<string>,
): Promise<Calculator> {
  const { state } = before
  const graph = sameGraph(state.graph, before.model.nodes, model.nodes)
  if (!graph) return createCalculator(model)
  const places = new Set([...changed].map((id) => graph.place.get(id) ?? -1))
  places.delete(-1)
  const marks = markAbove(graph, places)
  const run = createRun(state, marks)
  const named = await namedAgain(run, before, graph, places)
  if (!named) return createCalculator(model)
  const results: Results = { cells: state.cells.slice(), faults: state.faults.slice() }
  const frame = { ...state, graph, named }
  const task: Task = { marks, isRead: (place) => places.has(place), changes: new Map() }
  await calculate(run, frame, results, task)
  return calculatorOf(model, { ...frame, ...results })
}

/** What all nodes name; nothing where periods or axes are not what they were. */
async function namedAgain(
  run: Run,
  { state }: Calculator,
  graph: Graph,
  places: ReadonlySet<number>,
): Promise<ReadonlyMap<string, Named> | null> {
  const others: [string, Named][] = []
  for (const place of places) {
    const node = graph.nodes[place] as ModelNode
    const known = state.named.get(node.id)
    const found = await namedBy(run, node, known)
    if (!known || !isSameNamed(found, known)) others.push([node.id, found])
  }
  if (others.length === 0) return state.named
  const named = new Map([...state.named, ...others])
  return isSameNames(namesOf(named.values()), state.names) ? named : null
}

/** The graph with other nodes in the places of the same ones; nothing where they are not the same. */
function sameGraph(
  graph: Graph,
  before: readonly ModelNode[],
  nodes: readonly ModelNode[],
): Graph | null {
  if (nodes.length !== graph.nodes.length) return null
  const byPlace = [...graph.nodes]
  for (const [at, node] of nodes.entries()) {
    if (node === before[at]) continue
    if (node.id !== before[at]?.id) return null
    const place = graph.place.get(node.id)
    const known = place === undefined ? undefined : graph.nodes[place]
    if (known?.operator !== node.operator || !isSameList(known.children, node.children)) return null
    byPlace[place as number] = node
  }
  return { ...graph, nodes: byPlace }
}

function calculatorOf(model: TreeModel, state: State): Calculator {
  const { graph, names } = state
  // One for all that is tried: each for itself takes too little for anybody else to have a chance.
  const pause = createPause()
  const calculator: Calculator = {
    ...names,
    model,
    order: graph.order,
    baseline: (nodeId) => seriesAt(state, graph, nodeId),
    warnings: warningsOf(graph.nodes, state.faults, names),
    simulate: async (changes) => {
      await pause()
      return simulate(calculator, changes)
    },
    state,
  }
  return calculator
}

function seriesAt({ cells }: Pick<Results, 'cells'>, graph: Graph, nodeId: string): Series {
  const series = cells[graph.place.get(nodeId) ?? -1]
  if (!series) throw new Error(`There is no node ${nodeId}`)
  return series
}

async function simulate(calculator: Calculator, changes: Changes): Promise<Simulation> {
  const data = new Map(
    changes.inputs.flatMap((change) => ('data' in change ? [[change.node_id, change.data]] : [])),
  )
  if (data.size === 0) return simulateNumbers(calculator, changes)
  const nodes = calculator.model.nodes.map((node) => {
    const other = data.get(node.id)
    return other ? { ...node, value: null, data: other } : node
  })
  const ids = new Set(data.keys())
  const next = await recalculated(calculator, { ...calculator.model, nodes }, ids)
  const simulation = await simulateNumbers(next, changes)
  const { graph } = next.state
  const marks = markAbove(
    graph,
    [...ids].flatMap((id) => graph.place.get(id) ?? []),
  )
  const changed = new Set(graph.order.filter((id, at) => marks[at] || simulation.changed.has(id)))
  return {
    periods: simulation.periods,
    axes: simulation.axes,
    series: simulation.series,
    changed,
    get warnings() {
      return simulation.warnings
    },
  }
}

/** What changes say of numbers, by the places of nodes; what is no node is left out. */
function changesByPlace(graph: Graph, changes: Changes): Map<number, NodeChanges> {
  const byPlace = new Map<number, NodeChanges>()
  const at = (nodeId: string) => {
    const place = graph.place.get(nodeId)
    if (place === undefined) return undefined
    const known = byPlace.get(place) ?? { inputs: [], factors: [] }
    byPlace.set(place, known)
    return known
  }
  for (const change of changes.inputs)
    if ('value' in change) at(change.node_id)?.inputs.push(change)
  for (const factor of changes.factors) at(factor.node_id)?.factors.push(factor)
  return byPlace
}

async function simulateNumbers({ state }: Calculator, changes: Changes): Promise<Simulation> {
  const { graph, names } = state
  const byPlace = changesByPlace(graph, changes)
  const marks = markAbove(graph, byPlace.keys())
  const run: Run = createRun(state, marks)
  const results: Results = { cells: state.cells.slice(), faults: state.faults.slice() }
  await calculate(run, state, results, { marks, isRead: () => false, changes: byPlace })
  return simulationOf(state, results, marks, names)
}

function simulationOf(
  { graph }: State,
  results: Results,
  marks: Uint8Array,
  names: Names,
): Simulation {
  let warnings: Warnings | undefined
  let changed: ReadonlySet<string> | undefined
  return {
    periods: names.periods,
    axes: names.axes,
    series: (nodeId) => seriesAt(results, graph, nodeId),
    get changed() {
      changed ??= new Set(graph.order.filter((_, at) => marks[at]))
      return changed
    },
    get warnings() {
      warnings ??= warningsOf(graph.nodes, results.faults, names)
      return warnings
    },
  }
}
