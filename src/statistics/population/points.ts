import type { AreaRow } from '../../../db/tables/statistics.ts'
import type { Measure, Per, PopulationQuery } from '../../../schemas/statistics/population.ts'
import { failure } from '../../failure.ts'
import { indexOn, shareOfNation } from '../indices/comparison.ts'
import { answered } from '../refusals.ts'
import { changesOf, inYears, nearestOf, type Series, sourcesIn, withValues } from '../series.ts'
import type { Observation } from '../store.ts'
import { land, measures, partsOf } from './measures.ts'

const nation = '00000'
const hectaresPerKm2 = 100

export type MeasurePoint = Observation & { since: number | null }

/** One measure of one area, as it is or per something, within the years asked for. */
export function pointsOf(
  series: ReadonlyMap<string, Series>,
  { code }: AreaRow,
  measure: Measure,
  query: Pick<PopulationQuery, 'frequency' | 'per' | 'base' | 'from' | 'to'>,
): MeasurePoint[] {
  const { per, base } = query
  const points = valuesOf(series, code, measure, query)
  const asked = (all: readonly MeasurePoint[]) => inYears(all, query)
  if (per === 'absolute') return asked(points)
  if (per === 'rate') return asked(changesOf(points, 'rate'))
  if (per === 'share_of_nation') {
    if (!measures[measure].isCount) throw failure('per_not_applicable', { per, indicator: measure })
    const whole = valuesOf(series, nation, measure, query)
    return asked(withValues(points, shareOfNation(points, whole)))
  }
  const first = asked(points).find(({ value }) => value)?.year
  if (first === undefined) return []
  return asked(withValues(points, answered(indexOn(points, base ?? first))))
}

function valuesOf(
  series: ReadonlyMap<string, Series>,
  area: string,
  measure: Measure,
  query: Pick<PopulationQuery, 'frequency'>,
): MeasurePoint[] {
  const [main = '', ...others] = partsOf(measure, query)
  const read = (part: string) => withFrequency(series.get(`${part} ${area}`) ?? [], query)
  const points = read(main).map((point) => ({ ...point, since: null }))
  if (measure === 'change') return changesOf(points, 'change')
  if (measure === 'density') {
    const areas = series.get(`${land} ${area}`) ?? []
    return points.map((point) => {
      const hectares = nearestOf(areas, point.year)
      const value =
        point.value !== null && hectares ? (point.value / hectares) * hectaresPerKm2 : null
      return { ...point, value }
    })
  }
  if (measure !== 'share') return points
  const rest = others.map((part) => new Map(read(part).map(({ year, value }) => [year, value])))
  return points.map((point) => {
    const all = rest.reduce<number | null>((sum, values) => {
      const value = values.get(point.year) ?? null
      return sum === null || value === null ? null : sum + value
    }, point.value)
    return { ...point, value: point.value === null || !all ? null : (point.value / all) * 100 }
  })
}

const firstAnnualYear = 1996

/** Yearly figures begin in 1996; the years of a census end in 0 or 5. */
function withFrequency(points: Series, { frequency }: Pick<PopulationQuery, 'frequency'>): Series {
  if (frequency === 'census') return points.filter(({ year }) => year % 5 === 0)
  if (frequency === 'annual') return points.filter(({ year }) => year >= firstAnnualYear)
  return points
}

/** Whose figures went in besides those that the rows name. */
export function otherSourcesIn(
  series: ReadonlyMap<string, Series>,
  asked: readonly Measure[],
  query: Pick<PopulationQuery, 'frequency' | 'from' | 'to'> & { per?: Per },
): Set<string> {
  const others = new Set(asked.flatMap((measure) => partsOf(measure, query).slice(1)))
  const isOther = (key: string) =>
    others.has(key.split(' ')[0] ?? '') ||
    (query.per === 'share_of_nation' && key.endsWith(` ${nation}`))
  const used = [...series].flatMap(([key, points]) =>
    isOther(key) ? [[key, withFrequency(points, query)] as const] : [],
  )
  return sourcesIn(new Map(used), query)
}
