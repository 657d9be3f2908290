import type { Operator } from '../../../schemas/driver-tree/common.ts'
import { allow, type Cells, type Faults, type Run, seriesOf, widthOf, worked } from './cells.ts'
import { findHole, noteUnplaced, settle } from './gaps.ts'
import type { Shapes } from './join.ts'
import { defaultOperand, foldOf, formulaOf } from './operators.ts'
import { previousOf } from './previous.ts'
import { gather, type Plan, planOf } from './sources.ts'

export type Evaluated = { cells: Cells; faults: Faults | null }

/** The most operations between two chances for others, and the most cells at once. */
const chunkWork = 32_768
const chunkCells = 8192

/** What a node becomes of its operands. */
export async function evaluate(
  run: Run,
  shapes: Shapes,
  operator: Operator,
  operands: readonly Cells[],
): Promise<Evaluated> {
  if (operator === 'PREV') return previousOf(run, shapes, operands)
  const formula = formulaOf(operator)
  const plan = await planOf(run, shapes, formula ? operands.slice(0, formula.length) : operands)
  const width = widthOf(plan.span)
  const size = allow(run, plan.layout.tuples.length, width)
  const out = new Float64Array(size)
  const faults: Faults = { list: [], count: 0 }
  noteUnplaced(run, plan, faults)
  const length = Math.min(
    size,
    chunkCells,
    Math.max(1, Math.floor(chunkWork / plan.sources.length)),
  )
  const compute = formula
    ? formulaChunks(operator, plan, width, length)
    : foldChunks(operator, plan, width, length)
  const findHoleAt = findHole(plan)
  let holes: Uint8Array | null = null
  for (let from = 0; from < size; from += length) {
    const to = Math.min(size, from + length)
    compute(out, from, to)
    holes = settle(run, faults, { operator, plan, width, out, holes, findHoleAt }, from, to)
    await worked(run, (to - from) * plan.sources.length)
  }
  const cells = seriesOf(plan.layout, plan.span, out, holes)
  return { cells, faults: faults.count > 0 ? faults : null }
}

type Compute = (out: Float64Array, from: number, to: number) => void

function foldChunks(operator: Operator, plan: Plan, width: number, length: number): Compute {
  const fold = foldOf(operator)
  if (!fold) throw new Error(`There is no operator ${operator}`)
  const next = new Float64Array(length)
  const counts = fold.finish ? new Float64Array(length) : null
  return (out, from, to) => {
    const range = [from, to] as const
    const total = out.subarray(from, to)
    counts?.fill(0)
    for (const [at, source] of plan.sources.entries()) {
      const into = at === 0 ? total : next
      gather(source, width, range, into)
      if (counts) countNumbers(into, counts, to - from)
      if (at > 0) fold.take(total, next, to - from)
    }
    if (plan.sources.length === 1) fold.alone?.(total, to - from)
    if (counts) fold.finish?.(total, counts, to - from)
  }
}

function countNumbers(numbers: Float64Array, counts: Float64Array, length: number): void {
  for (let at = 0; at < length; at += 1) {
    if (!Number.isNaN(numbers[at])) counts[at] = (counts[at] as number) + 1
  }
}

function formulaChunks(operator: Operator, plan: Plan, width: number, length: number): Compute {
  const formula = formulaOf(operator) as NonNullable<ReturnType<typeof formulaOf>>
  const [a, b, c] = [0, 1, 2].map((at) =>
    new Float64Array(length).fill(defaultOperand(operator, at)),
  ) as [Float64Array, Float64Array, Float64Array]
  return (out, from, to) => {
    for (const [at, source] of plan.sources.entries()) {
      gather(source, width, [from, to], [a, b, c][at] as Float64Array)
    }
    for (let at = 0; at < to - from; at += 1) {
      out[from + at] = formula(a[at] as number, b[at] as number, c[at] as number)
    }
  }
}
