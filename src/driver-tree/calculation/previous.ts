import {
  allow,
  type Cells,
  type Faults,
  note,
  type Run,
  seriesOf,
  widthOf,
  worked,
} from './cells.ts'
import type { Evaluated } from './evaluate.ts'
import { noteUnplaced } from './gaps.ts'
import type { Shapes } from './join.ts'
import { cellAt, planOf, type Source } from './sources.ts'

/**
 * PREV: the number of the period before, among the periods that the first operand has. In its first
 * period, or where a tuple begins later, there is what the second operand has, or nothing. Behind a gap
 * there is nothing: what stands at the beginning must not stand there again.
 */
export async function previousOf(
  run: Run,
  shapes: Shapes,
  operands: readonly Cells[],
): Promise<Evaluated> {
  const [cells] = operands as [Cells]
  const plan = await planOf(run, shapes, operands.slice(0, 2), cells.span)
  const [source, first] = plan.sources as [Source, Source | undefined]
  const width = widthOf(plan.span)
  const out = new Float64Array(allow(run, plan.layout.tuples.length, width)).fill(Number.NaN)
  const faults: Faults = { list: [], count: 0 }
  noteUnplaced(run, plan, faults)
  let holes: Uint8Array | null = null
  let isBegun = false
  for (let cell = 0; cell < out.length; cell += 1) {
    const [tuple, period] = [Math.floor(cell / width), cell % width]
    isBegun = period > 0 && (isBegun || cellAt(source, tuple, period - 1) >= 0)
    const before = period === 0 ? -1 : cellAt(source, tuple, period - 1)
    if (before >= 0) out[cell] = cells.values[before] as number
    else if (cellAt(source, tuple, period) < 0) {
      holes ??= new Uint8Array(out.length)
      holes[cell] = 1
    } else {
      const hasFirst = first && plan.span.periods
      const started = hasFirst && !isBegun ? cellAt(first, tuple, period) : -1
      if (started >= 0) out[cell] = first?.cells.values[started] as number
      else {
        const kind = hasFirst || isBegun ? 'missing_operand' : 'no_previous_period'
        note(run, faults, kind, plan.layout, tuple, plan.span.periods?.[period] ?? null)
      }
    }
    if (cell % 1000 === 999) await worked(run, 5000)
  }
  const result = seriesOf(plan.layout, plan.span, out, holes)
  return { cells: result, faults: faults.count > 0 ? faults : null }
}
