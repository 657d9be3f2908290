import type { FormulaConfig } from '../../../schemas/analysis/summary.ts'
import type { Tables } from '../engine.ts'
import type { Relation, SummaryResult } from './model.ts'

/** The figures of a table. Fails with `invalid` and the path in the configuration. */
export function runFormulas(
  _tables: Tables,
  _source: Relation,
  _formulas: readonly FormulaConfig[],
): Promise<SummaryResult> {
  throw new Error('to be written')
}
