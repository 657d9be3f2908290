import type { TransformConfig, TransformOperation } from '../../../schemas/analysis/transform.ts'
import type { Tables } from '../engine.ts'
import type { Made, Relation, StepWarning } from './model.ts'
import { nameOf } from './sql.ts'
import { applyToAxis } from './transform-axes.ts'
import { applyToSubject } from './transform-subjects.ts'

/** Where an operation stands in the configuration, and the table that it makes. */
export type Place = { field: string; table: string }

/**
 * The table after all operations, each on what the one before made. Fails with `invalid` and the path in
 * the configuration where a name is not there, is taken, or stands for several rows that would have to be
 * calculated with one another.
 */
export async function runTransform(
  tables: Tables,
  source: Relation,
  { operations }: TransformConfig,
): Promise<Made> {
  const name = nameOf('transform', source.table, operations)
  const warnings: StepWarning[] = []
  let relation = source
  for (const [n, operation] of operations.entries()) {
    const place = { field: `config.operations.${n}`, table: `${name}_${n}` }
    try {
      const made = await apply(tables, relation, operation, place)
      warnings.push(...made.warnings)
      if (relation !== source) await tables.run(`drop table ${relation.table}`)
      relation = made.relation
    } catch (error) {
      if (relation !== source) await tables.run(`drop table if exists ${relation.table}`)
      throw error
    }
  }
  return { relation, warnings }
}

function apply(tables: Tables, source: Relation, operation: TransformOperation, place: Place) {
  const { operation_type } = operation
  const isAxis = operation_type === 'add_axis' || operation_type === 'modify_axis'
  return (isAxis ? applyToAxis : applyToSubject)(tables, source, operation, place)
}
