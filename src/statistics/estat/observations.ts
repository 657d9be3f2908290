import type { ObservationStatus } from '../../../db/tables/statistics.ts'
import { eachInSlices } from '../../slices.ts'
import { periodOf, yearCode } from '../periods.ts'
import type { Incoming } from '../publish.ts'
import { type Cell, type Codes, keyOf } from './cells.ts'
import { scaledNumber } from './decimals.ts'
import { createMatcher } from './matching.ts'
import type { StatsTable } from './pages.ts'
import type { Note } from './shapes.ts'

/** Which figures of a table are which of our indicators, and in which unit we keep them. */
export type Rules = {
  source_id: string
  indicators: readonly IndicatorRule[]
  /** Whether a code is an area of ours; the figures of others are dropped and counted. */
  isArea: (code: string) => boolean
  /** Of values; marks tell their own. `final` unless given. */
  status?: ObservationStatus | ((cell: Cell) => ObservationStatus)
  /** 社会・人口統計体系 writes calendar and census years as fiscal years. */
  fiscalAsCalendar?: boolean
  /** For tables without an area axis or a time axis. */
  area?: string
  period?: string
}

export type IndicatorRule = {
  /** The codes that a figure must have, such as `{ cat01: 'A1101' }`. */
  where: Codes
  indicator: string
  /**
   * Units that figures may come in and what each is times ours: `{ 人: 1, 千人: 1000 }`. A figure in
   * another unit is a fault. Left out, any unit is taken as it is.
   */
  units?: Readonly<Record<string, number>>
}

export type ObservationFault = {
  fault:
    | 'conflicting_values'
    | 'missing_area'
    | 'missing_period'
    | 'out_of_range'
    | 'unknown_period'
    | 'unknown_unit'
  key: string
  text: string
}

export type Observed = {
  rows: Incoming[]
  faults: ObservationFault[]
  /** Indicators of rules that no figure fits. */
  unused: string[]
  counts: {
    cells: number
    /** Figures that no rule names. */
    unmatched: number
    /** Figures of areas that are none of ours. */
    otherAreas: number
    /** Rows with a mark instead of a value. */
    marks: number
    /** Figures that say again what another one said. */
    duplicates: number
  }
}

/**
 * The figures of a table as observations. Several different values for one indicator, area and period
 * (an axis that no rule pins down) are a fault, and none of them is taken.
 */
export async function observationsOf(
  { cells, notes }: Pick<StatsTable, 'cells' | 'notes'>,
  rules: Rules,
): Promise<Observed> {
  const counts = { cells: cells.length, unmatched: 0, otherAreas: 0, marks: 0, duplicates: 0 }
  const faults: ObservationFault[] = []
  const rows = new Map<string, Incoming>()
  const conflicts = new Set<string>()
  const used = new Set<IndicatorRule>()
  const matching = createMatcher(rules.indicators)
  const rowOf = createReader(rules, notes)
  const isOurs = remember(rules.isArea)

  await eachInSlices(cells, (cell) => {
    const matched = matching(cell.codes)
    if (matched.length === 0) counts.unmatched += 1
    const area = cell.codes.area ?? rules.area
    for (const rule of matched) {
      used.add(rule)
      if (area !== undefined && !isOurs(area)) {
        counts.otherAreas += 1
        continue
      }
      const row = rowOf(cell, rule)
      if ('fault' in row) {
        faults.push(row)
        continue
      }
      const key = `${row.indicator} ${row.area} ${row.period}`
      const known = rows.get(key)
      if (!known) rows.set(key, row)
      else if (known.value === row.value && known.mark === row.mark) counts.duplicates += 1
      else {
        conflicts.add(key)
        faults.push({ fault: 'conflicting_values', key: keyOf(cell.codes), text: cell.text })
      }
    }
  })
  for (const key of conflicts) rows.delete(key)
  const taken = [...rows.values()]
  counts.marks = taken.filter(({ mark }) => mark !== null).length
  const unused = rules.indicators.filter((rule) => !used.has(rule))
  return { rows: taken, faults, unused: [...new Set(unused.map((rule) => rule.indicator))], counts }
}

/** A function from a figure, and a rule that fits it, to an observation. */
function createReader(rules: Rules, notes: readonly Note[]) {
  const { status = 'final', source_id } = rules
  const timeOf = createTimes(rules)
  const suppressing = suppressingMarks(notes)
  return (cell: Cell, rule: IndicatorRule): Incoming | ObservationFault => {
    const { codes, mark, text, unit } = cell
    const reject = (fault: ObservationFault['fault'], why: string) => ({
      fault,
      key: keyOf(codes),
      text: why,
    })
    const area = codes.area ?? rules.area
    const time = codes.time ?? rules.period
    if (area === undefined) return reject('missing_area', text)
    if (time === undefined) return reject('missing_period', text)
    const period = timeOf(time)
    if (period === undefined) return reject('unknown_period', time)
    const { indicator } = rule
    if (mark !== null) {
      const kind = suppressing.has(mark) ? 'suppressed' : 'missing'
      return { indicator, area, period, value: null, mark, status: kind, source_id }
    }
    const factor = factorOf(unit, rule)
    if (factor === undefined) return reject('unknown_unit', unit ?? '')
    const value = scaledNumber(text, factor)
    if (value === undefined || Number.isNaN(value)) return reject('out_of_range', text)
    const given = typeof status === 'function' ? status(cell) : status
    return { indicator, area, period, value, mark, status: given, source_id }
  }
}

/** Marks of figures that are there but kept secret: X of any table, others by their legend. */
export function suppressingMarks(notes: readonly Note[]): ReadonlySet<string> {
  const legends = notes.filter(({ text }) => /秘匿|秘とく|suppress|confidential/i.test(text))
  return new Set(['X', 'x', ...legends.map(({ mark }) => mark).filter((mark) => mark !== '')])
}

/** What a unit is times ours; undefined for one that the rule does not know. */
function factorOf(unit: string | null, { units }: IndicatorRule): number | undefined {
  if (!units) return 1
  return Object.hasOwn(units, unit ?? '') ? units[unit ?? ''] : undefined
}

/** Our codes of time codes; undefined for those that mean no period. */
function createTimes({ fiscalAsCalendar = false }: Rules): (code: string) => string | undefined {
  return remember((code) => {
    const period = periodOf(code)
    return fiscalAsCalendar && period?.type === 'fiscal_year' ? yearCode(period.year) : period?.code
  })
}

/** Asks `ask` once for each code: a table has many figures and few codes. */
function remember<T>(ask: (code: string) => T): (code: string) => T {
  const known = new Map<string, T>()
  return (code) => {
    if (!known.has(code)) known.set(code, ask(code))
    return known.get(code) as T
  }
}
