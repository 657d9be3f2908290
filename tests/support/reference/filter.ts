import type { FilterConfig } from '../../../schemas/analysis/filter.ts'
import type { Row } from '../analysis-tables.ts'
import { cellOf, isMember, type Plain } from './table.ts'

/** The rows that pass, by the words of docs/analysis-steps.md; `others` are the tables of links. */
export function filterOf(
  table: Plain,
  config: FilterConfig,
  others: Record<string, Plain> = {},
): Plain {
  const stages = [byCategory, byRange, byNumber, byTable, inOrder]
  const rows = stages.reduce((left, stage) => stage(table, left, config, others), table.rows)
  return { axes: table.axes, rows }
}

type Stage = (
  table: Plain,
  rows: Row[],
  config: FilterConfig,
  others: Record<string, Plain>,
) => Row[]

const byCategory: Stage = (table, rows, { category_filter = {}, category_exclude = {} }) =>
  rows.filter(
    (row) =>
      Object.entries(category_filter).every(([name, list]) =>
        isMember(list, cellOf(table, row, name)),
      ) &&
      !Object.entries(category_exclude).some(([name, list]) =>
        isMember(list, cellOf(table, row, name)),
      ),
  )

/** Only of plain years, which are numbers. */
const byRange: Stage = (table, rows, { axis_range = [] }) =>
  rows.filter((row) =>
    axis_range.every(({ column, min, max }) => {
      if (typeof min !== 'string' && typeof max !== 'string') return true
      const cell = cellOf(table, row, column)
      if (cell === null) return false
      const isLow = typeof min === 'string' && Number(cell) < Number(min)
      return !isLow && !(typeof max === 'string' && Number(cell) > Number(max))
    }),
  )

const byNumber: Stage = (_table, rows, { numeric_filter = {} }) => {
  if (!isOn(numeric_filter)) return rows
  const numbers = rows.filter(({ v }) => v !== null) as (Row & { v: number })[]
  if (numeric_filter.filter_type === 'topk') {
    const { k_value, ascending = false } = numeric_filter
    const ranked = numbers.toSorted((a, b) => (ascending ? a.v - b.v : b.v - a.v))
    const kept = new Set<Row>(ranked.slice(0, k_value))
    return rows.filter((row) => kept.has(row))
  }
  if (numeric_filter.filter_type === 'percentage') {
    const sorted = numbers.map(({ v }) => v).sort((a, b) => a - b)
    const low = quantile(sorted, numeric_filter.min_percentile)
    const high = quantile(sorted, numeric_filter.max_percentile)
    return numbers.filter(({ v }) => v >= low && v <= high)
  }
  const { min_value, max_value, include_min = true, include_max = true } = numeric_filter
  const { enable_min = true, enable_max = true } = numeric_filter
  return rows.filter(({ v }) => {
    if (v === null) return true
    const isLow =
      enable_min && typeof min_value === 'number' && (include_min ? v < min_value : v <= min_value)
    const isHigh =
      enable_max && typeof max_value === 'number' && (include_max ? v > max_value : v >= max_value)
    return !isLow && !isHigh
  })
}

type Numeric = Extract<FilterConfig['numeric_filter'], { filter_type: string }>

const isOn = (filter: object): filter is Numeric => 'filter_type' in filter

function quantile(sorted: readonly number[], percentile: number): number {
  const at = (percentile * (sorted.length - 1)) / 100
  const [low, high] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]] as [number, number]
  return at === Math.floor(at) ? low : low + (high - low) * (at - Math.floor(at))
}

const byTable: Stage = (table, rows, { table_filter }, others) => {
  if (!table_filter || !('table_df' in table_filter) || table_filter.enable === false) return rows
  const { key_columns, exclude_mode = false, table_df } = table_filter
  const other = others[table_df] as Plain
  const keyOf = (of: Plain, row: Row) =>
    JSON.stringify(key_columns.map((name) => cellOf(of, row, name)))
  const keys = new Set(other.rows.map((row) => keyOf(other, row)))
  return rows.filter((row) => keys.has(keyOf(table, row)) !== exclude_mode)
}

const inOrder: Stage = (table, rows, { sort = [] }) => {
  const compare = sort.map(({ column, descending = false }) => {
    const cells = table.rows
      .map((row) => cellOf(table, row, column))
      .filter((cell) => cell !== null)
    const areNumbers = cells.every((cell) => /^-?\d+(\.\d+)?$/.test(String(cell)))
    return (a: Row, b: Row) => {
      const [one, other] = [cellOf(table, a, column), cellOf(table, b, column)]
      if (one === null || other === null) return Number(one === null) - Number(other === null)
      const order =
        areNumbers || column === '値'
          ? Number(one) - Number(other)
          : Buffer.compare(Buffer.from(String(one)), Buffer.from(String(other)))
      return descending ? -order : order
    }
  })
  return rows.toSorted((a, b) => {
    for (const each of compare) {
      const order = each(a, b)
      if (order !== 0) return order
    }
    return 0
  })
}
