import { kmeans } from 'ml-kmeans'
import { seededRandom } from '../random.ts'

/** Group of each point, 0 to k - 1, and the sum of squared distances to the groups' means. */
export type Partition = { assignment: number[]; inertia: number }

const maxIterations = 100

/**
 * The best of several starts of k-means (Lloyd 1982) from k-means++ centres (Arthur & Vassilvitskii
 * 2007), by inertia; the first of equals. Points have the same number of coordinates, and there are
 * at least k different ones. Groups are numbered by size, the largest first, and equals by their
 * first member. Where a start leaves a group empty there are fewer than k.
 */
export function bestPartition(
  points: readonly (readonly number[])[],
  k: number,
  { starts, seed }: { starts: number; seed: number },
): Partition {
  const random = seededRandom(seed)
  const data = points.map((point) => [...point])
  let best: Partition | undefined
  for (let start = 0; start < (k === 1 ? 1 : starts); start += 1) {
    const options = { seed: 1 + Math.floor(random() * 2 ** 30), maxIterations, tolerance: 1e-12 }
    const { clusters } = kmeans(data, k, options)
    const inertia = inertiaOf(points, clusters)
    if (!best || inertia < best.inertia - 1e-9 * best.inertia)
      best = { assignment: clusters, inertia }
  }
  if (!best) throw new RangeError('k-means needs a start')
  return { ...best, assignment: renumbered(best.assignment) }
}

/** Means of the groups' points, by group. */
export function meansOf(
  points: readonly (readonly number[])[],
  assignment: readonly number[],
): number[][] {
  const groups: number[][][] = []
  for (const [n, point] of points.entries()) {
    const group = assignment[n] as number
    groups[group] ??= []
    groups[group].push([...point])
  }
  return Array.from(groups, (members = []) =>
    (members[0] ?? []).map(
      (_, axis) =>
        members.reduce((sum, point) => sum + (point[axis] as number), 0) / members.length,
    ),
  )
}

function inertiaOf(points: readonly (readonly number[])[], assignment: readonly number[]): number {
  const means = meansOf(points, assignment)
  return points.reduce(
    (sum, point, n) => sum + squaredDistance(point, means[assignment[n] as number] as number[]),
    0,
  )
}

export function squaredDistance(a: readonly number[], b: readonly number[]): number {
  let sum = 0
  for (let axis = 0; axis < a.length; axis += 1) {
    sum += ((a[axis] as number) - (b[axis] as number)) ** 2
  }
  return sum
}

function renumbered(assignment: readonly number[]): number[] {
  const found = new Map<number, { size: number; first: number }>()
  for (const [n, group] of assignment.entries()) {
    const known = found.get(group)
    if (known) known.size += 1
    else found.set(group, { size: 1, first: n })
  }
  const order = [...found].sort(([, a], [, b]) => b.size - a.size || a.first - b.first)
  const numbers = new Map(order.map(([group], n) => [group, n]))
  return assignment.map((group) => numbers.get(group) as number)
}
