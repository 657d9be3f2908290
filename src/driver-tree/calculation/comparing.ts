import type { Cells } from './cells.ts'
import type { Series } from './model.ts'

const widthOf = ({ periods }: Series) => periods?.length ?? 1

/** Whether a node has all the numbers that are expected of it, so that its total misses nothing. */
export function isComplete(series: Series): boolean {
  const lacks = lackOf(series)
  return series.values.length > 0 && series.values.every((_, cell) => !lacks(cell))
}

/** Tells which cells have no number although one is expected. */
function lackOf(series: Series): (cell: number) => boolean {
  const { holes } = series as Partial<Cells>
  const { values } = series
  return (cell) => Number.isNaN(values[cell]) && holes?.[cell] !== 1
}

/**
 * Whether `after` lacks no number that `before` has, in all periods or in the one at a place. Cells that
 * one of them does not have at all are no lack.
 */
export function losesNothing(before: Series, after: Series, period: number | null = null): boolean {
  const lacks = lackOf(after)
  const width = widthOf(after)
  const column = after.periods && period !== null ? after.periods.indexOf(period) : null
  let placeOf: ReturnType<typeof placesIn> | undefined
  for (let cell = 0; cell < after.values.length; cell += 1) {
    if (!lacks(cell)) continue
    const [tuple, at] = [Math.floor(cell / width), cell % width]
    if (column !== null && at !== column) continue
    placeOf ??= placesIn(before, after)
    const place = placeOf(tuple, at)
    if (place !== undefined && !Number.isNaN(before.values[place])) return false
  }
  return true
}

/** Whether the totals of two series say what came of a change: neither lacks a number of the other. */
export const isComparable = (one: Series, other: Series, period: number | null = null): boolean =>
  losesNothing(one, other, period) && losesNothing(other, one, period)

/** Where one series has the number of a tuple and a period of another one of the same node. */
export function placesIn(
  before: Series,
  after: Series,
): (tuple: number, period: number) => number | undefined {
  const width = widthOf(before)
  const periodPlaces = placesOfPeriods(before, after)
  const tuplePlaces = placesOfTuples(before, after)
  return (tuple, period) => {
    const t = tuplePlaces ? tuplePlaces[tuple] : tuple
    const p = periodPlaces ? periodPlaces[period] : period
    return t === undefined || p === undefined ? undefined : t * width + p
  }
}

/** Nothing where both have the same ones. */
function placesOfPeriods({ periods: had }: Series, { periods: has }: Series) {
  if (!has || !had) return undefined
  if (had.length === has.length && had.every((period, n) => period === has[n])) return undefined
  const places = new Map(had.map((period, place) => [period, place]))
  return has.map((period) => places.get(period))
}

function placesOfTuples(before: Series, after: Series) {
  if (before.tuples === after.tuples) return undefined
  const columns = before.axes.map((axis) => after.axes.indexOf(axis))
  const places = new Map(before.tuples.map((tuple, place) => [JSON.stringify(tuple), place]))
  return after.tuples.map((tuple) =>
    places.get(JSON.stringify(columns.map((column) => tuple[column]))),
  )
}
