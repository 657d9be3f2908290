import type { ObservationStatus } from '../../../db/tables/statistics.ts'
import type { Catalogue } from '../catalogue.ts'
import { codeOf, periodOf } from '../periods.ts'
import { excerptOf, type Fault } from './faults.ts'

/** What a cell says, or which rule it breaks. */
export type Read<Value> =
  | { value: Value }
  | { fault: Pick<Fault, 'rule'> & Record<string, unknown> }

/** One spelling of what may be written in full width, with spaces around. */
export function plain(text: string): string {
  return text.normalize('NFKC').trim()
}

/** Marks of official tables, with what they are spelled as here. */
const marks: Readonly<Record<string, string>> = {
  '***': '***',
  '-': '-',
  '‐': '-',
  '―': '-',
  '—': '-',
  '−': '-',
  X: 'X',
  x: 'X',
  '...': '…',
}

const knownMarks = [...new Set(Object.values(marks))]

export function readMark(text: string): Read<string> {
  const mark = marks[plain(text)]
  if (mark) return { value: mark }
  return { fault: { rule: 'import_mark', value: excerptOf(text), known: knownMarks } }
}

/** Withheld figures are told apart from those that nobody has. */
export function statusOf(mark: string): ObservationStatus {
  return mark === 'X' ? 'suppressed' : 'missing'
}

/** More cannot be told apart in a double. */
const maxDigits = 15

/**
 * A number, or a mark in its place. Full-width digits, thousands in groups of three and △, ▲ or −
 * for less than zero are read; what could be two numbers is refused.
 */
export function readFigure(text: string): Read<number | string> {
  const figure = plain(text)
  if (marks[figure]) return { value: marks[figure] }
  const value = excerptOf(figure)
  if (/^[=@\t]/.test(figure) || /^[+-][^\d.]/.test(figure)) {
    return { fault: { rule: 'import_formula' } }
  }
  const signed = figure.replace(/^[△▲−]\s?/, '-')
  const isPlain = /^[+-]?\d+(\.\d+)?$/.test(signed)
  const isGrouped = /^[+-]?[1-9]\d{0,2}(,\d{3})+(\.\d+)?$/.test(signed)
  if (!isPlain && !isGrouped) {
    const isAmbiguous = /^[+-]?[\d.,' ]+$/.test(signed)
    return { fault: { rule: isAmbiguous ? 'import_ambiguous_number' : 'import_number', value } }
  }
  const digits = signed.replace(/[^\d]/g, '').replace(/^0+/, '')
  if (digits.length > maxDigits) return { fault: { rule: 'import_digits', limit: maxDigits } }
  return { value: Number(signed.replaceAll(',', '')) }
}

/** Five digits, two for a prefecture, or either with the `R` of SSDSE before it. */
export function readArea(text: string, { areas }: Pick<Catalogue, 'areas'>): Read<string> {
  const digits = plain(text).replace(/^R(?=\d)/, '')
  const code = /^\d\d$/.test(digits) ? `${digits}000` : digits
  if (areas.has(code)) return { value: code }
  const isCut = /^\d{1,4}$/.test(digits)
  const rule = isCut ? 'import_area_digits' : 'import_area'
  return { fault: { rule, value: excerptOf(text) } }
}

export function readIndicator(text: string, { indicators }: Pick<Catalogue, 'indicators'>) {
  const code = plain(text)
  const indicator = indicators.get(code)
  const value = excerptOf(text)
  if (!indicator) return { fault: { rule: 'import_indicator', value } } satisfies Read<string>
  if (indicator.formula) return { fault: { rule: 'import_derived', value } } satisfies Read<string>
  return { value: code }
}

/** A time code of e-Stat, or a label such as `2020`, `FY2020`, `2020-Q1`, `2020-04`. */
export function readPeriod(text: string): Read<string> {
  const code = codeOf(plain(text))
  if (periodOf(code)) return { value: code }
  return { fault: { rule: 'import_period', value: excerptOf(text) } }
}
