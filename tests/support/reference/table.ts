import type { Row } from '../analysis-tables.ts'

/** A table of an analysis in plain JavaScript. */
export type Plain = { axes: string[]; rows: Row[] }

/** What a configuration asks for that the documents say is refused. */
const refusal = Symbol('refusal')

export const refuse = (why: string) => Object.assign(new Error(why), { [refusal]: true })

export const isRefusal = (error: unknown) => refusal in Object(error)

/** The cell of a column: an axis, 科目 or 値. */
export function cellOf({ axes }: Plain, row: Row, column: string): string | number | null {
  if (column === '科目') return row.s
  if (column === '値') return row.v
  return row.axes[axes.indexOf(column)] as string | null
}

export const isMember = (list: readonly unknown[], value: unknown): boolean => list.includes(value)

/** Rows by their cells in some columns, in the order in which these first come. */
export function groupsOf(table: Plain, rows: readonly Row[], columns: readonly string[]) {
  const groups = new Map<string, Row[]>()
  for (const row of rows) {
    const key = JSON.stringify(columns.map((column) => cellOf(table, row, column)))
    const group = groups.get(key) ?? []
    groups.set(key, group)
    group.push(row)
  }
  return groups
}

export const numbersOf = (rows: readonly Row[]): number[] =>
  rows.flatMap(({ v }) => (v === null ? [] : [v]))

/** The sum without the error of adding: doubles as multiples of 2^-1074 (exact), rounded once. */
export function exactSum(numbers: readonly number[]): number {
  let sum = 0n
  for (const number of numbers) sum += unitsOf(number)
  return numberOf(sum)
}

const view = new DataView(new ArrayBuffer(8))

function unitsOf(number: number): bigint {
  view.setFloat64(0, number)
  const bits = view.getBigUint64(0)
  const exponent = (bits >> 52n) & 0x7ffn
  const fraction = bits & ((1n << 52n) - 1n)
  const size = exponent === 0n ? fraction : (fraction | (1n << 52n)) << (exponent - 1n)
  return number < 0 ? -size : size
}

function numberOf(units: bigint): number {
  const size = units < 0n ? -units : units
  const spare = BigInt(Math.max(0, size.toString(2).length - 60))
  // 60 bits are more than a double has, so that the last division is the only rounding that counts.
  const rest = (size & ((1n << spare) - 1n)) === 0n ? 0n : 1n
  const head = Number((size >> spare) | rest)
  const shift = Number(spare) - 1074
  const value = shift < -1000 ? head * 2 ** -600 * 2 ** (shift + 600) : head * 2 ** shift
  return units < 0n ? -value : value
}

const measured: Record<string, (numbers: number[], rows: readonly Row[]) => number | null> = {
  count: (_, rows) => rows.length,
  sum: (numbers) => (numbers.length === 0 ? null : exactSum(numbers)),
  mean: (numbers) => (numbers.length === 0 ? null : exactSum(numbers) / numbers.length),
  max: (numbers) => (numbers.length === 0 ? null : Math.max(...numbers)),
  min: (numbers) => (numbers.length === 0 ? null : Math.min(...numbers)),
  median: (numbers) => {
    const sorted = [...numbers].sort((a, b) => a - b)
    const half = sorted.length / 2
    if (sorted.length === 0) return null
    const [low, high] = [sorted[Math.ceil(half) - 1], sorted[Math.floor(half)]] as [number, number]
    return (low + high) / 2
  },
}

/** A figure of rows. */
export function measure(method: string, rows: readonly Row[]): number | null {
  return finite(measured[method]?.(numbersOf(rows), rows) ?? null)
}

export const finite = (value: number | null): number | null =>
  value !== null && Number.isFinite(value) ? value : null

/** Nothing where an operand is missing, something is divided by zero, or the result is no number. */
export function arithmetic(operator: string, x: number | null, y: number | null): number | null {
  if (x === null || y === null || (operator === '/' && y === 0)) return null
  if (operator === '+') return finite(x + y)
  if (operator === '-') return finite(x - y)
  return finite(operator === '*' ? x * y : x / y)
}
