import type { Aggregation } from '../../../schemas/driver-tree/common.ts'
import type { Calculator } from './calculator.ts'
import type { Series } from './model.ts'

const widthOf = ({ periods }: Series) => periods?.length ?? 1

/**
 * Sum and count of the numbers of every `step`th cell from a first one. What each addition loses is
 * added at the end (Neumaier 1974), so that ten times 0.1 is 1.
 */
function added({ values }: Series, first: number, step: number): { sum: number; count: number } {
  let [sum, lost, count] = [0, 0, 0]
  for (let cell = first; cell < values.length; cell += step) {
    const value = values[cell] as number
    if (Number.isNaN(value)) continue
    const total = sum + value
    lost += Math.abs(sum) >= Math.abs(value) ? sum - total + value : value - total + sum
    sum = total
    count += 1
  }
  return { sum: Number.isFinite(lost) ? sum + lost : sum, count }
}

function aggregated(found: { sum: number; count: number }, aggregation: Aggregation) {
  if (found.count === 0) return null
  const total = aggregation === 'mean' ? found.sum / found.count : found.sum
  return Number.isFinite(total) ? total : null
}

/**
 * One number of all that a node has: the sum or the mean of all cells, or the sum over the axes in the
 * last period that has a number. Cells without a number are left out: see `isComplete` in comparing.ts.
 */
export function totalOf(series: Series, aggregation: Aggregation): number | null {
  if (aggregation !== 'last') return aggregated(added(series, 0, 1), aggregation)
  const width = widthOf(series)
  for (let period = width - 1; period >= 0; period -= 1) {
    const found = added(series, period, width)
    if (found.count > 0) return aggregated(found, aggregation)
  }
  return null
}

export type PeriodTotal = { period: string; value: number | null }

/** One number for each period that a node has; none for a node without time. */
export function periodTotals(
  { periods }: Pick<Calculator, 'periods'>,
  series: Series,
  aggregation: Aggregation,
): PeriodTotal[] {
  const width = widthOf(series)
  return (series.periods ?? []).map((place, at) => ({
    period: periods[place] as string,
    value: aggregated(added(series, at, width), aggregation),
  }))
}

/**
 * The numbers of a node as they compare with other ones of the same node: a node without time that a
 * change gives time has the same number in all periods otherwise.
 */
export function alignedWith(series: Series, other: Series): Series {
  if (series.periods || !other.periods) return series
  const width = other.periods.length
  const values = new Float64Array(series.values.length * width)
  for (const [tuple, value] of series.values.entries()) {
    values.fill(value, tuple * width, (tuple + 1) * width)
  }
  const { periods } = other
  return { periods, axes: series.axes, tuples: series.tuples, values }
}

/** What a node comes to in one period, or altogether where none is given or it has no time. */
export function measureOf(
  calculator: Pick<Calculator, 'periods'>,
  series: Series,
  aggregation: Aggregation,
  period: string | null,
): number | null {
  if (period === null || !series.periods) return totalOf(series, aggregation)
  const totals = periodTotals(calculator, series, aggregation)
  return totals.find((total) => total.period === period)?.value ?? null
}
