import type { FilterConfig } from '../../../schemas/analysis/filter.ts'
import type { Tables } from '../engine.ts'
import type { Made, Relation } from './model.ts'

/**
 * The rows of a table that pass. `others` answers the table of an earlier step, or fails with 422. Fails
 * with `invalid` and the path in the configuration where it names what is not there.
 */
export function runFilter(
  _tables: Tables,
  _source: Relation,
  _config: FilterConfig,
  _others: (link: string, field: string) => Relation,
): Promise<Made> {
  throw new Error('to be written')
}
