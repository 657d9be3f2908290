/** Longitude and latitude. */
export type Position = [number, number]
/** Closed: it ends where it begins. */
export type Ring = Position[]
/** An outer ring, counter-clockwise, and its holes, clockwise. */
export type Polygon = Ring[]

/**
 * Puts neighbours together: a border that two of them share, point by point, goes, and what is left
 * is tied into rings again. Outer rings stay counter-clockwise (RFC 7946, 3.1.6).
 */
export function dissolve(polygons: readonly Polygon[]): Polygon[] {
  const rings = ringsOf(outerEdges(polygons.flat()))
  const shells = rings.filter((ring) => signedArea(ring) > 0).map((ring): Polygon => [ring])
  for (const hole of rings.filter((ring) => signedArea(ring) < 0))
    shellAround(shells, hole).push(hole)
  return shells
}

/** Positive for a ring that goes counter-clockwise; in square degrees. */
export function signedArea(ring: Ring): number {
  let twice = 0
  for (const [n, [x, y]] of ring.entries()) {
    const [nextX, nextY] = ring[(n + 1) % ring.length] as Position
    twice += x * nextY - nextX * y
  }
  return twice / 2
}

type Edge = { from: Position; to: Position }
/** By where they begin and where they end. */
type Edges = Map<string, Map<string, Edge>>

/** All edges but those that another ring goes the other way. */
function outerEdges(rings: readonly Ring[]): Edges {
  const edges: Edges = new Map()
  for (const ring of rings) {
    for (const [n, to] of ring.entries()) {
      const from = ring[n - 1]
      if (!from || edges.get(keyOf(to))?.delete(keyOf(from))) continue
      const ways = edges.get(keyOf(from)) ?? new Map<string, Edge>()
      edges.set(keyOf(from), ways.set(keyOf(to), { from, to }))
    }
  }
  return edges
}

/** Walks along the edges; where a walk comes back to a point of its own it has gone round a ring. */
function ringsOf(edges: Edges): Ring[] {
  const rings: Ring[] = []
  for (const [first] of [...edges.values()].map((ways) => [...ways.values()])) {
    if (!first) continue
    const path = [first.from]
    for (let edge = take(edges, first.from); edge; edge = take(edges, edge.to)) {
      const { to } = edge
      const met = path.findIndex(([x, y]) => x === to[0] && y === to[1])
      if (met === -1) path.push(to)
      else rings.push([to, ...path.splice(met + 1), to])
    }
  }
  return rings
}

function take(edges: Edges, from: Position): Edge | undefined {
  const ways = edges.get(keyOf(from))
  const [edge] = ways?.values() ?? []
  if (edge) ways?.delete(keyOf(edge.to))
  return edge
}

/** The smallest outer ring that a hole is in; its points on the ring itself say nothing. */
function shellAround(shells: readonly Polygon[], hole: Ring): Polygon {
  const around = shells.filter(([shell = []]) => {
    const border = new Set(shell.map(keyOf))
    const inner = hole.find((point) => !border.has(keyOf(point)))
    return inner !== undefined && isInside(inner, shell)
  })
  around.sort(([a = []], [b = []]) => signedArea(a) - signedArea(b))
  return around[0] as Polygon
}

function isInside([x, y]: Position, ring: Ring): boolean {
  let inside = false
  for (const [n, [x1, y1]] of ring.entries()) {
    const [x2, y2] = ring[(n + 1) % ring.length] as Position
    const crosses = y1 > y !== y2 > y && x < ((x2 - x1) * (y - y1)) / (y2 - y1) + x1
    if (crosses) inside = !inside
  }
  return inside
}

function keyOf([x, y]: Position): string {
  return `${x} ${y}`
}
