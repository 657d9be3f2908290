import type { Spread } from '../../../schemas/itsm/metrics.ts'

/** Numbers that are added one by one, in eight bytes each. */
export type Samples = { add: (value: number) => void; sorted: () => Float64Array }

export function createSamples(): Samples {
  let values = new Float64Array(8)
  let count = 0
  return {
    add(value) {
      if (count === values.length) {
        const larger = new Float64Array(count * 2)
        larger.set(values)
        values = larger
      }
      values[count] = value
      count += 1
    },
    sorted: () => values.slice(0, count).sort(),
  }
}

/**
 * The percentile of sorted values by linear interpolation between the two nearest: type 7 of Hyndman and
 * Fan, Sample Quantiles in Statistical Packages, The American Statistician 50 (1996), which is what
 * `PERCENTILE.INC` of spreadsheets does. Null of none.
 */
export function percentile(sorted: ArrayLike<number>, share: number): number | null {
  if (sorted.length === 0) return null
  const place = (sorted.length - 1) * share
  const below = sorted[Math.floor(place)] as number
  const above = sorted[Math.ceil(place)] as number
  return below + (above - below) * (place - Math.floor(place))
}

/** Mean, median and 90th percentile of seconds, to the millisecond; null of none. */
export function spreadOf(samples: Samples): Spread {
  const sorted = samples.sorted()
  const count = sorted.length
  let sum = 0
  for (const value of sorted) sum += value
  return {
    count,
    mean_s: toMilliseconds(count === 0 ? null : sum / count),
    median_s: toMilliseconds(percentile(sorted, 0.5)),
    p90_s: toMilliseconds(percentile(sorted, 0.9)),
  }
}

export function toMilliseconds(seconds: number | null): number | null {
  return seconds === null ? null : Math.round(seconds * 1000) / 1000
}
