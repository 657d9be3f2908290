import { invalid } from '../../failure.ts'
import { labelKeyOf } from '../labels.ts'

export type Sign = '+' | '-' | '*' | '/' | '<' | '<=' | '>' | '>=' | '=' | '<>' | '(' | ')' | ','

/** `start` and `end` are places in the text as it was given. */
export type Token = { start: number; end: number } & (
  | { kind: 'label'; label: string; key: string; isBracketed: boolean }
  | { kind: 'number'; value: number; digits: string }
  | { kind: 'symbol'; symbol: Sign }
  | { kind: 'end' }
)

/** A character with its combining marks; `text` is empty for one that can only be part of a label. */
type Glyph = { text: string; start: number; end: number }

export const maxLabelLength = 255

const symbols = new Map<string, Sign>([
  ...(['+', '-', '*', '/', '<', '>', '=', '(', ')', ','] as const).map(
    (each) => [each, each] as const,
  ),
  ['×', '*'],
  ['✕', '*'],
  ['✖', '*'],
  ['÷', '/'],
  ['−', '-'],
  ['≦', '<='],
  ['≤', '<='],
  ['≧', '>='],
  ['≥', '>='],
  ['≠', '<>'],
  ['、', ','],
  [';', ','],
])

const pairs = new Map<string, Sign>([
  ['<=', '<='],
  ['>=', '>='],
  ['<>', '<>'],
  ['!=', '<>'],
])

const number = /^(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?\s*%?$/i
const openExponent = /^(\d+(\.\d*)?|\.\d+)e$/i
const character = /.[\p{M}\uff9e\uff9f]*/suy
const space = /^\s$/
/** What is not seen, or turns the direction of writing: two labels would look the same. */
const forbidden =
  /[\p{Cc}\p{Cs}\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2064\u2066-\u2069]/u

/**
 * The parts of a formula. What NFKC makes of a character decides what it is, but for one that becomes
 * several, such as ㈱: that is always part of a label.
 */
export function tokenize(text: string, field: string): Token[] {
  const glyphs = glyphsOf(text)
  const tokens: Token[] = []
  for (let at = 0; at < glyphs.length; ) {
    const glyph = glyphs[at] as Glyph
    const pair = pairs.get(glyph.text + (glyphs[at + 1]?.text || ' '))
    const symbol = pair ?? symbols.get(glyph.text)
    if (space.test(glyph.text)) {
      at += 1
    } else if (symbol) {
      const end = (glyphs[at + (pair ? 1 : 0)] as Glyph).end
      tokens.push({ kind: 'symbol', symbol, start: glyph.start, end })
      at += pair ? 2 : 1
    } else {
      const read = glyph.text === '[' ? readBracketed : readRun
      const [token, next] = read(text, glyphs, at, field)
      tokens.push(token)
      at = next
    }
  }
  tokens.push({ kind: 'end', start: text.length, end: text.length })
  return tokens
}

/** Whether a label means something else, or nothing, unless it stands in brackets. */
export function needsBrackets(key: string): boolean {
  const characters = [...key]
  return (
    number.test(key) ||
    characters.some((each) => symbols.has(each) || /[[\]^]/.test(each)) ||
    key.includes('!=') ||
    hasStrayVowelMark(key)
  )
}

function glyphsOf(text: string): Glyph[] {
  const glyphs: Glyph[] = []
  for (let start = 0; start < text.length; ) {
    let end = start + 1
    let normal = text[start] as string
    // Most characters are plain and have no marks.
    if (normal >= '\u0080' || (text[end] ?? '') >= '\u0300') {
      character.lastIndex = start
      const segment = text.match(character)?.[0] as string
      end = start + segment.length
      normal = segment.normalize('NFKC')
    }
    const isOne = normal.length === 1 || [...normal].length === 1
    glyphs.push({ text: isOne ? normal : '', start, end })
    start = end
  }
  return glyphs
}

/** A number, or a label that stands for itself. */
function readRun(text: string, glyphs: Glyph[], from: number, field: string): [Token, number] {
  let next = from
  let last = from
  for (; next < glyphs.length; next += 1) {
    const glyph = glyphs[next] as Glyph
    if (symbols.has(glyph.text) || glyph.text === '[') break
    if (pairs.has(glyph.text + (glyphs[next + 1]?.text || ' '))) break
    const column = glyph.start + 1
    if (glyph.text === ']') throw invalid({ field, rule: 'formula_bracket_unopened', column })
    if (space.test(glyph.text)) continue
    const character = glyph.text === '^' ? '^' : forbiddenIn(text.slice(glyph.start, glyph.end))
    if (character) throw invalid({ field, rule: 'formula_character', column, character })
    last = next
  }
  const stop = exponentEnd(glyphs, from, last) ?? last
  if (stop > last) next = stop + 1
  const { start } = glyphs[from] as Glyph
  const { end } = glyphs[stop] as Glyph
  const raw = text.slice(start, end)
  const normal = raw.normalize('NFKC').replace('−', '-')
  if (number.test(normal) && isPlain(glyphs, from, stop)) {
    return [{ kind: 'number', ...numberOf(normal, field, start), start, end }, next]
  }
  const label = cleaned(raw)
  if (hasStrayVowelMark(normal)) {
    throw invalid({ field, rule: 'formula_vowel_mark', column: start + 1 })
  }
  return [{ ...labelOf(label, field, start), isBracketed: false, start, end }, next]
}

/** By its number, for it is not seen. */
function forbiddenIn(part: string): string | undefined {
  const code = forbidden.exec(part)?.[0].charCodeAt(0)
  return code === undefined ? undefined : `U+${code.toString(16).padStart(4, '0').toUpperCase()}`
}

/** Whether no character of a run became several. */
function isPlain(glyphs: Glyph[], from: number, to: number): boolean {
  for (let at = from; at <= to; at += 1) if (glyphs[at]?.text === '') return false
  return true
}

/** Where `1e-3` ends, of which only `1e` looks like a label. */
function exponentEnd(glyphs: Glyph[], from: number, last: number): number | undefined {
  const sign = symbols.get(glyphs[last + 1]?.text ?? '')
  if (last - from > maxLabelLength || (sign !== '+' && sign !== '-')) return undefined
  const mantissa = glyphs.slice(from, last + 1).map((glyph) => glyph.text || ' ')
  if (!openExponent.test(mantissa.join(''))) return undefined
  let next = last + 2
  while (/^\d$/.test(glyphs[next]?.text ?? '')) next += 1
  const after = glyphs[next]
  const isOver = !after || symbols.has(after.text) || space.test(after.text)
  return next > last + 2 && isOver ? next - 1 : undefined
}

function numberOf(normal: string, field: string, start: number) {
  const isPercent = normal.endsWith('%')
  const digits = isPercent ? normal.slice(0, -1).trimEnd() : normal
  // Through the exponent rather than a division, so that 5% is 0.05 and 1.1% is 0.011.
  const value = isPercent ? percentOf(digits) : Number(digits)
  if (!Number.isFinite(value)) {
    throw invalid({ field, rule: 'formula_number_range', column: start + 1 })
  }
  return { value, digits: normal }
}

function percentOf(digits: string): number {
  const [mantissa = '', exponent = '0'] = digits.toLowerCase().split('e')
  return Number(`${mantissa}e${Number(exponent) - 2}`)
}

/** A label in brackets, in which any character may stand, `]` doubled. */
function readBracketed(
  text: string,
  glyphs: Glyph[],
  from: number,
  field: string,
): [Token, number] {
  const { start } = glyphs[from] as Glyph
  let raw = ''
  for (let at = from + 1; at < glyphs.length; at += 1) {
    const glyph = glyphs[at] as Glyph
    if (glyph.text === ']') {
      if (glyphs[at + 1]?.text !== ']') {
        const label = cleaned(raw)
        if (label === '') throw invalid({ field, rule: 'formula_label_empty', column: start + 1 })
        return [
          { ...labelOf(label, field, start), isBracketed: true, start, end: glyph.end },
          at + 1,
        ]
      }
      at += 1
    }
    const part = text.slice(glyph.start, glyph.end)
    const character = space.test(glyph.text) ? undefined : forbiddenIn(part)
    if (character) {
      throw invalid({ field, rule: 'formula_character', column: glyph.start + 1, character })
    }
    raw += part
  }
  throw invalid({ field, rule: 'formula_bracket_unclosed', column: start + 1 })
}

function cleaned(raw: string): string {
  return raw.replace(/\s+/g, ' ').trim()
}

function labelOf(label: string, field: string, start: number) {
  const key = labelKeyOf(label)
  if (label.length > maxLabelLength || key.length > maxLabelLength) {
    throw invalid({ field, rule: 'formula_label_long', column: start + 1, limit: maxLabelLength })
  }
  return { kind: 'label' as const, label, key }
}

/** ー looks like a minus, but only begins a word where somebody meant one. */
function hasStrayVowelMark(text: string): boolean {
  return /(^|\s)ー/.test(text)
}
