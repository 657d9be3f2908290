import { subjectColumn, valueColumn } from '../../../schemas/analysis/common.ts'
import type { TransformOperation } from '../../../schemas/analysis/transform.ts'
import { invalid } from '../../failure.ts'
import type { Tables } from '../engine.ts'
import { calculation } from './arithmetic.ts'
import type { Made, Relation, StepWarning } from './model.ts'
import { axisColumns, type Binder, createBinder, plainText } from './sql.ts'
import type { Place } from './transform.ts'

/** Without the noise behind the digits that a number has: 0.3 and never 0.30000000000000004. */
const plainNumber = (number: string) => plainText(`printf('%.15g', ${number})::double`)

/** What the new axis is, row by row, and where rows have nothing although something was calculated. */
type Column = { sql: string; from?: string; operands?: [left: string, right: string] }

/** Adds an axis, at the end, or gives one other values. */
export async function applyToAxis(
  tables: Tables,
  source: Relation,
  operation: TransformOperation,
  place: Place,
): Promise<Made> {
  const at = placeOf(source, operation, place.field)
  const binder = createBinder()
  const column = columnOf(source, operation, place.field, binder)
  const columns = axisColumns(source.axes).map((name) => `t.${name}`)
  columns[at] = column.sql
  const list = columns.map((sql, n) => `${sql} as a${n}`).join(', ')
  const from = `${source.table} as t ${column.from ?? ''}`
  await tables.run(
    `create or replace table ${place.table} as select t.n, ${list}, t.s, t.v from ${from}`,
    binder.values,
  )
  const axes = [...source.axes]
  axes[at] = { name: operation.target_name.trim(), kind: axes[at]?.kind ?? '軸' }
  const relation: Relation = { ...source, table: place.table, axes }
  const warnings = column.operands ? await gapsOf(tables, source, operation, place.field) : []
  return { relation, warnings }
}

/** Where the axis is among the others; a new one comes last. */
function placeOf({ axes }: Relation, operation: TransformOperation, field: string): number {
  const { operation_type, target_name } = operation
  const name = target_name.trim()
  const at = axes.findIndex((axis) => axis.name === name)
  const path = `${field}.target_name`
  if (name === subjectColumn || name === valueColumn || name === '') {
    throw invalid({ field: path, rule: 'transform_reserved_name' })
  }
  if (operation_type === 'add_axis') {
    if (at !== -1)
      throw invalid({ field: path, rule: 'transform_axis_exists', known: namesOf(axes) })
    return axes.length
  }
  if (at === -1) throw unknown(axes, path)
  return at
}

function columnOf(
  source: Relation,
  { calculation: how }: TransformOperation,
  field: string,
  binder: Binder,
): Column {
  const path = `${field}.calculation`
  if (how.type === 'constant') {
    const { constant_value } = how
    if (typeof constant_value === 'number')
      return { sql: plainNumber(binder.number(constant_value)) }
    return { sql: constant_value === null ? 'null::varchar' : binder.text(constant_value) }
  }
  if (how.type === 'copy')
    return { sql: `t.${axisNamed(source, how.copy_from, `${path}.copy_from`)}` }
  if (how.type === 'mapping') {
    const from = axisNamed(source, how.operands[0] as string, `${path}.operands.0`)
    const words = Object.entries(how.mapping_dict)
    const list = (items: string[]) => `unnest(${binder.texts(items)})`
    const keys = list(words.map(([key]) => key))
    const values = list(words.map(([, value]) => value))
    return {
      sql: `case when m.k is null then t.${from} else m.w end`,
      from: `left join (select ${keys} as k, ${values} as w) as m on m.k = t.${from}`,
    }
  }
  const operands = operandsOf(how, path)
  const [left, right] = operands.map((operand, n) =>
    typeof operand === 'number'
      ? binder.number(operand)
      : `try_cast(t.${axisNamed(source, operand, `${path}.operands.${n}`)} as double)`,
  ) as [string, string]
  return { sql: plainNumber(calculation(how.formula_type, left, right)), operands: [left, right] }
}

type Formula = Extract<TransformOperation['calculation'], { type: 'formula' }>

/** Both operands of a formula: two names or numbers, or a name and the constant. At least one is a name. */
export function operandsOf(how: Formula, path: string): [string | number, string | number] {
  const { operands, constant_value } = how
  const all = constant_value === undefined ? operands : [...operands, constant_value]
  if (all.length !== 2) {
    throw invalid({ field: `${path}.operands`, rule: 'transform_two_operands', given: all.length })
  }
  if (all.every((operand) => typeof operand === 'number')) {
    throw invalid({ field: `${path}.operands`, rule: 'transform_only_numbers' })
  }
  return all as [string | number, string | number]
}

function axisNamed({ axes }: Relation, name: string, field: string): string {
  const at = axes.findIndex((axis) => axis.name === name.trim())
  if (at === -1) throw unknown(axes, field)
  return `a${at}`
}

const namesOf = (axes: Relation['axes']) => axes.map(({ name }) => name).join('、') || '—'

function unknown(axes: Relation['axes'], field: string) {
  return invalid({ field, rule: 'transform_unknown_axis', known: namesOf(axes) })
}

/** Rows in which an axis that was calculated is empty: an operand is no number, or zero divides. */
async function gapsOf(
  tables: Tables,
  source: Relation,
  operation: TransformOperation,
  field: string,
): Promise<StepWarning[]> {
  const binder = createBinder()
  const { operands: [left, right] = ['0', '0'] } = columnOf(source, operation, field, binder)
  const how = operation.calculation as Formula
  const why = `case
    when (${left}) is null or (${right}) is null then 'transform_no_number'
    when (${calculation(how.formula_type, left, right)}) is null then 'transform_no_result' end`
  const gaps = await tables.rows(
    `select why, count(*)::int, min(n) from (select ${why} as why, n from ${source.table} as t)
     where why is not null group by why order by why`,
    binder.values,
  )
  const warnings: StepWarning[] = []
  for (const [rule, count, n] of gaps) {
    const cell = await cellOf(tables, source, Number(n))
    warnings.push({ rule: rule as StepWarning['rule'], field, cell, count: Number(count) })
  }
  return warnings
}

/** The axes and the 科目 of a row. */
async function cellOf(
  tables: Tables,
  { table, axes }: Relation,
  n: number,
): Promise<Record<string, string | null>> {
  const columns = [...axisColumns(axes), 's'].join(', ')
  const [row = []] = await tables.rows(`select ${columns} from ${table} where n = ${n}`)
  const names = [...axes.map(({ name }) => name), subjectColumn]
  return Object.fromEntries(
    names.map((name, at) => [name, row[at] == null ? null : String(row[at])]),
  )
}
