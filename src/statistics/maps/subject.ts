import type { AreaRow } from '../../../db/tables/statistics.ts'
import type { Db } from '../../../db/tables.ts'
import type { MapQuery } from '../../../schemas/statistics/map.ts'
import { Measure } from '../../../schemas/statistics/population.ts'
import { groupBy } from '../../values.ts'
import type { Catalogue } from '../catalogue.ts'
import type { NoteCode } from '../notes.ts'
import { codeOf, periodOf } from '../periods.ts'
import { measures, partsOf } from '../population/measures.ts'
import { pointsOf } from '../population/points.ts'
import { notesOf } from '../population/population.ts'
import { readSeries, type Series, sourcesIn } from '../series.ts'
import { type Observation, readObservations } from '../store.ts'

/** What a map shows: an indicator as it is stored, or a measure of population made of some. */
export type Subject = {
  code: string
  title: string
  title_en: string
  unit: string
  measure: Measure | undefined
  parts: readonly string[]
  isProcessed: boolean
  notes: readonly (NoteCode | false)[]
}

const asCounted = { frequency: 'all', per: 'absolute' } as const

/** The measure or the indicator of this name. Failures: `indicator_not_found`. */
export function subjectOf(catalogue: Catalogue, name: string): Subject {
  const measure = (Measure.enum as readonly string[]).includes(name) ? (name as Measure) : undefined
  if (measure) {
    const { ja, en, unit, isCount } = measures[measure]
    return {
      code: measure,
      title: ja,
      title_en: en,
      unit,
      measure,
      parts: partsOf(measure, asCounted),
      isProcessed: !isCount,
      notes: notesOf([measure], asCounted),
    }
  }
  const { code, name_ja, name_en, unit } = catalogue.resolveIndicator(name)
  return {
    code,
    title: name_ja,
    title_en: name_en,
    unit,
    measure,
    parts: [code],
    isProcessed: false,
    notes: [],
  }
}

type Figures = {
  /** Of every area and period. */
  found: readonly Observation[]
  /** Whose they are, with those that only went into them. */
  sourcesIn: (year: number) => Set<string>
}

export async function readFigures(
  db: Db,
  catalogue: Catalogue,
  { measure, parts }: Subject,
  areas: readonly AreaRow[],
  asOf: string | undefined,
): Promise<Figures> {
  const cut = { indicators: parts, areas: areas.map(({ code }) => code), asOf }
  if (!measure) return { found: await readObservations(db, cut), sourcesIn: () => new Set() }
  const series: ReadonlyMap<string, Series> = await readSeries(db, catalogue, cut)
  return {
    found: areas.flatMap((area) => pointsOf(series, area, measure, asCounted)),
    sourcesIn: (year) => sourcesIn(series, { from: year, to: year }),
  }
}

export type Moment = { period: string; period_code: string; year: number }

/**
 * The period asked for or, where several would do, the one that most areas have a value of: of
 * these the latest, and a whole year before parts of years. Undefined where nothing has a value.
 */
export function momentOf(
  found: readonly Observation[],
  { year, period }: Pick<MapQuery, 'year' | 'period'>,
): Moment | undefined {
  const code = period === undefined ? undefined : codeOf(period)
  const fit = found.filter(
    (each) =>
      each.value !== null &&
      (year === undefined || each.year === year) &&
      (code === undefined || each.period === code),
  )
  const yearly = fit.filter(({ type }) => type === 'year' || type === 'fiscal_year')
  const groups = groupBy(yearly.length > 0 ? yearly : fit, (each) => each.period)
  let best: readonly Observation[] = []
  for (const group of groups.values()) {
    const isBetter = group.length > best.length
    const isLater = group.length === best.length && startOf(group) > startOf(best)
    if (isBetter || isLater) best = group
  }
  const [first] = best
  return first && { period: first.label, period_code: first.period, year: first.year }
}

function startOf([first]: readonly Observation[]): string {
  return first ? (periodOf(first.period)?.starts_on ?? `${first.year}`) : ''
}

/** The years that there are values of, for somebody who asked for others. */
export function yearsOf(found: readonly Observation[]): string[] {
  const years = new Set(found.flatMap(({ year, value }) => (value === null ? [] : year)))
  return years.size === 0 ? ['-'] : [...years].sort((a, b) => a - b).map(String)
}
