import { atOnce, type Steps } from '../../slices.ts'
import { topDown } from './graph.ts'
import { orderLayers } from './layers.ts'

export type Place = { x: number; y: number }

export const columnWidth = 200
export const rowHeight = 100

type Drawn = { id: string; children: readonly string[] }

/**
 * Where each node of a graph is drawn: in layers, from the place of the first one. A node stands one
 * column right of the last of those that it is a part of; nodes without any relation stand below.
 */
export function layOut(nodes: readonly Drawn[], origin: Place): Map<string, Place> {
  return atOnce(layoutSteps(nodes, origin))
}

/** `layOut` as steps. */
export function* layoutSteps(nodes: readonly Drawn[], origin: Place): Steps<Map<string, Place>> {
  const childrenOf = relations(nodes)
  yield
  const ids = [...childrenOf.keys()]
  const hasParent = new Set([...childrenOf.values()].flat())
  const related = ids.filter((id) => hasParent.has(id) || childrenOf.get(id)?.length)
  yield
  const unordered = yield* layersOf(related, childrenOf)
  const layers = yield* orderLayers(unordered, childrenOf)
  const rows = rowsOf(layers, childrenOf)
  yield

  const places = new Map<string, Place>()
  let lowest = -1
  for (const [column, layer] of layers.entries()) {
    for (const id of layer) {
      const row = rows.get(id) as number
      lowest = Math.max(lowest, row)
      places.set(id, at(origin, column, row))
    }
  }
  const isolated = ids.filter((id) => !places.has(id))
  const width = Math.max(layers.length, Math.ceil(Math.sqrt(isolated.length)))
  for (const [index, id] of isolated.entries()) {
    places.set(id, at(origin, index % width, lowest + 1 + Math.floor(index / width)))
  }
  return places
}

function at(origin: Place, column: number, row: number): Place {
  return { x: origin.x + column * columnWidth, y: origin.y + row * rowHeight }
}

/** Each operand once, and none that is not there. */
function relations(nodes: readonly Drawn[]): Map<string, string[]> {
  const known = new Set(nodes.map(({ id }) => id))
  return new Map(
    nodes.map(({ id, children }) => [
      id,
      [...new Set(children)].filter((child) => known.has(child) && child !== id),
    ]),
  )
}

/** The layer of a node is the length of the longest way to it. */
function* layersOf(
  ids: readonly string[],
  childrenOf: ReadonlyMap<string, string[]>,
): Steps<string[][]> {
  const depths = new Map(ids.map((id) => [id, 0]))
  yield
  for (const id of topDown(ids, (each) => childrenOf.get(each) ?? [])) {
    const next = (depths.get(id) ?? 0) + 1
    for (const child of childrenOf.get(id) ?? []) {
      if ((depths.get(child) ?? 0) < next) depths.set(child, next)
    }
  }
  yield
  const layers: string[][] = []
  for (const id of readingOrder(ids, childrenOf)) {
    const depth = depths.get(id) as number
    while (layers.length <= depth) layers.push([])
    layers[depth]?.push(id)
  }
  return layers
}

/** Each node before its operands, and these one after the other, as one reads a formula. */
function readingOrder(ids: readonly string[], childrenOf: ReadonlyMap<string, string[]>): string[] {
  const hasParent = new Set(ids.flatMap((id) => childrenOf.get(id) ?? []))
  const seen = new Set<string>()
  const pending = ids.filter((id) => !hasParent.has(id)).toReversed()
  while (pending.length > 0) {
    const id = pending.pop() as string
    if (seen.has(id)) continue
    seen.add(id)
    pending.push(...(childrenOf.get(id) ?? []).toReversed())
  }
  return [...seen]
}

/** A node stands level with the topmost of its operands, where those above it leave room. */
function rowsOf(
  layers: readonly (readonly string[])[],
  childrenOf: ReadonlyMap<string, string[]>,
): Map<string, number> {
  const rows = new Map<string, number>()
  for (const layer of layers.toReversed()) {
    let next = 0
    for (const id of layer) {
      let wanted = Number.POSITIVE_INFINITY
      for (const child of childrenOf.get(id) ?? []) {
        wanted = Math.min(wanted, rows.get(child) ?? Number.POSITIVE_INFINITY)
      }
      const row = Number.isFinite(wanted) ? Math.max(next, wanted) : next
      rows.set(id, row)
      next = row + 1
    }
  }
  return rows
}
