import type { Calculator } from './calculator.ts'
import { losesNothing } from './comparing.ts'
import type { Changes, ModelNode, Series } from './model.ts'
import { type Curve, nearestBetween, type Point, zeroBetween } from './roots.ts'
import { alignedWith, measureOf } from './totals.ts'

export type Goal = { node_id: string; target: number; period: string | null; root_id: string }

export type GoalReason = 'no_effect' | 'not_bracketed' | 'not_finite' | 'discontinuous'

/** Either the value of the driver, or where it has several the factor for all of them. */
type Solution = { value: number | null; factor: number | null; root: number | null }

export type GoalSought = Solution & {
  found: boolean
  reason: GoalReason | null
  /** How often the tree was calculated. */
  iterations: number
  /** The nearest to the target that was seen, where it is not reached. */
  nearest: Solution | null
}

const farthest = 50
const maxBrackets = 6

/**
 * Looks for the value of one driver, on top of changes, with which the root comes to a target, in all
 * periods together or in one of them. The search goes outward from the present value to both sides, past
 * zero, and takes the nearest solution that it meets; it says why where it meets none.
 */
export async function goalSeek(
  calculator: Calculator,
  changes: Changes,
  goal: Goal,
): Promise<GoalSought> {
  const { at, start, isValue } = await driverOf(calculator, changes, goal)
  const node = calculator.model.nodes.find(({ id }) => id === goal.root_id) as ModelNode
  const tried = await calculator.simulate(at(start))
  const model = tried.series(goal.root_id)
  const place = goal.period === null ? null : calculator.periods.indexOf(goal.period)
  const measure = (series: Series) => {
    const after = alignedWith(series, model)
    if (!losesNothing(model, after, place)) return null
    return measureOf(calculator, after, node.aggregation, goal.period)
  }
  let iterations = 1
  let nearest: Point | null = null
  const curve: Curve = async (x) => {
    iterations += 1
    const simulation = await calculator.simulate(at(x))
    const root = measure(simulation.series(goal.root_id))
    const y = root === null ? Number.NaN : root - goal.target
    if (!Number.isFinite(y)) return null
    if (!nearest || Math.abs(y) < Math.abs(nearest.y)) nearest = { x, y }
    return y
  }
  const solution = ({ x, y }: Point): Solution => ({
    value: isValue ? x : null,
    factor: isValue ? null : x,
    root: y + goal.target,
  })
  const isReachable = tried.changed.has(goal.root_id)
  const sought = isReachable
    ? await search(curve, start, goal.target)
    : { point: null, reason: 'no_effect' as const }
  const closest = nearest ? solution(nearest) : null
  const none = { value: null, factor: null, root: null }
  return {
    found: sought.point !== null,
    reason: sought.reason,
    ...(sought.point ? solution(sought.point) : none),
    iterations,
    nearest: sought.point ? null : closest,
  }
}

/** How a number is tried on the driver, the present one, and whether it is its value or a factor. */
async function driverOf(calculator: Calculator, changes: Changes, goal: Goal) {
  const { node_id, period } = goal
  const { series } = await calculator.simulate({ inputs: changes.inputs, factors: [] })
  const { values, periods, tuples } = series(node_id)
  const column =
    period === null || !periods ? 0 : periods.indexOf(calculator.periods.indexOf(period))
  const isValue = tuples.length === 1 && (period !== null || periods === null)
  const present = isValue ? (values[column] ?? Number.NaN) : 1
  const at = (x: number): Changes =>
    isValue
      ? { ...changes, inputs: [...changes.inputs, { node_id, period, value: x }] }
      : {
          ...changes,
          factors: [
            ...changes.factors,
            { node_id, value: x, period_from: period, period_to: period },
          ],
        }
  return { at, start: Number.isNaN(present) ? 0 : present, isValue }
}

type Sought = { point: Point; reason: null } | { point: null; reason: GoalReason }

async function search(curve: Curve, start: number, target: number): Promise<Sought> {
  const atStart = await curve(start)
  if (atStart === 0) return { point: { x: start, y: 0 }, reason: null }
  const points: Point[] = atStart === null ? [] : [{ x: start, y: atStart }]
  const size = Math.max(Math.abs(target), Math.abs((atStart ?? 0) + target))
  const isReached = ({ y }: Point) => Math.abs(y) <= 1e-9 * size
  let brackets = 0
  for (const x of outward(start)) {
    const y = await curve(x)
    if (y === null) continue
    const point = { x, y }
    points.push(point)
    if (y === 0) return { point, reason: null }
    const neighbour = neighbourOf(points, point, start)
    if (!neighbour || Math.sign(neighbour.y) === Math.sign(y)) continue
    const zero = await zeroBetween(curve, neighbour, point)
    if (zero && isReached(zero)) return { point: zero, reason: null }
    brackets += 1
    if (brackets === maxBrackets) break
  }
  if (points.length === 0) return { point: null, reason: 'not_finite' }
  if (brackets > 0) return { point: null, reason: 'discontinuous' }
  if (points.every(({ y }) => y === points[0]?.y)) return { point: null, reason: 'no_effect' }
  const zero = await inValley(curve, points)
  if (zero && isReached(zero)) return { point: zero, reason: null }
  return { point: null, reason: 'not_bracketed' }
}

/** Places farther and farther from the present one, on both sides, with zero among them. */
function outward(start: number): number[] {
  const size = Math.abs(start) || 1
  const places = start === 0 ? [] : [0]
  for (let power = -4; power < farthest; power += 1) {
    for (const side of [1, -1]) {
      const x = start + side * size * 2 ** power
      if (x !== 0 && Number.isFinite(x)) places.push(x)
    }
  }
  return places.sort((a, b) => Math.abs(a - start) - Math.abs(b - start))
}

/** The point next to one that is farthest out on its side, on the way back to the present one. */
function neighbourOf(points: readonly Point[], { x }: Point, start: number): Point | undefined {
  const onSide = points.filter(
    (point) => point.x !== x && (x > start ? point.x >= start : point.x <= start),
  )
  return onSide.reduce<Point | undefined>(
    (best, point) => (!best || Math.abs(point.x - x) < Math.abs(best.x - x) ? point : best),
    undefined,
  )
}

/** A zero where the curve comes near and turns back between two points. */
async function inValley(curve: Curve, points: Point[]): Promise<Point | null> {
  const sorted = points.sort((a, b) => a.x - b.x)
  const best = sorted.reduce(
    (least, { y }, at) => (Math.abs(y) < Math.abs((sorted[least] as Point).y) ? at : least),
    0,
  )
  const [left, middle, right] = [sorted[best - 1], sorted[best] as Point, sorted[best + 1]]
  if (!left || !right) return null
  const found = await nearestBetween(curve, left, middle, right)
  if (Math.sign(found.y) === Math.sign(middle.y)) return found
  return zeroBetween(curve, middle, found)
}
