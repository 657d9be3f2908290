/** A time that a label was read as; only times of the same kind are compared. */
type Time = { kind: 'calendar' | 'month' | 'ordinal'; start: number; end: number }

/** First years of eras, less one. */
const eras: Record<string, number> = {
  令和: 2018,
  R: 2018,
  平成: 1988,
  H: 1988,
  昭和: 1925,
  S: 1925,
  大正: 1911,
  T: 1911,
  明治: 1867,
  M: 1867,
}

/** The month, counted from January, in which a Japanese fiscal year begins. */
const fiscalStart = 3

const year = '(?<year>[12]\\d{3})'
const eraYear = '(?<era>令和|平成|昭和|大正|明治|[RHSTM])\\.?\\s*(?<eraYear>元|\\d{1,2})'
const anyYear = `(?:(?<fiscal>FY\\s*)?${year}|${eraYear})`
const yearEnd = '(?:年(?<fiscalEnd>度)?)?'
const separator = '\\s*[-/ ]?\\s*'

const pattern = (source: string) => new RegExp(`^${source}$`, 'i')

/** What a calendar time may look like after NFKC, the year apart: parts are read by their names. */
const calendar = [
  pattern(`${anyYear}${yearEnd}`),
  pattern(`${anyYear}${yearEnd}${separator}(?:Q(?<quarter>[1-4])|第?(?<quarterOf>[1-4])四半期)`),
  pattern(`${anyYear}${yearEnd}${separator}(?<quarterFirst>[1-4])Q`),
  pattern(`${anyYear}${yearEnd}${separator}(?:H(?<half>[12])|(?<halfName>[上下])(?:半?期))`),
  pattern(`${anyYear}年(?<fiscalEnd>度)?\\s*(?<month>\\d{1,2})月(?:\\s*(?<day>\\d{1,2})日)?`),
  pattern(`${anyYear}[-/](?<month>\\d{1,2})(?:[-/](?<day>\\d{1,2})(?:[T ][\\d:.]*Z?)?)?`),
  pattern(`${year}(?<month>0[1-9]|1[0-2])`),
  pattern(`${year}-?W(?<week>\\d{1,2})`),
]

/**
 * Periods in the order of time where all of them can be read as times of one kind: years (2023, 2023年,
 * 2023年度, FY2023, 令和5年, R5), halves, quarters, months, weeks and days of them; months without year;
 * or numbered ones (第1期, 1年目, 3). Else, and where times are the same, in the order in which they come.
 */
export function orderPeriods(labels: readonly string[]): string[] {
  const times = labels.map((label) => ({ label, time: timeOf(label) }))
  const kind = times[0]?.time?.kind
  if (!times.every(({ time }) => time && time.kind === kind)) return [...labels]
  if (kind === 'month' && isOneYear(times.map(({ time }) => (time as Time).start)))
    return [...labels]
  return times
    .sort(({ time: a }, { time: b }) => {
      const [first, second] = [a as Time, b as Time]
      return first.start - second.start || first.end - second.end
    })
    .map(({ label }) => label)
}

/** Whether months without year come in order from any one of them, such as from April to March. */
function isOneYear(months: readonly number[]): boolean {
  const falls = months.filter((month, at) => at > 0 && month < (months[at - 1] as number))
  return falls.length === 1 && (months.at(-1) as number) < (months[0] as number)
}

function timeOf(label: string): Time | null {
  const text = label.length > 40 ? '' : label.normalize('NFKC').trim()
  for (const form of calendar) {
    const found = form.exec(text)
    if (found) return calendarTime(found.groups as Record<string, string | undefined>)
  }
  const month = /^(\d{1,2})月$/.exec(text)?.[1]
  if (month) return inRange(Number(month), 12) ? at('month', Number(month)) : null
  const ordinal =
    /^(?:第\s*(\d{1,4})\s*(?:期|回|年|週|四半期)?|(\d{1,4})\s*(?:期|回|年目|か月目|ヶ月目|カ月目|週目|日目)|Q([1-4])|([1-4])Q|(\d{1,3}))$/i.exec(
      text,
    )
  return ordinal ? at('ordinal', Number(ordinal.slice(1).find(Boolean))) : null
}

const at = (kind: Time['kind'], place: number): Time => ({ kind, start: place, end: place })

const inRange = (value: number, last: number) => value >= 1 && value <= last

function calendarTime(parts: Record<string, string | undefined>): Time | null {
  const { era, eraYear } = parts
  const base = era ? (eras[era.toUpperCase()] as number) : 0
  const first = base + (eraYear === '元' ? 1 : Number(eraYear ?? parts.year))
  const isFiscal = Boolean(parts.fiscal || parts.fiscalEnd)
  if (parts.week) {
    if (!inRange(Number(parts.week), 53)) return null
    return between(first, 0, 7 * Number(parts.week) - 6, 7)
  }
  if (parts.month) {
    const month = Number(parts.month) - 1
    const day = Number(parts.day ?? 1)
    if (!inRange(month + 1, 12) || !inRange(day, 31)) return null
    // In a fiscal year January to March are those of the next year.
    const calendarYear = isFiscal && month < fiscalStart ? first + 1 : first
    return between(calendarYear, month, day, parts.day ? 1 : 30)
  }
  const months = partOf(parts)
  const start = (isFiscal ? fiscalStart : 0) + months.first
  return between(first, start, 1, 30 * months.count)
}

/** The months of a year that a half or quarter is of, counted from its first one. */
function partOf(parts: Record<string, string | undefined>): { first: number; count: number } {
  const quarter = parts.quarter ?? parts.quarterOf ?? parts.quarterFirst
  if (quarter) return { first: 3 * (Number(quarter) - 1), count: 3 }
  const half = parts.half ?? (parts.halfName && (parts.halfName === '上' ? '1' : '2'))
  if (half) return { first: 6 * (Number(half) - 1), count: 6 }
  return { first: 0, count: 12 }
}

function between(year: number, month: number, day: number, days: number): Time {
  const start = Date.UTC(year, month, day) / 86_400_000
  return { kind: 'calendar', start, end: start + days }
}
