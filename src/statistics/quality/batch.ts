import type { IndicatorRow } from '../../../db/tables/statistics.ts'
import type { Catalogue } from '../catalogue.ts'
import { type Period, periodOf } from '../periods.ts'
import type { Incoming } from '../publish.ts'
import type { Observation } from '../store.ts'

/** A figure on its way in, with the unit that its source gives it, if it gives one. */
export type Figure = Incoming & { unit?: string | null | undefined }

export type Batch = {
  /** When the source published it: a year, a month or a day. */
  published: string
  /** The day it is in Japan. */
  today: string
  figures: readonly Figure[]
  /** Every figure of the batch's indicators, and of those it is added up with, that holds now. */
  held: readonly Observation[]
  catalogue: Pick<Catalogue, 'areas' | 'indicators'>
  /** Holds only part of what its source has, on purpose: areas it lacks are a warning then. */
  isPart?: boolean | undefined
}

export type Key = Pick<Figure, 'indicator' | 'area' | 'period'>

/** One figure in the course of time: what holds, what comes in, or both. */
export type Point = {
  period: Period
  held?: Observation
  figure?: Figure
}

/** A figure that comes in, with what holds for its key and the figures of its area. */
export type Entry = {
  figure: Figure
  held: Observation | undefined
  point: Point
  /** Of the indicator and area, in order of time. */
  series: Point[]
}

/** What comes in of one indicator, period and source, for areas that exist. */
export type Group = {
  indicator: IndicatorRow
  period: Period
  source: string
  byArea: Map<string, Entry>
}

/** A batch arranged for the checks, once for all of them. */
export type Prepared = Batch & {
  /** Without those that say the same twice; of those that contradict each other, the first. */
  merged: Figure[]
  repeated: Figure[]
  conflicting: Figure[]
  groups: Group[]
  /** By indicator and area, in order of time. */
  series: ReadonlyMap<string, ReadonlyMap<string, Point[]>>
  periodOf: (code: string) => Period | undefined
}

/** Arranges a batch for the checks; rows that cannot be read stay out of all but the first checks. */
export function prepare(batch: Batch): Prepared {
  const periods = new Map<string, Period | undefined>()
  const period = (code: string) => {
    const known = periods.get(code)
    if (known || periods.has(code)) return known
    const found = periodOf(code)
    periods.set(code, found)
    return found
  }
  const series = new Map<string, Map<string, Point[]>>()
  for (const row of batch.held) {
    const at = period(row.period)
    if (at) seriesOf(series, row).push({ period: at, held: row })
  }
  const merged: Figure[] = []
  const repeated: Figure[] = []
  const conflicting: Figure[] = []
  const groups = new Map<string, Group>()
  for (const figure of batch.figures) {
    const at = period(figure.period) ?? unknownPeriod(figure.period)
    const points = seriesOf(series, figure)
    const point = pointOf(points, at)
    if (point.figure) {
      const { value, mark } = point.figure
      const isSame = Object.is(value, figure.value) && mark === figure.mark
      ;(isSame ? repeated : conflicting).push(figure)
      continue
    }
    point.figure = figure
    merged.push(figure)
    addTo(groups, batch.catalogue, { figure, held: point.held, point, series: points })
  }
  for (const areas of series.values()) {
    for (const points of areas.values()) points.sort(byTime)
  }
  return {
    ...batch,
    merged,
    repeated,
    conflicting,
    groups: [...groups.values()],
    series,
    periodOf: period,
  }
}

function seriesOf(series: Map<string, Map<string, Point[]>>, { indicator, area }: Key): Point[] {
  let areas = series.get(indicator)
  if (!areas) {
    areas = new Map()
    series.set(indicator, areas)
  }
  let points = areas.get(area)
  if (!points) {
    points = []
    areas.set(area, points)
  }
  return points
}

function pointOf(points: Point[], period: Period): Point {
  for (const point of points) if (point.period.code === period.code) return point
  const point = { period }
  points.push(point)
  return point
}

/** The schema check names it; here it only keeps its place. */
function unknownPeriod(code: string): Period {
  return { code, type: 'date', label: code, year: 0, starts_on: '', ends_on: '' }
}

function addTo(
  groups: Map<string, Group>,
  { areas, indicators }: Batch['catalogue'],
  entry: Entry,
): void {
  const { indicator: code, area, source_id: source } = entry.figure
  const { period } = entry.point
  const indicator = indicators.get(code)
  if (!indicator || !areas.has(area) || !period.starts_on) return
  const key = `${code} ${period.code} ${source}`
  let group = groups.get(key)
  if (!group) {
    group = { indicator, period, source, byArea: new Map() }
    groups.set(key, group)
  }
  group.byArea.set(area, entry)
}

function byTime(a: Point, b: Point): number {
  if (a.period.starts_on === b.period.starts_on) return 0
  return a.period.starts_on < b.period.starts_on ? -1 : 1
}

/** The figure that will hold when the batch is published. */
export function latestOf({ figure, held }: Point): number | null {
  return (figure ?? held)?.value ?? null
}

/** What holds, or comes in, for one key. */
export function pointAt({ series }: Prepared, { indicator, area, period }: Key): Point | undefined {
  return series
    .get(indicator)
    ?.get(area)
    ?.find((point) => point.period.code === period)
}

/** Earlier values of the same area and type of period, latest first. */
export function* valuesBefore({
  point,
  series,
}: Entry): Generator<{ period: Period; value: number }> {
  for (let n = series.indexOf(point) - 1; n >= 0; n -= 1) {
    const before = series[n] as Point
    const value = latestOf(before)
    if (value !== null && before.period.type === point.period.type) {
      yield { period: before.period, value }
    }
  }
}
