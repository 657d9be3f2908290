const replacements: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** A text as it may stand in XML 1.0, which has no place for most control characters at all. */
export function escaped(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd')
    .replace(/[&<>"']/g, (mark) => replacements[mark] as string)
}

/** About how wide a text is, in widths of a full-width character. */
export function widthOf(text: string): number {
  let width = 0
  for (const letter of text) width += letterWidth(letter)
  return width
}

function letterWidth(letter: string): number {
  if (/[\p{M}\p{Cf}]/u.test(letter)) return 0
  if (/[\u1100-\u11ff\u2190-\uffdc\u{10000}-\u{3fffd}]/u.test(letter)) return 1
  return /[A-Z@%&MWmw]/.test(letter) ? 0.78 : 0.58
}

/** A text in lines of this width: what does not fit into the last one ends in `…`. */
export function wrapped(text: string, width: number, lines: number): string[] {
  const found: string[] = []
  let left = text.replace(/\s+/gu, ' ').trim()
  while (left !== '' && found.length < lines) {
    if (widthOf(left) <= width) {
      found.push(left)
      return found
    }
    const isLast = found.length === lines - 1
    const head = headOf(left, isLast ? width - 1 : width)
    found.push(isLast ? `${head.trimEnd()}…` : head.trimEnd())
    left = left.slice(head.length).trimStart()
  }
  return found
}

/** As much as fits, one letter at least; up to a space where there is one in the second half. */
function headOf(text: string, width: number): string {
  let head = ''
  let used = 0
  for (const letter of text) {
    used += letterWidth(letter)
    if (used > width && head !== '') break
    head += letter
  }
  const space = head.lastIndexOf(' ')
  return space > head.length / 2 ? head.slice(0, space + 1) : head
}

const grouped = (digits: number) =>
  new Intl.NumberFormat('en-US', { maximumFractionDigits: digits, signDisplay: 'negative' })
const formats = [grouped(0), grouped(1), grouped(2), grouped(4)] as const

/** A number for people to read: few digits behind the point, and powers for what is huge or tiny. */
export function shownNumber(value: number | null): string {
  if (value === null) return '—'
  const size = Math.abs(value)
  if (size >= 1e13 || (size > 0 && size < 1e-3)) return value.toExponential(2)
  const place = size >= 10_000 ? 0 : size >= 1000 ? 1 : size >= 1 ? 2 : 3
  return (formats[place] as Intl.NumberFormat).format(value)
}
