import { wrapped } from '../../svg-text.ts'

/** What an empty cell is called. */
export const blank = '(空白)'

/** How much of a title and of a name along an axis is shown, in widths of a full-width letter. */
const [titleWidth, labelWidth] = [40, 18]

/** The letters of a text that are looked at, whatever their width. */
const maxLetters = 200

/**
 * A name as it is shown: on one line, cut with `…` where it is long, without control characters and
 * without marks that would turn the direction of what stands beside it.
 */
export function shownText(text: string | null, width = titleWidth): string {
  if (text === null) return blank
  const plain = text
    .slice(0, maxLetters)
    .replace(/[\p{Cc}\p{Cs}\ufffe\uffff]/gu, (mark) => (/\s/.test(mark) ? ' ' : '\ufffd'))
    .replace(/[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '')
  const isCut = text.length > maxLetters
  return wrapped(isCut ? `${plain}……` : plain, width, 1)[0] ?? ''
}

/**
 * Names as they are shown, of which no two are the same, so that no library takes two places for one. One
 * that is also a member of every object in JavaScript gets a mark of no width, as libraries look them up.
 */
export function labelsOf(names: readonly (string | null)[]): string[] {
  const used = new Set<string>()
  return names.map((name) => {
    const text = shownText(name, labelWidth) || blank
    const plain = text in {} ? `${text}\u200b` : text
    let label = plain
    for (let count = 2; used.has(label); count += 1) label = `${plain} (${count})`
    used.add(label)
    return label
  })
}
