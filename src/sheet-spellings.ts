import { halfWidthOf } from './sheet-numbers.ts'
import { periodOf } from './sheet-periods.ts'
import { isTotal } from './sheet-totals.ts'

/** What a text says of time. */
type Reading = {
  kind: 'year' | 'quarter' | 'month' | 'day' | 'quarter_alone' | 'month_alone'
  text: string
  /** How years are counted, where a year or a quarter says so. */
  count?: Count
  /** Whether a day begins or ends its month. */
  edge?: 'first' | 'last' | undefined
}

type Count = 'calendar' | 'fiscal' | undefined
type Year = { year: string; count: Count; rest: string }

/**
 * The periods of a column of this name, spelled so that sheets of several people join. Where all of them
 * are years, quarters, months or days they become `2024`, `2024Q1`, `2024-01`, `2024-01-31`, and without
 * a year `Q1` and `1月`, however they were written. Days that all begin or all end a month are months.
 * Years of the calendar and fiscal ones (年度) become the same, unless one column has both. Totals stay
 * what they are, and so does a column of anything else.
 */
export function spellPeriods(name: string, texts: readonly string[]): string[] {
  const spelled = new Map<string, string>()
  const readings = new Map<string, Reading>()
  let isKnown = true
  for (const text of texts) {
    if (spelled.has(text)) continue
    const plain = periodOf(text)
    spelled.set(text, plain)
    if (plain === '' || isTotal(plain)) continue
    const reading = isKnown ? readingOf(plain, name) : undefined
    if (reading) readings.set(text, reading)
    else isKnown = false
  }
  const spell = isKnown ? spellingOf([...readings.values()]) : undefined
  if (spell) for (const [text, reading] of readings) spelled.set(text, spell(reading))
  return texts.map((text) => spelled.get(text) as string)
}

const fiscalName = /年度|会計|fiscal|^FY/i
const calendarName = /^(年|暦年|西暦|年次|calendar years?|CY)$/i

/**
 * How the years or quarters of a column are counted: as its texts say or, where they do not, its name.
 * Nothing where both say different things, or it has other periods.
 */
export function yearsOf(name: string, texts: Iterable<string>): 'fiscal' | 'calendar' | undefined {
  const plainName = halfWidthOf(name).trim()
  const said = new Set<Count>()
  if (fiscalName.test(plainName)) said.add('fiscal')
  if (calendarName.test(plainName)) said.add('calendar')
  for (const text of new Set(texts)) {
    const plain = periodOf(text)
    if (plain === '' || isTotal(plain)) continue
    const reading = readingOf(plain, name)
    if (reading?.kind !== 'year' && reading?.kind !== 'quarter') return undefined
    if (reading.count) said.add(reading.count)
  }
  const [count, other] = said
  return other ? undefined : count
}

/** How all of them are spelled; nothing where they are not of one kind. */
function spellingOf(all: readonly Reading[]): ((reading: Reading) => string) | undefined {
  const kinds = new Set(all.map(({ kind }) => kind))
  const counts = new Set(all.map(({ count }) => count))
  if (counts.has('calendar') && counts.has('fiscal')) return undefined
  if (kinds.has('day') && all.length > 1) {
    const edges = new Set(all.flatMap(({ kind, edge }) => (kind === 'day' ? [edge] : [])))
    kinds.delete('month')
    const areMonths = kinds.size === 1 && edges.size === 1 && !edges.has(undefined)
    if (areMonths) return ({ text }) => text.slice(0, 7)
    if (all.some(({ kind }) => kind === 'month')) return undefined
  }
  return kinds.size === 1 ? ({ text }) => text : undefined
}

function readingOf(text: string, name: string): Reading | undefined {
  if (text.length > 40) return undefined
  if (/^\d{1,2}$/.test(text) && /月度?$|months?$/i.test(halfWidthOf(name))) return monthAlone(text)
  const found = yearIn(text)
  if (found) return inYear(found)
  const quarter = quarterIn(text)
  if (quarter) return { kind: 'quarter_alone', text: quarter }
  const month = /^(\d{1,2})月(?:度|分)?$/.exec(text)?.[1]
  return month ? monthAlone(month) : inEnglish(text)
}

/** Years before the first one of an era. */
const eras: Record<string, number> = {
  明治: 1867,
  大正: 1911,
  昭和: 1925,
  平成: 1988,
  令和: 2018,
  M: 1867,
  T: 1911,
  S: 1925,
  H: 1988,
  R: 2018,
}

const begins = [
  /^FY ?'?(?<year>\d{4})(?<end>年度?)?/i,
  /^FY ?'?(?<short>\d{2})(?!\d)(?<end>年度?)?/i,
  /^(?<year>\d{4})(?<end>年度?)?/,
  // Without 年 an H1 is half a year.
  /^(?<era>明治|大正|昭和|平成|令和|[MTSHR]) ?(?<of>元|\d{1,2})(?<end>年度?)/i,
]

/** The year that a text begins with. */
function yearIn(text: string): Year | undefined {
  const found = begins.map((form) => form.exec(text)).find((each) => each !== null)
  if (!found) return undefined
  const { year, short, era = '', of, end = '' } = found.groups ?? {}
  const isFiscal = /^FY/i.test(text) || end === '年度'
  const inEra = (eras[era.toUpperCase()] ?? 0) + (of === '元' ? 1 : Number(of))
  return {
    year: year ?? (short ? `20${short}` : String(inEra)),
    count: isFiscal ? 'fiscal' : end === '年' ? 'calendar' : undefined,
    rest: text.slice(found[0].length).trim(),
  }
}

function inYear({ year, count, rest }: Year): Reading | undefined {
  if (rest === '') return { kind: 'year', text: year, count }
  const quarter = quarterIn(rest.replace(/^[-/] ?/, ''))
  if (quarter) return { kind: 'quarter', text: `${year}${quarter}`, count }
  // In which month the fiscal year of somebody begins is not known.
  if (count === 'fiscal') return undefined
  const parts =
    /^(\d{1,2})月(?:度|分|(\d{1,2})日)?$/.exec(rest) ??
    /^[-/.](\d{1,2})(?:[-/.](\d{1,2}))?$/.exec(rest) ??
    /^(\d\d)(\d\d)?$/.exec(rest)
  if (!parts) return inEnglish(`${year} ${rest.replace(/^-/, '')}`)
  const [, month = '', day] = parts
  return day ? dayOf(year, month, day) : monthOf(year, month)
}

function quarterIn(text: string): string | undefined {
  const found = /^(?:第?([1-4]) ?四半期|([1-4])Q|Q([1-4]))$/i.exec(text)?.slice(1)
  const quarter = found?.find((each) => each !== undefined)
  return quarter && `Q${quarter}`
}

function monthAlone(text: string): Reading | undefined {
  const month = Number(text)
  return month >= 1 && month <= 12 ? { kind: 'month_alone', text: `${month}月` } : undefined
}

function monthOf(year: string, month: string | number): Reading | undefined {
  if (Number(month) < 1 || Number(month) > 12) return undefined
  return { kind: 'month', text: `${year}-${String(month).padStart(2, '0')}` }
}

function dayOf(year: string, month: string, day: string): Reading | undefined {
  const text = [year, month.padStart(2, '0'), day.padStart(2, '0')].join('-')
  const at = new Date(`${text}T00:00:00Z`)
  if (Number.isNaN(at.getTime()) || !at.toISOString().startsWith(text)) return undefined
  const isLast = new Date(at.getTime() + 86_400_000).getUTCDate() === 1
  return { kind: 'day', text, edge: Number(day) === 1 ? 'first' : isLast ? 'last' : undefined }
}

const months = /^(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}$/i
const order = 'janfebmaraprmayjunjulaugsepoctnovdec'

/** `Jan 2024`, `January, 2024`, `2024 Jan`. */
function inEnglish(text: string): Reading | undefined {
  const parts = text.split(/[ ,./-]+/)
  const year = parts.find((part) => /^\d{4}$/.test(part))
  const month = parts.map((part) => months.exec(part)?.[1]).find((part) => part !== undefined)
  if (parts.length !== 2 || !year || !month) return undefined
  return monthOf(year, order.indexOf(month.toLowerCase()) / 3 + 1)
}
