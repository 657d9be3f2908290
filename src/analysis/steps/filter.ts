import type { FilterConfig } from '../../../schemas/analysis/filter.ts'
import type { Tables } from '../engine.ts'
import { numericStage } from './filter-numbers.ts'
import { orderOf } from './filter-order.ts'
import { axisRange } from './filter-ranges.ts'
import { requireAxis, requireColumn, requireTexts } from './known.ts'
import type { Made, Relation } from './model.ts'
import { axisColumns, type Binder, createBinder, createRelation, nameOf } from './sql.ts'

type Others = (link: string, field: string) => Relation

/**
 * The rows of a table that pass. `others` answers the table of an earlier step, or fails with 422. Fails
 * with `invalid` and the path in the configuration where it names what is not there.
 */
export async function runFilter(
  tables: Tables,
  source: Relation,
  config: FilterConfig,
  others: Others,
): Promise<Made> {
  const binder = createBinder()
  const { category_filter = {}, category_exclude = {}, axis_range = [], sort = [] } = config
  const conditions = [
    ...(await categories(tables, source, binder, category_filter, 'category_filter')),
    ...(await categories(tables, source, binder, category_exclude, 'category_exclude')),
    ...(await axisRange(tables, source, binder, axis_range)),
  ]
  const where = conditions.length > 0 ? `where ${conditions.join(' and ')}` : ''
  const numeric = numericStage(binder, config.numeric_filter ?? {})
  const other = otherTable(source, config, others)
  const order = await orderOf(tables, source, binder, sort)
  const columns = axisColumns(source.axes)
  const number = order.by ? `row_number() over (order by ${order.by}, n)` : 'n'
  const table = nameOf('filter', source, config, other?.table)
  const relation = await createRelation(
    tables,
    table,
    source.axes,
    `with f as (select * from ${source.table} ${where}), ${numeric}
      select ${[`${number} as n`, ...columns, 's', 'v'].join(', ')} from g ${order.join}
      ${other ? `where ${other.condition}` : ''}`,
    binder.values,
  )
  return { relation, warnings: [] }
}

/** What cells of each column must be, or must not. */
async function categories(
  tables: Tables,
  source: Relation,
  binder: Binder,
  filter: Record<string, (string | null)[]>,
  key: 'category_filter' | 'category_exclude',
): Promise<string[]> {
  const conditions: string[] = []
  for (const [name, texts] of Object.entries(filter)) {
    const field = `config.${key}.${name}`
    const column = requireColumn(source, name, field)
    const wanted = texts.map((text, index) => ({ text, field: `${field}.${index}` }))
    await requireTexts(tables, source, column, wanted)
    const list = binder.texts(texts.filter((text) => text !== null))
    const isNull = texts.includes(null) ? `${column} is null` : 'false'
    const isOne = `(${isNull} or coalesce(${column} in (select unnest(${list})), false))`
    conditions.push(key === 'category_filter' ? isOne : `not ${isOne}`)
  }
  return conditions
}

/** Rows whose key is among those of another table, or is not; empty cells are keys like others. */
function otherTable(source: Relation, { table_filter }: FilterConfig, others: Others) {
  if (!table_filter || !('table_df' in table_filter)) return undefined
  const { enable = true, table_df, key_columns, exclude_mode = false } = table_filter
  const field = 'config.table_filter'
  if (!enable) return undefined
  const other = others(table_df, `${field}.table_df`)
  const same = key_columns.map((name, index) => {
    const path = `${field}.key_columns.${index}`
    const [mine, theirs] = [source, other].map((each) => requireAxis(each, name, path))
    return `o.${theirs} is not distinct from g.${mine}`
  })
  const exists = `exists (select 1 from ${other.table} o where ${same.join(' and ')})`
  return { table: other.table, condition: exclude_mode ? `not ${exists}` : exists }
}
