import type { NewTreeNodeData } from '../../../schemas/driver-tree/nodes.ts'
import { type FieldFault, invalid } from '../../failure.ts'
import { yearsOf } from '../../sheet-spellings.ts'
import type { NodeData } from '../calculation/model.ts'
import { valueColumn } from './wire.ts'

/** What is wrong with a record, and in which of its columns. */
type Fault = { at: string; rule: FieldFault['rule']; key?: string }

const maxFaults = 100
const maxText = 255

/** What columns of time are called where nobody says which one is. */
const timeNames = new Set(['推移', '年度', '年', '月', '年月', '日付', '四半期', '期'])

/** Numbers over keys as a client sends them. Fails with 422 naming each record that is wrong. */
export function readData({ columns, records, period }: NewTreeNodeData): NodeData {
  const names = columns.slice(0, -1)
  const isNamed = columns.at(-1) === valueColumn && !names.includes(valueColumn)
  if (!isNamed) throw invalid({ field: 'data.columns', rule: 'value_column' })
  const twice = names.findIndex((name, n) => names.indexOf(name) !== n)
  if (twice >= 0) throw invalid({ field: `data.columns.${twice}`, rule: 'uniqueItems' })
  const time = period === undefined ? names.find((name) => timeNames.has(name)) : period
  if (typeof time === 'string' && !names.includes(time)) {
    throw invalid({ field: 'data.period', rule: 'unknown_column' })
  }
  const axes = names.filter((name) => name !== time)
  const keyNames = typeof time === 'string' ? [time, ...axes] : axes
  const { keys, values } = readRecords(records, keyNames)
  const years =
    typeof time === 'string'
      ? yearsOf(
          time,
          keys.map(([period = '']) => period),
        )
      : undefined
  return { period: time ?? null, years, axes, keys, values }
}

function readRecords(records: NewTreeNodeData['records'], keyNames: readonly string[]) {
  const seen = new Set<string>()
  const faults: FieldFault[] = []
  const keys: string[][] = []
  const values: (number | null)[] = []
  for (const [n, record] of records.entries()) {
    const fault = faultIn(record, keyNames)
    if (fault) faults.push(at(n, fault))
    if (faults.length === maxFaults) break
    if (fault) continue
    const key = keyNames.map((name) => String(record[name]))
    const text = JSON.stringify(key)
    if (seen.has(text)) faults.push(at(n, { at: '', rule: 'repeated_key', key: key.join(', ') }))
    seen.add(text)
    keys.push(key)
    values.push(record[valueColumn] as number | null)
  }
  if (faults.length > 0) throw invalid(...faults)
  return { keys, values }
}

function at(n: number, { at, ...fault }: Fault): FieldFault {
  const path = at === '' ? '' : `.${at}`
  return { ...fault, field: `data.records.${n}${path}` }
}

function faultIn(
  record: NewTreeNodeData['records'][number],
  keyNames: readonly string[],
): Fault | undefined {
  const isWhole = [...keyNames, valueColumn].every((name) => Object.hasOwn(record, name))
  if (!isWhole || Object.keys(record).length !== keyNames.length + 1) {
    return { at: '', rule: 'record_columns' }
  }
  const bad = keyNames.find((name) => !isKey(record[name]))
  if (bad !== undefined) return { at: bad, rule: 'record_key' }
  const value = record[valueColumn]
  const isNumber = value === null || (typeof value === 'number' && Number.isFinite(value))
  return isNumber ? undefined : { at: valueColumn, rule: 'record_number' }
}

function isKey(value: unknown): boolean {
  return typeof value === 'string' ? value.length <= maxText : Number.isFinite(value)
}
