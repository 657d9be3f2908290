import type { Failure } from '../../failure.ts'
import type { Chart } from '../charts/model.ts'
import type { Tables } from '../engine.ts'
import type { Draft, FormulaResult, Relation, Step, StepWarning } from './model.ts'

/** What a step gave. With an `error` it gave nothing, and neither did those that start from it. */
export type Outcome = {
  step: Step
  error: Failure | null
  warnings: StepWarning[]
  /** The rows of a filter, aggregate or transform. */
  relation: Relation | null
  formulas: FormulaResult[]
  chart: Chart | null
  /** The rows that a summary shows as they came, and their name. */
  table: { name: string; relation: Relation } | null
}

/**
 * All steps of a draft in order, each from what it starts from; what was made before with the same
 * configuration is not made again. Outcomes are in the order of the steps.
 */
export function evaluate(_tables: Tables, _draft: Draft): Promise<Outcome[]> {
  throw new Error('to be written')
}
