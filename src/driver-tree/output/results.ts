import { createPause } from '../../slices.ts'
import type { Calculator, Simulation } from '../calculation/calculator.ts'
import type { ModelNode, Series } from '../calculation/model.ts'
import { alignedWith } from '../calculation/totals.ts'
import { placesIn } from '../simulation/records.ts'
import { isHole } from './frame.ts'

/** One number of a node, without and with its policies. */
export type Result = {
  node: ModelNode
  period: string | null
  /** The places of axes, and the value on each. */
  axes: readonly number[]
  tuple: readonly string[]
  baseline: number | null
  simulated: number | null
  difference: number | null
}

export type Cell = string | number | null

/** The numbers of nodes, one after the other; lets others run in between. */
export async function* resultsOf(
  calculator: Calculator,
  simulation: Simulation,
  nodes: readonly ModelNode[],
): AsyncGenerator<Result> {
  const pause = createPause()
  for (const node of nodes) {
    const simulated = simulation.series(node.id)
    const baseline = alignedWith(calculator.baseline(node.id), simulated)
    const placeOf = placesIn(baseline, simulated)
    const width = simulated.periods?.length ?? 1
    for (const [t, tuple] of simulated.tuples.entries()) {
      for (let p = 0; p < width; p += 1) {
        const cell = t * width + p
        if (isHole(simulated, cell)) continue
        const place = simulated.periods?.[p]
        yield {
          node,
          period: place === undefined ? null : (calculator.periods[place] as string),
          axes: simulated.axes,
          tuple,
          ...compared(numberAt(baseline, placeOf(t, p)), numberAt(simulated, cell)),
        }
      }
      await pause()
    }
  }
}

function numberAt({ values }: Series, cell: number | undefined): number | null {
  const value = cell === undefined ? Number.NaN : (values[cell] as number)
  return Number.isFinite(value) ? value : null
}

function compared(baseline: number | null, simulated: number | null) {
  const change = baseline === null || simulated === null ? Number.NaN : simulated - baseline
  return { baseline, simulated, difference: Number.isFinite(change) ? change : null }
}

/** Names of columns, each once: what comes again gets a number. */
export function distinct(names: readonly string[]): string[] {
  const used = new Set<string>()
  return names.map((name) => {
    let free = name
    for (let n = 2; used.has(free); n += 1) free = `${name} (${n})`
    used.add(free)
    return free
  })
}

/** The header of the long table. */
export const resultColumns = ({ periodName, axes }: Calculator): string[] =>
  distinct(['ノード', '種別', periodName, ...axes, '基準値', 'シミュレーション値', '差分'])

/** The lines of the long table: a cell for each axis, empty where a node has not got it. */
export async function* resultRows(
  calculator: Calculator,
  results: AsyncIterable<Result>,
): AsyncGenerator<Cell[]> {
  for await (const { node, period, axes, tuple, baseline, simulated, difference } of results) {
    const values: Cell[] = new Array(calculator.axes.length).fill(null)
    for (const [at, axis] of axes.entries()) values[axis] = tuple[at] as string
    yield [node.label, node.node_type, period, ...values, baseline, simulated, difference]
  }
}
