import { createPause } from '../../slices.ts'
import type { Cells, Faults, Names, Run } from './cells.ts'
import { type Changed, multiplied, replaced } from './changing.ts'
import { evaluate } from './evaluate.ts'
import { type Graph, isCalculated } from './graph.ts'
import type { Shapes } from './join.ts'
import type { Factor, ModelNode } from './model.ts'
import type { Named } from './names.ts'
import { type Places, readEntered } from './reading.ts'

/** What has been calculated: the numbers of all nodes by their place in the graph, and what is wrong. */
export type Results = { cells: Cells[]; faults: (Faults | null)[] }

/** All that a calculation needs to go on from. */
export type State = Results & {
  graph: Graph
  shapes: Shapes
  names: Names
  places: Places
  /** What each node names, in the order of the model. */
  named: ReadonlyMap<string, Named>
}

/** A number in the place of what a node has, and factors, in this order. */
export type NodeChanges = {
  inputs: { period: string | null; value: number }[]
  factors: Factor[]
}

/** Which nodes are calculated, which of them are read anew, and what is tried on which. */
export type Task = {
  marks: Uint8Array
  isRead: (place: number) => boolean
  changes: ReadonlyMap<number, NodeChanges>
}

/** A run that keeps the numbers of all nodes that are not marked. */
export function createRun({ cells }: Pick<Results, 'cells'>, marks?: Uint8Array): Run {
  let kept = 0
  for (let place = 0; place < cells.length; place += 1) {
    if (!marks?.[place]) kept += cells[place]?.values.length ?? 0
  }
  return { pause: createPause(), label: '', cells: kept, noted: 0, work: 0 }
}

/** Calculates the nodes that are marked, in their order, and puts them into `results`. */
export async function calculate(
  run: Run,
  state: Omit<State, keyof Results>,
  results: Results,
  { marks, isRead, changes }: Task,
): Promise<void> {
  const { graph, shapes, names, places } = state
  for (let place = 0; place < marks.length; place += 1) {
    if (!marks[place]) continue
    const node = graph.nodes[place] as ModelNode
    const children = graph.children[place] as readonly number[]
    run.label = node.label
    let now: Changed = {
      cells: results.cells[place] as Cells,
      faults: results.faults[place] ?? null,
    }
    if (isCalculated(node)) {
      if (!now.cells || children.some((child) => marks[child])) {
        const operands = children.map((child) => results.cells[child] as Cells)
        now = await evaluate(
          run,
          shapes,
          node.operator as NonNullable<typeof node.operator>,
          operands,
        )
      }
    } else if (isRead(place)) now = await readEntered(run, shapes, places, node)
    const { inputs, factors } = changes.get(place) ?? { inputs: [], factors: [] }
    for (const input of inputs) now = await replaced(run, shapes, names, now, input)
    for (const factor of factors) now = await multiplied(run, shapes, names, now, factor)
    results.cells[place] = now.cells
    results.faults[place] = now.faults
  }
}
