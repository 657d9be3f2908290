import type { ModelNode } from './model.ts'

/** Nodes in an order in which operands come before what is calculated from them. */
export type Graph = {
  nodes: readonly ModelNode[]
  order: readonly string[]
  place: ReadonlyMap<string, number>
  /** The places of the operands of each node. */
  children: readonly (readonly number[])[]
  /** The places of the nodes that are calculated from each node. */
  parents: readonly (readonly number[])[]
}

/** Whether a node is calculated; all others have what is entered. */
export const isCalculated = (node: ModelNode): boolean =>
  node.operator !== null && node.children.length > 0

/** The graph of the nodes of a model, found without recursion, so that a chain may be of any length. */
export function graphOf(model: readonly ModelNode[]): Graph {
  const given = new Map(model.map(({ id }, at) => [id, at]))
  const operands = model.map((node) =>
    isCalculated(node) ? node.children.map((id) => given.get(id) ?? -1) : [],
  )
  const users: number[][] = model.map(() => [])
  const waitsFor = Int32Array.from(operands, ({ length }) => length)
  for (const [user, list] of operands.entries()) {
    for (const operand of list) users[operand]?.push(user)
  }
  const order: number[] = []
  for (let at = 0; at < model.length; at += 1) if (waitsFor[at] === 0) order.push(at)
  for (let at = 0; at < order.length; at += 1) {
    for (const user of users[order[at] as number] as number[]) {
      const left = (waitsFor[user] as number) - 1
      waitsFor[user] = left
      if (left === 0) order.push(user)
    }
  }
  if (order.length < given.size)
    throw new Error('The nodes of a tree have a cycle, or lack a child')
  const placeOf = new Int32Array(model.length)
  for (const [place, at] of order.entries()) placeOf[at] = place
  const placesOf = (list: readonly number[]) => list.map((at) => placeOf[at] as number)
  const nodes = order.map((at) => model[at] as ModelNode)
  return {
    nodes,
    order: nodes.map(({ id }) => id),
    place: new Map(nodes.map(({ id }, place) => [id, place])),
    children: order.map((at) => placesOf(operands[at] as number[])),
    parents: order.map((at) => [...new Set(placesOf(users[at] as number[]))]),
  }
}

/** Marks the nodes at these places and all that are calculated from them. */
export function markAbove(graph: Graph, places: Iterable<number>): Uint8Array {
  const marks = new Uint8Array(graph.order.length)
  const waiting = [...places]
  for (const place of waiting) marks[place] = 1
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    for (const parent of graph.parents[at] as readonly number[]) {
      if (marks[parent]) continue
      marks[parent] = 1
      waiting.push(parent)
    }
  }
  return marks
}
