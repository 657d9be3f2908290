import { subjectColumn, valueColumn } from '../../../schemas/analysis/common.ts'
import { type FieldFault, invalid } from '../../failure.ts'
import type { Tables } from '../engine.ts'
import type { Relation } from './model.ts'
import { axisColumn, createBinder, distinctTexts } from './sql.ts'

/** How many values a fault names, of those that there are. */
const shown = 20

/** How many faults of one list are told. */
const maxFaults = 50

/** The column in the engine of an axis. Fails with `invalid`, which names those that there are. */
export function requireAxis(source: Relation, name: string, field: string): string {
  const column = axisColumn(source, name)
  if (column !== undefined) return column
  const known = source.axes.map((axis) => axis.name)
  throw invalid({ field, rule: 'step_axis_unknown', name, known })
}

/** The same for an axis or `科目`, and for `値` where that makes sense. */
export function requireColumn(
  source: Relation,
  name: string,
  field: string,
  { isValueToo = false } = {},
): string {
  if (name === subjectColumn) return 's'
  if (name === valueColumn && isValueToo) return 'v'
  const column = axisColumn(source, name)
  if (column !== undefined) return column
  const others = isValueToo ? [subjectColumn, valueColumn] : [subjectColumn]
  const known = [...source.axes.map((axis) => axis.name), ...others]
  throw invalid({ field, rule: 'step_column_unknown', name, known })
}

/**
 * Fails with `invalid` for each text that is in no cell of the column, and names the first ones that are.
 * Where there are no rows nothing can be said.
 */
export async function requireTexts(
  tables: Tables,
  source: Relation,
  column: string,
  wanted: readonly { text: string | null; field: string }[],
): Promise<void> {
  const given = wanted.filter(({ text }) => text !== null)
  if (given.length === 0 || source.row_count === 0) return
  const binder = createBinder()
  const list = binder.texts(given.map(({ text }) => text))
  const missing = await tables.rows(
    `select i from (select unnest(t) x, generate_subscripts(t, 1) i from (select ${list} t))
      where not exists (select 1 from ${source.table} where ${column} = x)
      order by i limit ${maxFaults}`,
    binder.values,
  )
  if (missing.length === 0) return
  const known = await distinctTexts(tables, source, column, shown)
  const rest = known.length > shown ? [...known.slice(0, shown), '…'] : known
  throw invalid(
    ...missing.map(([at]): FieldFault => {
      const { text, field } = given[Number(at) - 1] as { text: string; field: string }
      return { field, rule: 'step_value_unknown', name: text, known: rest }
    }),
  )
}

/** The same for 科目. */
export function requireSubjects(
  tables: Tables,
  source: Relation,
  wanted: readonly { text: string; field: string }[],
): Promise<void> {
  return requireTexts(tables, source, 's', wanted)
}
