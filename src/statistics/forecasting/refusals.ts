import type { MethodName, Season } from './methods.ts'

/** Why there is no answer, with the figures that the sentence for it needs. */
export type Refusal =
  | { refused: 'too_few_points'; needed: number; found: number }
  | { refused: 'horizon_too_long'; longest: number; asked: number }
  | { refused: 'gap_at_end'; missing: number }
  | { refused: 'negative_counts'; lowest: number }
  | { refused: 'share_out_of_range'; lowest: number; highest: number }
  | { refused: 'too_few_cycles'; season: Season; needed: number; found: number }
  | { refused: 'method_needs_season'; method: MethodName }
  | { refused: 'method_needs_more_points'; method: MethodName; needed: number; found: number }
  | { refused: 'method_needs_positive_values'; method: MethodName; lowest: number }
  | { refused: 'not_computable'; method: MethodName }

/** Why ages cannot be projected. */
export type CohortRefusal =
  | { refused: 'too_few_ages'; needed: number; found: number }
  | { refused: 'ages_missing'; found: number; needed: number }
  | { refused: 'negative_counts'; lowest: number }
  | { refused: 'empty_population' }
  | { refused: 'no_women' }

/** Whether an answer is a refusal of any kind. */
export function isRefusal<Answer>(answer: Answer): answer is Extract<Answer, { refused: string }> {
  return typeof answer === 'object' && answer !== null && 'refused' in answer
}
