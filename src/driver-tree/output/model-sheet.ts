import type { Operator } from '../../../schemas/driver-tree/common.ts'
import { failure } from '../../failure.ts'
import type { SheetCell } from '../../sheets.ts'
import { groupBy } from '../../values.ts'
import type { Calculator, Simulation } from '../calculation/calculator.ts'
import { isCalculated } from '../calculation/graph.ts'
import type { ModelNode, ModelPolicy, Series } from '../calculation/model.ts'
import { copyText, type FactorText, formulaText, isTolerant } from './cell-formulas.ts'
import { type Frame, frameOf, type Half, isHole, placeOf, sheetLimits } from './frame.ts'

export type PolicyCells = {
  policy: ModelPolicy
  /** The addresses of its multiplier and of its 1 or 0, with the name of their sheet. */
  value: string
  isActive: string
}

const fixed = ['ノード', '種別', '演算'] as const
const timeless = '全期間'

/** A node in one half, with what multiplies it in each column. */
type Part = {
  frame: Frame
  node: ModelNode
  half: Half
  series: Series
  factors: (period: number | null) => FactorText[]
}

/**
 * Policies that do not apply change no number, but they change which periods a node has: a sheet that
 * lets them be switched on needs the cells for that.
 */
export function simulateAll({ model, simulate }: Calculator): Promise<Simulation> {
  const factors = model.policies.map(({ is_active, value, ...bounds }) => ({
    ...bounds,
    value: is_active ? value : 1,
  }))
  return simulate({ factors, inputs: [] })
}

/**
 * A sheet that calculates a tree by formulas of its own: a row for each node and each tuple of its
 * axes; behind their names a column for numbers without time and one a period, for the baseline and
 * once more for the simulation, which multiplies by the cells of policies. Takes what `simulateAll`
 * gives. Fails with `tree_workbook_too_large` and `tree_formula_too_long` for what no spreadsheet holds.
 */
export function* modelSheet(
  calculator: Calculator,
  simulation: Simulation,
  policies: readonly PolicyCells[],
): Generator<SheetCell[]> {
  const frame = frameOf(calculator, simulation, fixed.length)
  yield headerOf(calculator)
  const byNode = groupBy(policies, ({ policy }) => policy.node_id)
  for (const node of frame.nodes) {
    const applied = byNode.get(node.id) ?? []
    const partOf = (half: Half, factors: Part['factors']): Part => {
      return { frame, node, half, series: frame.series(node.id, half), factors }
    }
    const baseline = partOf('baseline', () => [])
    const simulated = partOf('simulated', (period) =>
      applied.flatMap((each) => factorOf(calculator, each, period)),
    )
    const { series } = simulated
    const operator = isCalculated(node) ? node.operator : null
    for (const [tuple, values] of series.tuples.entries()) {
      const named = new Map(series.axes.map((axis, at) => [axis, values[at] as string]))
      const axes = Array.from(calculator.axes, (_, axis) => named.get(axis) ?? null)
      const cells = [...cellsOf(baseline, tuple), ...cellsOf(simulated, tuple)]
      yield [node.label, node.node_type, operator, ...axes, ...cells]
    }
  }
}

function headerOf({ axes, periods }: Calculator): string[] {
  const half = (name: string) => [timeless, ...periods].map((period) => `${name} ${period}`)
  return [...fixed, ...axes, ...half('基準'), ...half('シミュレーション')]
}

/** The policy in this period; one with bounds does nothing to a number without time. */
function factorOf(
  { periods }: Calculator,
  { policy, value, isActive }: PolicyCells,
  period: number | null,
): FactorText[] {
  const from = policy.period_from === null ? -1 : periods.indexOf(policy.period_from)
  const to = policy.period_to === null ? -1 : periods.indexOf(policy.period_to)
  const last = to < 0 ? periods.length - 1 : to
  const isEverywhere = from <= 0 && last >= periods.length - 1
  const holds = isEverywhere || (period !== null && period >= from && period <= last)
  return holds ? [`IF(${isActive}=1,${value},1)`] : []
}

/** The cells of one node and tuple in one half. */
function cellsOf(part: Part, tuple: number): SheetCell[] {
  const { frame, node, half, series } = part
  const cells: SheetCell[] = new Array(frame.width).fill(null)
  const operands = node.children.map((child) => frame.tupleFor(series, tuple, child))
  const width = series.periods?.length ?? 1
  for (let at = 0; at < width; at += 1) {
    const period = series.periods?.[at] ?? null
    const cell = tuple * width + at
    const number = series.values[cell] as number
    const v = Number.isNaN(number) ? null : number
    const text = isCalculated(node)
      ? calculatedText(part, operands, period, cell)
      : half === 'simulated'
        ? changedText(part, tuple, period)
        : null
    if (text && text.length > sheetLimits.formula) {
      throw failure('tree_formula_too_long', { label: node.label })
    }
    cells[period === null ? 0 : period + 1] = text ? { f: text, v } : v
  }
  return cells
}

function changedText(part: Part, tuple: number, period: number | null): string | null {
  const { frame, node, factors } = part
  const own = frame.address(node.id, tuple, period, 'baseline')
  return own && copyText(own, factors(period))
}

/** Where nobody expects a number there is none, even if there is something to total. */
function calculatedText(
  part: Part,
  tuples: readonly (number | undefined)[],
  period: number | null,
  cell: number,
): string | null {
  const { frame, node, half, series, factors } = part
  const operator = node.operator as Operator
  if (operator === 'PREV') {
    const before = previousOf(part, tuples, period)
    return before && copyText(before, factors(period))
  }
  if (isTolerant(operator) && isHole(series, cell)) return null
  const operands = node.children.map((child, at) => frame.address(child, tuples[at], period, half))
  return formulaText(operator, operands, factors(period))
}

/** The first operand a period before, among its own; where it has none there, the second. */
function previousOf(
  { frame, node, half }: Part,
  [tuple, firstTuple]: readonly (number | undefined)[],
  period: number | null,
): string | null {
  const [source, first] = node.children as [string, string | undefined]
  const series = frame.series(source, half)
  const { periods } = series
  const at = periods && placeOf(periods, period)
  if (tuple === undefined || !periods || at === undefined || at === null) return null
  const cell = tuple * periods.length + at
  if (at > 0 && !isHole(series, cell - 1)) {
    return frame.address(source, tuple, periods[at - 1] as number, half)
  }
  if (isHole(series, cell) || first === undefined) return null
  return frame.address(first, firstTuple, period, half)
}
