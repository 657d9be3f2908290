import type { Operator } from '../../../schemas/driver-tree/common.ts'
import { type Faults, note, type Run } from './cells.ts'
import type { WarningKind } from './model.ts'
import { foldOf } from './operators.ts'
import { cellAt, type Plan, type Source } from './sources.ts'

type IsHole = (tuple: number, period: number) => boolean

type Result = {
  operator: Operator
  plan: Plan
  width: number
  out: Float64Array
  holes: Uint8Array | null
  findHoleAt: IsHole | null
}

/**
 * Finds the cells of a result that nobody expects a number in: none of the operands with all axes and
 * time has one, or where no operand has all of them, none of those that are not a single number.
 */
export function findHole({ sources }: Plan): IsHole | null {
  const full = sources.filter(({ isFull }) => isFull)
  const keyed = full.length > 0 ? full : sources.filter((one) => !(one.isUnit && one.isTimeless))
  if (keyed.length === 0 || keyed.some(({ isPartial }) => !isPartial)) return null
  return (tuple, period) => keyed.every((source) => cellAt(source, tuple, period) < 0)
}

/** Marks the holes of a part of a result, and makes of all that is no number NaN, with its reason. */
export function settle(
  run: Run,
  faults: Faults,
  result: Result,
  from: number,
  to: number,
): Uint8Array | null {
  const { plan, width, out, findHoleAt } = result
  let { holes } = result
  for (let cell = from; cell < to; cell += 1) {
    if (!findHoleAt && Number.isFinite(out[cell])) continue
    const tuple = Math.floor(cell / width)
    const period = cell - tuple * width
    if (findHoleAt?.(tuple, period)) {
      holes ??= new Uint8Array(out.length)
      holes[cell] = 1
      out[cell] = Number.NaN
    } else if (!Number.isFinite(out[cell])) {
      out[cell] = Number.NaN
      const kind = reasonOf(result, tuple, period)
      const place = plan.span.periods?.[period] ?? null
      if (kind) note(run, faults, kind, plan.layout, tuple, place)
    }
  }
  return holes
}

const valueAt = (source: Source, tuple: number, period: number): number | undefined => {
  const cell = cellAt(source, tuple, period)
  return cell < 0 ? undefined : source.cells.values[cell]
}

/** Why a cell has no number; null where an operand lacks one, which was noted there. */
function reasonOf({ operator, plan }: Result, tuple: number, period: number): WarningKind | null {
  const needed = neededOf(operator, plan.sources, tuple, period)
  const values = needed.map((source) => valueAt(source, tuple, period))
  if (
    foldOf(operator)?.isTolerant &&
    values.every((value) => value === undefined || Number.isNaN(value))
  )
    return null
  if (foldOf(operator)?.isTolerant) return 'not_finite'
  if (values.includes(undefined)) return 'missing_operand'
  if (values.some((value) => Number.isNaN(value))) return null
  if (values.length < leastOperands(operator)) return 'missing_operand'
  if (operator === '/' && values.slice(1).includes(0)) return 'division_by_zero'
  return 'not_finite'
}

/** The operands that a cell is made of: of IF the condition, and if that is there the branch it takes. */
function neededOf(operator: Operator, sources: readonly Source[], tuple: number, period: number) {
  if (operator !== 'IF') return sources
  const [condition, ...branches] = sources as [Source, ...Source[]]
  const chosen = valueAt(condition, tuple, period)
  if (chosen === undefined || Number.isNaN(chosen)) return [condition]
  const branch = branches[chosen !== 0 ? 0 : 1]
  return branch ? [condition, branch] : [condition]
}

/** How many operands a formula needs at least where it gave no number although all are there. */
function leastOperands(operator: Operator): number {
  return ['IF', '<', '<=', '>', '>=', '=', '<>'].includes(operator) ? 2 : 1
}

/** Tuples of an operand that the others have nothing for, so that they are in no result. */
export function noteUnplaced(run: Run, plan: Plan, faults: Faults): void {
  const noted = new Set<readonly number[]>()
  for (const { unplaced, cells } of plan.sources) {
    if (noted.has(unplaced)) continue
    noted.add(unplaced)
    for (const tuple of unplaced)
      note(run, faults, 'key_without_partner', cells.layout, tuple, null)
  }
}
