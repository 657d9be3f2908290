import type { Db } from '../../../db/tables.ts'
import {
  maxRecords,
  type TreeNode,
  type TreeNodeData,
  type TreeNodeSource,
} from '../../../schemas/driver-tree/nodes.ts'
import type { NodeData } from '../calculation/model.ts'

/** What the number of a record is called. */
export const valueColumn = '値'

/** Nodes as they are shown in a tree: what is said of their data, and not the data. */
export function selectNodes(db: Db) {
  return db
    .selectFrom('driver_tree_nodes')
    .select([
      'id',
      'tree_id',
      'label',
      'node_type',
      'operator',
      'is_intermediate',
      'value',
      'source',
      'unit',
      'aggregation',
      'position_x',
      'position_y',
      'version',
      'data_shape',
    ])
}

/** What there is of the data of a node: its columns, and how many numbers. */
export type DataShape = Pick<NodeData, 'period' | 'axes'> & { record_count: number }

/** The columns of a row that hold data. */
export function dataColumns(data: NodeData | null) {
  if (data === null) return { data: null, data_shape: null }
  const { period, axes, values } = data
  const shape: DataShape = { period, axes, record_count: values.length }
  return { data: JSON.stringify(data), data_shape: JSON.stringify(shape) }
}

export type ShownNode = Awaited<ReturnType<ReturnType<typeof selectNodes>['execute']>>[number]

export function toNode(row: ShownNode): TreeNode {
  return {
    node_id: row.id,
    label: row.label,
    node_type: row.node_type,
    position_x: row.position_x,
    position_y: row.position_y,
    data: row.data_shape === null ? {} : summaryOf(JSON.parse(row.data_shape)),
    value: row.value,
    unit: row.unit,
    aggregation: row.aggregation,
    source: sourceOf(row.source),
    is_intermediate: row.is_intermediate === 1,
    version: row.version,
  }
}

function summaryOf({ period, axes, record_count }: DataShape): TreeNodeData {
  const columns = columnsOf({ period, axes })
  return { period: period === null ? null : (columns[0] as string), columns, record_count }
}

function sourceOf(source: string | null): TreeNodeSource | null {
  return source === null ? null : JSON.parse(source)
}

/**
 * The names of the columns: time, where there is one, the dimensions, and the value. Each comes once,
 * so that records can have them as names.
 */
export function columnsOf({
  period,
  axes,
}: Pick<Readonly<NodeData>, 'period'> & { axes: readonly string[] }): string[] {
  const taken = new Set([valueColumn])
  const names = (period === null ? axes : [period, ...axes]).map((name) => {
    let free = name
    for (let n = 2; taken.has(free); n += 1) free = `${name} (${n})`
    taken.add(free)
    return free
  })
  return [...names, valueColumn]
}

/** The data of a node as it is shown, with no more than the first ten thousand records. */
export function toData(data: NodeData): TreeNodeData {
  const columns = columnsOf(data)
  const records = data.keys.slice(0, maxRecords).map((key, n) => {
    // A column may have any name, `__proto__` as well.
    const record: Record<string, string | number | null> = Object.create(null)
    for (const [at, name] of columns.entries()) record[name] = key[at] ?? null
    record[valueColumn] = data.values[n] ?? null
    return record
  })
  return {
    period: data.period === null ? null : (columns[0] as string),
    columns,
    record_count: data.values.length,
    records,
  }
}
