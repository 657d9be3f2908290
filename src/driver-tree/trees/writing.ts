import { setImmediate } from 'node:timers/promises'
import { insertMany, updateMany } from '../../../db/bulk.ts'
import type { Db, Trx } from '../../../db/tables.ts'
import { readInSlices } from '../../slices.ts'
import { now } from '../../values.ts'
import type { Place } from '../formulas/layout.ts'
import { setChildren } from '../nodes/relations.ts'
import { dataColumns } from '../nodes/wire.ts'
import type { Binding } from './binding.ts'
import type { Merged, MergedNode } from './merge.ts'
import { childrenIn } from './reading.ts'

type Drawn = { version: number; place: Place }

/** The nodes of a tree by their keys, and by their ids what else an import changes of them. */
export type Stored = { nodes: Map<string, MergedNode>; drawn: Map<string, Drawn> }

const chunk = 1000

/** How many characters of data go to the database at once. */
const dataChunk = 4_000_000

export async function readStored(db: Db, treeId: string): Promise<Stored> {
  const query = db
    .selectFrom('driver_tree_nodes')
    .select(['id', 'label', 'label_key', 'node_type', 'operator', 'is_intermediate', 'value'])
    .select(['version', 'position_x', 'position_y'])
    .where('tree_id', '=', treeId)
    .orderBy('id')
    .limit(chunk)
  type Row = Awaited<ReturnType<typeof query.execute>>[number]
  const rows = await readInSlices<Row>(chunk, (last) =>
    query.where('id', '>', last?.id ?? '').execute(),
  )
  const children = await childrenIn(db, treeId)
  const keys = new Map(rows.map(({ id, label_key }) => [id, label_key]))
  const nodes = rows.map(({ id, label, label_key: key, node_type, operator, ...row }) => ({
    id,
    label,
    key,
    node_type,
    operator,
    is_intermediate: row.is_intermediate === 1,
    value: row.value,
    children: (children.get(id) ?? []).map((child) => keys.get(child) as string),
    change: null,
  }))
  const drawn = rows.map(({ id, version, position_x: x, position_y: y }): [string, Drawn] => [
    id,
    { version, place: { x, y } },
  ])
  return { nodes: new Map(nodes.map((node) => [node.key, node])), drawn: new Map(drawn) }
}

/** Makes a tree what a model made of it, in a few statements. Answers the ids that were changed. */
export async function writeMerged(
  trx: Trx,
  treeId: string,
  { drawn }: Stored,
  { nodes, removed }: Merged,
  places: ReadonlyMap<string, Place>,
  binding: Binding,
): Promise<ReadonlySet<string>> {
  const at = now()
  const all = [...nodes.values()]
  const created = all.filter(({ change }) => change === 'created')
  const redefined = all.filter(({ change }) => change === 'redefined')
  const moved = all.filter(({ id, key, change }) => {
    return change === null && hasMoved(drawn.get(id), places.get(key))
  })
  const next = ({ id, key }: MergedNode) => {
    const known = drawn.get(id)
    const { x, y } = places.get(key) ?? known?.place ?? { x: 0, y: 0 }
    const version = (known?.version ?? 0) + 1
    return { id, version, updated_at: at, position_x: x, position_y: y }
  }
  const written = (node: MergedNode) => ({ ...next(node), ...columnsOf(node) })
  const [drawing, defining] = [drawnColumns, [...drawnColumns, ...definedColumns]]
  await removeNodes(trx, removed)
  await updateMany(trx, 'driver_tree_nodes', defining, redefined.map(written))
  await updateMany(trx, 'driver_tree_nodes', drawing, moved.map(next))
  const inserted = (node: MergedNode) => ({
    ...written(node),
    ...newNode(treeId, node),
    created_at: at,
  })
  for (let start = 0; start < created.length; start += chunk) {
    const rows = created.slice(start, start + chunk).map(inserted)
    await insertMany(trx, 'driver_tree_nodes', ['id', ...defining, ...newColumns], rows)
    await setImmediate()
  }
  await setChildren(trx, treeId, idsOfChildren([...redefined, ...created], nodes))
  await writeData(trx, binding, next)
  const changed = [...redefined, ...moved, ...binding.bound.map(({ node }) => node)]
  return new Set(changed.flatMap(({ id }) => (drawn.has(id) ? [id] : [])))
}

const drawnColumns = ['version', 'updated_at', 'position_x', 'position_y'] as const
const definedColumns = [
  'node_type',
  'operator',
  'is_intermediate',
  'value',
  'data',
  'data_shape',
  'source',
  'project_file_id',
] as const
const newColumns = ['tree_id', 'label', 'label_key', 'unit', 'aggregation', 'created_at'] as const

function columnsOf({ node_type, operator, is_intermediate, value }: MergedNode) {
  const none = { ...dataColumns(null), source: null, project_file_id: null }
  return { node_type, operator, is_intermediate: Number(is_intermediate), value, ...none }
}

function newNode(tree_id: string, { label, key }: MergedNode) {
  return { tree_id, label, label_key: key, unit: null, aggregation: 'sum' }
}

function hasMoved(known: Drawn | undefined, place: Place | undefined): boolean {
  return Boolean(known && place && (known.place.x !== place.x || known.place.y !== place.y))
}

function idsOfChildren(parents: readonly MergedNode[], nodes: ReadonlyMap<string, MergedNode>) {
  const idOf = (key: string) => (nodes.get(key) as MergedNode).id
  return new Map(parents.map(({ id, children }) => [id, children.map(idOf)]))
}

/** Their relations and policies go with them. */
async function removeNodes(trx: Trx, nodes: readonly MergedNode[]): Promise<void> {
  for (let start = 0; start < nodes.length; start += chunk) {
    const ids = nodes.slice(start, start + chunk).map(({ id }) => id)
    await trx.deleteFrom('driver_tree_nodes').where('id', 'in', ids).execute()
  }
}

async function writeData(
  trx: Trx,
  { bound, project_file_id }: Binding,
  next: (node: MergedNode) => { id: string; version: number; updated_at: string },
): Promise<void> {
  const columns = [
    'version',
    'updated_at',
    'value',
    'data',
    'data_shape',
    'source',
    'project_file_id',
  ] as const
  let rows: ({ id: string } & Record<string, unknown>)[] = []
  let size = 0
  const flush = async () => {
    await updateMany(trx, 'driver_tree_nodes', columns, rows)
    rows = []
    size = 0
  }
  for (const { node, data, source } of bound) {
    const { id, version, updated_at } = next(node)
    const stored = dataColumns(data)
    const filled = { value: null, ...stored, source: JSON.stringify(source), project_file_id }
    rows.push({ id, version, updated_at, ...filled })
    size += stored.data?.length ?? 0
    if (size > dataChunk) await flush()
  }
  await flush()
}
