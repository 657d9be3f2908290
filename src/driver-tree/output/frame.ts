import { failure } from '../../failure.ts'
import type { Calculator, Simulation } from '../calculation/calculator.ts'
import type { Cells } from '../calculation/cells.ts'
import type { ModelNode, Series } from '../calculation/model.ts'
import { cellName } from './cell-names.ts'

export type Half = 'baseline' | 'simulated'

/** What a spreadsheet holds at most. */
export const sheetLimits = { rows: 1_048_576, columns: 16_384, formula: 8192 }

/** Where each number of a tree stands in a sheet that calculates it. */
export type Frame = {
  /** In the order of their rows: what is calculated before its operands. */
  nodes: readonly ModelNode[]
  /** The columns of one half: that of numbers without time, and one a period. */
  width: number
  series: (nodeId: string, half: Half) => Series
  /** The tuple of an operand that belongs to a tuple of a node; undefined where it has none. */
  tupleFor: (node: Series, tuple: number, operand: string) => number | undefined
  /** The name of a cell; null where the node has no cell for this tuple and period. */
  address: (
    nodeId: string,
    tuple: number | undefined,
    period: number | null,
    half: Half,
  ) => string | null
}

/** Fails with `tree_workbook_too_large` for what no spreadsheet holds. */
export function frameOf(calculator: Calculator, simulation: Simulation, fixed: number): Frame {
  const byId = new Map(calculator.model.nodes.map((node) => [node.id, node]))
  const nodes = calculator.order.toReversed().map((id) => byId.get(id) as ModelNode)
  const width = calculator.periods.length + 1
  const start = fixed + calculator.axes.length
  const firstRows = new Map<string, number>()
  let rows = 1
  for (const { id } of nodes) {
    firstRows.set(id, rows)
    rows += simulation.series(id).tuples.length
  }
  const { rows: limit, columns } = sheetLimits
  if (rows > limit || start + 2 * width > columns) {
    throw failure('tree_workbook_too_large', { rows: limit, columns })
  }
  const series = (nodeId: string, half: Half) =>
    half === 'baseline' ? calculator.baseline(nodeId) : simulation.series(nodeId)
  const tuplePlaces = createTuplePlaces()
  const frame: Frame = {
    nodes,
    width,
    series,
    tupleFor(node, tuple, operand) {
      const other = simulation.series(operand)
      if (other.tuples === node.tuples) return tuple
      const values = node.tuples[tuple] as readonly string[]
      const projected = other.axes.map((axis) => values[node.axes.indexOf(axis)])
      return tuplePlaces(other).get(JSON.stringify(projected))
    },
    address(nodeId, tuple, period, half) {
      const { periods } = series(nodeId, half)
      if (tuple === undefined || (periods && placeOf(periods, period) === undefined)) return null
      const column = start + (half === 'baseline' ? 0 : width)
      const row = (firstRows.get(nodeId) as number) + tuple
      return cellName(row, column + (periods && period !== null ? period + 1 : 0))
    },
  }
  return frame
}

/** Cells that nobody expects a number in. */
export const isHole = (series: Series, cell: number): boolean =>
  (series as Partial<Cells>).holes?.[cell] === 1

const places = new WeakMap<readonly number[], ReadonlyMap<number, number>>()

/** Where a period stands among those of a node: nodes share these lists. */
export function placeOf(periods: readonly number[], period: number | null): number | undefined {
  let known = places.get(periods)
  if (!known) {
    known = new Map(periods.map((each, at) => [each, at]))
    places.set(periods, known)
  }
  return period === null ? undefined : known.get(period)
}

/** The places of tuples by what they are, as text: nodes share these lists too. */
function createTuplePlaces() {
  const known = new WeakMap<object, ReadonlyMap<string, number>>()
  return ({ tuples }: Series): ReadonlyMap<string, number> => {
    const made =
      known.get(tuples) ?? new Map(tuples.map((tuple, at) => [JSON.stringify(tuple), at]))
    known.set(tuples, made)
    return made
  }
}
