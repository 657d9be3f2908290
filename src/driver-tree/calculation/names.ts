import { orderPeriods } from '../../period-order.ts'
import { type Names, type Run, worked } from './cells.ts'
import { isCalculated } from './graph.ts'
import type { ModelNode } from './model.ts'
import type { Places } from './reading.ts'

/** The periods and axes that the data of a node names, in the order in which they come. */
export type Named = {
  periodName: string | null
  periods: readonly string[]
  axes: readonly string[]
}

const none: Named = { periodName: null, periods: [], axes: [] }

/** `like` is what another node names, as nodes often name the same. */
export async function namedBy(run: Run, node: ModelNode, like: Named = none): Promise<Named> {
  const { data } = node
  if (isCalculated(node) || !data || data.keys.length === 0) return none
  if (data.period === null) return { ...none, axes: data.axes }
  const isLike =
    like.periods.length === data.keys.length &&
    data.keys.every(([period], at) => period === like.periods[at])
  await worked(run, data.keys.length)
  if (isLike) return { periodName: data.period, periods: like.periods, axes: data.axes }
  const periods = new Set<string>()
  for (const [at, key] of data.keys.entries()) {
    periods.add(key[0] as string)
    if (at % 1000 === 999) await worked(run, 5000)
  }
  return { periodName: data.period, periods: [...periods], axes: data.axes }
}

const defaultPeriodName = '推移'

/** All periods in the order of time and all axes, of nodes in the order of the model. */
export function namesOf(all: Iterable<Named>): Names {
  let periodName: string | null = null
  const [periods, axes] = [new Set<string>(), new Set<string>()]
  const seen = new Set<readonly string[]>()
  for (const named of all) {
    periodName ??= named.periodName
    if (!seen.has(named.periods)) for (const period of named.periods) periods.add(period)
    seen.add(named.periods)
    for (const axis of named.axes) axes.add(axis)
  }
  return {
    periodName: periodName ?? defaultPeriodName,
    periods: orderPeriods([...periods]),
    axes: [...axes],
  }
}

export function placesOf({ periods, axes }: Names): Places {
  const places = (names: readonly string[]) => new Map(names.map((name, place) => [name, place]))
  return { periods: places(periods), axes: places(axes) }
}

export const isSameNames = (a: Names, b: Names): boolean =>
  a.periodName === b.periodName && isSameList(a.periods, b.periods) && isSameList(a.axes, b.axes)

export const isSameNamed = (a: Named, b: Named): boolean =>
  a.periodName === b.periodName && isSameList(a.periods, b.periods) && isSameList(a.axes, b.axes)

export const isSameList = (a: readonly string[], b: readonly string[]): boolean =>
  a === b || (a.length === b.length && a.every((text, at) => text === b[at]))
