import { timeOf } from './draft.ts'
import {
  fiscalYear,
  neighbour,
  type Period,
  type TimeAxis,
  tokyoDate,
  valuesIn,
} from './periods.ts'
import { ask, axisOf, each, recode, type Scan, use } from './scan.ts'
import type { Token } from './tokens.ts'

const span: Record<string, number> = { day: 1, month: 1, quarter: 3, year: 12 }

/** Periods: one, several, from one to another, the last ones, and those by the day of asking. */
export function readTimes(scan: Scan): void {
  each(scan, /ON([aA])/u, (found, _, from) => lastOnes(scan, found, from))
  each(scan, /a/u, ([token], _, from) => nameTime(scan, token as Token, from))
  each(scan, /R/u, ([token], _, from) => relative(scan, token as Token, from))
  const p = '[Yy]'
  const range = `w(${p})&(${p})|f?(${p})f?t(${p})t?|f?(${p})f(${p})t?|(${p})e[&,]*(${p})e`
  each(scan, new RegExp(range, 'u'), (found, _, from) => {
    const ends = found.filter(({ code }) => code === 'Y' || code === 'y')
    if (isNumbers(scan, ends, from)) return false
    const [first, last] = ends as [Token, Token]
    const sides = found.filter(({ code }) => code === 'e').map(({ means }) => means)
    return between(scan, from, first, last, sides)
  })
  const one = `s(${p})e?|f(${p})e?|(${p})e|(${p})[ft]|t(${p})|(Y)c|C(Y)|(?<![Sm])C(y)`
  each(scan, new RegExp(one, 'u'), (found, _, from) => oneSide(scan, found, from))
  const list = `${p}(?:[&,|]+${p})*`
  each(scan, new RegExp(`(?:x(${list}))|(${list})[Xz]?`, 'u'), (found, _, from) => {
    const tokens = found.filter(({ code }) => code === 'Y' || code === 'y')
    if (isNumbers(scan, tokens, from) || /[CTcw]/u.test(scan.codes[from - 1] ?? '')) return false
    if (/[cA]/u.test(scan.codes[from + found.length] ?? '') && tokens[0]?.code === 'y') return false
    return single(scan, tokens, from, /[xXz]/u.test(found.map(({ code }) => code).join('')))
  })
}

/** Bare numbers after a 科目 are amounts, unless the axis of time has all of them. */
function isNumbers(scan: Scan, tokens: Token[], from: number): boolean {
  if (tokens.some(({ code }) => code === 'Y')) return false
  const isYears = scan.times.some((axis) =>
    tokens.every(({ period }) => valuesIn(axis, period as Period).length > 0),
  )
  return (
    !isYears &&
    (scan.times.length === 0 || /[SmC]/u.test(scan.codes[from - 1] ?? '')) &&
    /[SCw]/u.test(scan.codes.slice(Math.max(0, from - 1), from + 1)) &&
    scan.codes[from + tokens.length] !== undefined &&
    /[cCwft]/u.test(scan.codes.slice(from, from + tokens.length + 2))
  )
}

/** The axis of time that is meant: the one beside the period, the only one, or that of 推移. */
function timeAxis(scan: Scan, from: number, length: number): TimeAxis | undefined {
  const beside = [from - 1, from + length].find((place) => {
    const isGroup = /[bv]/u.test(scan.codes[place - 1] ?? '') || scan.codes[place + 1] === 'B'
    return (
      scan.codes[place] === 'A' &&
      !isGroup &&
      scan.times.some(({ name }) => name === axisOf(scan.list[place]))
    )
  })
  if (beside !== undefined) use(scan, [beside])
  const named = beside === undefined ? undefined : axisOf(scan.list[beside])
  const main = scan.table.axes.find(({ kind }) => kind === '推移')?.name
  const axis =
    scan.times.find(({ name }) => name === named) ??
    scan.times.find(({ name }) => name === main) ??
    scan.times[0]
  if (!axis) ask(scan, { about: 'noTime' })
  return axis
}

function lastOnes(scan: Scan, [side, count, unit]: Token[], from: number): boolean {
  const axis = timeAxis(scan, from, 3)
  if (!axis) return true
  const isAxis = unit?.code === 'A'
  if (isAxis && axisOf(unit) !== axis.name) return false
  const grain = isAxis || unit?.means === 'any' ? axis.grain : (unit?.means ?? axis.grain)
  const number = ((count?.number ?? 1) * (span[grain] ?? 1)) / (span[axis.grain] ?? 1)
  const isFirst = side?.means === 'first'
  const { values } = axis
  if (
    !Number.isInteger(number) ||
    number < 1 ||
    number > values.length ||
    (grain === 'day') !== (axis.grain === 'day')
  ) {
    return ask(scan, {
      about: 'period',
      word: [side, count, unit].map((each) => each?.text).join(''),
    })
  }
  const chosen = isFirst ? values.slice(0, number) : values.slice(-number)
  return range(scan, from, axis, chosen[0]?.text, chosen.at(-1)?.text)
}

/** 月別, by year: the axis of time, where it has that grain. */
function nameTime(scan: Scan, token: Token, from: number): boolean {
  const axis = scan.times.find(({ name }) => name === timeOf(scan))
  if (!axis) return ask(scan, { about: 'noTime' })
  if (token.means !== 'any' && token.means !== axis.grain) {
    return ask(scan, { about: 'grain', word: token.text, options: [axis.name] })
  }
  recode(scan, from, { ...token, code: 'A', reading: { axis: axis.name, values: [] } })
  return false
}

/** 昨年度, this month: as a period; 最新: the last there is. */
function relative(scan: Scan, token: Token, from: number): boolean {
  const axis = timeAxis(scan, from, 1)
  if (!axis) return true
  const [which = '', unit = ''] = [token.means.split(' ')[0], token.means.split(' ').at(-1)]
  const known = axis.values.at(which === 'earliest' ? 0 : -1)?.period
  if (/est$/u.test(which)) {
    recode(scan, from, { ...token, code: 'Y', period: { ...known } })
    return false
  }
  const today = tokyoDate(scan.at)
  const isFiscal = /年度|fiscal/iu.test(token.text) || (axis.fiscal && unit !== 'month')
  const back =
    token.means === 'year before last' ? -2 : ({ this: 0, last: -1, next: 1 }[which] ?? 0)
  const months = today.year * 12 + today.month - 1 + back
  const period: Period =
    unit === 'month'
      ? { year: Math.floor(months / 12), month: (months % 12) + 1 }
      : {
          year: (isFiscal ? fiscalYear(today.year, today.month) : today.year) + back,
          ...(isFiscal && { fiscal: true }),
        }
  recode(scan, from, { ...token, code: 'Y', period })
  return false
}

/** A month takes the year that is said beside it. */
const dated = (period: Period = {}, year?: number): Period => ({
  ...(year !== undefined && { year }),
  ...period,
})

const missing = (scan: Scan, token: Token) => ask(scan, { about: 'period', word: token.text })

function between(scan: Scan, from: number, first: Token, last: Token, sides: string[]): boolean {
  const axis = timeAxis(scan, from, 4)
  if (!axis) return true
  const year = first.period?.year ?? last.period?.year
  const start = bound(axis, dated(first.period, year), sides[0] ?? 'from')
  const end = bound(axis, dated(last.period, year), sides[1] ?? 'to')
  if (start === undefined) return missing(scan, first)
  if (end === undefined) return missing(scan, last)
  const order = axis.values.map(({ text }) => text)
  if (sides[0] && /^(to|before)$/u.test(sides[0])) return ask(scan, { about: 'contradiction' })
  if (order.indexOf(start) > order.indexOf(end))
    return ask(scan, { about: 'contradiction', options: [start, end] })
  return range(scan, from, axis, start, end)
}

/** The first or last value that a bound leaves. */
function bound(axis: TimeAxis, period: Period, side: string): string | undefined {
  const inside = valuesIn(axis, period)
  if (side === 'from') return inside[0]
  if (side === 'to') return inside.at(-1)
  return neighbour(axis, period, side === 'after' ? 'after' : 'before')
}

function range(scan: Scan, from: number, axis: TimeAxis, min?: string, max?: string): true {
  const at = scan.list[from]?.start ?? 0
  if (min !== undefined && min === max)
    scan.wishes.kept.push({ at, kind: 'only', column: axis.name, values: [min] })
  else
    scan.wishes.ranges.push({
      at,
      column: axis.name,
      ...(min !== undefined && { min }),
      ...(max !== undefined && { max }),
    })
  return true
}

const comparisons: Record<string, string> = {
  '>=': 'from',
  '>': 'after',
  '<=': 'to',
  '<': 'before',
}

function oneSide(scan: Scan, found: Token[], from: number): boolean {
  const token = found.find(({ code }) => code === 'Y' || code === 'y') as Token
  const isLimit = found[0]?.code !== 'C' || token.code === 'Y' || /^up to$/iu.test(found[0].text)
  if (!isLimit) return false
  if (isNumbers(scan, [token], from)) return false
  const mark =
    found.find(({ code }) => /[secC]/u.test(code)) ?? found.find(({ code }) => /[ft]/u.test(code))
  const side =
    mark && /[cC]/u.test(mark.code)
      ? (comparisons[mark.means] ?? 'from')
      : mark?.code === 'f'
        ? 'from'
        : mark?.code === 't'
          ? 'to'
          : (mark?.means ?? 'from')
  const axis = timeAxis(scan, from, found.length)
  if (!axis) return true
  const value = bound(axis, token.period as Period, side)
  if (value === undefined) return missing(scan, token)
  const isMin = side === 'from' || side === 'after'
  const at = scan.list[from]?.start ?? 0
  scan.wishes.ranges.push({ at, column: axis.name, ...(isMin ? { min: value } : { max: value }) })
  return true
}

function single(scan: Scan, tokens: Token[], from: number, isOut: boolean): boolean {
  const axis = timeAxis(scan, from, tokens.length * 2 - 1)
  if (!axis) return true
  const year = tokens.find(({ period }) => period?.year)?.period?.year
  const values: string[] = []
  for (const token of tokens) {
    const inside = valuesIn(axis, dated(token.period, year))
    if (inside.length === 0) return missing(scan, token)
    values.push(...inside)
  }
  if (!isOut && tokens.length === 1 && values.length > 1)
    return range(scan, from, axis, values[0], values.at(-1))
  const at = scan.list[from]?.start ?? 0
  scan.wishes.kept.push({ at, kind: isOut ? 'except' : 'only', column: axis.name, values })
  return true
}
