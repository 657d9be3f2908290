import type { AreaLevel } from '../../../db/tables/statistics.ts'
import type { Db } from '../../../db/tables.ts'
import type { Comparison, ComparisonQuery } from '../../../schemas/statistics/comparison.ts'
import { failure } from '../../failure.ts'
import type { Answer } from '../answer.ts'
import { areasIn, listIn, requireYears } from '../areas.ts'
import type { Catalogue } from '../catalogue.ts'
import { yearsIn } from '../facts.ts'
import { chartOf, cubeOf } from '../formats.ts'
import { metaOf } from '../meta.ts'
import { inYears, readSeries, type Series } from '../series.ts'

import { type Line, nation, rowOf, seriesOf, shownOf } from './lines.ts'
import { correlationOf, groupsOf, type Peers, readPeers } from './peers.ts'
/**
 * Areas side by side: as they are, against their past, the nation and all areas of their level.
 * Failures: `area_not_found`, `area_ambiguous`, `indicator_not_found`, `too_many_areas`,
 * `too_many_indicators`, `per_not_applicable`, `years_reversed`, `figures_not_found`.
 */
export async function getComparison(
  db: Db,
  catalogue: Catalogue,
  query: ComparisonQuery,
): Promise<Answer<Comparison>> {
  requireYears(query)
  const areas = areasIn(catalogue, query, { max: maxAreas, otherwise: [] })
  const names = listIn(query.indicator)
  const indicators = [...new Set(names.map(catalogue.resolveIndicator))]
  if (indicators.length > maxIndicators) {
    throw failure('too_many_indicators', { count: indicators.length, limit: maxIndicators })
  }
  const whole = indicators.find(({ aggregation }) => aggregation !== 'sum')
  if (query.per === 'share_of_nation' && whole) {
    throw failure('per_not_applicable', { per: query.per, indicator: whole.code })
  }
  const codes = areas.map(({ code }) => code)
  const series = await readSeries(db, catalogue, {
    indicators: indicators.map(({ code }) => code),
    areas: [...new Set([...codes, nation])],
    asOf: query.as_of,
  })
  const lines = indicators.flatMap((indicator) => {
    const of = (code: string) => inYears(series.get(`${indicator.code} ${code}`) ?? [], query)
    const year = query.year ?? commonYear(codes.map(of))
    return areas.map((area): Line => ({ area, indicator, points: of(area.code), year }))
  })
  const levels = [...new Set(areas.map(({ level }) => level))].filter((level) => level !== 'nation')
  const peers = new Map<AreaLevel, Peers>()
  for (const level of levels) peers.set(level, await readPeers(db, catalogue, level, lines, query))
  const rows = lines.flatMap((line) => rowOf(line, series, peers.get(line.area.level), query.base))
  if (rows.length === 0) {
    throw failure('figures_not_found', {
      years: yearsIn(
        catalogue,
        indicators.map(({ code }) => code),
      ),
    })
  }
  const meta = metaOf(catalogue, { rows, of: areas.length, processed: true })
  const main =
    peers.get(levels[0] ?? 'prefecture') ??
    (await readPeers(db, catalogue, 'prefecture', lines, query))
  const drawn = lines.map((line) => ({ ...line, points: shownOf(line, series, query) }))
  return {
    body: {
      meta,
      rows,
      series: lines.map((line) => seriesOf(line, series, query.base)),
      correlation: correlationOf(main, query.correlation),
      groups: await groupsOf(catalogue, main, query.groups),
    },
    chart: () =>
      chartOf(
        drawn.map(({ area, indicator, points }) => ({
          id: `${indicator.code}:${area.code}`,
          label: indicators.length > 1 ? `${area.name_ja} ${indicator.name_ja}` : area.name_ja,
          unit: query.per === 'absolute' ? indicator.unit : query.per === 'index' ? '' : '％',
          points,
        })),
        meta,
      ),
    cube: () =>
      cubeOf(
        catalogue,
        drawn.flatMap(({ area, indicator, points }) =>
          points.map(({ label, value, mark, status }) => ({
            indicator: indicator.code,
            area_code: area.code,
            period: label,
            value,
            mark,
            status,
          })),
        ),
        meta,
        '比較 / comparison',
        new Map(indicators.map(({ code, name_ja, unit }) => [code, { label: name_ja, unit }])),
      ),
  }
}

const maxAreas = 10
const maxIndicators = 12

/** The newest year that all of the series have, or the newest of any. */
function commonYear(series: readonly Series[]): number | undefined {
  const sets = series.map(
    (points) => new Set(points.filter(({ value }) => value !== null).map(({ year }) => year)),
  )
  const years = [...new Set(sets.flatMap((set) => [...set]))].sort((a, b) => b - a)
  return years.find((year) => sets.every((set) => set.has(year))) ?? years[0]
}
