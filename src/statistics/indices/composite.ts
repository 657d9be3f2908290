import { isFigure } from '../numbers.ts'
import { type Aggregation, aggregate, contributionsOf, shiftFor } from './aggregation.ts'
import type { Column } from './columns.ts'
import { type Normalisation, neutral, normalise } from './normalisation.ts'
import { competitionRanks } from './ranks.ts'
import type { Refusal } from './refusals.ts'

export type CompositeMethod = {
  normalisation: Normalisation
  aggregation: Aggregation
  /** Share of the weight whose figures an area must have, 0 to 1. */
  minCoverage: number
  /** Bounds for `deviation`; null for none. */
  clip: readonly [number, number] | null
}

export const usualMethod: CompositeMethod = {
  normalisation: 'deviation',
  aggregation: 'arithmetic',
  minCoverage: 2 / 3,
  clip: [30, 70],
}

export type Contribution = {
  indicator: string
  /** On the scale of the normalisation, before any shift. */
  normalised: number
  /** Its share of the weight of what the area has. */
  weight: number
  /** In units of the score; those of an area add up to its score. */
  contribution: number
}

export type AreaScore = {
  score: number | null
  /** Why there is no score. */
  reason: 'no_figures' | 'coverage_too_low' | null
  /** 1 for the best; null without a score. */
  rank: number | null
  /** Share of the weight whose figures the area has, 0 to 1. */
  coverage: number
  /** Indicators of some weight that the area lacks. */
  missing: string[]
  contributions: Contribution[]
}

export type Composite = {
  method: CompositeMethod
  /** As they were used: they add up to 1. */
  weights: { indicator: string; weight: number }[]
  /** Added to normalised figures for geometric aggregation, and taken off the score again. */
  shift: number
  /** How many areas have a score and so a rank. */
  ranked: number
  /** In the order of the columns' values. */
  areas: AreaScore[]
}

/** Scores closer than this share a rank. */
export const scoreTolerance = 1e-9

/**
 * One score per area out of weighted indicators (OECD & JRC, Handbook on Constructing Composite
 * Indicators, 2008, steps 5 to 7), on the scale of the normalisation. An indicator that an area
 * lacks is dropped for it and the other weights are scaled up; an area with less than `minCoverage`
 * of the weight has no score. All areas take part in the normalisation, with a score or without.
 */
export function compositeOf(
  columns: readonly Column[],
  choices: Partial<CompositeMethod> = {},
): Composite | Refusal {
  const method = { ...usualMethod, ...choices }
  const weights = normalisedWeights(columns)
  if ('refused' in weights) return weights
  const normalised = normaliseColumns(columns, method.normalisation, method.clip)
  const shift = shiftFor(method.aggregation, leastOf(normalised))
  const count = columns[0]?.values.length ?? 0
  const scored = Array.from({ length: count }, (_, area): Omit<AreaScore, 'rank'> => {
    const [present, missing] = [[] as Contribution[], [] as string[]]
    for (const [n, { indicator }] of columns.entries()) {
      const weight = weights[n] as number
      const value = normalised[n]?.[area] ?? null
      if (weight > 0 && value === null) missing.push(indicator)
      if (value === null) continue
      present.push({ indicator, normalised: value, weight, contribution: 0 })
    }
    return { ...scoreOf(present, method, shift), missing }
  })
  const ranks = competitionRanks(
    scored.map(({ score }) => score),
    'up',
    scoreTolerance,
  )
  return {
    method,
    weights: columns.map(({ indicator }, n) => ({ indicator, weight: weights[n] as number })),
    shift,
    ranked: ranks.filter((rank) => rank !== null).length,
    areas: scored.map((area, n) => ({ ...area, rank: ranks[n] ?? null })),
  }
}

function scoreOf(
  present: readonly Contribution[],
  { aggregation, minCoverage, normalisation }: CompositeMethod,
  shift: number,
): Pick<AreaScore, 'score' | 'reason' | 'coverage' | 'contributions'> {
  const coverage = present.reduce((sum, { weight }) => sum + weight, 0)
  const none = (reason: AreaScore['reason']) => ({
    score: null,
    reason,
    coverage,
    contributions: [],
  })
  if (coverage <= 0) return none('no_figures')
  if (coverage < minCoverage - 1e-9) return none('coverage_too_low')
  const parts = present.map(({ normalised, weight }) => ({
    value: normalised,
    weight: weight / coverage,
  }))
  const shares = contributionsOf(parts, aggregation, neutral[normalisation], shift)
  return {
    score: aggregate(parts, aggregation, shift),
    reason: null,
    coverage: Math.min(coverage, 1),
    contributions: present.map((part, n) => ({
      ...part,
      weight: parts[n]?.weight ?? 0,
      contribution: shares[n] ?? 0,
    })),
  }
}

/** Weights that add up to 1, in the order of the columns. */
export function normalisedWeights(columns: readonly Column[]): number[] | Refusal {
  const lengths = new Set(columns.map(({ values }) => values.length))
  if (lengths.size > 1) throw new RangeError('Columns have different numbers of areas')
  const wrong = columns.find(({ weight }) => !isFigure(weight) || weight < 0)
  if (wrong) return { refused: 'weight_not_valid', indicator: wrong.indicator }
  const greatest = Math.max(0, ...columns.map(({ weight }) => weight))
  if (greatest === 0) return { refused: 'no_weight' }
  const total = columns.reduce((sum, { weight }) => sum + weight / greatest, 0)
  return columns.map(({ weight }) => weight / greatest / total)
}

export function normaliseColumns(
  columns: readonly Column[],
  method: Normalisation,
  clip: readonly [number, number] | null,
): (number | null)[][] {
  return columns.map(({ values, direction }) => normalise(values, method, direction, clip))
}

export function leastOf(normalised: readonly (readonly (number | null)[])[]): number {
  let least = Number.POSITIVE_INFINITY
  for (const column of normalised)
    for (const value of column) if (value !== null && value < least) least = value
  return least
}
