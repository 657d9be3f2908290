import { isNumeric, isPeriodCell } from '../../sheet-layouts.ts'
import { isPeriodName } from '../../sheet-periods.ts'
import { cellOf, countCell, mixedCellOf, startCounts } from '../../sheet-roles.ts'
import { isTotal } from '../../sheet-totals.ts'
import { isFilled } from './streamed-lines.ts'

/** How many texts of a column are remembered: most columns repeat few of them. */
const remembered = 50_000
/** What cells are merged over more groups than this. */
const maxGroups = 100_000

/** A column while its cells go by for the first time. */
export type CountedColumn = ReturnType<typeof countColumn>

/** Counts the cells of a column by what they hold. */
export function countColumn(name: string) {
  const counts = startCounts({ name, kind: null })
  const isTime = isPeriodName(name)
  const seen = new Map<string, { times: number }>()
  let groups: Set<string> | undefined = new Set()
  let [rows, startsEmpty, measures] = [0, false, 0]

  function settle(): void {
    for (const [text, { times }] of seen) {
      countCell(counts, text, times)
      if (isNumeric(text) && !isPeriodCell(text)) measures += times
    }
    seen.clear()
  }

  function countText(text: string): void {
    const before = seen.get(text)
    if (before) before.times += 1
    else seen.set(own(text), { times: 1 })
    if (seen.size >= remembered) settle()
    if (groups?.has(text) || groups?.size === maxGroups) groups = undefined
    groups?.add(own(text))
  }

  return {
    /** Answers whether the cell is empty. */
    add(cell: string | undefined): boolean {
      rows += 1
      const isBlank = cell === undefined || !isFilled(cell)
      if (isBlank) startsEmpty ||= rows === 1
      else if (isTime || !isPlainNumber(cell)) countText(cell)
      else {
        counts.years = null
        counts.any += 1
        counts.filled += 1
        counts.numbers += 1
        measures += 1
      }
      return isBlank
    },
    /** What came, all in all. */
    end() {
      settle()
      const areGroups = measures === 0 && !startsEmpty
      return { counts, areGroups, isDistinct: groups !== undefined && groups.size > 1 }
    },
  }
}

/**
 * Which columns hold a text only in the first of several cells that were merged, by the same rules as in
 * a small table; `apart[n]` says that column n is empty nowhere where the next one is.
 */
export function mergedAmong(
  columns: readonly ReturnType<CountedColumn['end']>[],
  apart: readonly boolean[],
  rows: number,
): Set<number> {
  const merged = new Set<number>()
  for (const [n, { counts, areGroups, isDistinct }] of columns.entries()) {
    const next = columns[n + 1]?.counts
    if (!next || !areGroups || next.any === next.numbers) break
    if (isDistinct && apart[n] && counts.any < rows) merged.add(n)
  }
  return merged
}

/** What a column is written as. */
export type Writing = { role: '推移' | '軸' | '値'; isMixed: boolean }

/** Gives cells as the role of their column has them, and remembers what people are shown of them. */
export function createConverter({ role, isMixed }: Writing) {
  const known = new Map<string, string | number | null>()
  const items = new Set<string>()
  const convert = (text: string) => (isMixed ? mixedCellOf(text) : cellOf(role, text)) ?? null
  let hasTotals = false

  return {
    read(text: string | undefined): string | number | null {
      if (text === undefined || text === '') return null
      if (role === '値' && !isMixed && isPlainNumber(text)) return Number(text) || 0
      const before = known.get(text)
      if (before !== undefined) return before
      const cell = convert(text)
      if (known.size < remembered) known.set(own(text), cell)
      if (!hasTotals && role !== '値' && typeof cell === 'string') hasTotals = isTotal(cell)
      return cell
    },
    /** Keeps the first distinct values. */
    show(cell: string | number | null): void {
      if (items.size < 5 && cell !== null) items.add(String(cell))
    },
    end: () => ({ items: [...items], hasTotals }),
  }
}

/**
 * Whether a text is a number without ornament, as most cells of large tables are: what it stands for is
 * then `Number(text)`. Not so one that may be a year, or begin with one.
 */
export function isPlainNumber(text: string): boolean {
  if (text.length > 15) return false
  let at = text.charCodeAt(0) === 0x2d ? 1 : 0
  const [first, second] = [text.charCodeAt(at), text.charCodeAt(at + 1)]
  if (first === 0x30 && second >= 0x30 && second <= 0x39) return false
  const isYearLike = (first === 0x31 && second === 0x39) || (first === 0x32 && second <= 0x31)
  if (isYearLike && text.length > 3 && second >= 0x30) return false
  const begin = at
  while (isDigit(text.charCodeAt(at))) at += 1
  if (at === begin) return false
  if (at === text.length) return true
  if (text.charCodeAt(at) !== 0x2e || at + 1 === text.length) return false
  for (at += 1; at < text.length; at += 1) if (!isDigit(text.charCodeAt(at))) return false
  return true
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39
}

/** A text of its own: a part of a longer one would keep all of that. */
function own(text: string): string {
  return text.length < 13 ? text : Buffer.from(text, 'utf16le').toString('utf16le')
}
