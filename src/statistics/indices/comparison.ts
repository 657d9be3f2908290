import { isFigure } from '../numbers.ts'
import type { Refusal } from './refusals.ts'
import { byYear, mapSeries, type Point, type Series } from './series.ts'

/** The series as it is, with null for what is not finite. */
export function absolute(series: Series): Point[] {
  return mapSeries(series, (value) => value)
}

/**
 * Change on the point before, in per cent of it. Null for the first, where either is missing (no
 * rate reaches over a gap), and where the one before is not above zero.
 */
export function rateOfChange(series: Series): Point[] {
  return mapSeries(series, (value, place) => {
    const before = series[place - 1]?.value
    return isFigure(before) && before > 0 ? 100 * (value / before - 1) : null
  })
}

/** Each figure in per cent of that of the base year. */
export function indexOn(series: Series, base: number): Point[] | Refusal {
  const origin = byYear(series).get(base)
  if (origin === undefined) return { refused: 'base_missing', base }
  if (origin <= 0) return { refused: 'base_not_positive', base, found: origin }
  return mapSeries(series, (value) => 100 * (value / origin))
}

/** Per cent of the nation's figure of the same year; null where that is missing or not above zero. */
export function shareOfNation(series: Series, nation: Series): Point[] {
  return withNation(series, nation, (value, whole) => (whole > 0 ? 100 * (value / whole) : null))
}

/** The figure less the nation's of the same year. */
export function differenceToNation(series: Series, nation: Series): Point[] {
  return withNation(series, nation, (value, whole) => value - whole)
}

/** The figure over the nation's of the same year; null where that is missing or not above zero. */
export function ratioToNation(series: Series, nation: Series): Point[] {
  return withNation(series, nation, (value, whole) => (whole > 0 ? value / whole : null))
}

export type ShareChange = {
  from: number
  to: number
  /** Per cent of the whole. */
  before: number
  after: number
  /** Percentage points. */
  points: number
  /** Per cent of the share before; null where that was zero. */
  rate: number | null
}

/** How the share of a whole changed from the first to the last year in which both have a figure. */
export function shareChange(part: Series, whole: Series): ShareChange | Refusal {
  const shares = shareOfNation(part, whole).filter(({ value }) => value !== null)
  const [first, last] = [shares[0], shares.at(-1)]
  if (!first || !last || first === last) {
    return { refused: 'too_few_points', needed: 2, found: shares.length }
  }
  const [before, after] = [first.value as number, last.value as number]
  return {
    from: first.year,
    to: last.year,
    before,
    after,
    points: after - before,
    rate: before > 0 ? 100 * (after / before - 1) : null,
  }
}

function withNation(
  series: Series,
  nation: Series,
  compare: (value: number, whole: number) => number | null,
): Point[] {
  const wholes = byYear(nation)
  return mapSeries(series, (value, place) => {
    const whole = wholes.get(series[place]?.year as number)
    return whole === undefined ? null : compare(value, whole)
  })
}
