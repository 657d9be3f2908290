import {
  allow,
  type Cells,
  type Faults,
  note,
  type Run,
  requireSize,
  seriesOf,
  widthOf,
  worked,
} from './cells.ts'
import { type Shapes, textOf } from './join.ts'
import type { ModelNode, NodeData } from './model.ts'

/** The places of names of periods and axes. */
export type Places = { periods: ReadonlyMap<string, number>; axes: ReadonlyMap<string, number> }

/** What is entered for a node: its data, or else its number. */
export async function readEntered(
  run: Run,
  shapes: Shapes,
  places: Places,
  node: Pick<ModelNode, 'value' | 'data'>,
): Promise<{ cells: Cells; faults: Faults | null }> {
  if (node.data && node.data.keys.length > 0) return readData(run, shapes, places, node.data)
  const values = new Float64Array(allow(run, 1, 1)).fill(node.value ?? Number.NaN)
  const faults: Faults = { list: [], count: 0 }
  if (!Number.isFinite(values[0])) {
    note(run, faults, node.value === null ? 'no_value' : 'not_finite', shapes.unit, 0, null)
    values[0] = Number.NaN
  }
  const cells = seriesOf(shapes.unit, shapes.timeless, values)
  return { cells, faults: faults.count > 0 ? faults : null }
}

type Rows = { tuples: string[][]; rowTuples: Int32Array; rowPeriods: Int32Array; used: number[] }

async function readRows(run: Run, places: Places, data: NodeData): Promise<[number[], Rows]> {
  const first = data.period === null ? 0 : 1
  const columns = new Map<number, number>()
  for (const [at, name] of data.axes.entries()) {
    const axis = places.axes.get(name) as number
    if (!columns.has(axis)) columns.set(axis, first + at)
  }
  const axes = [...columns.keys()].sort((a, b) => a - b)
  const rows: Rows = {
    tuples: [],
    rowTuples: new Int32Array(data.keys.length),
    rowPeriods: new Int32Array(data.keys.length),
    used: [],
  }
  const known = new Map<string, number>()
  let last = -1
  let isAscending = true
  if (axes.length === 0) rows.tuples.push([])
  for (let at = 0; at < data.keys.length; at += 1) {
    const key = data.keys[at] as string[]
    if (axes.length > 0) {
      const tuple = axes.map((axis) => key[columns.get(axis) as number] ?? '')
      const text = textOf(tuple)
      const place = known.get(text) ?? rows.tuples.push(tuple) - 1
      known.set(text, place)
      rows.rowTuples[at] = place
    }
    const period = first ? (places.periods.get(key[0] as string) as number) : 0
    if (period <= last) isAscending = false
    last = period
    rows.rowPeriods[at] = period
    if (at % 1000 === 999) await worked(run, 20_000)
  }
  rows.used = isAscending
    ? [...rows.rowPeriods]
    : [...new Set(rows.rowPeriods)].sort((a, b) => a - b)
  return [axes, rows]
}

async function readData(run: Run, shapes: Shapes, places: Places, data: NodeData) {
  requireSize(run, data.keys.length)
  const [axes, { tuples, rowTuples, rowPeriods, used }] = await readRows(run, places, data)
  const layout = await shapes.layoutOf(run, axes, tuples)
  const span = shapes.spanOf(data.period === null ? null : used)
  const width = widthOf(span)
  const size = allow(run, tuples.length, width)
  const values = new Float64Array(size).fill(Number.NaN)
  const holes = new Uint8Array(size).fill(1)
  const faults: Faults = { list: [], count: 0 }
  const placeInSpan = new Int32Array(places.periods.size)
  if (span.periods) for (const [at, period] of used.entries()) placeInSpan[period] = at
  let filled = 0
  for (let at = 0; at < rowTuples.length; at += 1) {
    const tuple = rowTuples[at] as number
    const cell =
      tuple * width + (span.periods ? (placeInSpan[rowPeriods[at] as number] as number) : 0)
    filled += holes[cell] as number
    holes[cell] = 0
    const value = data.values[at] ?? Number.NaN
    values[cell] = Number.isFinite(value) ? value : Number.NaN
    if (!Number.isFinite(value)) {
      const kind = Number.isNaN(value) ? 'missing_value' : 'not_finite'
      note(run, faults, kind, layout, tuple, span.periods ? (rowPeriods[at] as number) : null)
    }
    if (at % 1000 === 999) await worked(run, 5000)
  }
  const cells = seriesOf(layout, span, values, filled < size ? holes : null)
  return { cells, faults: faults.count > 0 ? faults : null }
}
