import { isFigure } from '../numbers.ts'

/** A year, or any place on a time axis counted in years, and its figure. */
export type Point = { year: number; value: number | null }

/** Points in order of time, one a year; null and what is not finite are gaps. */
export type Series = readonly Point[]

export type KnownPoint = { year: number; value: number }

/** The points that have a figure. */
export function knownPoints(series: Series): KnownPoint[] {
  requireOrder(series)
  return series.filter((point): point is KnownPoint => isFigure(point.value))
}

/** Each point's figure made into another; null for gaps and where there is none. */
export function mapSeries(
  series: Series,
  change: (value: number, place: number) => number | null,
): Point[] {
  requireOrder(series)
  return series.map(({ year, value }, place) => {
    const changed = isFigure(value) ? change(value, place) : null
    return { year, value: isFigure(changed) ? changed : null }
  })
}

/** Figures by year. */
export function byYear(series: Series): Map<number, number> {
  return new Map(knownPoints(series).map(({ year, value }) => [year, value]))
}

function requireOrder(series: Series): void {
  const isOrdered = series.every(({ year }, n) => n === 0 || year > (series[n - 1]?.year ?? year))
  if (!isOrdered) throw new RangeError('Points are not in order of time')
}
