import type { AreaRow, IndicatorRow } from '../../../db/tables/statistics.ts'
import type { ComparisonQuery, ComparisonRow } from '../../../schemas/statistics/comparison.ts'
import { areaFields } from '../areas.ts'
import { differenceToNation, indexOn, ratioToNation, shareOfNation } from '../indices/comparison.ts'
import { compoundGrowth } from '../indices/growth.ts'
import { peerStatistics } from '../indices/peers.ts'
import { changesOf, inYears, type Series, withValues } from '../series.ts'
import type { Observation } from '../store.ts'

import { type Peers, standingOf } from './peers.ts'

export const nation = '00000'

/** One indicator of one area, and the year that it is compared in. */
export type Line = {
  area: AreaRow
  indicator: IndicatorRow
  points: Observation[]
  year: number | undefined
}

/** All that is said of one line in its year; nothing where it has no figure then. */
export function rowOf(
  line: Line,
  series: ReadonlyMap<string, Series>,
  peers: Peers | undefined,
  base: number | undefined,
): ComparisonRow[] {
  const { area, indicator, points, year } = line
  const point = points.find((each) => each.year === year)
  if (!point) return []
  const at = <Point extends { year: number; value: number | null }>(all: readonly Point[]) =>
    all.find((each) => each.year === year)
  const whole = series.get(`${indicator.code} ${nation}`) ?? []
  const change = at(changesOf(points, 'rate'))
  const { baseYear, indexed } = indexedOf(points, base)
  const growth = compoundGrowth(inYears(points, { to: point.year }))
  const standing = peers && standingOf(peers, area, indicator)
  const others = peers && peerStatistics(peers.values.get(indicator.code) ?? [])
  const isSum = indicator.aggregation === 'sum'
  return [
    {
      indicator: indicator.code,
      ...areaFields(area),
      period: point.label,
      year: point.year,
      value: point.value,
      unit: indicator.unit,
      status: point.status,
      source: point.source_id,
      vintage: point.vintage,
      rate: change?.value ?? null,
      since: change?.since ?? null,
      index: at(indexed)?.value ?? null,
      base: baseYear,
      cagr: 'refused' in growth ? null : growth.rate,
      cagr_from: 'refused' in growth ? null : growth.from,
      cagr_to: 'refused' in growth ? null : growth.to,
      share: isSum ? (at(shareOfNation(points, whole))?.value ?? null) : null,
      nation: at(whole)?.value ?? null,
      nation_difference: at(differenceToNation(points, whole))?.value ?? null,
      nation_ratio: at(ratioToNation(points, whole))?.value ?? null,
      rank: standing?.rank ?? null,
      rank_of: standing?.of ?? null,
      z: standing?.z ?? null,
      percentile: standing?.percentile ?? null,
      peer_mean: others && !('refused' in others) ? others.mean : null,
      peer_median: others && !('refused' in others) ? others.median : null,
    },
  ]
}

/** The index over the base year, or over the first that has a value above zero. */
function indexedOf(points: readonly Observation[], base: number | undefined) {
  const baseYear = base ?? points.find(({ value }) => value !== null && value > 0)?.year ?? null
  const indexed = baseYear === null ? { refused: true } : indexOn(points, baseYear)
  return 'refused' in indexed ? { baseYear: null, indexed: [] } : { baseYear, indexed }
}

/** The whole of a line: as it is, its change, index and share. */
export function seriesOf(
  line: Line,
  series: ReadonlyMap<string, Series>,
  base: number | undefined,
) {
  const { area, indicator, points } = line
  const rates = changesOf(points, 'rate')
  const { indexed } = indexedOf(points, base)
  const shares = sharesOf(line, series)
  return {
    indicator: indicator.code,
    area_code: area.code,
    points: points.map(({ year, value }, n) => ({
      year,
      value,
      rate: rates[n]?.value ?? null,
      index: indexed[n]?.value ?? null,
      share: shares[n]?.value ?? null,
    })),
  }
}

function sharesOf({ indicator, points }: Line, series: ReadonlyMap<string, Series>) {
  if (indicator.aggregation !== 'sum') return []
  return shareOfNation(points, series.get(`${indicator.code} ${nation}`) ?? [])
}

/** What a chart shows of a line. */
export function shownOf(
  line: Line,
  series: ReadonlyMap<string, Series>,
  { per, base }: ComparisonQuery,
): Observation[] {
  const { points } = line
  if (per === 'rate') return changesOf(points, 'rate')
  if (per === 'index') return withValues(points, indexedOf(points, base).indexed)
  if (per === 'share_of_nation') return withValues(points, sharesOf(line, series))
  return points
}
