import type { PeriodType } from '../../db/tables/statistics.ts'

export type Period = {
  /** e-Stat's time code; a single day, for which it has none, is an ISO date. */
  code: string
  type: PeriodType
  /** `2020`, `FY2020`, `2026-Q1`, `2026-09`, `2021-10-01`. */
  label: string
  year: number
  starts_on: string
  ends_on: string
}

/**
 * What a time code of e-Stat means (API 3.0: the year, `0` or `1` for a fiscal year, `0`, and the
 * first and last month), or an ISO date. Undefined for a code of no known form. A fiscal year begins
 * in April.
 */
export function periodOf(code: string): Period | undefined {
  if (/^\d{4}-\d\d-\d\d$/.test(code)) return dayOf(code)
  const parts = /^(\d{4})([01])0(\d\d)(\d\d)$/.exec(code)
  if (!parts) return undefined
  const [year, isFiscal, from, to] = parts.slice(1).map(Number) as [number, number, number, number]
  const span = (type: PeriodType, label: string, starts_on: string, ends_on: string) => ({
    code,
    type,
    label,
    year,
    starts_on,
    ends_on,
  })
  if (isFiscal) {
    if (from !== 0 || to !== 0) return undefined
    return span('fiscal_year', `FY${year}`, `${year}-04-01`, `${year + 1}-03-31`)
  }
  if (from === 0 && to === 0) return span('year', `${year}`, `${year}-01-01`, `${year}-12-31`)
  if (from < 1 || to > 12 || from > to) return undefined
  const [starts, ends] = [`${year}-${two(from)}-01`, lastDay(year, to)]
  if (from === to) return span('month', `${year}-${two(from)}`, starts, ends)
  const isQuarter = to === from + 2 && from % 3 === 1
  return isQuarter ? span('quarter', `${year}-Q${(from + 2) / 3}`, starts, ends) : undefined
}

/** The time code of a label like `2020`, `FY2020`, `2026-Q1`, `2026-09`; other texts as they are. */
export function codeOf(label: string): string {
  const [, fiscal, year = '', quarter, month] =
    /^(FY)?(\d{4})(?:-(?:Q([1-4])|(\d\d)))?$/.exec(label) ?? []
  if (!year) return label
  if (fiscal) return `${year}100000`
  const first = quarter ? Number(quarter) * 3 - 2 : Number(month ?? 0)
  return `${year}00${two(first)}${two(quarter ? first + 2 : first)}`
}

/** The time code of a calendar year. */
export function yearCode(year: number): string {
  return `${year}000000`
}

function dayOf(code: string): Period | undefined {
  const at = new Date(`${code}T00:00:00Z`)
  if (Number.isNaN(at.getTime()) || at.toISOString().slice(0, 10) !== code) return undefined
  return {
    code,
    type: 'date',
    label: code,
    year: at.getUTCFullYear(),
    starts_on: code,
    ends_on: code,
  }
}

function lastDay(year: number, month: number): string {
  return `${year}-${two(month)}-${two(new Date(Date.UTC(year, month, 0)).getUTCDate())}`
}

function two(number: number): string {
  return String(number).padStart(2, '0')
}

/** The day it is in Japan, which has no summer time. */
export function dayIn(at: string): string {
  return new Date(Date.parse(at) + 9 * 3600 * 1000).toISOString().slice(0, 10)
}
