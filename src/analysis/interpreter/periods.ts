import type { OverviewTable } from './plan.ts'

/** A period of time: a year alone, or with a quarter, a month, or a month and day. */
export type Period = {
  year?: number
  quarter?: number
  month?: number
  day?: number
  fiscal?: boolean
}
export type Grain = 'year' | 'quarter' | 'month' | 'day'

const eras: Record<string, number> = { 令和: 2018, 平成: 1988, 昭和: 1925, r: 2018, h: 1988 }

const forms: RegExp[] = [
  /(?<year>(?:19|20)[0-9]{2})\s?(?:年度?|fy)?[-/.\s]?(?:第?(?<quarter>[1-4])\s?四半期|q(?<q>[1-4])(?![0-9]))/uy,
  /(?:(?:fy|fiscal year|fiscal)\s?)(?<fy>(?:19|20)[0-9]{2})(?![0-9])/uy,
  /(?<year>(?:19|20)[0-9]{2})年(?<month>1[0-2]|0?[1-9])月(?:(?<day>3[01]|[12][0-9]|0?[1-9])日)?/uy,
  /(?<year>(?:19|20)[0-9]{2})[-/.](?<month>1[0-2]|0[1-9])(?:[-/.](?<day>3[01]|[12][0-9]|0?[1-9]))?(?![0-9])/uy,
  /(?<year>(?:19|20)[0-9]{2})(?:年(?<ja>度)?|\s?(?<en>fy))/uy,
  /(?<era>令和|平成|昭和|(?<![a-z])[rh](?=[0-9]))(?<nth>[0-9]{1,2}|元)(?:年(?<ja>度)?(?:(?<month>1[0-2]|0?[1-9])月)?|(?![0-9]))/uy,
  /(?<name>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?,?\s(?<year>(?:19|20)[0-9]{2})(?![0-9])/uy,
  /(?<![0-9])(?<month>1[0-2]|[1-9])月(?!別)/uy,
]
const months = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ')

/** The period that starts at a place of a text in lower case. */
export function readPeriod(text: string, at: number): { period: Period; end: number } | undefined {
  if (/[0-9a-z.]/u.test(text.charAt(at - 1))) return undefined
  for (const form of forms) {
    form.lastIndex = at
    const found = form.exec(text)
    if (!found) continue
    const part = found.groups ?? {}
    const first = part.nth === '元' ? 1 : Number(part.nth)
    const year = part.era
      ? (eras[part.era] ?? 0) + first
      : Number(part.year ?? part.fy) || undefined
    const number = (each?: string) => (each ? Number(each) : undefined)
    const month = part.name ? months.indexOf(part.name) + 1 : number(part.month)
    const period: Period = {
      ...(year && { year }),
      ...((part.quarter ?? part.q) && { quarter: Number(part.quarter ?? part.q) }),
      ...(month && { month }),
      ...(part.day && { day: Number(part.day) }),
      ...((part.ja || part.en || part.fy) && { fiscal: true }),
    }
    return { period, end: at + found[0].length }
  }
  return undefined
}

/** A value of an axis as a period, if it is one as a whole. */
export function periodOf(value: string): Period | undefined {
  const text = value.normalize('NFKC').toLowerCase().trim()
  if (/^(?:19|20)[0-9]{2}$/u.test(text)) return { year: Number(text) }
  const found = readPeriod(text, 0)
  return found && found.end === text.length && found.period.year ? found.period : undefined
}

export const grainOf = (period: Period): Grain =>
  period.day ? 'day' : period.month ? 'month' : period.quarter ? 'quarter' : 'year'

export type Axis = OverviewTable['axes'][number]
/** An axis of time; its values in order of time. */
export type TimeAxis = {
  name: string
  grain: Grain
  fiscal: boolean
  values: { text: string; period: Period }[]
}

const order = ({ year = 0, quarter = 0, month = 0, day = 0 }: Period) =>
  year * 10_000 + (quarter ? quarter * 3 - 2 : month) * 100 + day

/** An axis whose values are periods. */
export function timeAxisOf(axis: Axis): TimeAxis | undefined {
  const values = axis.values.flatMap((text) => {
    const period = periodOf(text)
    return period ? [{ text, period }] : []
  })
  const [first] = values
  if (!first || values.length < axis.values.length * 0.8) return undefined
  values.sort((one, other) => order(one.period) - order(other.period))
  const fiscal = /年度|fy|fiscal/iu.test(axis.name)
  return { name: axis.name, grain: grainOf(first.period), fiscal, values }
}

/** The values of an axis that are in a period: a month is in its year, also in its fiscal year. */
export function valuesIn(axis: TimeAxis, wanted: Period): string[] {
  return axis.values.filter(({ period }) => within(period, wanted, axis)).map(({ text }) => text)
}

function within(period: Period, wanted: Period, axis: TimeAxis): boolean {
  if (wanted.fiscal && axis.grain !== 'year' && !wanted.month && !wanted.quarter) {
    const month = period.month ?? (period.quarter ? period.quarter * 3 - 2 : 1)
    const year = axis.fiscal && period.quarter ? period.year : fiscalYear(period.year ?? 0, month)
    return year === wanted.year
  }
  if (period.year !== wanted.year) return false
  const quarter = period.quarter ?? (period.month ? Math.ceil(period.month / 3) : undefined)
  if (wanted.quarter && quarter !== wanted.quarter) return false
  return (
    (!wanted.month || period.month === wanted.month) && (!wanted.day || period.day === wanted.day)
  )
}

/** Fiscal years start in April. */
export const fiscalYear = (year: number, month: number) => (month < 4 ? year - 1 : year)

/** What comes before or after a period, among the values of an axis. */
export function neighbour(axis: TimeAxis, wanted: Period, side: 'before' | 'after') {
  const inside = new Set(valuesIn(axis, wanted))
  const places = axis.values.flatMap(({ text }, at) => (inside.has(text) ? [at] : []))
  const at = order(wanted)
  const [lowest, highest] = [places[0], places.at(-1)]
  if (lowest !== undefined && highest !== undefined) {
    return axis.values[side === 'before' ? lowest - 1 : highest + 1]?.text
  }
  const others = axis.values.filter(({ period }) =>
    side === 'before' ? order(period) < at : order(period) > at,
  )
  return (side === 'before' ? others.at(-1) : others[0])?.text
}

/** The date in Tokyo. */
export function tokyoDate(at: Date): { year: number; month: number } {
  const [year = 0, month = 0] = new Intl.DateTimeFormat('en-CA', { timeZone: 'Asia/Tokyo' })
    .format(at)
    .split('-')
    .map(Number)
  return { year, month }
}
