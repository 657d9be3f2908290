import {
  type Amounts,
  ask,
  axisOf,
  each,
  firstOf,
  methodOf,
  recode,
  type Scan,
  subjectsOf,
} from './scan.ts'
import type { Token } from './tokens.ts'

const n = '[NPy]'
const conditionForms = [
  `w${n}&${n}`,
  `${n}[ft]${n}t?`,
  `f${n}t${n}`,
  `${n}c[&,]*${n}c`,
  `C${n}[&,]*C${n}`,
  `C${n}c?`,
  `${n}c`,
  `${n}t`,
  `${n}f`,
  'E',
].join('|')

/** Conditions on amounts: 以上, less than, between. */
export function readAmounts(scan: Scan): void {
  const pattern = new RegExp(
    `x?((?:m?(?:S[&,|])*Sm?)?)(?:m)?(${conditionForms})((?:m?S)?)[Xz]?`,
    'u',
  )
  each(scan, pattern, (found, [all = '', before = '', form = '', after = ''], from) => {
    const numbers = found.filter(({ code }) => /[NPy]/u.test(code))
    if (numbers.some(({ code }) => code === 'N' || code === 'P' || code === 'y') || form === 'E') {
      return condition(scan, { found, all, before, form, after, from }, numbers)
    }
    return false
  })
}

type Match = {
  found: Token[]
  all: string
  before: string
  form: string
  after: string
  from: number
}

function condition(scan: Scan, match: Match, numbers: Token[]): true | number[] {
  const { found, all, before, form, after, from } = match
  const isOut = /^x|[Xz]$/u.test(all)
  const head = found.slice(0, all.replace(/[Xz]$/u, '').length - form.length - after.length)
  const body = found.slice(head.length, head.length + form.length)
  const tail = before ? [] : found.slice(head.length + form.length)
  const subjects = subjectsOf([...head, ...tail])
  if (subjects.length > 1) return ask(scan, { about: 'severalConditions', options: subjects })
  const filter = isOut ? opposite(rangeOf(body, numbers)) : rangeOf(body, numbers)
  if (!filter) return ask(scan, { about: 'outsideRange' })
  const { min_value: min, max_value: max } = filter as { min_value?: number; max_value?: number }
  if (min !== undefined && max !== undefined && min > max)
    return ask(scan, { about: 'contradiction' })
  const method = methodOf(firstOf([...head, ...tail], 'm'))
  const end = found.at(-1)?.end ?? 0
  const at = found[0]?.start ?? 0
  const percent = numbers.some(({ code }) => code === 'P')
  scan.wishes.conditions.push({
    ...{ at, rows: speaksOfRows(scan, at, end), filter, percent },
    ...(subjects[0] !== undefined && { subject: subjects[0] }),
    ...(method && { method }),
  })
  const places = found.map((_, index) => from + index)
  const kept = before ? after.length : 0
  return isOut ? places : places.slice(0, places.length - kept)
}

/** Whether rows are spoken of right before or after a place. */
function speaksOfRows(scan: Scan, start: number, end: number): boolean {
  const { words } = scan.tokens
  const isRow = (token: Token) =>
    /データ|行|レコード|明細|件|row|record|entr|data/iu.test(token.text)
  return words.some((token) => {
    if (token.code !== 'r' || !isRow(token)) return false
    const [low, high] = token.start < start ? [token.end, start] : [end, token.start]
    return !words.some((other) => other.code !== '' && other.start >= low && other.end <= high)
  })
}

/** The rows that are left when those of a range with one end go. */
function opposite(filter: Amounts): Amounts | undefined {
  const {
    min_value: min,
    max_value: max,
    include_min = true,
    include_max = true,
  } = filter as RangeFilter
  if (min !== undefined && max !== undefined) return undefined
  return min === undefined
    ? { filter_type: 'range', min_value: max as number, ...(include_max && { include_min: false }) }
    : { filter_type: 'range', max_value: min, ...(include_min && { include_max: false }) }
}
type RangeFilter = {
  min_value?: number
  max_value?: number
  include_min?: boolean
  include_max?: boolean
}

function rangeOf(body: Token[], numbers: Token[]): Amounts {
  const percent = numbers.some(({ code }) => code === 'P')
  const values = numbers.map(({ number = 0 }) =>
    percent ? Number((number / 100).toPrecision(12)) : number,
  )
  const marks = body.filter(({ code }) => /[cCE]/u.test(code))
  const [first = 0, second] = values
  if (marks.length === 0) {
    const code = body.map((each) => each.code).join('')
    if (second !== undefined) return { filter_type: 'range', min_value: first, max_value: second }
    return code.endsWith('t')
      ? { filter_type: 'range', max_value: first }
      : { filter_type: 'range', min_value: first }
  }
  const ends = marks.map(({ means }, index) => bounds(means, values[index] ?? first))
  return Object.assign({ filter_type: 'range' as const }, ...ends) as Amounts
}

function bounds(means: string, value: number) {
  if (means === '=') return { min_value: value, max_value: value }
  return means.startsWith('>')
    ? { min_value: value, ...(means === '>' && { include_min: false }) }
    : { max_value: value, ...(means === '<' && { include_max: false }) }
}

/** The first or last of an order: 上位5件, top 3 departments by sales, 最も高い. */
export function readTops(scan: Scan): void {
  const s = '(?:m?Sm?)'
  const forms = [
    `${s}?[I,]?TI?[NPy]A?(?:b?${s})?`,
    `${s}?I[NP]A?(?:b?${s})?`,
    `[NP][TI]A?(?:b?${s})?`,
    `[NP]A[TI]m?S`,
    `(?:${s})?Dd?NA?`,
    `${s}IAT[NPy]`,
    `I?${s}IA(?!B)`,
    `(?<![bv])AIm?S`,
  ]
  each(scan, new RegExp(forms.join('|'), 'u'), (found, [all = ''], from) =>
    top(scan, found, all, from),
  )
  each(scan, /S(m)A(?!B)/u, (found, [all = ''], from) =>
    /^(max|min)$/u.test(found[1]?.means ?? '') && scan.japanese
      ? top(scan, found, all, from)
      : false,
  )
  for (const [place, token] of scan.list.entries()) {
    if (scan.codes[place] !== 'I' || !/[mS&]/u.test(scan.codes[place + 1] ?? '')) continue
    recode(scan, place, { ...token, code: 'm', means: token.means === 'top' ? 'max' : 'min' })
  }
}

function top(scan: Scan, found: Token[], all: string, from: number): boolean {
  const number = found.find(({ code }) => /[NPy]/u.test(code))
  const order = found.findLast(({ code }) => /[TID]/u.test(code)) ?? found[1]
  const ascending = /^(bottom|asc|min)$/u.test(order?.means ?? '')
  const k = number?.number ?? 1
  const isPercent = number?.code === 'P'
  if (isPercent ? k < 0 || k > 100 : !Number.isInteger(k) || k < 1 || k > 1_000_000) {
    return ask(scan, { about: 'top', word: number?.text ?? '' })
  }
  const filter: Amounts = isPercent
    ? ascending
      ? { filter_type: 'percentage', min_percentile: 0, max_percentile: k }
      : {
          filter_type: 'percentage',
          min_percentile: Number((100 - k).toPrecision(12)),
          max_percentile: 100,
        }
    : { filter_type: 'topk', k_value: k, ...(ascending && { ascending }) }
  const subjects = subjectsOf(found)
  if (subjects.length > 1) return ask(scan, { about: 'severalConditions', options: subjects })
  const method = methodOf(firstOf(found, 'm'))
  const isExtreme = all.includes('m') && !/[TID]/u.test(all)
  const axis = axisOf(firstOf(found, 'A'))
  const at = found[0]?.start ?? 0
  const end = found.at(-1)?.end ?? 0
  const isRows =
    /[件行]|rows?|records?/u.test(number?.text ?? '') ||
    speaksOfRows(scan, at, end) ||
    rowsWithin(scan, at, end)
  const shared = {
    at,
    ...(subjects[0] !== undefined && { subject: subjects[0] }),
    ...(method && !isExtreme && { method }),
  }
  scan.wishes.conditions.push({
    ...shared,
    ...(axis && { axis }),
    rows: isRows && !axis,
    filter,
    percent: false,
  })
  if (order?.code === 'D') scan.wishes.sorts.push({ ...shared, descending: !ascending })
  if (axis) scan.wishes.groups.push({ name: axis, at, end: from })
  return true
}

const rowsWithin = (scan: Scan, start: number, end: number) =>
  scan.tokens.rows.some(
    (row) => row.start >= start && row.end <= end && /row|record|entr/iu.test(row.text),
  )

const bySize = /[大小多少高低]|larg|small|high|low|big|most|least|few|great/iu

/** The order of rows: 大きい順, sorted by sales descending, 年度順. */
export function readSorts(scan: Scan): void {
  const s = '(?:m?Sm?|m)'
  const forms = [
    `d+b(?:${s}|A)(?:,?[ft]?D)?`,
    `d?Dd?(?:b(?:${s}|A))`,
    `(?:${s}|(?<![bv])A)[,]?(?:J|D)d?(?:m?S)?`,
    `(?:${s}|(?<![bv])A)d`,
    `d?[DJ]d?(?:m?S)?`,
    'd',
  ]
  each(scan, new RegExp(forms.join('|'), 'u'), (found, _, from) => {
    const size = found.findIndex(
      (token) =>
        token.code === 'D' && /^(?:desc|asc)$/u.test(token.means) && bySize.test(token.text),
    )
    const name = axisOf(firstOf(found, 'A'))
    if (size > 0 && found[0]?.code === 'A' && !scan.times.some((each) => each.name === name)) {
      scan.wishes.sorts.push({ at: found[0].start, descending: found[size]?.means === 'desc' })
      const isAgain = scan.list.some((token) => token !== found[0] && axisOf(token) === name)
      return found.flatMap((_token, index) => (index === 0 && !isAgain ? [] : [from + index]))
    }
    const direction = firstOf(found, 'D')?.means
    const subject = subjectsOf(found)[0]
    const axis = axisOf(firstOf(found, 'A'))
    const method = methodOf(firstOf(found, 'm'))
    const column = axis ?? (/^(new|old)$/u.test(direction ?? '') ? scan.times[0]?.name : undefined)
    if (!direction && !column) return ask(scan, { about: 'direction' })
    if (!column && /^(new|old)$/u.test(direction ?? '')) return ask(scan, { about: 'noTime' })
    scan.wishes.sorts.push({
      at: found[0]?.start ?? 0,
      ...(column && { column }),
      ...(subject !== undefined && { subject }),
      ...(method && { method }),
      descending: direction === 'desc' || direction === 'new',
    })
    return true
  })
}
