/** Why data cannot carry an answer. */
export type Refusal =
  /** There is not one figure. */
  | { refused: 'no_figures' }
  /** A series has too few points with a figure. */
  | { refused: 'too_few_points'; needed: number; found: number }
  /** Too few areas have the figures that it takes. */
  | { refused: 'too_few_areas'; needed: number; found: number }
  /** One area has too few of the indicators. */
  | { refused: 'too_few_indicators'; needed: number; found: number }
  /** A ratio or a logarithm needs a figure above zero. */
  | { refused: 'not_positive'; year: number; found: number }
  /** There is no figure for the year that others are compared with. */
  | { refused: 'base_missing'; base: number }
  | { refused: 'base_not_positive'; base: number; found: number }
  /** A weight is negative or no number. */
  | { refused: 'weight_not_valid'; indicator: string }
  /** No indicator has a weight above zero. */
  | { refused: 'no_weight' }

export function isRefusal<Answer extends object>(answer: Answer | Refusal): answer is Refusal {
  return 'refused' in answer
}
