import type { Steps } from '../../slices.ts'

type Layers = readonly (readonly string[])[]
type Relations = ReadonlyMap<string, readonly string[]>

const sweeps = 8

/**
 * The nodes of each layer in an order in which few lines cross: each goes, in turns, to the middle of
 * those on its left and of those on its right, and the best order seen is kept.
 */
export function* orderLayers(layers: Layers, childrenOf: Relations): Steps<string[][]> {
  const parentsOf = reversed(childrenOf)
  let best = layers.map((layer) => [...layer])
  let fewest = crossings(best, childrenOf)
  let current = best
  yield
  for (let sweep = 0; sweep < sweeps && fewest > 0; sweep += 1) {
    const isForward = sweep % 2 === 0
    current = swept(current, isForward ? parentsOf : childrenOf, isForward)
    yield
    const count = crossings(current, childrenOf)
    yield
    if (count >= fewest) continue
    best = current
    fewest = count
  }
  return best
}

function reversed(childrenOf: Relations): Map<string, string[]> {
  const parentsOf = new Map<string, string[]>()
  for (const [id, children] of childrenOf) {
    for (const child of children) {
      const parents = parentsOf.get(child)
      if (parents) parents.push(id)
      else parentsOf.set(child, [id])
    }
  }
  return parentsOf
}

function swept(layers: Layers, neighboursOf: Relations, isForward: boolean): string[][] {
  const result = layers.map((layer) => [...layer])
  const places = placesOf(layers)
  const order = [...result.keys()]
  for (const index of isForward ? order : order.toReversed()) {
    const layer = result[index] as string[]
    const middles = new Map(
      layer.map((id, place) => [id, middleOf(neighboursOf.get(id) ?? [], places) ?? place]),
    )
    layer.sort((a, b) => (middles.get(a) as number) - (middles.get(b) as number))
    for (const [place, id] of layer.entries()) places.set(id, place)
  }
  return result
}

function placesOf(layers: Layers): Map<string, number> {
  return new Map(layers.flatMap((layer) => layer.map((id, place) => [id, place] as const)))
}

function middleOf(ids: readonly string[], places: ReadonlyMap<string, number>): number | null {
  if (ids.length === 0) return null
  let sum = 0
  for (const id of ids) sum += places.get(id) ?? 0
  return sum / ids.length
}

/** How often lines from one layer to the next cross, counted by a Fenwick tree. */
export function crossings(layers: Layers, childrenOf: Relations): number {
  let count = 0
  for (const [index, layer] of layers.entries()) {
    const below = layers[index + 1] ?? []
    const places = new Map(below.map((id, place) => [id, place]))
    const seen = new Uint32Array(below.length + 1)
    let total = 0
    for (const id of layer) {
      const ends = (childrenOf.get(id) ?? []).flatMap((child) => places.get(child) ?? [])
      for (const end of ends) {
        let upTo = 0
        for (let at = end + 1; at > 0; at -= at & -at) upTo += seen[at] as number
        count += total - upTo
      }
      for (const end of ends) {
        for (let at = end + 1; at < seen.length; at += at & -at) seen[at] = (seen[at] as number) + 1
        total += 1
      }
    }
  }
  return count
}
