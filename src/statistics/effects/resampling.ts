import { mean } from 'simple-statistics'
import type { Random } from '../random.ts'
import { type Contrast, estimateContrast, type Group } from './cohorts.ts'
import { deviationsOf, spreadDegrees } from './contrasts.ts'
import { dot, transpose } from './linear-algebra.ts'
import type { Interval } from './panel.ts'

export type BootstrapWeights = 'rademacher' | 'webb'

const weightsOf: Record<BootstrapWeights, readonly number[]> = {
  rademacher: [-1, 1],
  webb: [-Math.sqrt(1.5), -1, -Math.sqrt(0.5), Math.sqrt(0.5), 1, Math.sqrt(1.5)],
}

/** Sums in another order differ in their last digits; what is as large but for those is as large. */
const asLarge = 1 - 1e-9

/**
 * The wild cluster bootstrap of t with no effect imposed (Cameron, Gelbach & Miller 2008), whole areas
 * keeping their residuals from two-way means; Webb's (2023) six points suit fewer than ten clusters.
 * The interval takes the same draws of |t|, so that it leaves zero out when p ≤ 0.05.
 */
export function wildBootstrap(
  groups: readonly Group[],
  contrast: Contrast,
  { draws, weights, random }: { draws: number; weights: BootstrapWeights; random: Random },
): { pValue: number; interval: Interval | null } | null {
  const estimate = estimateContrast(groups, contrast)
  const standardError = (scores: readonly (readonly number[])[]) => {
    const squares = scores.reduce((sum, own) => {
      const centre = mean([...own])
      return sum + own.reduce((sum, score) => sum + (score - centre) ** 2, 0)
    }, 0)
    const areas = scores.reduce((sum, own) => sum + own.length, 0)
    return Math.sqrt((squares * areas) / spreadDegrees(groups))
  }
  const ownScores = deviationsOf(groups).map((deviations, k) =>
    deviations.map((deviation) => dot(contrast[k] as number[], deviation) / deviations.length),
  )
  const error = standardError(ownScores)
  if (!(error > 0)) return null

  const scores = restrictedScores(groups, contrast)
  const points = weightsOf[weights]
  const statistics = Array.from({ length: draws }, () => {
    const drawn = scores.map((own) =>
      own.map((score) => score * (points[Math.floor(random() * points.length)] as number)),
    )
    const total = Math.abs(drawn.flat().reduce((sum, x) => sum + x, 0))
    const spread = standardError(drawn)
    return spread > 0 ? total / spread : total > 0 ? Number.POSITIVE_INFINITY : 0
  }).sort((a, b) => b - a)
  const least = (Math.abs(estimate) / error) * asLarge
  const beyond = statistics.filter((statistic) => statistic >= least).length
  const critical = statistics[Math.floor(0.05 * (draws + 1)) - 1] ?? Number.POSITIVE_INFINITY
  const margin = (critical * error) / asLarge
  return {
    pValue: (beyond + 1) / (draws + 1),
    interval: Number.isFinite(margin)
      ? { lower: estimate - margin, upper: estimate + margin }
      : null,
  }
}

/**
 * Each area's part in the estimate, of what two-way means leave unexplained. Its own mean need not be
 * taken off, as the weights of a contrast sum to zero over the periods.
 */
function restrictedScores(groups: readonly Group[], contrast: Contrast): number[][] {
  const everybody = groups.flatMap(({ members }) => members.map(({ values }) => values))
  const periods = transpose(everybody).map((values) => mean(values))
  return groups.map(({ members }, k) =>
    members.map(({ values }) => {
      const residuals = values.map((value, t) => value - (periods[t] as number))
      return dot(contrast[k] as number[], residuals) / members.length
    }),
  )
}

/**
 * The share of allocations of the starts to the areas whose estimate is at least as large, this one
 * counted (Fisher 1935): all of them for one treated area among controls, else `draws` at random.
 */
export function permutationPValue(
  groups: readonly Group[],
  contrast: Contrast,
  draws: number,
  random: Random,
): number {
  const places = groups.flatMap(({ members }, k) => members.map(() => k))
  const parts = groups.flatMap(({ members }) =>
    members.map(({ values }) =>
      groups.map((group, k) => dot(contrast[k] as number[], values) / group.members.length),
    ),
  )
  const estimateOf = (order: readonly number[]) =>
    order.reduce((sum, k, area) => sum + (parts[area]?.[k] as number), 0)
  const least = Math.abs(estimateOf(places)) * asLarge
  const single = groups.length === 2 ? groups.findIndex(({ members }) => members.length === 1) : -1
  if (single >= 0) {
    const other = 1 - single
    const estimates = places.map((_, chosen) =>
      estimateOf(places.map((_, area) => (area === chosen ? single : other))),
    )
    return estimates.filter((x) => Math.abs(x) >= least).length / places.length
  }
  const order = [...places]
  let beyond = 1
  for (let draw = 0; draw < draws; draw += 1) {
    for (let n = order.length - 1; n > 0; n -= 1) {
      const other = Math.floor(random() * (n + 1))
      const kept = order[n] as number
      order[n] = order[other] as number
      order[other] = kept
    }
    if (Math.abs(estimateOf(order)) >= least) beyond += 1
  }
  return beyond / (draws + 1)
}
