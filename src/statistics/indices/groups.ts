import { silhouette } from 'simple-statistics'
import { isFigure, mean } from '../numbers.ts'
import type { Figures } from './columns.ts'
import { bestPartition, meansOf, type Partition } from './k-means.ts'
import { zScores } from './normalisation.ts'
import type { Refusal } from './refusals.ts'

export type GroupOptions = {
  /** How many groups; null to let the silhouette choose from 2 to `maxGroups`. */
  groups: number | null
  maxGroups: number
  starts: number
  seed: number
}

export type Group = {
  /** 1 for the largest. */
  group: number
  /** Positions in the columns' values. */
  members: number[]
  /** Means of the members, in units of the indicator and in z, in the order of the columns. */
  centre: { indicator: string; value: number; z: number }[]
  /** Mean over the members, -1 to 1. */
  silhouette: number
}

export type Grouping = GroupOptions & {
  chosenBy: 'caller' | 'silhouette'
  /** What was tried: mean silhouette and sum of squared distances in z. */
  candidates: { groups: number; silhouette: number; inertia: number }[]
  silhouette: number
  /** Share of the sum of squares that lies between the groups, 0 to 1. */
  explained: number
  groupsFound: Group[]
  /** Group number of each area; null for one that lacks a figure. */
  assignment: (number | null)[]
  /** Areas that lack a figure, which belong to no group. */
  left: number[]
}

const usual: GroupOptions = { groups: null, maxGroups: 8, starts: 10, seed: 1 }

/**
 * Groups of similar areas: k-means on z-scores of the areas that have all indicators, each of which
 * weighs the same. Without a number of groups, the one with the greatest mean silhouette is taken
 * (Rousseeuw 1987), the least of equals. The same seed gives the same groups.
 */
export function groupAreas(
  columns: readonly Figures[],
  choices: Partial<GroupOptions> = {},
): Grouping | Refusal {
  const options = { ...usual, ...choices }
  const { groups, maxGroups } = options
  if (columns.length === 0) return { refused: 'too_few_indicators', needed: 1, found: 0 }
  if (groups !== null && !(groups >= 1)) throw new RangeError('A grouping has at least one group')
  const complete = completeAreas(columns)
  const different = new Set(complete.points.map((point) => point.join())).size
  // A silhouette needs fewer groups than points.
  const needed = groups ?? 3
  if (different < needed) return { refused: 'too_few_areas', needed, found: different }

  const counts = groups === null ? countsTo(Math.min(maxGroups, different - 1)) : [groups]
  const tried = counts.map((count) => tryGroups(complete.points, count, options))
  const best = tried.reduce((one, other) =>
    other.silhouette > one.silhouette + 1e-9 ? other : one,
  )
  const total = complete.points.flat().reduce((sum, z) => sum + z * z, 0)
  const assignment: (number | null)[] = Array.from(columns[0]?.values ?? [], () => null)
  for (const [n, area] of complete.areas.entries()) {
    assignment[area] = (best.assignment[n] as number) + 1
  }
  return {
    ...options,
    chosenBy: groups === null ? 'silhouette' : 'caller',
    candidates: tried.map(({ groups, silhouette, inertia }) => ({ groups, silhouette, inertia })),
    silhouette: best.silhouette,
    explained: total > 0 ? 1 - best.inertia / total : 0,
    groupsFound: describeGroups(columns, complete, best),
    assignment,
    left: assignment.flatMap((group, area) => (group === null ? [area] : [])),
  }
}

/** Areas that have all indicators, with their figures and z-scores, a row an area. */
type Complete = { areas: number[]; figures: number[][]; points: number[][] }

function completeAreas(columns: readonly Figures[]): Complete {
  const areas = Array.from(columns[0]?.values ?? [], (_, area) => area).filter((area) =>
    columns.every(({ values }) => isFigure(values[area])),
  )
  const scores = columns.map(({ values }) => zScores(areas.map((area) => values[area])))
  return {
    areas,
    figures: areas.map((area) => columns.map(({ values }) => values[area] as number)),
    points: areas.map((_, n) => scores.map((column) => column[n] as number)),
  }
}

type Try = Partition & { groups: number; silhouette: number; widths: number[] }

function tryGroups(points: readonly number[][], groups: number, options: GroupOptions): Try {
  const partition = bestPartition(points, groups, options)
  const { assignment } = partition
  const isOne = assignment.every((group) => group === 0)
  const widths = isOne ? points.map(() => 0) : silhouette([...points], assignment)
  return { ...partition, groups, widths, silhouette: mean(widths) ?? 0 }
}

function describeGroups(
  columns: readonly Figures[],
  { areas, figures, points }: Complete,
  { assignment, widths }: Try,
): Group[] {
  const scores = meansOf(points, assignment)
  return meansOf(figures, assignment).map((centre, group) => ({
    group: group + 1,
    members: areas.filter((_, n) => assignment[n] === group),
    centre: columns.map(({ indicator }, axis) => ({
      indicator,
      value: centre[axis] as number,
      z: scores[group]?.[axis] as number,
    })),
    silhouette: mean(widths.filter((_, n) => assignment[n] === group)) ?? 0,
  }))
}

/** 2, 3, ... to the last, and 2 at least. */
function countsTo(last: number): number[] {
  return Array.from({ length: Math.max(last - 1, 1) }, (_, n) => n + 2)
}
