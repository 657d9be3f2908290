import { Readable } from 'node:stream'
import type { Db } from '../../../db/tables.ts'
import type { TreeOutputQuery } from '../../../schemas/driver-tree/output.ts'
import type { Caller } from '../../access.ts'
import { toCsv } from '../../exports.ts'
import { failure } from '../../failure.ts'
import type { Deps } from '../../fastify.ts'
import { inTurn } from '../../slices.ts'
import type { Simulation } from '../calculation/calculator.ts'
import { requireNode } from '../nodes/access.ts'
import type { Calculated } from '../simulation/calculators.ts'
import { changesOf, planOf } from '../simulation/plans.ts'
import { columnsOf } from '../simulation/records.ts'
import { getTreeRow } from '../trees/access.ts'
import { writeDocument } from './document.ts'
import { resultColumns, resultRows, resultsOf } from './results.ts'
import { nodesDown } from './structure.ts'
import { sheetsOf, writeTreeBook } from './workbook.ts'

export type OutputDeps = Pick<Deps, 'db' | 'calculators' | 'workers'>

/** A file that is answered as it is made, or as a whole. */
export type Output = { name: string; content: Readable | Buffer }

/**
 * A tree with its numbers, and what its policies that are active make of them, as the file that is
 * asked for. A workbook fails with `tree_workbook_too_large`, `tree_formula_too_long` and
 * `task_too_large`; the other formats are streams of any length.
 */
export async function outputTree(
  deps: OutputDeps,
  caller: Caller,
  treeId: string,
  { format = 'xlsx' }: TreeOutputQuery,
): Promise<Output> {
  const { db, calculators } = deps
  const row = await getTreeRow(db, caller, treeId)
  const calculated = await calculators.read(db, row)
  const simulation = await simulateSaved(calculated)
  const { calculator } = calculated
  const name = `simulation_${row.id}.${format}`
  if (format === 'csv') {
    const results = resultsOf(calculator, simulation, nodesDown(calculator))
    const rows = Readable.from(resultRows(calculator, results))
    return { name, content: toCsv(rows, resultColumns(calculator)) }
  }
  const units = await readUnits(db, row.id)
  if (format === 'json') {
    const pieces = writeDocument(row, calculated, simulation, units)
    return { name, content: Readable.from(pieces, { objectMode: false }) }
  }
  const sheets = await sheetsOf(calculator, simulation, units)
  return { name, content: await writeTreeBook(deps, sheets) }
}

/** The numbers of one node as CSV: a column for time and for each of its axes, where it has them. */
export async function outputNode(
  { db, calculators }: OutputDeps,
  caller: Caller,
  nodeId: string,
): Promise<Output> {
  const row = await getTreeRow(db, caller, await requireNode(db, caller, nodeId))
  const calculated = await calculators.read(db, row)
  const { model, calculator } = calculated
  const node = model.nodes.find(({ id }) => id === nodeId)
  if (!node) throw failure('tree_node_not_found', { id: nodeId })
  const simulation = await simulateSaved(calculated)
  const series = simulation.series(node.id)
  async function* rows() {
    for await (const each of resultsOf(calculator, simulation, [node as (typeof model.nodes)[0]])) {
      const key = series.periods ? [each.period, ...each.tuple] : each.tuple
      yield [...key, each.baseline, each.simulated]
    }
  }
  const content = toCsv(Readable.from(rows()), columnsOf(calculator, series))
  return { name: `node_preview_${node.id}.csv`, content }
}

/** What the saved policies that are active make of a tree. */
export function simulateSaved(calculated: Calculated): Promise<Simulation> {
  const { plan } = planOf(calculated, {})
  return inTurn(() => calculated.calculator.simulate(changesOf(plan)))
}

/** The units of nodes that have one. */
export async function readUnits(db: Db, treeId: string): Promise<Map<string, string>> {
  const rows = await db
    .selectFrom('driver_tree_nodes')
    .select(['id', 'unit'])
    .where('tree_id', '=', treeId)
    .where('unit', 'is not', null)
    .execute()
  return new Map(rows.map(({ id, unit }) => [id, unit as string]))
}
