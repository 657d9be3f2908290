import type { FilterConfig } from '../../../schemas/analysis/filter.ts'
import { orderPeriods } from '../../period-order.ts'
import type { Tables } from '../engine.ts'
import { requireColumn } from './known.ts'
import type { Relation } from './model.ts'
import { type Binder, distinctTexts } from './sql.ts'

/** Up to how many distinct texts are looked at whether they are times. */
const maxPeriods = 10_000

const plainNumber = `'-?[0-9]+(\\.[0-9]+)?'`

type Order = { by: string; join: string }

/**
 * How rows are sorted: numbers by their size, times by time, other texts by their code points; empty cells
 * come last either way. `by` is empty where rows keep their order.
 */
export async function orderOf(
  tables: Tables,
  source: Relation,
  binder: Binder,
  sort: NonNullable<FilterConfig['sort']>,
): Promise<Order> {
  const [by, joins]: [string[], string[]] = [[], []]
  for (const [index, { column: name, descending = false }] of sort.entries()) {
    const field = `config.sort.${index}.column`
    const column = requireColumn(source, name, field, { isValueToo: true })
    const direction = `${descending ? 'desc' : 'asc'} nulls last`
    const periods = column === 'v' ? 'number' : await kindOf(tables, source, column)
    if (periods === 'number') {
      by.push(`try_cast(g.${column} as double) ${direction}`)
    } else if (periods === 'text') {
      by.push(`g.${column} ${direction}`)
    } else {
      const list = binder.texts(periods)
      joins.push(
        `left join (select unnest(t) x, generate_subscripts(t, 1) i from (select ${list} t)) k${index}
          on k${index}.x = g.${column}`,
      )
      by.push(`k${index}.i ${direction}`)
    }
  }
  return { by: by.join(', '), join: joins.join(' ') }
}

/** What the texts of a column are; periods in their order. */
async function kindOf(
  tables: Tables,
  source: Relation,
  column: string,
): Promise<'number' | 'text' | string[]> {
  const [row] = await tables.rows(
    `select count(*) from ${source.table} where not regexp_full_match(${column}, ${plainNumber})`,
  )
  if (row?.[0] === 0) return 'number'
  const texts = await distinctTexts(tables, source, column, maxPeriods)
  if (texts.length > maxPeriods) return 'text'
  const plain = [...texts].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
  const ordered = orderPeriods(plain)
  return ordered.every((text, index) => text === plain[index]) ? 'text' : ordered
}
