import {
  type DifferenceInDifferences,
  fewClusters,
  fewTreated,
} from './difference-in-differences.ts'
import type { InterruptedSeries } from './interrupted-series.ts'
import { isFigure, type Panel } from './panel.ts'
import type { SyntheticControl } from './synthetic-control.ts'

/** What must hold for an estimate to be the effect of the policy. */
export type Assumption =
  | 'nothing_else_changed'
  | 'trend_would_have_continued'
  | 'parallel_trends'
  | 'no_anticipation'
  | 'no_spillover'
  | 'donors_share_influences'

export const assumptions = {
  before_after: ['nothing_else_changed'],
  interrupted_series: ['trend_would_have_continued', 'nothing_else_changed', 'no_anticipation'],
  difference_in_differences: ['parallel_trends', 'no_anticipation', 'no_spillover'],
  synthetic_control: ['donors_share_influences', 'no_anticipation', 'no_spillover'],
} as const satisfies Record<string, readonly Assumption[]>

/** What a reader of an estimate should know about these data. */
export type EffectWarning =
  | 'gaps_in_series'
  | 'treated_averaged'
  | 'short_series'
  | 'autocorrelated'
  | 'pre_trend_differs'
  | 'pre_trend_untested'
  | 'few_treated_areas'
  | 'few_clusters'
  | 'no_standard_error'
  | 'areas_left_out'
  | 'weak_pre_fit'
  | 'few_placebos'
  | 'placebos_left_out'
  | 'one_donor_decides'
  | 'not_converged'

const warningsOf = (found: Partial<Record<EffectWarning, boolean>>) =>
  (Object.keys(found) as EffectWarning[]).filter((warning) => found[warning])

/** Of methods that follow the treated areas' mean. */
export function warnOfTreated({ treated }: Panel): EffectWarning[] {
  return warningsOf({
    gaps_in_series: treated.some(({ values }) => !values.every(isFigure)),
    treated_averaged: treated.length > 1,
  })
}

/** Fewer points leave the bandwidth of the errors too little to go by. */
const shortSeries = 50

/** Durbin–Watson outside these bounds speaks for autocorrelation. */
const [lowestWatson, highestWatson] = [1.5, 2.5]

/** Of an interrupted series. */
export function warnOfSeries(series: InterruptedSeries): EffectWarning[] {
  const watson = series.durbinWatson ?? 2
  return warningsOf({
    short_series: series.pointsBefore + series.pointsAfter < shortSeries,
    autocorrelated: watson < lowestWatson || watson > highestWatson,
  })
}

/** Of differences in differences. */
export function warnOfDifferences(differences: DifferenceInDifferences): EffectWarning[] {
  const { preTrend, average, treatedAreas, clusters, leftOut } = differences
  return warningsOf({
    pre_trend_differs: preTrend !== null && preTrend.pValue < 0.05,
    pre_trend_untested: preTrend === null,
    few_treated_areas: treatedAreas < fewTreated,
    few_clusters: clusters < fewClusters,
    no_standard_error: average.standardError === null,
    areas_left_out: leftOut.length > 0,
  })
}

/** A quarter of a standard deviation: about a sixteenth of the variance before the start not followed. */
const weakFit = 0.25

/** With fewer placebos the p-value can be no smaller than about one in ten. */
const fewPlacebos = 10

/** Of a synthetic control. */
export function warnOfSynthetic(synthetic: SyntheticControl): EffectWarning[] {
  const { relativeError, placebos, weights, withoutDonorRange, average } = synthetic
  const { lower, upper } = withoutDonorRange ?? { lower: average, upper: average }
  return warningsOf({
    weak_pre_fit: relativeError > weakFit,
    few_placebos: placebos.length < fewPlacebos,
    placebos_left_out: synthetic.placebosLeftOut.length > 0,
    one_donor_decides: (weights[0]?.weight ?? 0) > 0.9 || Math.sign(lower) !== Math.sign(upper),
    areas_left_out: synthetic.incompleteDonors.length > 0,
    not_converged: !synthetic.converged,
  })
}
