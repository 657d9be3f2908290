import { type Cells, type Layout, type Run, requireSize, type Span, worked } from './cells.ts'

/** Where each tuple of one layout is in another one: −1 for nowhere. */
export type TupleMap = {
  places: Int32Array
  isPartial: boolean
  /** The tuples of the other one that no tuple of the first one needs. */
  unplaced: readonly number[]
}

export type PeriodMap = { places: Int32Array; isPartial: boolean }

/** Knows layouts and spans, and how they join, so that each join is made once. */
export type Shapes = {
  unit: Layout
  timeless: Span
  layoutOf: (run: Run, axes: readonly number[], tuples: readonly string[][]) => Promise<Layout>
  spanOf: (periods: readonly number[] | null) => Span
  /** Fails with `tree_too_large` before the tuples are made, where each has as many periods as `width`. */
  joinLayouts: (run: Run, layouts: readonly Layout[], width: number) => Promise<Layout>
  mapTuples: (run: Run, from: Layout, to: Layout) => Promise<TupleMap>
  joinSpans: (spans: readonly Span[]) => Span
  mapPeriods: (from: Span, to: Span) => PeriodMap
}

/** A tuple as one text; only texts of tuples of the same length are compared. */
export const textOf = (tuple: readonly string[]): string =>
  tuple.length === 1 ? (tuple[0] as string) : JSON.stringify(tuple)

export function createShapes(): Shapes {
  const unit: Layout = { id: 0, axes: [], tuples: [[]] }
  const timeless: Span = { id: 0, periods: null }
  const spans = new Map<string, Span>()
  let lastSpan = timeless
  const layouts = new Map<string, Layout[]>()
  const joins = new Map<string, Layout>()
  const maps = new Map<number, TupleMap>()
  const periodMaps = new Map<number, PeriodMap>()
  let count = 1
  const pairOf = (from: { id: number }, to: { id: number }) => from.id * 2 ** 26 + to.id

  const shapes: Shapes = {
    unit,
    timeless,
    layoutOf: async (run, axes, tuples) => {
      if (axes.length === 0) return unit
      const bucket = `${axes} ${tuples.length} ${textOf(tuples[0] ?? [])}`
      const alike = layouts.get(bucket) ?? []
      for (const known of alike) if (await hasTuples(run, known, tuples)) return known
      const layout = { id: count++, axes, tuples }
      layouts.set(bucket, [...alike, layout])
      return layout
    },
    spanOf: (periods) => {
      if (!periods) return timeless
      if (isSamePlaces(periods, lastSpan.periods)) return lastSpan
      const text = String(periods)
      lastSpan = spans.get(text) ?? { id: count++, periods }
      spans.set(text, lastSpan)
      return lastSpan
    },
    joinLayouts: async (run, all, width) => {
      const different = [...new Set(all)]
      const text = String(different.map(({ id }) => id))
      const known = different.length === 1 ? different[0] : joins.get(text)
      if (known) return known
      const joined = await joinedOf(run, different, width, shapes.layoutOf)
      joins.set(text, joined)
      return joined
    },
    mapTuples: async (run, from, to) => {
      const known = maps.get(pairOf(from, to))
      if (known) return known
      const map = await tupleMapOf(run, from, to)
      maps.set(pairOf(from, to), map)
      return map
    },
    joinSpans: (all) => {
      const different = [...new Set(all)].filter(({ periods }) => periods)
      if (different.length <= 1) return different[0] ?? timeless
      const places = new Set(different.flatMap(({ periods }) => periods as number[]))
      return shapes.spanOf([...places].sort((a, b) => a - b))
    },
    mapPeriods: (from, to) => {
      const known = periodMaps.get(pairOf(from, to))
      if (known) return known
      const at = new Map(from.periods?.map((period, place) => [period, place]))
      const places = Int32Array.from(to.periods ?? [], (period) => at.get(period) ?? -1)
      const map = { places, isPartial: places.includes(-1) }
      periodMaps.set(pairOf(from, to), map)
      return map
    },
  }
  return shapes
}

function isSamePlaces(a: readonly number[], b: readonly number[] | null): boolean {
  return a.length === b?.length && a.every((place, at) => place === b[at])
}

async function hasTuples(run: Run, { tuples }: Layout, others: readonly (readonly string[])[]) {
  for (const [at, tuple] of tuples.entries()) {
    const other = others[at] as readonly string[]
    if (tuple.some((value, axis) => value !== other[axis])) return false
    if (at % 1000 === 999) await worked(run, 10_000)
  }
  return true
}

/** The tuples of a layout by what they have on some of its axes. */
async function groupsOf(run: Run, { axes, tuples }: Layout, by: readonly number[]) {
  const columns = by.map((axis) => axes.indexOf(axis))
  const groups = new Map<string, number[]>()
  for (const [place, tuple] of tuples.entries()) {
    const text = textOf(columns.map((column) => tuple[column] as string))
    const group = groups.get(text)
    if (group) group.push(place)
    else groups.set(text, [place])
    if (place % 1000 === 999) await worked(run, 20_000)
  }
  return groups
}

async function tupleMapOf(run: Run, from: Layout, to: Layout): Promise<TupleMap> {
  const columns = from.axes.map((axis) => to.axes.indexOf(axis))
  const groups = await groupsOf(run, from, from.axes)
  const isUsed = new Uint8Array(from.tuples.length)
  const places = new Int32Array(to.tuples.length).fill(-1)
  for (const [at, tuple] of to.tuples.entries()) {
    const place = groups.get(textOf(columns.map((column) => tuple[column] as string)))?.[0]
    if (at % 1000 === 999) await worked(run, 20_000)
    if (place === undefined) continue
    places[at] = place
    isUsed[place] = 1
  }
  const unplaced = Array.from(from.tuples.keys()).filter((place) => !isUsed[place])
  return { places, isPartial: places.includes(-1), unplaced }
}

/**
 * The tuples of operands together. Those with the same axes: the tuples of all of them. Then those
 * whose axes another one has besides more of its own are left out, as they are spread over it; what
 * remains is a natural join on the axes they share, which is each with each where they share none.
 */
async function joinedOf(
  run: Run,
  layouts: readonly Layout[],
  width: number,
  layoutOf: Shapes['layoutOf'],
): Promise<Layout> {
  const groups = new Map<string, Layout[]>()
  for (const layout of layouts) {
    const text = String(layout.axes)
    groups.set(text, [...(groups.get(text) ?? []), layout])
  }
  const largest = [...groups.values()].filter(([one]) => {
    const { axes } = one as Layout
    return ![...groups.values()].some(
      ([other]) =>
        (other as Layout).axes.length > axes.length &&
        axes.every((axis) => (other as Layout).axes.includes(axis)),
    )
  })
  let joined: Layout | undefined
  for (const group of largest) {
    const united = await unitedOf(run, group, layoutOf)
    joined = joined ? await crossed(run, joined, united, width, layoutOf) : united
  }
  return joined as Layout
}

async function unitedOf(run: Run, group: readonly Layout[], layoutOf: Shapes['layoutOf']) {
  const [first] = group as [Layout]
  if (group.length === 1) return first
  const tuples = new Map<string, string[]>()
  for (const layout of group) {
    for (const [at, tuple] of layout.tuples.entries()) {
      const text = textOf(tuple)
      if (!tuples.has(text)) tuples.set(text, tuple as string[])
      if (at % 1000 === 999) await worked(run, 10_000)
    }
    requireSize(run, tuples.size)
  }
  return layoutOf(run, first.axes, [...tuples.values()])
}

async function crossed(
  run: Run,
  a: Layout,
  b: Layout,
  width: number,
  layoutOf: Shapes['layoutOf'],
) {
  const shared = a.axes.filter((axis) => b.axes.includes(axis))
  const [left, right] = [await groupsOf(run, a, shared), await groupsOf(run, b, shared)]
  let size = 0
  for (const [text, group] of left) size += group.length * (right.get(text)?.length ?? 0)
  requireSize(run, size * width)
  const axes = [...new Set([...a.axes, ...b.axes])].sort((x, y) => x - y)
  const columns = axes.map((axis) => ({ a: a.axes.indexOf(axis), b: b.axes.indexOf(axis) }))
  const sharedColumns = shared.map((axis) => a.axes.indexOf(axis))
  const tuples: string[][] = []
  for (const one of a.tuples) {
    const text = textOf(sharedColumns.map((column) => one[column] as string))
    for (const place of right.get(text) ?? []) {
      const other = b.tuples[place] as readonly string[]
      tuples.push(columns.map((column) => (one[column.a] ?? other[column.b]) as string))
    }
    await worked(run, 10 + 10 * (right.get(text)?.length ?? 0))
  }
  return layoutOf(run, axes, tuples)
}

/** Whether two nodes have the same keys, as far as is known without looking. */
export const isAlike = (a: Cells, b: Cells): boolean => a.layout === b.layout && a.span === b.span
