import type { GraphType } from '../../../schemas/analysis/charts.ts'
import {
  ask,
  axisOf,
  each,
  type Figure,
  firstOf,
  methodOf,
  recode,
  type Scan,
  subjectsOf,
  type Wishes,
} from './scan.ts'
import type { Token } from './tokens.ts'

/** Ratios of two 科目: 利益÷売上, ratio of profit to sales. */
export function readRatios(scan: Scan): void {
  const forms: [string, 'over' | 'under'][] = [
    ['SqSQ?', 'under'],
    ['SqSm', 'under'],
    ['S/S', 'over'],
    ['SS/', 'over'],
    ['Q?S[t&/]SQ?', 'over'],
    ['S&?SQ', 'over'],
    ['S-?SQ', 'over'],
    ['SqQS', 'over'],
  ]
  for (const [form, first] of forms) {
    each(scan, new RegExp(form, 'u'), (found, [all = '']) => {
      if (!/[Qq/]/u.test(all)) return false
      const [one, other] = subjectsOf(found)
      if (one === undefined || other === undefined) return false
      const isUnder = first === 'under' || found.some(({ text }) => text === '率')
      const [over, under] = isUnder ? [other, one] : [one, other]
      const percent =
        found.some(({ text }) => /率|percent|%/iu.test(text)) || scan.codes.includes('u')
      addRatio(scan, { over, under, percent })
      return true
    })
  }
  each(scan, /uS([^Su.]*)S/u, (found, _, from) => {
    const [under, over] = subjectsOf(found)
    if (!/^what/iu.test(found[0]?.text ?? '') || over === undefined || under === undefined)
      return false
    addRatio(scan, { over, under, percent: true })
    return [from, from + 1, from + found.length - 1]
  })
  each(scan, /SbS/u, (found) => {
    const [over, under] = subjectsOf(found)
    if (found[1]?.text !== 'per' || over === undefined || under === undefined) return false
    addRatio(scan, { over, under, percent: scan.codes.includes('u') })
    return true
  })
  each(scan, /(?<!S)SQ|QS(?![t&])/u, (found, _, from) => {
    const quotient = firstOf(found, 'Q')
    if (
      quotient &&
      /割合|比率|パーセン|percent|proportion/iu.test(quotient.text) &&
      quotient.text !== '率'
    ) {
      recode(scan, from + found.indexOf(quotient), { ...quotient, code: 'm', means: 'share' })
      return false
    }
    if (quotient?.text === '率')
      return ask(scan, { about: 'ratio', word: found.map(({ text }) => text).join('') })
    return false
  })
}

/** A second mention of a ratio says nothing new. */
function addRatio({ wishes }: Scan, ratio: Wishes['ratios'][number]): void {
  const same = wishes.ratios.find(({ over, under }) => over === ratio.over && under === ratio.under)
  if (same) same.percent ||= ratio.percent
  else wishes.ratios.push(ratio)
}

/** Axes to group by: 〜別, ごと, by, per; also those that only stand there. */
export function readGroups(scan: Scan): void {
  const add = (found: Token[]) => {
    const end = found.at(-1)?.end ?? 0
    for (const token of found) {
      const name = axisOf(token)
      if (token.code === 'A' && name) scan.wishes.groups.push({ name, at: token.start, end })
    }
    const isWithin = found.some(({ code }) => code === 'v')
    if (isWithin) scan.wishes.within.push(...found.flatMap((token) => axisOf(token) ?? []))
    return true
  }
  each(scan, /W/u, () => {
    scan.wishes.alongTime = true
    return true
  })
  each(scan, /([AWy]L|LA)/u, (found) => {
    const name = axisOf(firstOf(found, 'A'))
    const side = firstOf(found, 'L')?.means === 'legend' ? 'legend' : 'x'
    if (!name) return false
    scan.wishes.chartAxes[side] = name
    return add(found)
  })
  each(scan, /b?A(?:[&,]A)*_?[Bi]/u, (found) => {
    if (found.at(-1)?.code === 'i')
      scan.wishes.within.push(...found.flatMap((token) => axisOf(token) ?? []))
    return add(found)
  })
  each(scan, /[bv]A(?:[&,]+[bv]?A)*/u, add)
  each(scan, /A(?:[&,]A)*/u, (found) => isOfRows(scan, found) || add(found))
}

/** An axis may only say what the rows are of: the rows of municipalities above a number. */
function isOfRows({ tokens, wishes }: Scan, found: Token[]): boolean {
  const end = found.at(-1)?.end ?? 0
  const after = tokens.words.find(({ code, start }) => code !== '' && start >= end)
  const between = tokens.text.slice(end, after?.start ?? end).trim()
  const isRow = after?.code === 'r' && /^(?:データ|行|レコード|明細)/u.test(after.text)
  return isRow && between === 'の' && wishes.conditions.length + wishes.kept.length > 0
}

/** Kinds of charts. */
export function readCharts(scan: Scan): void {
  const { wishes } = scan
  each(scan, /G/u, ([token]) => {
    if (wishes.charts.some(({ kind }) => kind === token?.means)) return false
    wishes.charts.push({ kind: token?.means as GraphType, at: token?.start ?? 0 })
    return false
  })
  if (wishes.charts.length === 0 && /[g]/u.test(scan.codes)) {
    wishes.charts.push({ kind: wishes.alongTime ? 'line' : 'any', at: scan.list.length })
  }
  const sides = [...scan.codes.matchAll(/S[^S]?G/gu)]
  const kinds = wishes.charts.map(({ kind }) => kind)
  const isBoth = kinds.length === 2 && kinds.includes('bar') && kinds.includes('line')
  const isCombined = kinds.includes('line&bar') && kinds.every((kind) => /line|^bar/u.test(kind))
  if (isCombined || (isBoth && (sides.length === 2 || /[GSg]{2,}/u.test(scan.codes)))) {
    wishes.charts = [{ kind: 'line&bar', at: wishes.charts[0]?.at ?? 0 }]
  }
  each(scan, /[Gg]/u, () => true)
}

/** What is calculated: each 科目 with each method beside it. */
export function readFigures(scan: Scan): void {
  const { wishes } = scan
  const order = scan.list.flatMap((token, place) => {
    const code = scan.codes[place]
    return code === 'S' || code === 'm' ? [{ token, place }] : []
  })
  const [first] = order
  if (!first) return
  wishes.figureAt = first.token.start
  const chunks: { subjects: string[]; methods: Token[] }[] = []
  const lead = first.token.code
  let last = ''
  for (const { token } of order) {
    const starts = token.code === lead && last !== lead
    if (starts || chunks.length === 0) chunks.push({ subjects: [], methods: [] })
    const chunk = chunks.at(-1)
    if (token.code === 'm') chunk?.methods.push(token)
    else chunk?.subjects.push(...subjectsOf([token]))
    last = token.code
  }
  for (const { subjects, methods } of chunks) {
    for (const subject of subjects.length > 0 ? subjects : [undefined]) {
      const list = methods.length > 0 ? methods : [undefined]
      for (const method of list) addFigure(wishes.figures, figureOf(subject, method))
    }
  }
  each(scan, /[Sm]/u, () => true)
}

function figureOf(subject: string | undefined, method: Token | undefined): Figure {
  const offset = method?.means.split(' ')[1]
  return {
    method: methodOf(method) ?? 'sum',
    ...(subject !== undefined && { subject }),
    ...(offset && { offset }),
    ...(!method && { assumed: true }),
  }
}

/** A second mention of what is there says nothing new: 合計して、合計の大きい順. */
export function addFigure(figures: Figure[], figure: Figure): void {
  const same = figures.find(
    ({ subject, method, assumed }) =>
      (figure.subject === undefined || subject === figure.subject || subject === undefined) &&
      (method === figure.method || figure.assumed || assumed),
  )
  if (!same) {
    figures.push(figure)
    return
  }
  if (same.subject === undefined && figure.subject !== undefined) same.subject = figure.subject
  if (!same.assumed || figure.assumed) return
  same.method = figure.method
  delete same.assumed
  if (figure.offset) same.offset = figure.offset
}
