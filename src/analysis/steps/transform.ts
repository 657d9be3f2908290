import type { TransformConfig } from '../../../schemas/analysis/transform.ts'
import type { Tables } from '../engine.ts'
import type { Made, Relation } from './model.ts'

/** The table after all operations. Fails with `invalid` and the path in the configuration. */
export function runTransform(
  _tables: Tables,
  _source: Relation,
  _config: TransformConfig,
): Promise<Made> {
  throw new Error('to be written')
}
