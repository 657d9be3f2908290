/** Why data cannot carry an answer, with what was needed and what there is. */
export type Refusal =
  | {
      refused:
        | 'too_few_points'
        | 'too_few_before'
        | 'too_few_after'
        | 'too_few_donors'
        | 'collinear'
      needed: number
      found: number
    }
  | { refused: 'poor_pre_fit' | 'too_many_donors'; limit: number; found: number }
  | { refused: 'incomplete_treated'; areas: string[] }
  | { refused: 'no_treated' | 'no_controls' | 'different_starts' | 'start_outside_periods' }

export type RefusalCode = Refusal['refused']

/** Whether an answer says why there is none. */
export function isRefusal(answer: object): answer is Refusal {
  return 'refused' in answer
}
