import type { ChartConfig } from '../../../schemas/analysis/charts.ts'
import type { Tables } from '../engine.ts'
import type { Relation, StepWarning } from '../steps/model.ts'
import type { Chart } from './model.ts'

/** What a chart of a table shows. Fails with `invalid` and the path in the configuration. */
export function readChart(
  _tables: Tables,
  _source: Relation,
  _config: ChartConfig,
): Promise<{ chart: Chart; warnings: StepWarning[] }> {
  throw new Error('to be written')
}
