import { mean } from 'simple-statistics'
import type { Refusal } from './refusals.ts'

export type AreaSeries = {
  area: string
  /** One a period; null where there is no figure. */
  values: readonly (number | null)[]
}

/** An area with a policy, and the place in `periods` of the first period under it. */
export type TreatedSeries = AreaSeries & { start: number }

/** One indicator of areas with a policy and of areas without, over equally spaced periods. */
export type Panel = {
  periods: readonly string[]
  treated: readonly TreatedSeries[]
  controls: readonly AreaSeries[]
}

/** Several treated areas as one: the mean of their figures, null where one of them has none. */
export type TreatedMean = { areas: string[]; start: number; values: (number | null)[] }

export type Interval = { lower: number; upper: number }

/** What was observed in a period, and what would have been without the policy. */
export type PathPoint = {
  period: string
  observed: number | null
  counterfactual: number | null
  /** 95 % interval of the counterfactual, where the method has one. */
  interval: Interval | null
}

/** Sums of squares of what is larger could pass what a number holds. */
const largest = 1e100

/** Whether there is a figure: neither null, nor without end, nor beyond reason. */
export function isFigure(value: number | null | undefined): value is number {
  return typeof value === 'number' && Math.abs(value) < largest
}

/** An area whose every period has a figure. */
export type CompleteSeries = { area: string; values: readonly number[] }

/** Whether every period of an area has a figure. */
export function isComplete(series: AreaSeries): series is CompleteSeries {
  return series.values.every(isFigure)
}

/** Throws unless every area has one value a period: what a caller builds, data cannot spoil. */
export function requirePanel({ periods, treated, controls }: Panel): void {
  for (const { area, values } of [...treated, ...controls])
    if (values.length !== periods.length)
      throw new RangeError(`${area} has ${values.length} values for ${periods.length} periods`)
}

/** The treated areas as one, for methods that follow one series from one start. */
export function treatedMean(panel: Panel): TreatedMean | Refusal {
  requirePanel(panel)
  const [first] = panel.treated
  if (!first) return { refused: 'no_treated' }
  const { start } = first
  if (panel.treated.some((series) => series.start !== start)) return { refused: 'different_starts' }
  if (!Number.isInteger(start) || start < 1 || start >= panel.periods.length)
    return { refused: 'start_outside_periods' }
  return {
    areas: panel.treated.map(({ area }) => area),
    start,
    values: panel.periods.map((_, n) => meanOrNull(panel.treated.map(({ values }) => values[n]))),
  }
}

/** The mean, or null where a figure is missing. */
export function meanOrNull(values: readonly (number | null | undefined)[]): number | null {
  return values.length > 0 && values.every(isFigure) ? mean(values) : null
}

/** Per cent of `baseline`; null where that is zero. */
export function percentOf(difference: number, baseline: number): number | null {
  return baseline === 0 ? null : (100 * difference) / Math.abs(baseline)
}
