import { failure } from '../../failure.ts'
import type { Pause } from '../../slices.ts'
import type { Calculator, Simulation } from '../calculation/calculator.ts'
import type { Cells } from '../calculation/cells.ts'
import { isComplete, placesIn } from '../calculation/comparing.ts'
import type { ModelNode, Series } from '../calculation/model.ts'
import { alignedWith, totalOf } from '../calculation/totals.ts'

export { placesIn }

/** How many records all nodes of an answer have together. */
const maxRecords = 200_000

const valueColumns = ['値', 'シミュレーション値'] as const

/** What is shown of one node: its numbers without and with the changes, over the same keys. */
export type Shown = {
  node: ModelNode
  columns: string[]
  baseline: Series
  simulated: Series
}

/** Fails with `tree_answer_too_large` before anything is built. */
export function shownNodes(
  calculator: Calculator,
  simulation: Simulation,
  nodes: readonly ModelNode[],
): Shown[] {
  const shown = nodes.map((node) => {
    const simulated = simulation.series(node.id)
    const columns = columnsOf(calculator, simulated)
    const baseline = alignedWith(calculator.baseline(node.id), simulated)
    return { node, columns, baseline, simulated }
  })
  const records = shown.reduce((sum, { simulated }) => sum + simulated.values.length, 0)
  if (records > maxRecords) throw failure('tree_answer_too_large', { records, limit: maxRecords })
  return shown
}

/** The names of the fields of a record, each once. */
export function columnsOf({ periodName, axes }: Calculator, series: Series): string[] {
  const names: string[] = [...valueColumns]
  const keys = [
    ...(series.periods ? [periodName] : []),
    ...series.axes.map((place) => axes[place] as string),
  ]
  const distinct = keys.map((key) => {
    let name = key
    for (let n = 2; names.includes(name); n += 1) name = `${key} (${n})`
    names.push(name)
    return name
  })
  return [...distinct, ...valueColumns]
}

/** A node as it stands in the answer, in pieces: names of columns come from files, so it is made as text. */
export async function writeNode(
  { periods }: Calculator,
  { node, columns, baseline, simulated }: Shown,
  pieces: string[],
  pause: Pause,
): Promise<void> {
  const { id: node_id, label, node_type, aggregation } = node
  const total = {
    baseline: totalOf(baseline, aggregation),
    simulated: totalOf(simulated, aggregation),
    complete: isComplete(baseline) && isComplete(simulated),
  }
  const head = JSON.stringify({ node_id, label, node_type, columns, total })
  const names = columns.map((column) => `${JSON.stringify(column)}:`)
  const width = simulated.periods?.length ?? 1
  const periodTexts = simulated.periods?.map((place) => JSON.stringify(periods[place]))
  const placeOf = placesIn(baseline, simulated)
  const { holes } = simulated as Partial<Cells>
  let separator = ''
  pieces.push(head.slice(0, -1), ',"records":[')
  for (const [t, tuple] of simulated.tuples.entries()) {
    const texts = tuple.map((value) => JSON.stringify(value))
    const rows: string[] = []
    for (let p = 0; p < width; p += 1) {
      if (holes?.[t * width + p]) continue
      const place = placeOf(t, p)
      const cells = [
        ...(periodTexts ? [periodTexts[p]] : []),
        ...texts,
        place === undefined ? 'null' : numberText(baseline.values[place]),
        numberText(simulated.values[t * width + p]),
      ]
      rows.push(`{${cells.map((cell, n) => `${names[n]}${cell}`).join()}}`)
    }
    if (rows.length > 0) pieces.push(separator, rows.join())
    if (rows.length > 0) separator = ','
    await pause()
  }
  pieces.push(']}')
}

function numberText(value = Number.NaN): string {
  return Number.isFinite(value) ? JSON.stringify(value) : 'null'
}
