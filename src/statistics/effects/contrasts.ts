import { fisherAbove } from '../distributions.ts'
import { type Contrast, estimateContrast, type Group } from './cohorts.ts'
import { type PointEstimate, studentEstimate } from './estimates.ts'
import { cholesky, dot, solveCholesky } from './linear-algebra.ts'

/**
 * How areas are taken to vary: `clustered`, each in its own way; `pooled`, all of them alike. Both allow
 * for any dependence between the periods of an area.
 */
export type Spread = 'clustered' | 'pooled'

/** How far each member of a group is from the group's mean, a period. */
export function deviationsOf(groups: readonly Group[]): number[][][] {
  return groups.map(({ members, path }) =>
    members.map(({ values }) => values.map((value, t) => value - (path[t] as number))),
  )
}

/** Areas less groups: what is left to measure the spread by. */
export function spreadDegrees(groups: readonly Group[]): number {
  return groups.reduce((sum, { members }) => sum + members.length - 1, 0)
}

const countAreas = (groups: readonly Group[]) =>
  groups.reduce((sum, { members }) => sum + members.length, 0)

/**
 * The variance of a contrast that is clustered by area (Liang & Zeger 1986): of the regression on all
 * groups × periods, one summed score an area, with CR1's factor G / (G − K) for G areas in K groups
 * (Cameron, Gelbach & Miller 2008). Degrees of freedom by Satterthwaite over the groups (Bell &
 * McCaffrey 2002; Imbens & Kolesár 2016), at most G − 1.
 */
function clusteredVariance(groups: readonly Group[], contrast: Contrast) {
  const areas = countAreas(groups)
  const factor = areas / spreadDegrees(groups)
  const parts = deviationsOf(groups).map((deviations, k) => {
    const size = deviations.length
    const scores = deviations.map((deviation) => dot(contrast[k] as number[], deviation) / size)
    return { variance: factor * dot(scores, scores), degrees: size - 1 }
  })
  const variance = parts.reduce((sum, part) => sum + part.variance, 0)
  const squares = parts
    .filter(({ degrees }) => degrees > 0)
    .reduce((sum, part) => sum + part.variance ** 2 / part.degrees, 0)
  return {
    variance,
    degrees: Math.min(areas - 1, squares > 0 ? variance ** 2 / squares : areas - 1),
  }
}

/**
 * The covariance of contrasts when areas vary alike, whatever their group: with few treated areas only
 * the others show how much an area varies (Conley & Taber 2011).
 */
export function pooledCovariance(groups: readonly Group[], contrasts: readonly Contrast[]) {
  const degrees = spreadDegrees(groups)
  const everybody = deviationsOf(groups).flat()
  const scores = contrasts.map((contrast) =>
    groups.map(({ members }, k) =>
      everybody.map(
        (deviation) => dot(contrast[k] as number[], deviation) / Math.sqrt(members.length),
      ),
    ),
  )
  return scores.map((a) =>
    scores.map((b) => a.reduce((sum, row, k) => sum + dot(row, b[k] as number[]), 0) / degrees),
  )
}

/** A contrast with its error; without one where every group has one area. */
export function inferContrast(
  groups: readonly Group[],
  contrast: Contrast,
  spread: Spread,
  size: number,
): PointEstimate {
  const estimate = estimateContrast(groups, contrast)
  const pooledDegrees = spreadDegrees(groups)
  if (pooledDegrees < 1)
    return { estimate, standardError: null, degrees: null, interval: null, pValue: null }
  const { variance, degrees } =
    spread === 'clustered'
      ? clusteredVariance(groups, contrast)
      : {
          variance: pooledCovariance(groups, [contrast])[0]?.[0] as number,
          degrees: pooledDegrees,
        }
  return studentEstimate(estimate, Math.sqrt(variance), degrees, size)
}

export type JointTest = { statistic: number; above: number; below: number; pValue: number }

/**
 * Whether several contrasts are zero together: Hotelling's (1931) T² as an F, by the pooled
 * covariance. Null where that is singular.
 */
export function testJointly(
  groups: readonly Group[],
  contrasts: readonly Contrast[],
): JointTest | null {
  const count = contrasts.length
  const below = spreadDegrees(groups) - count + 1
  if (count < 1 || below < 1) return null
  const lower = cholesky(pooledCovariance(groups, contrasts))
  if (!lower) return null
  const estimates = contrasts.map((contrast) => estimateContrast(groups, contrast))
  const square = dot(estimates, solveCholesky(lower, estimates))
  const statistic = (square * below) / (count * spreadDegrees(groups))
  return { statistic, above: count, below, pValue: fisherAbove(statistic, count, below) }
}
