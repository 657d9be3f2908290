import { failure } from '../../failure.ts'
import type { Deps } from '../../fastify.ts'
import type { SheetBook, SheetCell } from '../../sheets.ts'
import { createPause, inTurn } from '../../slices.ts'
import type { Calculator, Simulation } from '../calculation/calculator.ts'
import type { ModelPolicy } from '../calculation/model.ts'
import { cellName } from './cell-names.ts'
import { sheetLimits } from './frame.ts'
import { modelSheet, type PolicyCells, simulateAll } from './model-sheet.ts'
import { resultColumns, resultRows, resultsOf } from './results.ts'
import { nodesDown, structureSheet } from './structure.ts'

declare module '../../workers.ts' {
  interface Tasks {
    write_sheets: (book: SheetBook) => Promise<Uint8Array>
  }
}

/** What a workbook may be: so much is put together in the memory and the time of a worker. */
const limits = { bytes: 64 * 1024 * 1024, timeoutMs: 120_000, heapMb: 1024 }

const rowsInPiece = 200

export const policySheetName = '施策'

type Rows = Iterable<SheetCell[]> | AsyncIterable<SheetCell[]>

/** The sheets of a workbook, by their names, as rows that are made when they are read. */
export async function sheetsOf(
  calculator: Calculator,
  simulation: Simulation,
  units: ReadonlyMap<string, string>,
): Promise<{ name: string; rows: Rows }[]> {
  const nodes = nodesDown(calculator)
  const { policies } = calculator.model
  const everything = await simulateAll(calculator)
  return [
    { name: 'シミュレーション結果', rows: resultSheet(calculator, simulation) },
    { name: 'ツリー構造', rows: structureSheet(calculator, nodes, units) },
    { name: policySheetName, rows: policySheet(calculator, policies) },
    { name: '計算', rows: modelSheet(calculator, everything, policyCells(policies)) },
  ]
}

async function* resultSheet(
  calculator: Calculator,
  simulation: Simulation,
): AsyncGenerator<SheetCell[]> {
  yield resultColumns(calculator)
  yield* resultRows(calculator, resultsOf(calculator, simulation, nodesDown(calculator)))
}

const policyColumns = ['施策', 'ノード', '倍率', '有効', '開始', '終了', '費用']

function* policySheet(
  { model }: Calculator,
  policies: readonly ModelPolicy[],
): Generator<SheetCell[]> {
  const labels = new Map(model.nodes.map(({ id, label }) => [id, label]))
  yield policyColumns
  for (const { name, node_id, value, is_active, period_from, period_to, cost } of policies) {
    const label = labels.get(node_id) ?? null
    yield [name, label, value, is_active ? 1 : 0, period_from, period_to, cost]
  }
}

/** Where the multiplier of each policy stands, and whether it applies. */
export function policyCells(policies: readonly ModelPolicy[]): PolicyCells[] {
  const address = (row: number, column: number) =>
    `'${policySheetName}'!${cellName(row, column).replace(/([A-Z]+)(\d+)/, '$$$1$$$2')}`
  return policies.map((policy, at) => ({
    policy,
    value: address(at + 1, 2),
    isActive: address(at + 1, 3),
  }))
}

/** A workbook, written by a worker. Fails with `tree_workbook_too_large` and `task_too_large`. */
export async function writeTreeBook(
  { workers }: Pick<Deps, 'workers'>,
  sheets: readonly { name: string; rows: Rows }[],
): Promise<Buffer> {
  const book = await inTurn(() => packedBook(sheets))
  const transfer = book.sheets.flatMap(({ pieces }) =>
    pieces.map(({ buffer }) => buffer as ArrayBuffer),
  )
  const { timeoutMs, heapMb } = limits
  const bytes = await workers.run('write_sheets', book, { timeoutMs, heapMb, transfer })
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

async function packedBook(sheets: readonly { name: string; rows: Rows }[]): Promise<SheetBook> {
  const book: SheetBook = { sheets: [] }
  const room = { bytes: limits.bytes }
  for (const { name, rows } of sheets) {
    book.sheets.push({ name, pieces: await packed(rows, room) })
  }
  return book
}

/** Rows as `writeSheets` reads them; lets others run in between. */
export async function packed(rows: Rows, room: { bytes: number }): Promise<Uint8Array[]> {
  const encoder = new TextEncoder()
  const pause = createPause()
  const pieces: Uint8Array[] = []
  let [count, batch] = [0, [] as string[]]
  const pack = () => {
    const piece = encoder.encode(`[${batch.join()}]`)
    room.bytes -= piece.length
    if (room.bytes < 0) throw failure('task_too_large')
    pieces.push(piece)
    batch = []
  }
  for await (const row of rows) {
    count += 1
    const { rows: most, columns } = sheetLimits
    if (count > most) throw failure('tree_workbook_too_large', { rows: most, columns })
    batch.push(JSON.stringify(row))
    if (batch.length === rowsInPiece) pack()
    await pause()
  }
  if (batch.length > 0) pack()
  return pieces
}
