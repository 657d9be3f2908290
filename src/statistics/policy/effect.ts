import type { Db } from '../../../db/tables.ts'
import {
  EffectMethod,
  type EffectOf,
  type EffectQuery,
  type EffectRow,
  type PolicyEffect,
} from '../../../schemas/statistics/effect.ts'
import { failure } from '../../failure.ts'
import { fill, messages } from '../../messages.ts'
import { inTurn } from '../../slices.ts'
import type { Answer } from '../answer.ts'
import { areaOf } from '../areas.ts'
import type { Catalogue } from '../catalogue.ts'
import { type Effect, type EffectRefusal, evaluateEffect } from '../effects/effect.ts'
import { chartOf } from '../formats.ts'
import { metaOf } from '../meta.ts'
import { answered, readable } from '../refusals.ts'
import { assumptionNote, methodNames, warningNote } from './effect-notes.ts'
import type { Plan } from './input.ts'
import { type PolicyPanel, readPanel } from './panel.ts'

/**
 * What a policy changed, by one method or by all of them side by side; a method that the data cannot
 * carry says why. Failures: `figures_not_found`, `start_outside_periods`, and with one method its
 * refusal.
 */
export async function getPolicyEffect(
  db: Db,
  catalogue: Catalogue,
  plan: Plan,
  query: EffectQuery,
): Promise<Answer<PolicyEffect>> {
  const panel = await readPanel(db, catalogue, plan, query)
  const found: (Effect | EffectRefusal)[] = []
  for (const method of query.method ? [query.method] : EffectMethod.enum) {
    found.push(
      await inTurn(() => evaluateEffect(panel, method as EffectMethod, optionsOf(method, query))),
    )
  }
  if (query.method) answered(found[0] as Effect | EffectRefusal)
  const { unit = '' } = catalogue.indicators.get(plan.indicator) ?? {}
  const shown = panel.scale === 'index' ? '開始前=100' : unit
  const rows = found.flatMap((effect) => ('refused' in effect ? [] : rowsOf(effect, panel)))
  const [only] = query.method ? found : []
  const meta = metaOf(catalogue, {
    rows: panel.figures.map((row) => ({ ...row, area_code: row.area, source: row.source_id })),
    of: panel.treated.length + panel.controls.length,
    processed: true,
    unit: shown,
    method: only ? { id: only.method, ...methodNames[only.method] } : null,
  })
  return {
    body: {
      meta,
      rows,
      policy_id: plan.id,
      indicator: plan.indicator,
      unit: shown,
      scale: panel.scale,
      start_period: panel.periods[panel.start] ?? '',
      periods: [...panel.periods],
      treated_areas: panel.treated.map(({ area }) => area),
      control_areas: panel.controls.map(({ area }) => area),
      effects: found.map((effect) => effectOf(catalogue, effect)),
    },
    chart: () => {
      const drawn = found.flatMap((effect) => ('refused' in effect ? [] : effect))
      const [first] = drawn
      if (!first) throw failure('figures_not_found', { years: '-' })
      return chartOf(
        [
          {
            id: 'observed',
            label: plan.areas.map((code) => areaOf(catalogue, code).name_ja).join('・'),
            unit: shown,
            start_period: panel.periods[panel.start],
            points: first.path.map(({ period, observed }) => ({ label: period, value: observed })),
          },
          ...drawn.map(({ method, path }) => ({
            id: `counterfactual:${method}`,
            label: `政策がなかった場合（${methodNames[method].ja}）`,
            unit: shown,
            points: path.map(({ period, counterfactual }) => ({
              label: period,
              value: counterfactual,
            })),
          })),
        ],
        meta,
      )
    },
  }
}

function optionsOf(method: string, { seed }: EffectQuery) {
  return method === 'difference_in_differences' ? { seed } : {}
}

function rowsOf({ method, path }: Effect, { start }: PolicyPanel): EffectRow[] {
  return path.map(({ period, observed, counterfactual, interval }, n) => ({
    method,
    period,
    observed,
    counterfactual,
    lower: interval?.lower ?? null,
    upper: interval?.upper ?? null,
    gap: observed === null || counterfactual === null ? null : observed - counterfactual,
    after_start: n >= start,
  }))
}

function effectOf(catalogue: Catalogue, effect: Effect | EffectRefusal): EffectOf {
  const { method } = effect
  const { ja, en } = methodNames[method]
  const named = { method, name_ja: ja, name_en: en, causal: method !== 'before_after' }
  if ('refused' in effect) {
    return {
      ...named,
      refusal: refusalNote(effect),
      estimate: null,
      percent: null,
      standard_error: null,
      interval: null,
      p_value: null,
      assumptions: [],
      warnings: [],
      detail: {},
    }
  }
  return {
    ...named,
    causal: effect.causal,
    refusal: null,
    estimate: effect.estimate,
    percent: effect.percent,
    standard_error: effect.standardError,
    interval: effect.interval,
    p_value: effect.pValue,
    assumptions: effect.assumptions.map(assumptionNote),
    warnings: effect.warnings.map(warningNote),
    detail: detailOf(catalogue, effect),
  }
}

function refusalNote({ refused, method: _, ...detail }: EffectRefusal) {
  const { ja, en } = messages[refused]
  return { code: refused, ja: fill(ja, readable(detail)), en: fill(en, readable(detail)) }
}

/** What only one method has, in the words of the wire. */
function detailOf(catalogue: Catalogue, effect: Effect): Record<string, unknown> {
  const named = (code: string) => ({ area_code: code, area_name: areaOf(catalogue, code).name_ja })
  if (effect.method === 'before_after') {
    const { meanBefore, meanAfter, pointsBefore, pointsAfter, againstTrend } = effect.detail
    return {
      mean_before: meanBefore,
      mean_after: meanAfter,
      points_before: pointsBefore,
      points_after: pointsAfter,
      against_trend: againstTrend && estimateOf(againstTrend),
    }
  }
  if (effect.method === 'interrupted_series') {
    const { level, slope, slopeBefore, lag, autocorrelation, durbinWatson } = effect.detail
    return {
      level_change: estimateOf(level),
      slope_change: estimateOf(slope),
      slope_before: estimateOf(slopeBefore),
      newey_west_lag: lag,
      autocorrelation,
      durbin_watson: durbinWatson,
      points_before: effect.detail.pointsBefore,
      points_after: effect.detail.pointsAfter,
    }
  }
  if (effect.method === 'difference_in_differences') {
    const { events, preTrend, inference, permutationPValue, clusters, leftOut } = effect.detail
    return {
      inference,
      permutation_p_value: permutationPValue,
      clusters,
      event_study: events.map(({ event, areas, ...estimate }) => ({
        event,
        areas,
        ...estimateOf(estimate),
      })),
      pre_trend: preTrend && { events: preTrend.events, p_value: preTrend.pValue },
      left_out: leftOut.map(({ area, ...why }) => ({ ...named(area), ...why })),
    }
  }
  const { weights, errorBefore, relativeError, ratio, placebos, withoutDonorRange } = effect.detail
  return {
    weights: weights.map(({ area, weight }) => ({ ...named(area), weight })),
    pre_rmspe: errorBefore,
    pre_rmspe_of_sd: relativeError,
    post_pre_ratio: ratio,
    placebos: placebos.map(({ area, ratio: of, average }) => ({
      ...named(area),
      ratio: of,
      estimate: average,
    })),
    placebos_left_out: effect.detail.placebosLeftOut.map(named),
    donors_with_gaps: effect.detail.incompleteDonors.map(named),
    leave_one_out: withoutDonorRange,
  }
}

type Estimated = {
  estimate: number
  standardError: number | null
  interval: { lower: number; upper: number } | null
  pValue: number | null
}

function estimateOf({ estimate, standardError, interval, pValue }: Estimated) {
  return { estimate, standard_error: standardError, interval, p_value: pValue }
}
