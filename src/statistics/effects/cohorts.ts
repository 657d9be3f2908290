import { mean } from 'simple-statistics'
import { dot, transpose } from './linear-algebra.ts'
import { type CompleteSeries, isComplete, type Panel, requirePanel } from './panel.ts'
import type { Refusal } from './refusals.ts'

/** Areas whose policy starts in the same period; those that have none within the periods are one too. */
export type Group = {
  /** Infinity for never within the periods. */
  start: number
  members: CompleteSeries[]
  /** The mean of the members, a period. */
  path: number[]
}

export type LeftOut = { area: string; reason: 'incomplete' | 'no_pre_period' | 'no_controls' }

export type Cohorts = {
  groups: Group[]
  /** Those with a policy whose effect can be told. */
  treated: Group[]
  leftOut: LeftOut[]
}

/** Periods before the start that a pre-trend takes. */
export const fewestLeads = 2

/** The areas by start, in order; without those that cannot be used, of which it says why. */
export function cohortsOf(panel: Panel): Cohorts | Refusal {
  requirePanel(panel)
  const length = panel.periods.length
  const incomplete = panel.treated.filter((series) => !isComplete(series))
  if (panel.treated.length === 0) return { refused: 'no_treated' }
  if (incomplete.length > 0)
    return { refused: 'incomplete_treated', areas: incomplete.map(({ area }) => area) }
  const startOf = (start: number) => (start < length ? start : Number.POSITIVE_INFINITY)
  const all = [
    ...panel.treated.map((series) => ({ series, start: startOf(series.start) })),
    ...panel.controls.map((series) => ({ series, start: Number.POSITIVE_INFINITY })),
  ]
  const starts = all.map(({ start }) => start).filter(Number.isFinite)
  if (starts.length === 0) return { refused: 'start_outside_periods' }
  if (Math.max(...starts) < fewestLeads)
    return { refused: 'too_few_before', needed: fewestLeads, found: Math.max(0, ...starts) }

  const leftOut: LeftOut[] = []
  const byStart = new Map<number, CompleteSeries[]>()
  for (const { series, start } of all) {
    if (!isComplete(series)) leftOut.push({ area: series.area, reason: 'incomplete' })
    else if (start < fewestLeads) leftOut.push({ area: series.area, reason: 'no_pre_period' })
    else byStart.set(start, [...(byStart.get(start) ?? []), series])
  }
  const groups = [...byStart]
    .map(([start, members]) => ({
      start,
      members,
      path: transpose(members.map(({ values }) => values)).map((values) => mean(values)),
    }))
    .sort((a, b) => a.start - b.start)
  const treated: Group[] = []
  for (const group of groups.filter(({ start }) => Number.isFinite(start))) {
    if (controlsOf(groups, group, group.start).length > 0) treated.push(group)
    else
      leftOut.push(...group.members.map(({ area }) => ({ area, reason: 'no_controls' as const })))
  }
  if (treated.length === 0) return { refused: 'no_controls' }
  return { groups, treated, leftOut }
}

/** The groups that have no policy yet in period `until`, other than the cohort. */
function controlsOf(groups: readonly Group[], cohort: Group, until: number): Group[] {
  return groups.filter((group) => group !== cohort && group.start > until)
}

/** Weights of the groups' means, groups × periods, whose sum is an estimate. */
export type Contrast = number[][]

export type Baseline = 'mean_before' | 'last_before'

/**
 * The average effect on a cohort in a period, ATT(g, t) of Callaway & Sant'Anna (2021): its change
 * since the baseline less that of all areas without a policy in either period. Undefined where there
 * are none.
 */
export function groupTimeContrast(
  groups: readonly Group[],
  cohort: Group,
  time: number,
  baseline: Baseline,
): Contrast | undefined {
  const controls = controlsOf(groups, cohort, Math.max(time, cohort.start - 1))
  const count = controls.reduce((sum, { members }) => sum + members.length, 0)
  if (count === 0) return undefined
  const base = baseline === 'mean_before' ? cohort.start : 1
  const change = cohort.path.map((_, t) => {
    const before = t < cohort.start && t >= cohort.start - base ? 1 / base : 0
    return (t === time ? 1 : 0) - before
  })
  return groups.map((group) => {
    const share = controls.includes(group) ? -group.members.length / count : 0
    return change.map((x) => (group === cohort ? 1 : share) * x)
  })
}

/** The sum of contrasts times their weights. */
export function combineContrasts(parts: readonly (readonly [Contrast, number])[]): Contrast {
  const [first] = parts
  return (first?.[0] ?? []).map((row, k) =>
    row.map((_, t) =>
      parts.reduce((sum, [part, weight]) => sum + weight * (part[k]?.[t] as number), 0),
    ),
  )
}

/** The sum of the groups' means times their weights, in units of the indicator. */
export function estimateContrast(groups: readonly Group[], contrast: Contrast): number {
  return groups.reduce((sum, { path }, k) => sum + dot(contrast[k] as number[], path), 0)
}

/** Contrasts of cohorts averaged by their number of areas; undefined where no cohort has one. */
export function averageCohorts(
  cohorts: readonly Group[],
  contrastOf: (cohort: Group) => Contrast | undefined,
): Contrast | undefined {
  const parts = cohorts.flatMap((cohort) => {
    const contrast = contrastOf(cohort)
    return contrast ? [[contrast, cohort.members.length] as const] : []
  })
  const total = parts.reduce((sum, [, size]) => sum + size, 0)
  if (total === 0) return undefined
  return combineContrasts(parts.map(([contrast, size]) => [contrast, size / total]))
}
