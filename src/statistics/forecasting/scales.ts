import { mean } from 'simple-statistics'
import type { IndicatorKind } from '../../../db/tables/statistics.ts'

/** Where errors are compared: logarithms, log odds of a percentage, or the figures themselves. */
export type Scale = 'log' | 'logit' | 'plain'

/** Logarithms for counts above 0, log odds for shares between 0 and 100, the figures otherwise. */
export function scaleOf(kind: IndicatorKind, series: readonly (readonly number[])[]): Scale {
  const all = (test: (value: number) => boolean) => series.every((values) => values.every(test))
  if (kind === 'count' && all((value) => value > 0)) return 'log'
  if (kind === 'share' && all((value) => value > 0 && value < 100)) return 'logit'
  return 'plain'
}

/** How near to 0 and 100 a forecast share may come on the scale of log odds. */
const leastShare = 0.01

/** The unit in which errors of a series are compared: counts that have no logarithm go by their mean. */
export function unitOf(values: readonly number[], kind: IndicatorKind, scale: Scale): number {
  return (kind === 'count' && scale === 'plain' && mean([...values])) || 1
}

/** A figure on a scale; `least` stands in for what has no logarithm. */
export function toScale(value: number, scale: Scale, least: number): number {
  if (scale === 'plain') return value
  if (scale === 'log') return Math.log(Math.max(value, least))
  const share = Math.min(Math.max(value, leastShare), 100 - leastShare)
  return Math.log(share / (100 - share))
}

export function fromScale(value: number, scale: Scale): number {
  if (scale === 'plain') return value
  return scale === 'log' ? Math.exp(value) : 100 / (1 + Math.exp(-value))
}

/** What stands in for a count forecast at nothing: a hundredth of the least one known. */
export function leastOf(values: readonly number[]): number {
  const positive = values.filter((value) => value > 0)
  return positive.length === 0 ? 1 : Math.min(...positive) / 100
}

/** Keeps counts at 0 or above and shares from 0 to 100. */
export function clip(value: number, kind: IndicatorKind): number {
  if (kind === 'count') return Math.max(0, value)
  return kind === 'share' ? Math.min(100, Math.max(0, value)) : value
}
