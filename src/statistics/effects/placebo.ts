import { mean, variance } from 'simple-statistics'
import type { Interval } from './panel.ts'

/** What the method finds where there was no policy. */
export type Placebo = {
  area: string
  /** Error after the start over error before; null where there is none before. */
  ratio: number | null
  average: number
  gap: number[]
}

/** No ratio: a fit without any error before, than which any gap after is infinitely larger. */
const ratioOf = (ratio: number | null) => ratio ?? Number.POSITIVE_INFINITY

/**
 * The share of areas whose ratio of errors is at least as large as the treated one's, itself counted
 * (Abadie, Diamond & Hainmueller 2010, section 3.4). Null without placebos.
 */
export function placeboRank(ratio: number | null, placebos: readonly Placebo[]): number | null {
  if (placebos.length === 0) return null
  const asLarge = placebos.filter((placebo) => ratioOf(placebo.ratio) >= ratioOf(ratio)).length
  return (asLarge + 1) / (placebos.length + 1)
}

/**
 * The constant effects that placebos do not reject at 5 % (Firpo & Possebom 2018): those that, taken
 * off the gaps after the start, leave a ratio that is not among the largest. Null where no effect can
 * be rejected, with fewer than 19 placebos, and where every one is.
 */
export function placeboInterval(
  gapAfter: readonly number[],
  errorBefore: number,
  placebos: readonly Placebo[],
): Interval | null {
  const areas = placebos.length + 1
  // As many ratios as large, itself counted, as leave the share above 5 %.
  const needed = Math.floor(areas * 0.05) + 1
  if (needed < 2) return null
  const ratios = placebos.map(({ ratio }) => ratioOf(ratio)).sort((a, b) => b - a)
  const largest = ratios[needed - 2] as number
  const room = (largest * errorBefore) ** 2 - variance([...gapAfter])
  if (!(room >= 0 && room < Number.POSITIVE_INFINITY)) return null
  const centre = mean([...gapAfter])
  return { lower: centre - Math.sqrt(room), upper: centre + Math.sqrt(room) }
}
