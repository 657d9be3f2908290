import type { AggregateConfig } from '../../../schemas/analysis/aggregate.ts'
import type { Tables } from '../engine.ts'
import type { Made, Relation } from './model.ts'

/** One row a group and figure. Fails with `invalid` and the path in the configuration. */
export function runAggregate(
  _tables: Tables,
  _source: Relation,
  _config: AggregateConfig,
): Promise<Made> {
  throw new Error('to be written')
}
