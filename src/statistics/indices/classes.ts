import { ckmeans } from 'simple-statistics'
import {
  ascending,
  figuresOf,
  isConstant,
  mean,
  quantileOfSorted,
  type Values,
} from '../numbers.ts'
import { countBelow, countUpTo } from './ranks.ts'
import type { Refusal } from './refusals.ts'

export const classMethods = ['quantile', 'equal', 'jenks'] as const
export type ClassMethod = (typeof classMethods)[number]

export type MapClass = {
  /** Least figure that belongs; the first class begins at the least there is. */
  from: number
  /** First figure that no longer belongs; in the last class the greatest there is, which does. */
  to: number
  count: number
}

export type Classes = {
  method: ClassMethod
  /** As asked for; there are fewer where figures are too few or too equal for so many. */
  asked: number
  /** Where classes after the first begin, ascending: one fewer than classes. */
  breaks: number[]
  classes: MapClass[]
  /** Goodness of variance fit (Jenks & Caspall 1971): share of the sum of squares between classes. */
  fit: number
}

/**
 * Classes of a map, each from its break up to the next: `quantile` with as many figures in each as
 * ties allow (quantiles of type 7, Hyndman & Fan 1996; no class is empty), `equal` of the same width
 * (where a class may be empty), `jenks` with the least sum of squares within (Fisher 1958, by the
 * exact programme of Wang & Song 2011). There are at most as many as different figures.
 */
export function classesOf(values: Values, method: ClassMethod, asked: number): Classes | Refusal {
  if (!(Number.isInteger(asked) && asked >= 1)) throw new RangeError('There is at least one class')
  const sorted = ascending(figuresOf(values))
  const [least, most] = [sorted[0], sorted.at(-1)]
  if (least === undefined || most === undefined) return { refused: 'no_figures' }
  const count = Math.min(asked, new Set(sorted).size)
  const breaks = strictlyAscending(breaksOf(sorted, method, count), least, most)
  const classes = [least, ...breaks].map((from, n) => {
    const next = breaks[n]
    const before = n === 0 ? 0 : countBelow(sorted, from)
    const until = next === undefined ? sorted.length : countBelow(sorted, next)
    return { from, to: next ?? most, count: until - before }
  })
  return { method, asked, breaks, classes, fit: fitOf(sorted, classes) }
}

/** Class of a figure, from 0; one past the ends belongs to the class at that end. */
export function classOf(breaks: readonly number[], value: number): number {
  return countUpTo(breaks, value)
}

function breaksOf(sorted: readonly number[], method: ClassMethod, count: number): number[] {
  const inner = Array.from({ length: count - 1 }, (_, n) => (n + 1) / count)
  if (method === 'jenks') {
    return ckmeans(sorted, count)
      .slice(1)
      .map((group) => group[0] as number)
  }
  if (method === 'equal') {
    const [least, most] = [sorted[0] as number, sorted.at(-1) as number]
    return inner.map((p) => least + p * (most - least))
  }
  return withoutEmpty(
    sorted,
    inner.map((p) => quantileOfSorted(sorted, p) as number),
  )
}

/** Leaves out breaks before which there is no figure since the last one. */
function withoutEmpty(sorted: readonly number[], breaks: readonly number[]): number[] {
  let before = 0
  return breaks.filter((value) => {
    const below = countBelow(sorted, value)
    const isFilled = below > before
    if (isFilled) before = below
    return isFilled
  })
}

function strictlyAscending(breaks: readonly number[], least: number, most: number): number[] {
  return breaks.filter(
    (value, n) => value > (n === 0 ? least : (breaks[n - 1] as number)) && value <= most,
  )
}

function fitOf(sorted: readonly number[], classes: readonly MapClass[]): number {
  if (isConstant(sorted)) return 1
  const total = squaresOf(sorted)
  let start = 0
  let within = 0
  for (const { count } of classes) {
    within += squaresOf(sorted.slice(start, start + count))
    start += count
  }
  return 1 - within / total
}

function squaresOf(figures: readonly number[]): number {
  const centre = mean(figures) ?? 0
  return figures.reduce((sum, figure) => sum + (figure - centre) ** 2, 0)
}
