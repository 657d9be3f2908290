import { alike, knownNouns } from './known.ts'
import { periodOf } from './periods.ts'
import type { OverviewTable } from './plan.ts'
import { isKanji, keyOf, type Mark } from './text.ts'

/** What a text of the data can mean; `guess` when it was not written as in the data. */
export type Reading = {
  subject?: string
  axis?: string
  values: { column: string; value: string }[]
  guess?: boolean
}
type Node = { next: Map<string, Node>; exact?: Reading; short?: Reading }

/** The names of a table, by their spelling. */
export type Names = { root: Node; all: { key: string; reading: Reading }[] }

const maxValues = 10_000
const suffix = /[都府県市区町村店課部]$/u

/** The names of 科目, axes and values of a table; periods and plain numbers are read as such. */
export function namesOf(table: OverviewTable): Names {
  const names: Names = { root: { next: new Map() }, all: [] }
  for (const subject of table.subjects) put(names, subject, 'exact', { subject, values: [] })
  for (const { name, values } of table.axes) {
    put(names, name, 'exact', { axis: name, values: [] })
    for (const value of values.slice(0, maxValues)) {
      if (periodOf(value) || /^[\d.,\s]*$/u.test(value)) continue
      put(names, value, 'exact', { values: [{ column: name, value }] })
      const short = value.replace(suffix, '')
      if (short.length > 1 && short !== value && isKanji(short.at(-1)) && value !== '北海道') {
        put(names, short, 'short', { values: [{ column: name, value }], guess: true })
      }
    }
  }
  return names
}

function put(names: Names, text: string, slot: 'exact' | 'short', reading: Reading) {
  const key = keyOf(text)
  if (!key) return
  let node = names.root
  for (const char of key) {
    const next = node.next.get(char) ?? { next: new Map<string, Node>() }
    node.next.set(char, next)
    node = next
  }
  const there = node[slot]
  if (!there && slot === 'exact') names.all.push({ key, reading })
  if (!there) node[slot] = reading
  else {
    there.values.push(...reading.values)
    if (reading.subject !== undefined) there.subject ??= reading.subject
    if (reading.axis !== undefined) there.axis ??= reading.axis
  }
}

/** The longest name that starts at a mark, and where it ends in the text. */
export function longestName(
  names: Names,
  marks: readonly Mark[],
  from: number,
): { reading: Reading; end: number } | undefined {
  if (!marks[from]?.opens) return undefined
  let node: Node | undefined = names.root
  let found: { reading: Reading; end: number } | undefined
  for (let at = from; at < marks.length && node; at += 1) {
    const mark = marks[at] as Mark
    node = node.next.get(mark.char)
    const reading: Reading | undefined = node?.exact ?? node?.short
    if (reading && mark.closes) found = { reading, end: mark.end }
  }
  return found
}

const maxLength = 40
const known = new Set(knownNouns.map(keyOf))

/** The one name that a text with typing errors stands for, if one is clearly nearest. */
export function nearestName(names: Names, text: string): Reading | undefined {
  const key = keyOf(text)
  if (key.length < 2 || key.length > maxLength || known.has(key)) return undefined
  let best = Number.POSITIVE_INFINITY
  let readings: { key: string; reading: Reading }[] = []
  for (const each of names.all) {
    const limit = limitOf(key, each.key)
    if (Math.abs(key.length - each.key.length) > limit || limit === 0) continue
    const distance = distanceOf(key, each.key)
    if (distance > limit || distance > best || !isTypo(key, each.key)) continue
    if (distance < best) readings = []
    best = distance
    readings.push(each)
  }
  const [only] = readings
  return only && readings.length === 1 ? { ...only.reading, guess: true } : undefined
}

const limitOf = (key: string, name: string) => {
  const length = Math.min(key.length, name.length)
  if (/[0-9]/u.test(key + name)) return 0
  if (/^[a-z]+$/u.test(key)) return length < 4 ? 0 : length < 8 ? 1 : 2
  return length < 2 ? 0 : length < 6 ? 1 : 2
}

/** Short names in kanji must differ by kanji that are mistaken for each other, or by 高 and 額. */
function isTypo(key: string, name: string): boolean {
  if (/^[a-z]/u.test(key)) return key[0] === name[0] || Math.min(key.length, name.length) > 5
  if (Math.min(key.length, name.length) > 3) return true
  if (key.length !== name.length) {
    const [short, long] = key.length < name.length ? [key, name] : [name, key]
    const kana = /^[ァ-ヶー]+$/u.test(short) && short.length > 2
    return kana || (long.startsWith(short) && /[高額]$/u.test(long))
  }
  return [...key].every((char, at) => {
    const other = name[at] as string
    if (char === other || !isKanji(char)) return true
    return alike.some((group) => group.includes(char) && group.includes(other))
  })
}

/** How many letters are missing, too many, wrong or swapped. */
function distanceOf(one: string, other: string): number {
  let before: number[] = []
  let last = Array.from({ length: other.length + 1 }, (_, index) => index)
  for (let row = 1; row <= one.length; row += 1) {
    const line = [row]
    for (let column = 1; column <= other.length; column += 1) {
      const same = one[row - 1] === other[column - 1]
      let cost = Math.min(
        (last[column] ?? 0) + 1,
        (line[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (same ? 0 : 1),
      )
      const swapped = one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1]
      if (swapped) cost = Math.min(cost, (before[column - 2] ?? cost) + 1)
      line.push(cost)
    }
    before = last
    last = line
  }
  return last[other.length] ?? 0
}
