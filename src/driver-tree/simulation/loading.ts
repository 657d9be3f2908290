import { sql } from 'kysely'
import type { Db } from '../../../db/tables.ts'
import { failure } from '../../failure.ts'
import { createPause, type Pause, readInSlices } from '../../slices.ts'
import { groupBy } from '../../values.ts'
import type { ModelNode, ModelPolicy, NodeData, TreeModel } from '../calculation/model.ts'
import { rootOf } from '../trees/graph.ts'
import { readEdges } from '../trees/reading.ts'

/** A model as the tables had it at one version of the tree. */
export type LoadedModel = TreeModel & {
  tree_id: string
  version: number
  /** By the id of a node: changes whenever its row does. */
  marks: ReadonlyMap<string, string>
}

type NodeRow = Awaited<ReturnType<ReturnType<typeof selectNodes>['execute']>>[number]

const rowsAtOnce = 1000

/** How much of the data of nodes is read at a time, and altogether. */
const batchBytes = 8 * 1024 * 1024
const maxMegabytes = 256

const maxAttempts = 5

/**
 * The model of a tree, with all of its policies, of one version of the tree even while others change it.
 * Takes the data of nodes that are as they were from an `earlier` model. Fails with `tree_not_found`, and
 * with `tree_data_too_large` where the data would not fit into the memory.
 */
export async function loadModel(
  db: Db,
  treeId: string,
  earlier?: LoadedModel,
): Promise<LoadedModel> {
  for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
    const before = await readTree(db, treeId)
    const model = await readModel(db, before, earlier)
    const after = await readTree(db, treeId)
    if (after.version === before.version) return model
  }
  throw failure('too_busy')
}

function readTree(db: Db, id: string) {
  return db
    .selectFrom('driver_trees')
    .select(['id', 'version', 'root_node_id'])
    .where('id', '=', id)
    .executeTakeFirstOrThrow(() => failure('tree_not_found', { id }))
}

async function readModel(
  db: Db,
  tree: Awaited<ReturnType<typeof readTree>>,
  earlier?: LoadedModel,
): Promise<LoadedModel> {
  const pause = createPause()
  const rows = await readNodes(db, tree.id)
  const children = groupBy(await readEdges(db, tree.id), ({ parent_id }) => parent_id)
  await pause()
  const marks = new Map(rows.map((row) => [row.id, markOf(row)]))
  await pause()
  const data = dataAgain(rows, marks, earlier)
  await readData(
    db,
    rows.filter(({ id, bytes }) => bytes !== null && !data.has(id)),
    data,
    pause,
  )
  const nodes: ModelNode[] = []
  for (const [at, { bytes: _, version: __, updated_at: ___, ...row }] of rows.entries()) {
    const operands = children.get(row.id)?.map(({ child_id }) => child_id) ?? []
    const node = { ...row, children: operands, data: data.get(row.id) ?? null }
    const was = earlier?.nodes[at]
    nodes.push(was && isSame(was, node) ? was : node)
    if (at % 500 === 499) await pause()
  }
  return {
    tree_id: tree.id,
    version: tree.version,
    nodes,
    root_id: rootIn(tree.root_node_id, nodes),
    policies: await readPolicies(db, tree.id),
    marks,
  }
}

/** The same root as the tree itself is shown with. */
function rootIn(chosen: string | null, nodes: readonly ModelNode[]): string | null {
  const ids = nodes.map(({ id }) => id)
  const root = rootOf(chosen, ids, new Map(nodes.map(({ id, children }) => [id, children])))
  return root !== null && ids.includes(root) ? root : null
}

function selectNodes(db: Db, treeId: string) {
  return db
    .selectFrom('driver_tree_nodes')
    .select([
      'id',
      'label',
      'node_type',
      'operator',
      'value',
      'aggregation',
      'version',
      'updated_at',
      sql<number | null>`octet_length(data)`.as('bytes'),
    ])
    .where('tree_id', '=', treeId)
    .orderBy('id')
    .limit(rowsAtOnce)
}

function readNodes(db: Db, treeId: string): Promise<NodeRow[]> {
  const query = selectNodes(db, treeId)
  return readInSlices<NodeRow>(rowsAtOnce, (last) =>
    query.where('id', '>', last?.id ?? '').execute(),
  )
}

async function readPolicies(db: Db, treeId: string): Promise<ModelPolicy[]> {
  const rows = await db
    .selectFrom('driver_tree_policies')
    .select(['id', 'node_id', 'name', 'value', 'is_active', 'period_from', 'period_to', 'cost'])
    .where('tree_id', '=', treeId)
    .orderBy('id')
    .execute()
  return rows.map((row) => ({ ...row, is_active: row.is_active === 1 }))
}

function markOf({ version, updated_at, bytes }: NodeRow): string {
  return `${version} ${updated_at} ${bytes}`
}

/** Nodes that are the same stay the same object, so that what is made of them can tell at once. */
function isSame(one: ModelNode, other: ModelNode): boolean {
  return (
    one.id === other.id &&
    one.label === other.label &&
    one.node_type === other.node_type &&
    one.operator === other.operator &&
    one.value === other.value &&
    one.data === other.data &&
    one.aggregation === other.aggregation &&
    one.children.length === other.children.length &&
    one.children.every((id, place) => id === other.children[place])
  )
}

function dataAgain(
  rows: readonly NodeRow[],
  marks: ReadonlyMap<string, string>,
  earlier: LoadedModel | undefined,
): Map<string, NodeData> {
  const known = new Map(earlier?.nodes.map(({ id, data }) => [id, data]))
  return new Map(
    rows.flatMap(({ id }): [string, NodeData][] => {
      const data = earlier?.marks.get(id) === marks.get(id) ? known.get(id) : null
      return data ? [[id, data]] : []
    }),
  )
}

/** Some megabytes at a time, so that neither a query nor what it answers becomes too large. */
async function readData(
  db: Db,
  rows: readonly NodeRow[],
  found: Map<string, NodeData>,
  pause: Pause,
): Promise<void> {
  const total = rows.reduce((sum, { bytes }) => sum + Number(bytes), 0)
  if (total > maxMegabytes * 1024 * 1024) {
    throw failure('tree_data_too_large', { limit: maxMegabytes })
  }
  for (const batch of batchesOf(rows)) {
    const read = await db
      .selectFrom('driver_tree_nodes')
      .select(['id', 'data'])
      .where('id', 'in', batch)
      .execute()
    for (const { id, data } of read) {
      if (data !== null) found.set(id, JSON.parse(data))
      await pause()
    }
  }
}

function batchesOf(rows: readonly NodeRow[]): string[][] {
  const batches: string[][] = []
  let room = 0
  for (const { id, bytes } of rows) {
    const last = batches.at(-1)
    if (last && last.length < 1000 && room >= Number(bytes)) last.push(id)
    else {
      batches.push([id])
      room = batchBytes
    }
    room -= Number(bytes)
  }
  return batches
}
