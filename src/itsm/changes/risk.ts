import type { RiskReason } from '../../../schemas/itsm/changes.ts'
import {
  type Impact,
  impacts,
  type RiskLevel,
  type Urgency,
  urgencies,
} from '../../../schemas/itsm/common.ts'
import { isOfficeTime } from './times.ts'

export type RiskFacts = {
  impact: Impact
  likelihood: Urgency
  rollback_plan: string | null
  test_plan: string | null
  scheduled_start: string | null
  scheduled_end: string | null
  /** Similar changes before: how many have come to an end, and how many of them badly. */
  past: { finished: number; failed: number }
}

export type Risk = { risk_level: RiskLevel; risk_score: number; reasons: RiskReason[] }

/** The least score of each level, from the greatest. Impact and likelihood alone reach 16. */
export const riskThresholds = [
  { risk_level: 'very_high', min_score: 16 },
  { risk_level: 'high', min_score: 11 },
  { risk_level: 'medium', min_score: 6 },
  { risk_level: 'low', min_score: 0 },
] as const satisfies { risk_level: RiskLevel; min_score: number }[]

const points = { no_rollback_plan: 3, no_test_plan: 2, business_time: 2, past_failures: 4 }

/**
 * How risky a change is: impact times likelihood, each from 1 to 4, and points for what makes it worse.
 * `isBusinessTime` says whether any part of a half-open period is business time.
 */
export function assessRisk(
  facts: RiskFacts,
  isBusinessTime: (from: string, to: string) => boolean = isOfficeTime,
): Risk {
  const { rollback_plan, test_plan, scheduled_start, scheduled_end } = facts
  const isBusy =
    scheduled_start !== null &&
    scheduled_end !== null &&
    isBusinessTime(scheduled_start, scheduled_end)
  const reasons = [
    exposure(facts),
    ...(rollback_plan === null ? [noRollbackPlan] : []),
    ...(test_plan === null ? [noTestPlan] : []),
    ...(isBusy ? [businessTime] : []),
    ...(facts.past.failed > 0 ? [pastFailures(facts.past)] : []),
  ]
  const risk_score = reasons.reduce((sum, each) => sum + each.points, 0)
  return { risk_level: levelOf(risk_score), risk_score, reasons }
}

export function levelOf(score: number): RiskLevel {
  return riskThresholds.find(({ min_score }) => score >= min_score)?.risk_level ?? 'low'
}

function exposure({ impact, likelihood }: RiskFacts): RiskReason {
  const [reach, chance] = [impacts.indexOf(impact) + 1, urgencies.indexOf(likelihood) + 1]
  return {
    code: 'impact_likelihood',
    points: reach * chance,
    ja: `影響度 ${impact} (${reach}) × 発生しやすさ ${likelihood} (${chance})`,
    en: `Impact ${impact} (${reach}) times likelihood ${likelihood} (${chance}).`,
  }
}

const noRollbackPlan: RiskReason = {
  code: 'no_rollback_plan',
  points: points.no_rollback_plan,
  ja: '切り戻し計画がありません。',
  en: 'There is no rollback plan.',
}

const noTestPlan: RiskReason = {
  code: 'no_test_plan',
  points: points.no_test_plan,
  ja: 'テスト計画がありません。',
  en: 'There is no test plan.',
}

const businessTime: RiskReason = {
  code: 'business_time',
  points: points.business_time,
  ja: '業務時間 (平日 9:00 から 18:00) にかかります。',
  en: 'It touches business time (weekdays, 09:00 to 18:00).',
}

/** One point for each quarter of them that went badly, begun quarters included. */
function pastFailures({ finished, failed }: RiskFacts['past']): RiskReason {
  return {
    code: 'past_failures',
    points: Math.ceil((failed / finished) * points.past_failures),
    ja: `同じ構成アイテムまたは分類の直近 ${finished} 件のうち ${failed} 件が失敗または切り戻しでした。`,
    en: `Of the last ${finished} changes of the same items or category, ${failed} failed or were backed out.`,
  }
}
