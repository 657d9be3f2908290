import { extentOf } from '../numbers.ts'
import type { Refusal } from './refusals.ts'
import { type KnownPoint, knownPoints, type Series } from './series.ts'

export type TurningPoint = KnownPoint & {
  kind: 'peak' | 'trough'
  /** How far the series falls from a peak, or rises from a trough, on the side where it does so less. */
  prominence: number
}

export type Turns = {
  /** In order of time. */
  points: TurningPoint[]
  /** The least prominence that counts, in units of the series. */
  minProminence: number
  /** Greatest and least figure with the first year that has them, ends of the series included. */
  peak: KnownPoint
  trough: KnownPoint
}

/**
 * Local extremes whose topographic prominence (height above the higher of the two saddles before
 * a higher peak or the end of the series) is at least `minShare` of the range of the series. The ends
 * are no turning points, gaps are passed over, and a plateau turns in its first year.
 */
export function turningPoints(series: Series, minShare = 0.02): Turns | Refusal {
  const points = knownPoints(series)
  if (points.length < 3) return { refused: 'too_few_points', needed: 3, found: points.length }
  const values = points.map(({ value }) => value)
  const [least, most] = extentOf(values)
  const minProminence = minShare * (most - least)
  const found = [
    ...peaksOf(values).map((peak) => ({ ...peak, kind: 'peak' as const })),
    ...peaksOf(values.map((value) => -value)).map((peak) => ({ ...peak, kind: 'trough' as const })),
  ]
  return {
    points: found
      .filter(({ prominence }) => prominence >= minProminence)
      .sort((one, other) => one.place - other.place)
      .map(({ place, kind, prominence }) => ({
        ...(points[place] as KnownPoint),
        kind,
        prominence,
      })),
    minProminence,
    peak: points[values.indexOf(most)] as KnownPoint,
    trough: points[values.indexOf(least)] as KnownPoint,
  }
}

function peaksOf(values: readonly number[]): { place: number; prominence: number }[] {
  const peaks: { place: number; prominence: number }[] = []
  for (let place = 1; place < values.length - 1; place += 1) {
    const height = values[place] as number
    if (!(height > (values[place - 1] as number))) continue
    let end = place
    while (values[end + 1] === height) end += 1
    const after = values[end + 1]
    if (after === undefined || after > height) continue
    const before = values.slice(0, place).reverse()
    const saddle = Math.max(saddleIn(before, height), saddleIn(values.slice(end + 1), height))
    peaks.push({ place, prominence: height - saddle })
  }
  return peaks
}

/** The least figure on the way to one above `height`, or to the end. */
function saddleIn(way: readonly number[], height: number): number {
  const higher = way.findIndex((value) => value > height)
  return extentOf(higher < 0 ? way : way.slice(0, higher))[0]
}
