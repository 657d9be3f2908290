import type { Trx } from '../../../db/tables.ts'
import { transact } from '../../../db/transact.ts'
import {
  type ImportedTree,
  maxNodes,
  type TreeImport,
  type TreeImportReport,
} from '../../../schemas/driver-tree/trees.ts'
import type { Caller } from '../../access.ts'
import { failure, invalid } from '../../failure.ts'
import type { Deps } from '../../fastify.ts'
import { recordProjectAudit } from '../../projects/activity.ts'
import { inSlices, withPauses } from '../../slices.ts'
import { readSheetValues, type SheetValues } from '../files/values.ts'
import { type BuiltModel, buildSteps } from '../formulas/build.ts'
import { layoutSteps } from '../formulas/layout.ts'
import { getTreeRow, type TreeRow, touchTree } from './access.ts'
import { type Binding, bindValues, noBinding, requireSameProject } from './binding.ts'
import { type Merged, mergeSteps } from './merge.ts'
import { describeTree } from './reading.ts'
import { tellTree } from './tell.ts'
import { readStored, type Stored, writeMerged } from './writing.ts'

type Given = { model: BuiltModel; sheet: SheetValues | undefined; origin: { x: number; y: number } }

/**
 * Takes formulas into a tree as one model, and the numbers of a sheet into its 入力 nodes: all of it or,
 * where anything is wrong, nothing. With a `version`, changes that one or fails with 412.
 */
export async function importModel(
  deps: Pick<Deps, 'db' | 'storage' | 'channels'>,
  caller: Caller,
  treeId: string,
  input: TreeImport,
  version?: number,
): Promise<ImportedTree> {
  await getTreeRow(deps.db, caller, treeId, 'work')
  const given = await readGiven(deps, caller, input)
  const imported = await transact(deps.db, async (trx) => {
    const tree = await touchTree(trx, caller, treeId, version)
    if (given.sheet) await requireSameProject(trx, tree.project_id, given.sheet)
    const { report, root } = await takeIn(trx, tree, given)
    const { created, updated, removed } = report
    const { length: formulas } = input.formulas
    const changes = { formulas, sheet_id: input.sheet_id ?? null, created, updated, removed }
    await recordProjectAudit(trx, caller, tree.project_id, 'tree.imported', treeId, changes)
    return { ...(await describeTree(trx, { ...tree, root_node_id: root })), import: report }
  })
  tellTree(deps, caller, { id: treeId, version: imported.version }, 'tree.imported')
  return imported
}

async function readGiven(
  deps: Pick<Deps, 'db' | 'storage'>,
  caller: Caller,
  { formulas, sheet_id, position_x, position_y }: TreeImport,
): Promise<Given> {
  if (formulas.length === 0 && !sheet_id) {
    throw invalid({ field: 'formulas', rule: 'formulas_or_sheet' })
  }
  const model =
    formulas.length === 0 ? { nodes: [], roots: [] } : await inSlices(buildSteps(formulas))
  const sheet = sheet_id ? await readSheetValues(deps, caller, sheet_id) : undefined
  return { model, sheet, origin: { x: position_x, y: position_y } }
}

async function takeIn(trx: Trx, tree: TreeRow, { model, sheet, origin }: Given) {
  const stored = await readStored(trx, tree.id)
  const chosen = [...stored.nodes.values()].find(({ id }) => id === tree.root_node_id)
  const merged = await withPauses(mergeSteps(stored.nodes, chosen?.key ?? null, model))
  if (merged.nodes.size > maxNodes) throw failure('tree_full', { limit: maxNodes })
  const binding = sheet ? bindValues(merged.nodes.values(), sheet) : noBinding
  const places = await withPauses(layoutSteps(drawnIn(model, merged), origin))
  const changed = await writeMerged(trx, tree.id, stored, merged, places, binding)
  const root = merged.root === null ? null : (merged.nodes.get(merged.root)?.id ?? null)
  if (root !== tree.root_node_id) {
    await trx
      .updateTable('driver_trees')
      .set({ root_node_id: root })
      .where('id', '=', tree.id)
      .execute()
  }
  return { root, report: reportOf(model, stored, merged, changed, binding) }
}

/** The nodes of the model, with what they have below them in the model. */
function drawnIn({ nodes }: BuiltModel, merged: Merged) {
  const keys = new Set(nodes.map(({ key }) => key))
  return nodes.map(({ key }) => ({
    id: key,
    children: merged.nodes.get(key)?.children.filter((child) => keys.has(child)) ?? [],
  }))
}

function reportOf(
  model: BuiltModel,
  stored: Stored,
  { nodes, removed }: Merged,
  changed: ReadonlySet<string>,
  { bound, unmatched, unused }: Binding,
): TreeImportReport {
  const found = model.nodes.flatMap(({ key }) => stored.nodes.get(key) ?? [])
  return {
    created: model.nodes.length - found.length,
    updated: changed.size,
    unchanged: found.filter(({ id }) => !changed.has(id)).length,
    removed: removed.length,
    bound: bound.map(({ node: { id, label } }) => ({ node_id: id, label })),
    unmatched,
    unused,
    roots: model.roots.flatMap((key) => {
      const node = nodes.get(key)
      return node ? [{ node_id: node.id, label: node.label }] : []
    }),
  }
}
