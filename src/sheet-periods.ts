import { halfWidthOf } from './sheet-numbers.ts'

const year = String.raw`(?:FY ?'?(?:\d{4}|\d{2})|(?:19|20)\d{2}(?:年度?)?|(?:明治|大正|昭和|平成|令和) ?(?:\d{1,2}|元)年度?|[MTSHR]\d{1,2}年度?)`
const month = `(?:0?[1-9]|1[0-2])月(?:期|度|分)?`
const quarter = `(?:第?[1-4] ?四半期|[1-4]Q|Q[1-4])`
const half = '(?:上半?期|下半?期|通期|前期|後期|中間期|[12]H|H[12])'
const english =
  '(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sep(?:t(?:ember)?)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)'
const day = String.raw`(?:0?[1-9]|[12]\d|3[01])`
const clock = String.raw`(?:[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?Z?)?`

const period = new RegExp(
  `^(?:${[
    `${year}(?: ?[-/]? ?(?:${month}(?:${day}日)?|${quarter}|${half}))?`,
    String.raw`(?:19|20)\d{2}[-/.](?:0?[1-9]|1[0-2])(?:[-/.]${day})?期?${clock}`,
    `${month}(?:${day}日)?`,
    quarter,
    half,
    String.raw`第?\d{1,3}期`,
    String.raw`(?:第?\d{1,2}週|W\d{1,2})`,
    String.raw`${english}[-. ,/']{0,2}(?:\d{2}|\d{4})?`,
    String.raw`(?:\d{4}|\d{2})[- ]${english}`,
  ].join('|')})$`,
  'i',
)

const names =
  /(?:^|[^前先来昨今当翌曜])(?:年|年度|年月|月|月次|月度|日|日付|年月日|日時|期|四半期|半期|期間|時期|時点|週)$|(?:^|[\s_])(?:fy|year|month|date|day|quarter|period|week|time)s?$/i

/** The same at the end of a name like `orderDate`. */
const endings = /[a-z](?:Year|Month|Date|Quarter|Period)$/

/** Whether a column of this name is likely one of time: `年度`, `order_date`. */
export function isPeriodName(name: string): boolean {
  if (name.length > 60) return false
  const plain = halfWidthOf(name)
  // `4月` is a time, and what stands below it are numbers.
  if (/\d/.test(plain)) return false
  return names.test(plain) || endings.test(plain)
}

/** Whether a text says when: `2023`, `2023年度`, `FY23`, `2023/4`, `4月`, `第1四半期`, `2023-04-01`. */
export function isPeriod(text: string): boolean {
  return text.length <= 40 && period.test(halfWidthOf(text))
}

/** Whether a number stands for a year, a month (`202304`) or a day (`20230401`). */
export function isPeriodNumber(value: number): boolean {
  return Number.isInteger(value) && isCalendar(value)
}

function isCalendar(value: number): boolean {
  if (value < 10_000) return isYear(value)
  if (value < 1_000_000) return isYear(Math.floor(value / 100)) && isMonth(value % 100)
  const monthAndDay = value % 10_000
  const isDay = monthAndDay % 100 >= 1 && monthAndDay % 100 <= 31
  return isYear(Math.floor(value / 10_000)) && isMonth(Math.floor(monthAndDay / 100)) && isDay
}

export function isYear(value: number): boolean {
  return Number.isInteger(value) && value >= 1900 && value <= 2100
}

function isMonth(value: number): boolean {
  return value >= 1 && value <= 12
}

const date =
  /^(?<y>\d{4})(?:[-/.](?<m>\d{1,2})[-/.](?<d>\d{1,2})|年(?<m2>\d{1,2})月(?<d2>\d{1,2})日)$/
const yearAndMonth = /^(\d{4})[-/](\d{1,2})$/

/** A period as it is compared: letters of half width, dates `2023-04-01`, months `2023-04`. */
export function periodOf(text: string): string {
  const plain = halfWidthOf(text)
  const parts = date.exec(plain)?.groups
  if (parts) return dateOf(parts.y, parts.m ?? parts.m2, parts.d ?? parts.d2) ?? plain
  const [, y, m = ''] = yearAndMonth.exec(plain) ?? []
  return y && isMonth(Number(m)) ? `${y}-${m.padStart(2, '0')}` : plain
}

/** Nothing for a day that no calendar has. */
function dateOf(y = '', m = '', d = ''): string | undefined {
  const iso = `${y}-${m.padStart(2, '0')}-${d.padStart(2, '0')}`
  const at = new Date(`${iso}T00:00:00Z`)
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(iso) ? iso : undefined
}
