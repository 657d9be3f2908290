import type { AggregateConfig } from '../../../schemas/analysis/aggregate.ts'
import type { FilterConfig } from '../../../schemas/analysis/filter.ts'
import type { FormulaConfig, SummaryConfig } from '../../../schemas/analysis/summary.ts'
import type { TransformConfig, TransformOperation } from '../../../schemas/analysis/transform.ts'

/** A measure (施策) that a business takes, and the questions (課題) to ask of its figures. */
export type Theme = { id: string; name: string; issues: readonly Issue[] }

export type Issue = {
  id: string
  name: string
  /** How the question is approached, for people. */
  description: string
  /** What a model is told; `promptOf` of src/analysis/templates/catalogue.ts makes one text of it. */
  prompt: { aim: string; steps: readonly string[]; questions: readonly string[] }
  initial_msg: string
  /** What people choose before they begin: 科目, or axes of their data. */
  axes: readonly { id: string; name: string; option: '科目' | '軸'; multiple: boolean }[]
  /** Which data to prepare. */
  hint: string
  /** Invented figures. A line has its cells with commas between; an empty line is an empty line. */
  sheet: { name: string; lines: readonly string[] }
  /** What is done with the sheet. `step_N` counts from 0. */
  steps: readonly SampleStep[]
}

export type SampleStep = { name: string; input: 'original' | `step_${number}` } & (
  | { type: 'filter'; config: FilterConfig }
  | { type: 'aggregate'; config: AggregateConfig }
  | { type: 'transform'; config: TransformConfig }
  | { type: 'summary'; config: SummaryConfig }
)

/** A new 科目 of two others, or of one and a number. */
export function calculated(
  target_name: string,
  left: string,
  formula_type: '+' | '-' | '*' | '/',
  right: string | number,
): TransformOperation {
  return {
    operation_type: 'add_subject',
    target_name,
    calculation: { type: 'formula', formula_type, operands: [left, right] },
  }
}

/** A figure of a 科目. */
export function gathered(
  formula_text: string,
  type: 'sum' | 'mean' | 'count' | 'max' | 'min' | 'median',
  target_subject: string,
  unit: string,
  portion = 1,
): FormulaConfig {
  return { formula_text, type, target_subject, unit, portion }
}

/** A figure of two others. */
export function derived(
  formula_text: string,
  left: string,
  type: '+' | '-' | '*' | '/',
  right: string,
  unit: string,
): FormulaConfig {
  return { formula_text, type, target_subject: [left, right], unit }
}
