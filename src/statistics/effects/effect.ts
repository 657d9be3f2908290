import { setImmediate } from 'node:timers/promises'
import { type BeforeAfter, beforeAfter } from './before-after.ts'
import {
  type Assumption,
  assumptions,
  type EffectWarning,
  warnOfDifferences,
  warnOfSeries,
  warnOfSynthetic,
  warnOfTreated,
} from './caveats.ts'
import {
  type DifferenceInDifferences,
  type DifferenceInDifferencesOptions,
  differenceInDifferences,
} from './difference-in-differences.ts'
import {
  type InterruptedSeries,
  type InterruptedSeriesOptions,
  interruptedSeries,
} from './interrupted-series.ts'
import type { Interval, Panel, PathPoint } from './panel.ts'
import { isRefusal, type Refusal } from './refusals.ts'
import {
  type SyntheticControl,
  type SyntheticControlOptions,
  syntheticControl,
} from './synthetic-control.ts'

export type EffectOptions = {
  before_after: Record<string, never>
  interrupted_series: InterruptedSeriesOptions
  difference_in_differences: DifferenceInDifferencesOptions
  synthetic_control: SyntheticControlOptions
}

export type EffectMethod = keyof EffectOptions

/** What the effect of a policy is by one method, in units of the indicator, an average a period. */
type Evaluated<Method extends EffectMethod, Detail> = {
  method: Method
  /** Whether the method sets the policy apart from what else happened, if its assumptions hold. */
  causal: boolean
  estimate: number
  /** Per cent of what would have been without the policy; null where that is zero. */
  percent: number | null
  standardError: number | null
  /** 95 %. */
  interval: Interval | null
  /** Two-sided, for no effect. */
  pValue: number | null
  /** The treated areas' mean, and what it would have been. */
  path: PathPoint[]
  assumptions: readonly Assumption[]
  warnings: EffectWarning[]
  detail: Detail
}

export type Effect =
  | Evaluated<'before_after', BeforeAfter>
  | Evaluated<'interrupted_series', InterruptedSeries>
  | Evaluated<'difference_in_differences', DifferenceInDifferences>
  | Evaluated<'synthetic_control', SyntheticControl>

export type EffectRefusal = Refusal & { method: EffectMethod }

/**
 * The effect of a policy by `method`, or why the data cannot carry it. Long work is cut into slices
 * between which others have their turn.
 */
export async function evaluateEffect<Method extends EffectMethod>(
  panel: Panel,
  method: Method,
  options: EffectOptions[Method] = {},
): Promise<Extract<Effect, { method: Method }> | EffectRefusal> {
  const evaluated = await evaluators[method](panel, options)
  return (isRefusal(evaluated) ? { ...evaluated, method } : evaluated) as
    | Extract<Effect, { method: Method }>
    | EffectRefusal
}

const evaluators: {
  [Method in EffectMethod]: (
    panel: Panel,
    options: EffectOptions[Method],
  ) => Promise<Extract<Effect, { method: Method }> | Refusal>
} = {
  before_after: async (panel) => {
    const detail = beforeAfter(panel)
    if (isRefusal(detail)) return detail
    const line = detail.againstTrend?.line
    return {
      method: 'before_after',
      causal: false,
      estimate: detail.difference,
      percent: detail.percent,
      standardError: null,
      interval: null,
      pValue: null,
      path: pathOf(panel, detail.observed, line ?? panel.periods.map(() => detail.meanBefore)),
      assumptions: assumptions.before_after,
      warnings: warnOfTreated(panel),
      detail,
    }
  },

  interrupted_series: async (panel, options) => {
    const detail = interruptedSeries(panel, options)
    if (isRefusal(detail)) return detail
    const { estimate, standardError, interval, pValue } = detail.average
    return {
      method: 'interrupted_series',
      causal: true,
      estimate,
      percent: detail.percent,
      standardError,
      interval,
      pValue,
      path: pathOf(panel, detail.observed, detail.counterfactual, detail.counterfactualIntervals),
      assumptions: assumptions.interrupted_series,
      warnings: [...warnOfTreated(panel), ...warnOfSeries(detail)],
      detail,
    }
  },

  difference_in_differences: async (panel, options) => {
    await setImmediate()
    const detail = differenceInDifferences(panel, options)
    if (isRefusal(detail)) return detail
    const { estimate, standardError, interval, pValue } = detail.average
    return {
      method: 'difference_in_differences',
      causal: true,
      estimate,
      percent: detail.percent,
      standardError,
      interval,
      pValue,
      path: pathOf(panel, detail.observed, detail.counterfactual),
      assumptions: assumptions.difference_in_differences,
      warnings: warnOfDifferences(detail),
      detail,
    }
  },

  synthetic_control: async (panel, options) => {
    const steps = syntheticControl(panel, options)
    let step = steps.next()
    for (; !step.done; step = steps.next()) await setImmediate()
    const detail = step.value
    if (isRefusal(detail)) return detail
    return {
      method: 'synthetic_control',
      causal: true,
      estimate: detail.average,
      percent: detail.percent,
      standardError: null,
      interval: detail.interval,
      pValue: detail.pValue,
      path: pathOf(panel, detail.observed, detail.synthetic),
      assumptions: assumptions.synthetic_control,
      warnings: [...warnOfTreated(panel), ...warnOfSynthetic(detail)],
      detail,
    }
  },
}

function pathOf(
  { periods }: Panel,
  observed: readonly (number | null)[],
  counterfactual: readonly (number | null)[],
  intervals: readonly Interval[] = [],
): PathPoint[] {
  return periods.map((period, n) => ({
    period,
    observed: observed[n] ?? null,
    counterfactual: counterfactual[n] ?? null,
    interval: intervals[n] ?? null,
  }))
}
