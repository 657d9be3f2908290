import type { Db } from '../../db/tables.ts'
import { groupBy } from '../values.ts'
import type { Catalogue } from './catalogue.ts'
import { growthRates } from './indices/growth.ts'
import { type Cut, type Observation, readObservations } from './store.ts'

/** One indicator of one area, in order of time. */
export type Series = readonly Observation[]

type Renamed = Pick<Catalogue, 'formerCodes'>

/**
 * Yearly figures of a cut by `indicator area`. An area that was renamed has those of its former code
 * before its own.
 */
export async function readSeries(
  db: Db,
  { formerCodes }: Renamed,
  cut: Cut,
): Promise<ReadonlyMap<string, Series>> {
  const codes = new Map<string, string>()
  for (const code of cut.areas ?? []) {
    const former = formerCodes.get(code)
    if (former && !cut.areas?.includes(former)) codes.set(former, code)
  }
  const areas = cut.areas && [...cut.areas, ...codes.keys()]
  const rows = (await readObservations(db, { ...cut, areas })).filter(isYearly)
  const series = groupBy(rows, ({ indicator, area }) => `${indicator} ${area}`)
  for (const [key, points] of series) {
    const [indicator, former = ''] = key.split(' ')
    const code = codes.get(former)
    if (!code) continue
    const own = series.get(`${indicator} ${code}`) ?? []
    const years = new Set(own.map(({ year }) => year))
    const before = points.filter(({ year }) => !years.has(year))
    const all = [...before.map((point) => ({ ...point, area: code })), ...own]
    series.set(
      `${indicator} ${code}`,
      all.sort((a, b) => a.year - b.year),
    )
    series.delete(key)
  }
  return series
}

export function isYearly({ type }: Pick<Observation, 'type'>): boolean {
  return type === 'year' || type === 'fiscal_year'
}

export function inYears<Point extends { year: number }>(
  points: readonly Point[],
  { from = -Infinity, to = Infinity }: { from?: number | undefined; to?: number | undefined },
): Point[] {
  return points.filter(({ year }) => year >= from && year <= to)
}

/** Whose figures these are, within years; what has only other years, such as land, as a whole. */
export function sourcesIn(
  series: ReadonlyMap<string, Series>,
  years: { from?: number | undefined; to?: number | undefined },
): Set<string> {
  const all = [...series.values()].flatMap((points) => {
    const within = inYears(points, years)
    return within.length > 0 ? within : points
  })
  return new Set(all.map(({ source_id }) => source_id))
}

type Valued = { year: number; value: number | null }

/** From the last point before that has a value: the difference, or % of it; null where there is none. */
export function changesOf<Point extends Valued>(
  points: readonly Point[],
  as: 'change' | 'rate',
): (Point & { since: number | null })[] {
  const growth = new Map(growthRates(points).map((step) => [step.year, step]))
  return points.map((point) => {
    const step = growth.get(point.year)
    return { ...point, value: step?.[as] ?? null, since: step?.from ?? null }
  })
}

/** Points with other values than their own, in the same order. */
export function withValues<Point extends Valued>(
  points: readonly Point[],
  values: readonly Valued[],
): Point[] {
  return points.map((point, n) => ({ ...point, value: values[n]?.value ?? null }))
}

/** The known value of the year that is nearest; the later of two as near. */
export function nearestOf(points: readonly Valued[], year: number): number | undefined {
  let nearest: Valued | undefined
  for (const point of points) {
    if (point.value === null) continue
    const isNearer = !nearest || Math.abs(point.year - year) <= Math.abs(nearest.year - year)
    if (isNearer) nearest = point
  }
  return nearest?.value ?? undefined
}
