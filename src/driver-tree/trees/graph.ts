/** The children of each node, in their order. */
export type Children<Key> = ReadonlyMap<Key, readonly Key[]>

/** The parents of each node that has some. */
export function parentsOf<Key>(children: Children<Key>): Map<Key, Key[]> {
  const parents = new Map<Key, Key[]>()
  for (const [parent, operands] of children) {
    for (const child of new Set(operands)) {
      const known = parents.get(child)
      if (known) known.push(parent)
      else parents.set(child, [parent])
    }
  }
  return parents
}

/** The nodes on a way down from one node to another, both included; nothing where there is none. */
export function pathDown<Key>(children: Children<Key>, from: Key, to: Key): Key[] | undefined {
  const cameFrom = new Map<Key, Key | undefined>([[from, undefined]])
  const waiting = [from]
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (node === to) return wayTo(node, cameFrom)
    for (const child of children.get(node) ?? []) {
      if (cameFrom.has(child)) continue
      cameFrom.set(child, node)
      waiting.push(child)
    }
  }
  return undefined
}

function wayTo<Key>(end: Key, cameFrom: ReadonlyMap<Key, Key | undefined>): Key[] {
  const way: Key[] = []
  for (let node: Key | undefined = end; node !== undefined; node = cameFrom.get(node)) {
    way.push(node)
  }
  return way.reverse()
}

/** The node itself where it has no parent, or what is above it and has none. There is no cycle. */
export function topOf<Key>(parents: ReadonlyMap<Key, readonly Key[]>, from: Key): Key {
  let top = from
  for (let above = parents.get(top)?.[0]; above !== undefined; above = parents.get(top)?.[0]) {
    top = above
  }
  return top
}

/**
 * The root of a tree: the one that was chosen, or else the only node without a parent. Where several
 * have none, those that stand alone do not count.
 */
export function rootOf<Key>(
  chosen: Key | null,
  nodes: Iterable<Key>,
  children: Children<Key>,
): Key | null {
  if (chosen !== null) return chosen
  const below = new Set([...children.values()].flat())
  const tops = [...nodes].filter((node) => !below.has(node))
  const related = tops.filter((node) => (children.get(node)?.length ?? 0) > 0)
  const [root, other] = tops.length === 1 ? tops : related
  return other === undefined ? (root ?? null) : null
}
