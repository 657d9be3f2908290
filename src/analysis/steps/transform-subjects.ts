import { subjectColumn, valueColumn } from '../../../schemas/analysis/common.ts'
import type { TransformOperation } from '../../../schemas/analysis/transform.ts'
import { invalid } from '../../failure.ts'
import type { EngineValue, Tables } from '../engine.ts'
import { calculation } from './arithmetic.ts'
import type { Made, Relation, StepWarning } from './model.ts'
import { axisColumns, createBinder } from './sql.ts'
import { firstSubjects, hasSubject } from './subjects.ts'
import type { Place } from './transform.ts'
import { operandsOf } from './transform-axes.ts'

/** What an operation is about, as it goes from one function to the next. */
type Work = { tables: Tables; source: Relation; operation: TransformOperation; place: Place }

/** New rows of the 科目: their axes, `v`, the row `m` that they follow, and why there is no value. */
type Rows = { sql: string; values: EngineValue[]; isCalculated: boolean }

/** Adds a 科目, or replaces the rows that it has by new ones. */
export async function applyToSubject(
  tables: Tables,
  source: Relation,
  operation: TransformOperation,
  place: Place,
): Promise<Made> {
  const work = { tables, source, operation, place }
  await requireTarget(work)
  const rows = await rowsOf(work)
  const made = `${place.table}_new`
  try {
    await tables.run(`create or replace table ${made} as ${rows.sql}`, rows.values)
    const warnings = rows.isCalculated ? await gapsIn(work, made) : []
    return { relation: await merge(work, made), warnings }
  } finally {
    await tables.run(`drop table if exists ${made}`)
  }
}

async function requireTarget(work: Work): Promise<void> {
  const { operation_type, target_name } = work.operation
  const field = `${work.place.field}.target_name`
  const name = target_name.trim()
  if (name === subjectColumn || name === valueColumn || name === '') {
    throw invalid({ field, rule: 'transform_reserved_name' })
  }
  if (operation_type === 'modify_subject') return requireSubject(work, name, field)
  if (await hasSubject(work.tables, work.source, name))
    throw invalid({ field, rule: 'transform_subject_exists' })
}

async function requireSubject(
  { tables, source }: Work,
  name: string,
  field: string,
): Promise<void> {
  if (await hasSubject(tables, source, name)) return
  const known = await firstSubjects(tables, source)
  throw invalid({ field, rule: 'unknown_analysis_subject', known })
}

async function rowsOf(work: Work): Promise<Rows> {
  const { calculation: how, operation_type, target_name } = work.operation
  const path = `${work.place.field}.calculation`
  if (how.type === 'constant') {
    const value = how.constant_value
    if (typeof value === 'string') {
      throw invalid({ field: `${path}.constant_value`, rule: 'transform_number_wanted' })
    }
    return operation_type === 'modify_subject'
      ? perKey(work, 'where s = $2', [value, target_name.trim()])
      : perKey(work, '', [value])
  }
  if (how.type === 'copy') return copied(work, how.copy_from.trim(), `${path}.copy_from`)
  if (how.type === 'mapping') {
    throw invalid({ field: `${path}.type`, rule: 'transform_mapping_of_subject' })
  }
  const operands = operandsOf(how, path)
  for (const [n, operand] of operands.entries()) {
    if (typeof operand === 'string') {
      await requireSubject(work, operand.trim(), `${path}.operands.${n}`)
    }
  }
  const names = operands.filter((operand) => typeof operand === 'string')
  return names.length === 1
    ? withNumber(work, operands, how.formula_type)
    : ofTwo(work, operands as [string, string], how.formula_type, `${path}.operands`)
}

/** A number, once a combination of axes. */
function perKey({ source }: Work, where: string, values: EngineValue[]): Rows {
  const axes = axisColumns(source.axes)
  const group = axes.length > 0 ? `group by ${axes.join(', ')}` : 'having count(*) > 0'
  const columns = [...axes, '$1::double as v', 'max(n) as m', "'' as why"].join(', ')
  const sql = `select ${columns} from ${source.table} ${where} ${group}`
  return { sql, values, isCalculated: false }
}

/** Each row of another 科目 once more. */
async function copied(work: Work, from: string, field: string): Promise<Rows> {
  await requireSubject(work, from, field)
  const columns = [...axisColumns(work.source.axes), 'v', 'n as m', "'' as why"].join(', ')
  const sql = `select ${columns} from ${work.source.table} where s = $1`
  return { sql, values: [from], isCalculated: false }
}

type Operands = [string | number, string | number]

/** Each row of a 科目, calculated with a number. */
function withNumber({ source }: Work, operands: Operands, operator: '+' | '-' | '*' | '/'): Rows {
  const binder = createBinder()
  const name = String(operands.find((operand) => typeof operand === 'string')).trim()
  const [left, right] = operands.map((operand) =>
    typeof operand === 'number' ? binder.number(operand) : 'v',
  ) as [string, string]
  const value = calculation(operator, left, right)
  const why = "case when v is null then 'missing' else 'no_result' end as why"
  const columns = [...axisColumns(source.axes), `${value} as v`, 'n as m', why].join(', ')
  const sql = `select ${columns} from ${source.table} where s = ${binder.text(name)}`
  return { sql, values: binder.values, isCalculated: true }
}

/**
 * Two 科目, calculated in each combination of axes that has one of them. Where one of them has several
 * rows in a combination there is nothing to choose between, which fails.
 */
async function ofTwo(
  work: Work,
  operands: [string, string],
  operator: '+' | '-' | '*' | '/',
  field: string,
): Promise<Rows> {
  const { tables, source } = work
  const axes = axisColumns(source.axes)
  const values = operands.map((operand) => operand.trim())
  const grouped = (group: string[], columns: string[], rest = '') => {
    const by = group.length > 0 ? `group by ${group.join(', ')}` : ''
    const list = [...group, ...columns].join(', ')
    return `select ${list} from ${source.table} where s in ($1, $2) ${by} ${rest}`
  }
  const [double] = await tables.rows(
    grouped([...axes, 's'], ['min(n) as m'], 'having count(*) > 1 order by m limit 1'),
    values,
  )
  if (double) {
    const key = source.axes.map(({ name }, n) => `${name}=${double[n] ?? '—'}`)
    const subject = String(double[axes.length])
    throw invalid({
      field: `${field}.${values.indexOf(subject)}`,
      rule: 'transform_repeated_keys',
      subject,
      key: key.join(' ') || '—',
    })
  }
  const why = "case when x is null or y is null then 'missing' else 'no_result' end as why"
  const result = [...axes, `${calculation(operator, 'x', 'y')} as v`, 'm', why].join(', ')
  const sides = ['x', 'y'].map((name, n) => `max(v) filter (where s = $${n + 1}) as ${name}`)
  const both = grouped(axes, [...sides, 'max(n) as m'])
  return { sql: `select ${result} from (${both})`, values, isCalculated: true }
}

/** Old and new rows: a new one comes after the rows that it was made of. */
async function merge(work: Work, made: string): Promise<Relation> {
  const { tables, source, operation, place } = work
  const axes = axisColumns(source.axes)
  const kept = operation.operation_type === 'modify_subject' ? 'where s is distinct from $1' : ''
  const columns = (...rest: string[]) => [...axes, ...rest].join(', ')
  const rows = `
    select ${columns('s', 'v', 'n as m', '0 as k')} from ${source.table} ${kept}
    union all
    select ${columns('$1::varchar as s', 'v', 'm', '1 as k')} from ${made}`
  await tables.run(
    `create or replace table ${place.table} as
     select row_number() over (order by m, k) - 1 as n, ${columns('s', 'v')} from (${rows})`,
    [operation.target_name.trim()],
  )
  const [row] = await tables.rows(`select count(*)::int from ${place.table}`)
  return { ...source, table: place.table, row_count: Number(row?.[0]) }
}

/** Where there is no value: an operand is missing, or there is no result of both. */
async function gapsIn({ tables, source, operation, place }: Work, made: string) {
  const axes = axisColumns(source.axes)
  const counts = await tables.rows(
    `select why, count(*)::int from ${made} where v is null group by why order by why`,
  )
  const warnings: StepWarning[] = []
  for (const [why, count] of counts) {
    const [row = []] = await tables.rows(
      `select ${[...axes, 'm'].join(', ')} from ${made} where v is null and why = $1 order by m limit 1`,
      [String(why)],
    )
    const key = source.axes.map(({ name }, n) => [name, row[n] === null ? null : String(row[n])])
    const cell = Object.fromEntries([...key, [subjectColumn, operation.target_name.trim()]])
    const rule = why === 'missing' ? 'transform_missing_operand' : 'transform_no_result'
    warnings.push({ rule, field: place.field, cell, count: Number(count) })
  }
  return warnings
}
