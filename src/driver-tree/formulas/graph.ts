import { atOnce, type Steps } from '../../slices.ts'

type ChildrenOf = (id: string) => readonly string[]

/** One way around that leads back to where it began, the first node standing at its end again. */
export function findCycle(ids: Iterable<string>, childrenOf: ChildrenOf): string[] | null {
  return atOnce(cycleSteps(ids, childrenOf))
}

/** `findCycle` as steps. */
export function* cycleSteps(ids: Iterable<string>, childrenOf: ChildrenOf): Steps<string[] | null> {
  const finished = new Set<string>()
  for (const start of ids) {
    const path: string[] = []
    const places = new Map<string, number>()
    const pending: string[] = [start]
    while (pending.length > 0) {
      yield
      const id = pending.at(-1) as string
      if (finished.has(id) || places.has(id)) {
        pending.pop()
        if (path.at(-1) === id) {
          path.pop()
          places.delete(id)
          finished.add(id)
        }
        continue
      }
      places.set(id, path.length)
      path.push(id)
      for (const child of childrenOf(id).toReversed()) {
        const place = places.get(child)
        if (place !== undefined) return [...path.slice(place), child]
        if (!finished.has(child)) pending.push(child)
      }
    }
  }
  return null
}

/** All nodes of a graph without cycles, each before those that it is calculated from. */
export function topDown(ids: readonly string[], childrenOf: ChildrenOf): string[] {
  const waiting = new Map(ids.map((id) => [id, 0]))
  for (const id of ids) {
    for (const child of childrenOf(id)) waiting.set(child, (waiting.get(child) ?? 0) + 1)
  }
  const order = ids.filter((id) => waiting.get(id) === 0)
  for (let at = 0; at < order.length; at += 1) {
    for (const child of childrenOf(order[at] as string)) {
      const left = (waiting.get(child) as number) - 1
      waiting.set(child, left)
      if (left === 0) order.push(child)
    }
  }
  return order
}
