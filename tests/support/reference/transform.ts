import type { TransformConfig, TransformOperation } from '../../../schemas/analysis/transform.ts'
import type { Row } from '../analysis-tables.ts'
import { arithmetic, cellOf, groupsOf, type Plain, refuse } from './table.ts'

/** The table after all operations, by the words of docs/analysis-transform.md. */
export function transformOf(table: Plain, { operations }: TransformConfig): Plain {
  return operations.reduce(
    (made, operation) =>
      operation.operation_type.endsWith('_axis')
        ? withAxis(made, operation)
        : withSubject(made, operation),
    table,
  )
}

/** A number as people write it: fifteen digits, and no power of ten. */
export function plainText(number: number): string {
  const text = String(Number(number.toPrecision(15)))
  const [mantissa = '', exponent] = text.split('e')
  if (exponent === undefined) return text
  const power = Number(exponent)
  const sign = number < 0 ? '-' : ''
  const digits = mantissa.replace(/[-.]/g, '')
  if (power < 0) return `${sign}0.${'0'.repeat(-1 - power)}${digits}`
  return `${sign}${digits.padEnd(power + 1, '0')}`
}

function withAxis(table: Plain, { target_name, calculation: how }: TransformOperation): Plain {
  const isNew = !table.axes.includes(target_name)
  const axes = isNew ? [...table.axes, target_name] : table.axes
  const numberOf = (row: Row, operand: string | number) => {
    const cell = typeof operand === 'number' ? operand : cellOf(table, row, operand)
    return cell === null || !Number.isFinite(Number(cell)) || cell === '' ? null : Number(cell)
  }
  const made = (row: Row): string | null => {
    if (how.type === 'constant') {
      const { constant_value: value } = how
      return typeof value === 'number' ? plainText(value) : value
    }
    if (how.type === 'copy') return cellOf(table, row, how.copy_from) as string | null
    if (how.type === 'mapping') {
      const cell = cellOf(table, row, how.operands[0] as string) as string | null
      return cell !== null && Object.hasOwn(how.mapping_dict, cell)
        ? (how.mapping_dict[cell] as string)
        : cell
    }
    const [left, right] = operandsOf(how)
    const result = arithmetic(how.formula_type, numberOf(row, left), numberOf(row, right))
    return result === null ? null : plainText(result + 0)
  }
  const at = axes.indexOf(target_name)
  const rows = table.rows.map((row) => ({ ...row, axes: row.axes.toSpliced(at, 1, made(row)) }))
  return { axes, rows }
}

type Formula = Extract<TransformOperation['calculation'], { type: 'formula' }>

function operandsOf({ operands, constant_value }: Formula) {
  const all = constant_value === undefined ? operands : [...operands, constant_value]
  return all as [string | number, string | number]
}

function withSubject(
  table: Plain,
  { operation_type, target_name, calculation: how }: TransformOperation,
): Plain {
  const isNew = operation_type === 'add_subject'
  const places = new Map(table.rows.map((row, at) => [row, at]))
  const lastOf = (rows: readonly Row[]) => Math.max(...rows.map((row) => places.get(row) as number))
  const added: { after: number; row: Row }[] = []
  const add = (rows: readonly Row[], v: number | null) =>
    added.push({ after: lastOf(rows), row: { axes: (rows[0] as Row).axes, s: target_name, v } })
  const of = (subject: unknown) => table.rows.filter(({ s }) => s === subject)
  if (how.type === 'constant') {
    for (const rows of groupsOf(table, isNew ? table.rows : of(target_name), table.axes).values())
      add(rows, how.constant_value as number | null)
  } else if (how.type === 'copy') {
    for (const row of of(how.copy_from)) add([row], row.v)
  } else if (how.type === 'formula') {
    const [left, right] = operandsOf(how)
    const names = [left, right].filter((each) => typeof each === 'string')
    if (names.length === 1) {
      for (const row of of(names[0])) {
        const [x, y] = [left, right].map((each) => (typeof each === 'number' ? each : row.v))
        add([row], arithmetic(how.formula_type, x as number | null, y as number | null))
      }
    } else {
      const both = table.rows.filter(({ s }) => s === left || s === right)
      for (const rows of groupsOf(table, both, table.axes).values()) {
        const [x, y] = [left, right].map((name) => rows.filter(({ s }) => s === name)) as [
          Row[],
          Row[],
        ]
        if (x.length > 1 || y.length > 1) throw refuse('transform_repeated_keys')
        add(rows, arithmetic(how.formula_type, x[0]?.v ?? null, y[0]?.v ?? null))
      }
    }
  }
  const rows = table.rows.flatMap((row, at) => [
    ...(isNew || row.s !== target_name ? [row] : []),
    ...added.filter(({ after }) => after === at).map((each) => each.row),
  ])
  return { axes: table.axes, rows }
}
