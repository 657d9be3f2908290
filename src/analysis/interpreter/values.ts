import { ask, axisOf, each, recode, type Scan } from './scan.ts'
import type { Token } from './tokens.ts'

/** Values beside the axis they are of: 区分が売上, the North region. */
export function joinAxes(scan: Scan): void {
  each(scan, /(?<![bv])A([VSNyU])(?!B)/u, ([axis, value], _, from) => {
    const name = axisOf(axis)
    const found = name && value && valueIn(scan, name, value)
    if (!name || !found) return false
    recode(scan, from + 1, { ...(value as Token), code: 'V', reading: found })
    return [from]
  })
  each(scan, /(?<![TID])[NP]A/u, ([count, axis]) => isCount(scan, count, axisOf(axis)))
  each(scan, /V(?:[&,|]V)*[Xi]/u, (found, _, from) => afterValues(scan, found, from))
  each(scan, /A?V(?:[&,|]V)*A?(?!B)/u, (found, _, from) => {
    const places: number[] = []
    for (const [index, token] of found.entries()) {
      const name = token.code === 'A' ? axisOf(token) : undefined
      const values = found.filter(({ code }) => code === 'V')
      if (!name || !values.every((each) => valueIn(scan, name, each))) continue
      places.push(from + index)
      for (const [place, each] of found.entries()) {
        const reading = each.code === 'V' ? valueIn(scan, name, each) : undefined
        if (reading) recode(scan, from + place, { ...each, reading })
      }
    }
    return places
  })
}

/** 東京と大阪の2地域: a number of values that are all named. */
function isCount(scan: Scan, count: Token | undefined, name: string | undefined): boolean {
  if (!name || count?.means !== 'bare' || (count.number ?? 0) < 2) return false
  const isTime = scan.times.some((each) => each.name === name)
  const named = scan.list.filter(
    (token) =>
      token.start < (count?.start ?? 0) &&
      (isTime ? /[Yy]/u.test(token.code) : token.code === 'V' && valueIn(scan, name, token)),
  )
  return named.length === count.number
}

/** 電話以外のチャネル, 東京における: the axis of what goes, and "in" after a value. */
function afterValues(scan: Scan, found: Token[], from: number): number[] {
  const end = from + found.length
  if (found.at(-1)?.code === 'i') return [end - 1]
  const name = scan.codes[end] === 'A' && scan.codes[end + 1] !== 'B' && axisOf(scan.list[end])
  const values = found.filter(({ code }) => code === 'V')
  return name && values.every((each) => valueIn(scan, name, each)) ? [end] : []
}

function valueIn(scan: Scan, column: string, token: Token) {
  const named = token.reading?.values.filter((each) => each.column === column) ?? []
  if (named.length > 0) return { values: named, ...(token.reading?.guess && { guess: true }) }
  const axis = scan.table.axes.find(({ name }) => name === column)
  if (!axis || scan.times.some(({ name }) => name === column)) return undefined
  const text = axis.values.find((each) => each === token.text)
  return text === undefined ? undefined : { values: [{ column, value: text }] }
}

/** Values that stay and values that go. */
export function readValues(scan: Scan): void {
  each(scan, /f?Vf?t?Vt?/u, (found) => span(scan, found))
  each(scan, /sV|V[et]/u, (found) => span(scan, found))
  const list = '[VS](?:[&,|]+[VS])*'
  each(scan, new RegExp(`(${list})[Xz]+`, 'u'), (found) => keep(scan, found, 'except'))
  each(scan, new RegExp(`[xz](${list})`, 'u'), (found) => keep(scan, found, 'except'))
  each(scan, /V(?:[&,|]+V)*/u, (found) => keep(scan, found, 'only'))
}

/** From one value to another, where the axis of time is not of dates: 第2期から第3期まで. */
function span(scan: Scan, found: Token[]): boolean {
  const mark = found.find(({ code }) => /[efts]/u.test(code))
  if (!mark) return false
  const ends = found.flatMap((token) => (token.code === 'V' ? [token.reading?.values ?? []] : []))
  const axis = scan.table.axes.find(
    ({ name, kind }) =>
      kind === '推移' && ends.every((end) => end.some(({ column }) => column === name)),
  )
  if (!axis) return ask(scan, { about: 'unknown', word: mark.text })
  const [first = 0, last = first] = ends.map((end) =>
    axis.values.indexOf(end.find(({ column }) => column === axis.name)?.value ?? ''),
  )
  const options = [axis.values[first] ?? '', axis.values[last] ?? '']
  if (first > last) return ask(scan, { about: 'contradiction', options })
  const step = mark.means === 'after' ? 1 : mark.means === 'before' ? -1 : 0
  const bound = axis.values[first + step]
  if (bound === undefined) return ask(scan, { about: 'period', word: options[0] ?? '' })
  const isMax = /^(?:to|before)$/u.test(mark.means) || mark.code === 't'
  const [low, high] = ends.length > 1 ? options : isMax ? [undefined, bound] : [bound]
  scan.wishes.ranges.push({
    ...{ at: found[0]?.start ?? 0, column: axis.name },
    ...(low !== undefined && { min: low }),
    ...(high !== undefined && { max: high }),
  })
  return true
}

function keep(scan: Scan, found: Token[], kind: 'only' | 'except') {
  const columns = new Map<string, string[]>()
  const tokens = found.filter(({ code }) => code === 'V' || code === 'S')
  for (const token of tokens) {
    const { values = [], subject } = token.reading ?? {}
    const options = [...new Set(values.map(({ column }) => column))]
    const shared = options.filter((column) =>
      tokens.every((other) => other.reading?.values.some((each) => each.column === column)),
    )
    const choice = token.code === 'S' ? ['科目'] : shared.length === 1 ? shared : options
    const [column, second] = choice
    if (!column || second) return ask(scan, { about: 'columns', word: token.text, options })
    const named = values.filter((each) => each.column === column).map(({ value }) => value)
    const wanted = token.code === 'S' && subject ? [subject] : named
    if (wanted.length > 1) return ask(scan, { about: 'values', word: token.text, options: wanted })
    columns.set(column, [...(columns.get(column) ?? []), ...wanted])
  }
  const isEither = found.some(({ code }) => code === '|')
  if (isEither && columns.size > 1) return ask(scan, { about: 'either' })
  const at = found[0]?.start ?? 0
  for (const [column, values] of columns)
    scan.wishes.kept.push({ at, kind, column, values: [...new Set(values)] })
  return true
}
