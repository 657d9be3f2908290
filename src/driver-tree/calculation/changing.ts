import {
  allow,
  type Cells,
  type Faults,
  type Names,
  note,
  type Run,
  seriesOf,
  widthOf,
  worked,
} from './cells.ts'
import type { Shapes } from './join.ts'
import type { Factor } from './model.ts'

export type Changed = { cells: Cells; faults: Faults | null }

/** The first and the last place of the periods that a factor is for; bounds that are no period do not bind. */
function boundsOf(factor: Factor, names: Names): [number, number] {
  const from = factor.period_from === null ? -1 : names.periods.indexOf(factor.period_from)
  const to = factor.period_to === null ? -1 : names.periods.indexOf(factor.period_to)
  return [Math.max(0, from), to < 0 ? names.periods.length - 1 : to]
}

/** The numbers of a node in other periods: a node without time has the same in all of them. */
async function spread(run: Run, shapes: Shapes, cells: Cells, periods: readonly number[]) {
  const span = shapes.spanOf(periods)
  const [width, had] = [widthOf(span), widthOf(cells.span)]
  const size = allow(run, cells.tuples.length, width)
  const [values, holes] = [new Float64Array(size), new Uint8Array(size)]
  const places = cells.periods ? shapes.mapPeriods(cells.span, span).places : null
  for (let cell = 0; cell < size; cell += 1) {
    const place = places ? (places[cell % width] as number) : 0
    const from = Math.floor(cell / width) * had + place
    values[cell] = place < 0 ? Number.NaN : (cells.values[from] as number)
    holes[cell] = place < 0 ? 1 : (cells.holes?.[from] ?? 0)
    if (cell % 1000 === 999) await worked(run, 2000)
  }
  return seriesOf(cells.layout, span, values, holes.includes(1) ? holes : null)
}

/**
 * Multiplies a node, in the periods that the factor is for. A node without time that is multiplied in
 * some periods only becomes one that has all periods.
 */
export async function multiplied(
  run: Run,
  shapes: Shapes,
  names: Names,
  before: Changed,
  factor: Factor,
): Promise<Changed> {
  const [from, to] = boundsOf(factor, names)
  const isEverywhere = from === 0 && to >= names.periods.length - 1
  if (!isEverywhere && from > to) return before
  const all = [...names.periods.keys()]
  const { cells } =
    before.cells.periods || isEverywhere
      ? before
      : { cells: await spread(run, shapes, before.cells, all) }
  const values = cells.values.slice()
  const faults: Faults = {
    list: [...(before.faults?.list ?? [])],
    count: before.faults?.count ?? 0,
  }
  const width = widthOf(cells.span)
  for (let cell = 0; cell < values.length; cell += 1) {
    const period = cells.periods?.[cell % width] ?? from
    if (!isEverywhere && (period < from || period > to)) continue
    const value = values[cell] as number
    values[cell] = value * factor.value
    if (Number.isNaN(value) || Number.isFinite(values[cell])) continue
    values[cell] = Number.NaN
    const place = cells.periods ? period : null
    note(run, faults, 'not_finite', cells.layout, Math.floor(cell / width), place)
  }
  await worked(run, values.length)
  const result = seriesOf(cells.layout, cells.span, values, cells.holes)
  return { cells: result, faults: faults.count > 0 ? faults : null }
}

/**
 * Puts a number in the place of all that a node has, or in one period, which it then has even where
 * it had no number there. What is no period of the tree changes nothing.
 */
export async function replaced(
  run: Run,
  shapes: Shapes,
  names: Names,
  before: Changed,
  change: { period: string | null; value: number },
): Promise<Changed> {
  const place = change.period === null ? null : names.periods.indexOf(change.period)
  if (place === -1) return before
  const periods = before.cells.periods ?? [...names.periods.keys()]
  const cells =
    place === null || before.cells.periods?.includes(place)
      ? before.cells
      : await spread(
          run,
          shapes,
          before.cells,
          [...new Set([...periods, place])].sort((a, b) => a - b),
        )
  const values = cells.values.slice()
  const holes = cells.holes?.slice() ?? null
  const width = widthOf(cells.span)
  for (let cell = 0; cell < values.length; cell += 1) {
    if (place !== null && cells.periods?.[cell % width] !== place) continue
    if (place === null && holes?.[cell]) continue
    values[cell] = change.value
    if (holes) holes[cell] = 0
  }
  await worked(run, values.length)
  const faults = withoutFaults(before.faults, place)
  return { cells: seriesOf(cells.layout, cells.span, values, holes), faults }
}

/** What is wrong besides what a number was put in the place of. */
function withoutFaults(faults: Faults | null, place: number | null): Faults | null {
  if (!faults || place === null) return null
  const list = faults.list.filter(({ period }) => period !== place)
  const count = faults.count - (faults.list.length - list.length)
  return count > 0 ? { list, count } : null
}
