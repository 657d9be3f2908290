import type { ObservationStatus } from '../../../db/tables/statistics.ts'
import type { CsvRecord } from '../../csv.ts'
import type { Catalogue } from '../catalogue.ts'
import type { Figure } from '../quality/batch.ts'
import {
  plain,
  type Read,
  readArea,
  readFigure,
  readIndicator,
  readMark,
  readPeriod,
  statusOf,
} from './cells.ts'
import { excerptOf, type Faults } from './faults.ts'

const required = ['indicator', 'area', 'period', 'value'] as const
const optional = ['mark', 'status', 'unit'] as const
const known = [...required, ...optional]
type Column = (typeof known)[number]

const statuses: readonly ObservationStatus[] = [
  'final',
  'provisional',
  'revised',
  'estimated',
  'projected',
  'suppressed',
  'missing',
]

/** Figures of a file with a line each: indicator, area, period, value, and mark, status and unit. */
export async function* readOwnFormat(
  records: AsyncIterable<CsvRecord>,
  catalogue: Pick<Catalogue, 'areas' | 'indicators'>,
  source_id: string,
  faults: Faults,
): AsyncGenerator<Figure> {
  let columns: Map<Column, number> | undefined
  let width = 0
  for await (const { line, cells } of records) {
    if (!columns) {
      columns = columnsOf(line, cells, faults)
      width = cells.length
      continue
    }
    if (cells.length !== width) {
      const [expected, found, column] = [width, cells.length, Math.min(width, cells.length) + 1]
      faults.add({ line, column, field: 'line', rule: 'import_columns', expected, found })
      continue
    }
    const places = columns
    const read = <Value>(field: Column, reader: (text: string) => Read<Value>) => {
      const column = places.get(field) ?? 0
      const text = cells[column] ?? ''
      const result: Read<Value> =
        plain(text) === '' ? { fault: { rule: 'required' } } : reader(text)
      if ('value' in result) return result.value
      faults.add({ line, column: column + 1, field, ...result.fault })
      return undefined
    }
    const has = (field: Column) => plain(cells[places.get(field) ?? -1] ?? '') !== ''
    const indicator = read('indicator', (text) => readIndicator(text, catalogue))
    const area = read('area', (text) => readArea(text, catalogue))
    const period = read('period', readPeriod)
    if (has('mark') && has('value')) {
      const column = (places.get('mark') ?? 0) + 1
      faults.add({ line, column, field: 'mark', rule: 'import_value_and_mark' })
      continue
    }
    const figure = has('mark') ? read('mark', readMark) : read('value', readFigure)
    const status = has('status') ? read('status', readStatus) : undefined
    const unit = has('unit') ? plain(cells[places.get('unit') ?? 0] ?? '') : null
    if (!indicator || !area || !period || figure === undefined) continue
    const isMark = typeof figure === 'string'
    yield {
      indicator,
      area,
      period,
      value: isMark ? null : figure,
      mark: isMark ? figure : null,
      status: isMark ? statusOf(figure) : (status ?? 'final'),
      source_id,
      unit,
    }
  }
}

function columnsOf(line: number, cells: readonly string[], faults: Faults): Map<Column, number> {
  const columns = new Map<Column, number>()
  for (const [n, text] of cells.entries()) {
    const name = known.find((each) => each === plain(text).toLowerCase())
    const at = { line, column: n + 1, field: 'header', value: excerptOf(text) }
    if (!name) faults.add({ ...at, rule: 'import_column', known })
    else if (columns.has(name)) faults.add({ ...at, rule: 'import_column_twice' })
    else columns.set(name, n)
  }
  for (const value of required) {
    if (columns.has(value)) continue
    const column = cells.length + 1
    faults.add({ line, column, field: 'header', rule: 'import_column_missing', value })
  }
  faults.end()
  return columns
}

function readStatus(text: string): Read<ObservationStatus> {
  const status = statuses.find((each) => each === plain(text).toLowerCase())
  if (status) return { value: status }
  return { fault: { rule: 'enum', allowedValues: statuses } }
}
