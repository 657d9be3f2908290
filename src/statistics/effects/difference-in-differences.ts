import { mean } from 'simple-statistics'
import { seededRandom } from '../random.ts'
import {
  averageCohorts,
  type Baseline,
  type Cohorts,
  type Contrast,
  cohortsOf,
  combineContrasts,
  estimateContrast,
  type Group,
  groupTimeContrast,
  type LeftOut,
} from './cohorts.ts'
import {
  inferContrast,
  type JointTest,
  type Spread,
  spreadDegrees,
  testJointly,
} from './contrasts.ts'
import { type PointEstimate, sizeOf } from './estimates.ts'
import { type Panel, percentOf } from './panel.ts'
import { isRefusal, type Refusal } from './refusals.ts'
import { type BootstrapWeights, permutationPValue, wildBootstrap } from './resampling.ts'

export type DifferenceInDifferencesOptions = {
  /** What changes are counted from: for one start its periods before, for several the last of them. */
  baseline?: Baseline
  weights?: BootstrapWeights
  draws?: number
  seed?: number
}

export type EventEffect = PointEstimate & {
  /** Periods since the start; −1 is what the others are compared with. */
  event: number
  /** Areas with a policy that are that far from their start. */
  areas: number
}

export type DifferenceInDifferences = {
  /** The effect on the treated over their periods under the policy, cohorts by number of areas. */
  average: PointEstimate
  /** Per cent of the counterfactual's mean. */
  percent: number | null
  inference: Spread | 'wild_bootstrap'
  /** Null with too few areas to allocate the starts otherwise. */
  permutationPValue: number | null
  baseline: Baseline
  isStaggered: boolean
  cohorts: { start: number; areas: string[]; estimate: number }[]
  events: EventEffect[]
  /** Whether treated and controls went apart before the start; null where it cannot be tested. */
  preTrend: (JointTest & { events: number[] }) | null
  treatedAreas: number
  clusters: number
  leftOut: LeftOut[]
  observed: number[]
  counterfactual: (number | null)[]
}

/** Fewer clusters than this take the bootstrap. */
export const fewClusters = 10

/** Fewer treated areas than this, beyond one a cohort, do not show how much a treated area varies. */
export const fewTreated = 5

/**
 * Difference in differences of areas with a policy and areas without one yet: each cohort of starts
 * by itself, then averaged by its number of areas (Callaway & Sant'Anna 2021), which for one start
 * and the mean before as baseline is the difference of two-way means. An event study shows the
 * effect by periods since the start, and tests the leads jointly.
 */
export function differenceInDifferences(
  panel: Panel,
  options: DifferenceInDifferencesOptions = {},
): DifferenceInDifferences | Refusal {
  const cohorts = cohortsOf(panel)
  if (isRefusal(cohorts)) return cohorts
  const { groups, treated, leftOut } = cohorts
  const isStaggered = treated.length > 1
  const { baseline = isStaggered ? 'last_before' : 'mean_before', draws = 1999, seed = 1 } = options
  const periods = panel.periods.map((_, time) => time)
  const size = sizeOf(groups.flatMap(({ members }) => members.flatMap(({ values }) => values)))
  const effectAt = (cohort: Group, time: number) =>
    groupTimeContrast(groups, cohort, time, baseline)
  const timesOf = (cohort: Group) =>
    periods.filter((time) => time >= cohort.start && effectAt(cohort, time))
  const ofCohort = (cohort: Group) => {
    const times = timesOf(cohort)
    return combineContrasts(
      times.map((time) => [effectAt(cohort, time) as Contrast, 1 / times.length]),
    )
  }
  const overall = averageCohorts(treated, ofCohort) as Contrast

  const treatedAreas = countAreas(treated)
  const clusters = countAreas(groups)
  const isThin =
    treatedAreas - treated.length < fewTreated || groups.some(({ members }) => members.length === 1)
  const spread = isThin ? 'pooled' : 'clustered'
  const bootstrap =
    clusters < fewClusters && treatedAreas > 1 && spreadDegrees(groups) > 0
      ? wildBootstrap(groups, overall, {
          draws,
          weights: options.weights ?? 'webb',
          random: seededRandom(seed),
        })
      : null
  const inferred = inferContrast(groups, overall, bootstrap ? 'clustered' : spread, size)
  const average = bootstrap ? { ...inferred, ...bootstrap } : inferred
  const observedUnder = weightedMean(treated, (cohort) =>
    mean(timesOf(cohort).map((time) => cohort.path[time] as number)),
  )
  const observed = periods.map((time) => weightedMean(treated, ({ path }) => path[time] as number))
  return {
    average,
    percent: percentOf(average.estimate, observedUnder - average.estimate),
    inference: bootstrap ? 'wild_bootstrap' : spread,
    permutationPValue:
      clusters > 2 ? permutationPValue(groups, overall, draws, seededRandom(seed)) : null,
    baseline,
    isStaggered,
    cohorts: treated.map((cohort) => ({
      start: cohort.start,
      areas: cohort.members.map(({ area }) => area),
      estimate: estimateContrast(groups, ofCohort(cohort)),
    })),
    events: eventStudy(cohorts, periods.length, spread, size),
    preTrend: preTrendOf(cohorts, periods.length),
    treatedAreas,
    clusters,
    leftOut,
    observed,
    counterfactual: observed.map((value, time) => {
      const effects = treated.map((cohort) => effectAt(cohort, time))
      if (effects.includes(undefined)) return null
      const effect = averageCohorts(treated, (cohort) => effectAt(cohort, time)) as Contrast
      return value - estimateContrast(groups, effect)
    }),
  }
}

const countAreas = (groups: readonly Group[]) =>
  groups.reduce((sum, { members }) => sum + members.length, 0)

/** A figure of each cohort, averaged by its number of areas. */
function weightedMean(cohorts: readonly Group[], figureOf: (cohort: Group) => number): number {
  const sum = cohorts.reduce((sum, cohort) => sum + cohort.members.length * figureOf(cohort), 0)
  return sum / countAreas(cohorts)
}

/** The effect by periods since the start, each against the last period before it. */
function eventStudy(
  { groups, treated }: Cohorts,
  length: number,
  spread: Spread,
  size: number,
): EventEffect[] {
  const starts = treated.map(({ start }) => start)
  const [first, last] = [-Math.max(...starts), length - 1 - Math.min(...starts)]
  return Array.from({ length: last - first + 1 }, (_, n) => first + n).flatMap((event) => {
    const present = treated.filter((cohort) => eventContrast(groups, cohort, event, length))
    const contrast = averageCohorts(present, (cohort) =>
      eventContrast(groups, cohort, event, length),
    )
    if (!contrast) return []
    return [{ ...inferContrast(groups, contrast, spread, size), event, areas: countAreas(present) }]
  })
}

function eventContrast(groups: readonly Group[], cohort: Group, event: number, length: number) {
  const time = cohort.start + event
  if (time < 0 || time >= length) return undefined
  return groupTimeContrast(groups, cohort, time, 'last_before')
}

/**
 * The joint test of the leads that every cohort has, the latest first, and of no more of them than a
 * third of the degrees of freedom, past which the test has little power.
 */
function preTrendOf({ groups, treated }: Cohorts, length: number) {
  const shared = Math.min(...treated.map(({ start }) => start)) - 1
  const count = Math.min(shared, Math.max(1, Math.floor(spreadDegrees(groups) / 3)))
  const events = Array.from({ length: count }, (_, n) => -2 - n)
  const contrasts = events.map(
    (event) =>
      averageCohorts(treated, (cohort) => eventContrast(groups, cohort, event, length)) as Contrast,
  )
  const test = testJointly(groups, contrasts)
  return test && { ...test, events }
}
