import { type Cells, type Layout, type Run, type Span, widthOf } from './cells.ts'
import type { Shapes } from './join.ts'

/** An operand as its user sees it: where it has the numbers of each tuple and period. */
export type Source = {
  cells: Cells
  width: number
  /** The tuple for each tuple of the result; null for the same. */
  tuples: Int32Array | null
  /** The period for each period of the result; null for the same. */
  periods: Int32Array | null
  /** Whether it is one number for all tuples, or for all periods. */
  isUnit: boolean
  isTimeless: boolean
  /** Whether there are cells of the result that it has nothing for. */
  isPartial: boolean
  /** Whether it has all axes of the result, and time if the result has. */
  isFull: boolean
  unplaced: readonly number[]
}

/** How operands come together. */
export type Plan = { layout: Layout; span: Span; sources: readonly Source[] }

/** Joins operands; `span` is that of all of them together unless it is given. */
export async function planOf(
  run: Run,
  shapes: Shapes,
  operands: readonly Cells[],
  span: Span = shapes.joinSpans(operands.map((cells) => cells.span)),
): Promise<Plan> {
  const layout = await shapes.joinLayouts(
    run,
    operands.map((cells) => cells.layout),
    widthOf(span),
  )
  const sources: Source[] = []
  for (const cells of operands) sources.push(await sourceOf(run, shapes, cells, layout, span))
  return { layout, span, sources }
}

async function sourceOf(
  run: Run,
  shapes: Shapes,
  cells: Cells,
  layout: Layout,
  span: Span,
): Promise<Source> {
  const isUnit = cells.layout === shapes.unit
  const isTimeless = cells.span === shapes.timeless
  const tuples =
    isUnit || cells.layout === layout ? null : await shapes.mapTuples(run, cells.layout, layout)
  const periods = isTimeless || cells.span === span ? null : shapes.mapPeriods(cells.span, span)
  return {
    cells,
    width: widthOf(cells.span),
    tuples: tuples?.places ?? null,
    periods: periods?.places ?? null,
    isUnit,
    isTimeless,
    isPartial: Boolean(tuples?.isPartial || periods?.isPartial || cells.holes),
    isFull: cells.axes.length === layout.axes.length && (!isTimeless || span === shapes.timeless),
    unplaced: tuples?.unplaced ?? [],
  }
}

/** The place of its number for a cell of the result, or −1 where it has none to expect. */
export function cellAt(source: Source, tuple: number, period: number): number {
  const { tuples, periods, cells } = source
  const t = source.isUnit ? 0 : tuples ? (tuples[tuple] as number) : tuple
  const p = source.isTimeless ? 0 : periods ? (periods[period] as number) : period
  if (t < 0 || p < 0) return -1
  const cell = t * source.width + p
  return cells.holes?.[cell] ? -1 : cell
}

/** Copies its numbers for the cells of a result from one to another. */
export function gather(
  source: Source,
  width: number,
  [from, to]: readonly [number, number],
  into: Float64Array,
): void {
  const { values } = source.cells
  const { tuples, periods, isUnit, isTimeless } = source
  if (isUnit && isTimeless) {
    into.fill(values[0] as number, 0, to - from)
    return
  }
  if (!isUnit && !tuples && !periods && (!isTimeless || width === 1)) {
    into.set(values.subarray(from, to))
    return
  }
  let tuple = Math.floor(from / width)
  let period = from - tuple * width
  for (let cell = from; cell < to; cell += 1) {
    const t = isUnit ? 0 : tuples ? (tuples[tuple] as number) : tuple
    const p = isTimeless ? 0 : periods ? (periods[period] as number) : period
    into[cell - from] = t < 0 || p < 0 ? Number.NaN : (values[t * source.width + p] as number)
    period += 1
    if (period === width) {
      period = 0
      tuple += 1
    }
  }
}
