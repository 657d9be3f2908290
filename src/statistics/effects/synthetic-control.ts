import { mean, standardDeviation } from 'simple-statistics'
import { rounding, sizeOf } from './estimates.ts'
import {
  type CompleteSeries,
  type Interval,
  isComplete,
  isFigure,
  type Panel,
  percentOf,
  treatedMean,
} from './panel.ts'
import { type Placebo, placeboInterval, placeboRank } from './placebo.ts'
import { isRefusal, type Refusal } from './refusals.ts'
import { simplexWeights } from './simplex.ts'

export type SyntheticControlOptions = {
  /** Compares changes from each area's mean before the start, not levels (Doudchenko & Imbens 2016). */
  isDemeaned?: boolean
  /** Refuses when the pre-period error is more than this many standard deviations of the series. */
  worstFit?: number
}

export type SyntheticControl = {
  /** Observed less synthetic over the periods under the policy, on average. */
  average: number
  /** Per cent of the synthetic mean. */
  percent: number | null
  /** Of constant effects that the placebos do not reject at 5 %; null with fewer than 19 of them. */
  interval: Interval | null
  /** Share of the areas, the treated one among them, whose ratio is at least as large as its own. */
  pValue: number | null
  /** Donors by falling weight; those without weight are left out. */
  weights: { area: string; weight: number }[]
  /** Root mean squared prediction error before the start. */
  errorBefore: number
  /** The same over the standard deviation of the treated series before the start. */
  relativeError: number
  /** Error after over error before; null where there is none before. */
  ratio: number | null
  observed: number[]
  synthetic: number[]
  gap: number[]
  placebos: Placebo[]
  /** Donors whose own error before is too large for a placebo. */
  placebosLeftOut: string[]
  /** Donors with a gap in their figures. */
  incompleteDonors: string[]
  /** The average effect without each donor that has weight. */
  withoutDonor: { area: string; average: number }[]
  withoutDonorRange: Interval | null
  converged: boolean
}

export const fewestPre = 5
export const fewestPost = 2
export const fewestDonors = 2

/** Weights of more are not told apart by so few periods, and placebos of each would take minutes. */
export const mostDonors = 200

/** Half a standard deviation: three quarters of the series' variance before the start followed. */
export const defaultWorstFit = 0.5

/** A donor with less is taken to have no weight. */
const leastWeight = 1e-6

/** Placebos of donors whose error before is more than this many times the treated one's say nothing. */
const worstPlacebo = 5

/**
 * Synthetic control (Abadie, Diamond & Hainmueller 2010): weights of donors fitted to all outcomes
 * before the start, each period alike; placebos in space with each donor in the treated area's
 * place. The treated area is no donor to the placebos, where its effect would show. Pauses after
 * each fit, so that a caller may see to other work.
 */
export function* syntheticControl(
  panel: Panel,
  options: SyntheticControlOptions = {},
): Generator<undefined, SyntheticControl | Refusal> {
  const treated = treatedMean(panel)
  if (isRefusal(treated)) return treated
  const { start } = treated
  const after = panel.periods.length - start
  if (start < fewestPre) return { refused: 'too_few_before', needed: fewestPre, found: start }
  if (after < fewestPost) return { refused: 'too_few_after', needed: fewestPost, found: after }
  const incomplete = panel.treated.filter((series) => !isComplete(series))
  if (incomplete.length > 0)
    return { refused: 'incomplete_treated', areas: incomplete.map(({ area }) => area) }
  const donors = panel.controls.filter(isComplete)
  if (donors.length > mostDonors)
    return { refused: 'too_many_donors', limit: mostDonors, found: donors.length }
  if (donors.length < fewestDonors)
    return { refused: 'too_few_donors', needed: fewestDonors, found: donors.length }

  const fitTo = (values: readonly number[], pool: readonly CompleteSeries[]) =>
    fitSynthetic(values, pool, start, options.isDemeaned ?? false)
  const observed = treated.values.filter(isFigure)
  const own = fitTo(observed, donors)
  const spread = standardDeviation(observed.slice(0, start))
  const relativeError = own.errorBefore === 0 ? 0 : own.errorBefore / spread
  const limit = options.worstFit ?? defaultWorstFit
  if (relativeError > limit) return { refused: 'poor_pre_fit', limit, found: relativeError }

  const placebos: Placebo[] = []
  const placebosLeftOut: string[] = []
  for (const donor of donors) {
    yield
    const others = donors.filter((other) => other !== donor)
    const fit = fitTo(donor.values, others)
    if (fit.errorBefore > worstPlacebo * own.errorBefore) placebosLeftOut.push(donor.area)
    else placebos.push({ area: donor.area, ratio: fit.ratio, average: fit.average, gap: fit.gap })
  }
  const weights = donors
    .map(({ area }, n) => ({ area, weight: own.weights[n] as number }))
    .filter(({ weight }) => weight > leastWeight)
    .sort((a, b) => b.weight - a.weight || (a.area < b.area ? -1 : 1))
  const withoutDonor: SyntheticControl['withoutDonor'] = []
  for (const { area } of donors.length > fewestDonors ? weights : []) {
    yield
    const others = donors.filter((other) => other.area !== area)
    withoutDonor.push({ area, average: fitTo(observed, others).average })
  }
  const averages = withoutDonor.map(({ average }) => average)
  return {
    average: own.average,
    percent: percentOf(own.average, mean(own.synthetic.slice(start))),
    interval: placeboInterval(own.gap.slice(start), own.errorBefore, placebos),
    pValue: placeboRank(own.ratio, placebos),
    weights,
    errorBefore: own.errorBefore,
    relativeError,
    ratio: own.ratio,
    observed,
    synthetic: own.synthetic,
    gap: own.gap,
    placebos,
    placebosLeftOut,
    incompleteDonors: panel.controls.filter((x) => !isComplete(x)).map(({ area }) => area),
    withoutDonor,
    withoutDonorRange:
      averages.length > 0 ? { lower: Math.min(...averages), upper: Math.max(...averages) } : null,
    converged: own.converged,
  }
}

/** One area's synthetic series of a pool of others. */
function fitSynthetic(
  values: readonly number[],
  pool: readonly CompleteSeries[],
  start: number,
  isDemeaned: boolean,
) {
  const levelOf = (series: readonly number[]) => (isDemeaned ? mean(series.slice(0, start)) : 0)
  const level = levelOf(values)
  const columns = pool.map((donor) => {
    const shift = level - levelOf(donor.values)
    return donor.values.map((value) => value + shift)
  })
  const { weights, converged } = simplexWeights(
    values.slice(0, start),
    columns.map((column) => column.slice(0, start)),
  )
  const synthetic = values.map((_, n) =>
    columns.reduce((sum, column, m) => sum + (weights[m] as number) * (column[n] as number), 0),
  )
  const smallest = rounding * sizeOf(values)
  const gap = values.map((value, n) => {
    const difference = value - (synthetic[n] as number)
    return Math.abs(difference) < smallest ? 0 : difference
  })
  const errorBefore = rootMeanSquareOf(gap.slice(0, start))
  const errorAfter = rootMeanSquareOf(gap.slice(start))
  return {
    weights,
    converged,
    synthetic,
    gap,
    errorBefore,
    ratio: errorBefore > 0 ? errorAfter / errorBefore : null,
    average: mean(gap.slice(start)),
  }
}

function rootMeanSquareOf(values: readonly number[]): number {
  return Math.sqrt(mean(values.map((value) => value ** 2)))
}
