import type { AreaRow } from '../../db/tables/statistics.ts'
import { Measure } from '../../schemas/statistics/population.ts'
import { groupBy } from '../values.ts'
import type { Catalogue } from './catalogue.ts'
import { measures, partsOf } from './population/measures.ts'
import { pointsOf } from './population/points.ts'
import { isYearly, type Series, sourcesIn } from './series.ts'
import type { Observation } from './store.ts'

/** What a target can be set for: an indicator, or a measure of population. */
export type Subject = {
  code: string
  name_ja: string
  name_en: string
  unit: string
  category: string
  direction: 'up' | 'down' | null
  /** The indicators it is read from. */
  parts: readonly string[]
  measure: Measure | undefined
}

/** All figures by `indicator area`, and those of years alone, of which measures are made. */
export type Lines = { all: ReadonlyMap<string, Series>; yearly: ReadonlyMap<string, Series> }

const as = { frequency: 'all', per: 'absolute' } as const

/** What a code or a Japanese name stands for. Failures: `indicator_not_found`. */
export function resolveSubject(catalogue: Catalogue, text: string): Subject {
  return subjectOf(catalogue, isMeasure(text) ? text : catalogue.resolveIndicator(text).code)
}

/** The same for a code that was resolved once, whatever has become of it. */
export function subjectOf(catalogue: Catalogue, code: string): Subject {
  if (isMeasure(code)) {
    const { ja, en, unit } = measures[code]
    const names = { code, name_ja: ja, name_en: en, unit }
    const parts = partsOf(code, as)
    return { ...names, category: 'population', direction: null, parts, measure: code }
  }
  const unknown = { name_ja: code, name_en: code, unit: '', category: '', direction: null }
  const { name_ja, name_en, unit, category, direction } = catalogue.indicators.get(code) ?? unknown
  const named = { code, name_ja, name_en, unit, category, direction }
  return { ...named, parts: [code], measure: undefined }
}

export function linesOf(rows: readonly Observation[]): Lines {
  const keyOf = ({ indicator, area }: Observation) => `${indicator} ${area}`
  const yearly = [...groupBy(rows.filter(isYearly), keyOf)]
  return {
    all: groupBy(rows, keyOf),
    yearly: new Map(yearly.map(([key, series]) => [key, alikeIn(series)])),
  }
}

/** No change is counted from an estimate to a census. */
function alikeIn(series: Series): Series {
  const isEstimate = (point: Observation | undefined) => point?.status === 'estimated'
  return isEstimate(series.at(-1)) ? series : series.filter((point) => !isEstimate(point))
}

/** The figures of a subject in one area, in order of time. */
export function figuresOf(
  { all, yearly }: Lines,
  { code, measure }: Subject,
  area: AreaRow,
): readonly Observation[] {
  return measure ? pointsOf(yearly, area, measure, as) : (all.get(`${code} ${area.code}`) ?? [])
}

/** Whose figures the one of a year was made of. */
export function sourcesOf(
  { yearly }: Lines,
  { parts, measure }: Subject,
  area: AreaRow,
  year: number,
): ReadonlySet<string> {
  if (!measure) return new Set()
  const read = parts.flatMap((part): [string, Series][] => {
    const series = yearly.get(`${part} ${area.code}`)
    return series ? [[part, series]] : []
  })
  return sourcesIn(new Map(read), { from: year, to: year })
}

/** Whether the figure of a period is made of nothing but figures of that period. */
export function isOfOnePeriod({ measure }: Subject): boolean {
  return measure !== 'density' && measure !== 'change'
}

export function isProcessed({ measure }: Subject): boolean {
  return measure !== undefined && !measures[measure].isCount
}

function isMeasure(text: string): text is Measure {
  const known: readonly string[] = Measure.enum
  return known.includes(text)
}
