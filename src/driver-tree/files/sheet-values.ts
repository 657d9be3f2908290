import type { ColumnRole } from '../../../schemas/driver-tree/common.ts'
import { failure } from '../../failure.ts'
import { numberIn } from '../../sheet-numbers.ts'
import { plainTextOf } from '../../sheet-roles.ts'
import { spellPeriods, yearsOf } from '../../sheet-spellings.ts'
import type { SheetTable } from '../../sheet-tables.ts'
import type { Pause } from '../../slices.ts'
import type { NodeData } from '../calculation/model.ts'
import { labelKeyOf } from '../labels.ts'

type Column = { name: string; role: ColumnRole; cells: SheetTable['cells'][number] }

/** A table with the roles of its columns as they are now. */
export type RoledTable = { name: string; columns: readonly Column[] }

export type LabelledData = { label: string; data: NodeData }

/** How many keys of time and axes the numbers of one node have at most. */
export const maxKeys = 200_000

/** A flat table may hold all numbers in one column, and say in this one what they are of. */
const subjectName = '科目'

/**
 * The numbers of a table by label: a label a column of 値; or, where an 軸 is called 科目 and there is
 * one 値, a label a 科目. Numbers of the same key are never summed up: that fails, as several 推移 do,
 * no 値, and two columns of one label.
 */
export async function valuesOf(
  table: RoledTable,
  pause: Pause,
): Promise<Map<string, LabelledData>> {
  const { name: sheet, columns } = table
  const times = columns.filter(({ role }) => role === '推移')
  const axes = columns.filter(({ role }) => role === '軸')
  const values = columns.filter(({ role }) => role === '値')
  if (times.length > 1) {
    throw failure('tree_sheet_periods', {
      sheet,
      columns: times.slice(0, 10).map(({ name }) => name),
    })
  }
  const [only, ...others] = values
  if (!only) throw failure('tree_sheet_no_values', { sheet })
  const subject = axes.find(({ name }) => labelKeyOf(name) === subjectName)
  const time = times[0] && spelled(times[0])
  if (subject && others.length === 0) {
    const rest = axes.filter((axis) => axis !== subject)
    return bySubject({ sheet, time, axes: rest }, subject, only, pause)
  }
  return byColumn({ sheet, time, axes }, values, pause)
}

/** A column of time whose periods are those of other sheets. */
function spelled({ name, role, cells }: Column): Time {
  const texts = cells.map((cell) => plainTextOf(cell))
  return { name, role, cells: spellPeriods(name, texts), years: yearsOf(name, texts) }
}

type Time = Column & { years: NodeData['years'] }

/** What the keys of numbers are made of. */
type Frame = { sheet: string; time: Time | undefined; axes: readonly Column[] }

async function byColumn(frame: Frame, values: readonly Column[], pause: Pause) {
  const { keys, placeOf } = await keysOf(frame, values[0]?.cells.length ?? 0, pause)
  const found = new Map<string, LabelledData>()
  for (const { name, cells } of values) {
    const label = labelKeyOf(name)
    if (found.has(label)) {
      throw failure('tree_sheet_same_names', { sheet: frame.sheet, column: name })
    }
    const numbers: NodeData['values'] = new Array(keys.length).fill(null)
    for (const [row, cell] of cells.entries()) {
      place(frame, name, keys, numbers, placeOf[row] as number, numberOf(cell))
    }
    found.set(label, { label: name, data: dataOf(frame, keys, numbers) })
    await pause()
  }
  return found
}

async function keysOf(frame: Frame, rows: number, pause: Pause) {
  const keys: string[][] = []
  const known = new Map<string, number>()
  const placeOf = new Uint32Array(rows)
  for (let row = 0; row < rows; row += 1) {
    placeOf[row] = findPlace(frame, known, keys, row)
    if (row % 1000 === 0) await pause()
  }
  return { keys, placeOf }
}

type Group = LabelledData & { known: Map<string, number> }

async function bySubject(frame: Frame, subject: Column, { cells }: Column, pause: Pause) {
  const found = new Map<string, Group>()
  for (const [row, cell] of cells.entries()) {
    if (row % 1000 === 0) await pause()
    const label = plainTextOf(subject.cells[row] ?? null)
    const labelKey = labelKeyOf(label)
    if (labelKey === '') continue
    const group = found.get(labelKey) ?? { label, data: dataOf(frame, [], []), known: new Map() }
    found.set(labelKey, group)
    const { keys, values } = group.data
    const at = findPlace(frame, group.known, keys, row)
    if (at === values.length) values.push(null)
    place(frame, label, keys, values, at, numberOf(cell))
  }
  return new Map([...found].map(([key, { label, data }]) => [key, { label, data }]))
}

function dataOf({ time, axes }: Frame, keys: string[][], values: NodeData['values']): NodeData {
  const period = time?.name ?? null
  return { period, years: time?.years, axes: axes.map(({ name }) => name), keys, values }
}

/** Where the key of a row is among those that are known; at their end for a new one. */
function findPlace(
  frame: Frame,
  known: Map<string, number>,
  keys: string[][],
  row: number,
): number {
  const { sheet, time, axes } = frame
  const key = axes.map(({ cells }) => plainTextOf(cells[row] ?? null))
  if (time) key.unshift(String(time.cells[row] ?? ''))
  const text = JSON.stringify(key)
  const at = known.get(text)
  if (at !== undefined) return at
  if (keys.length === maxKeys) throw failure('tree_sheet_too_large', { sheet, limit: maxKeys })
  known.set(text, keys.length)
  return keys.push(key) - 1
}

function place(
  frame: Frame,
  column: string,
  keys: readonly string[][],
  values: NodeData['values'],
  at: number,
  number: number | null,
): void {
  if (number === null) return
  if (values[at] !== null) {
    const { sheet, time, axes } = frame
    const names = [...(time ? [time] : []), ...axes].map(({ name }) => name)
    const parts = names.map((name, n) => `${name}=${keys[at]?.[n]}`)
    throw failure('tree_sheet_double_key', { sheet, column, key: parts.join(' ') || '—' })
  }
  values[at] = number
}

/** A column that seemed to be no 値 holds texts. */
function numberOf(cell: string | number | null): number | null {
  return typeof cell === 'string' ? (numberIn(cell) ?? null) : cell
}
