import { fillers } from './fillers.ts'
import { knownNouns } from './known.ts'
import { longestName, type Names, nearestName, type Reading } from './names.ts'
import { readNumber } from './numbers.ts'
import { type Period, readPeriod } from './periods.ts'
import { isKanji, lower, type Mark, marksOf, normalise } from './text.ts'
import { words } from './words.ts'
import { wordsOfSteps } from './words-of-steps.ts'

/**
 * A piece of a sentence. `code` is one letter: S a 科目, A an axis, V a value of one, N a number,
 * P a percentage, y a number that may be a year, Y a period, U what is not known, or that of a word.
 */
export type Token = {
  code: string
  text: string
  start: number
  end: number
  means: string
  reading?: Reading
  number?: number
  period?: Period
}

/** Pieces of a sentence without what adds nothing; `rows` are places where it speaks of rows. */
export type Tokens = {
  text: string
  list: Token[]
  rows: Token[]
  words: Token[]
  guesses: Token[]
  /** Whether there are more pieces than are read. */
  isCut: boolean
}

type Rule = { code: string; means: string; pattern: RegExp }
const latin = (list: readonly string[]) =>
  list.map((each) => `(?<![a-z0-9])(?:${each.replace(/ (?![^[]*\])/gu, '\\s+')})(?![a-z0-9])`)
const byLength = (list: readonly string[]) => [...list].sort((a, b) => b.length - a.length)
const rule = (code: string, means: string, ja: readonly string[], en: readonly string[]): Rule[] =>
  [...ja, ...latin(en)].length === 0
    ? []
    : [...byLength(ja), ...byLength(latin(en))].map((source) => ({
        code,
        means,
        pattern: new RegExp(source, 'uy'),
      }))

const rules: Rule[] = [
  ...rule('', '', fillers.ja, fillers.en),
  ...[...words, ...wordsOfSteps].flatMap(({ code, means = '', ja = [], en = [] }) =>
    rule(code, means, ja, en),
  ),
  ...rule('U', '', knownNouns.filter((each) => /[^a-z]/u.test(each)).map(literal), []),
]

function literal(text: string) {
  return text.replace(/[.*+?^${}()|[\]\\]/gu, '\\$&')
}

/** A pattern can only begin where its first letter stands: rules by letter, tried once for each. */
const byLetter = new Map<string, Rule[]>()
function rulesAt(text: string, at: number): Rule[] {
  const letter = text.charAt(at)
  const there = byLetter.get(letter)
  if (there) return there
  const all = rules.filter(({ pattern }) => mayBegin(pattern.source, letter))
  if (byLetter.size < 5_000) byLetter.set(letter, all)
  return all
}

const isAscii = (letter: string) => /[a-z]/u.test(letter)
function mayBegin(source: string, letter: string): boolean {
  const isEnglish = source.startsWith('(?<![a-z0-9])')
  if (isAscii(letter) === isEnglish)
    return (
      isEnglish || !/[\p{L}]/u.test(letter) || source.includes(letter) || /[[\\.]/u.test(source)
    )
  return false
}

const maxPieces = 600

/** Reads a sentence (normalised) from left to right; the longest reading wins, names of data first. */
export function tokensOf(text: string, names: Names): Tokens {
  const small = lower(text)
  const marks = marksOf(text)
  const markAt = new Map(marks.map((mark, index) => [mark.start, index]))
  const tokens: Tokens = { text, list: [], rows: [], words: [], guesses: [], isCut: false }
  for (let at = 0; at < small.length; ) {
    tokens.isCut = tokens.list.length >= maxPieces
    if (tokens.isCut) break
    if (/\s/u.test(small.charAt(at))) at += 1
    else at = take(tokens, { small, marks, markAt, names }, at)
  }
  tokens.list = withoutErrors(tokens, names)
  tokens.words = tokens.list
  tokens.rows = tokens.list.filter(({ code }) => code === 'r')
  tokens.list = tokens.list.filter(({ code }) => code !== '' && code !== 'r')
  return tokens
}

type Source = { small: string; marks: Mark[]; markAt: Map<number, number>; names: Names }

function take(tokens: Tokens, { small, marks, markAt, names }: Source, at: number): number {
  const mark = markAt.get(at)
  const found = mark === undefined ? undefined : longestName(names, marks, mark)
  const name = found && { ...found, end: endOfName(small, at, found) }
  const number = readNumber(small, at)
  const period = readPeriod(small, at)
  const word = longestWord(small, at)
  const end = Math.max(name?.end ?? 0, number?.end ?? 0, period?.end ?? 0, word?.end ?? 0)
  const add = (token: Omit<Token, 'text' | 'start' | 'end' | 'means'> & { means?: string }) => {
    tokens.list.push({ means: '', ...token, text: tokens.text.slice(at, end), start: at, end })
    return end
  }
  if (name && name.end === end) return add({ code: codeOf(name.reading), reading: name.reading })
  if (period && period.end === end) return add({ code: 'Y', period: period.period })
  if (number && number.end === end && !(word?.end === end && word.code !== '')) {
    const { value, percent, bare } = number
    const isYear = bare && Number.isInteger(value) && value >= 1900 && value < 2100
    if (isYear) return add({ code: 'y', number: value, period: { year: value } })
    return add({ code: percent ? 'P' : 'N', number: value, means: bare ? 'bare' : '' })
  }
  if (word) return add({ code: word.code, means: word.means })
  return unknown(tokens, small, at)
}

/** A name as it is written may end with dashes and spaces that names are not compared by. */
function endOfName(small: string, at: number, { reading, end }: { reading: Reading; end: number }) {
  const { subject, axis, values } = reading
  const written = [subject, axis, ...values.map(({ value }) => value)].flatMap((each) =>
    each === undefined ? [] : lower(normalise(each)),
  )
  const ends = written.flatMap((each) => (small.startsWith(each, at) ? at + each.length : []))
  return Math.max(end, ...ends)
}

const codeOf = ({ subject, axis }: Reading) => (subject ? 'S' : axis ? 'A' : 'V')

function longestWord(small: string, at: number) {
  let best: { code: string; means: string; end: number } | undefined
  for (const { code, means, pattern } of rulesAt(small, at)) {
    pattern.lastIndex = at
    const found = pattern.exec(small)?.[0]
    if (found && at + found.length > (best?.end ?? at))
      best = { code, means, end: at + found.length }
    else if (found && best?.code === '' && at + found.length === best.end) {
      best = { code, means, end: best.end }
    }
  }
  return best
}

/** An English word as a whole, else one character, joined to what is not known before it. */
function unknown(tokens: Tokens, small: string, at: number): number {
  const pattern = /[a-zà-ÿ0-9]+(?:'[a-z]+)*/uy
  pattern.lastIndex = at
  const end = at + (pattern.exec(small)?.[0].length ?? [...small.slice(at, at + 2)][0]?.length ?? 1)
  const last = tokens.list.at(-1)
  if (last?.code === 'U' && last.end === at) {
    last.end = end
    last.text = tokens.text.slice(last.start, end)
  } else {
    const text = tokens.text.slice(at, end)
    tokens.list.push({ code: 'U', means: '', text, start: at, end })
  }
  return end
}

const maxTries = 20

/** Takes what is not known for the name that is clearly nearest, alone or with the name beside it. */
function withoutErrors({ list, text, guesses }: Tokens, names: Names): Token[] {
  let tries = 0
  const result: Token[] = []
  for (let at = 0; at < list.length; at += 1) {
    const token = list[at] as Token
    const before = result.at(-1)
    if (token.code !== 'U' || tries >= maxTries) {
      if (token.reading?.guess) guesses.push(token)
      result.push(token)
      continue
    }
    tries += 1
    const joined = before?.reading && before.end === token.start ? before : undefined
    const added = joined && extended(joined, token)
    const reading = added ?? nearestName(names, text.slice((joined ?? token).start, token.end))
    if (!reading) {
      result.push(token)
      continue
    }
    if (joined) result.pop()
    const start = (joined ?? token).start
    const whole = text.slice(start, token.end)
    const found = { ...token, code: codeOf(reading), reading, start, text: whole }
    guesses.push(found)
    result.push(found)
  }
  return result
}

/** 東京都 for 東京, where the data says 東京. */
function extended({ reading, text }: Token, after: Token): Reading | undefined {
  const isPlace = /^[都府県市区部]$/u.test(after.text) && isKanji(text.at(-1))
  return isPlace && reading && reading.values.length > 0 ? { ...reading, guess: true } : undefined
}
