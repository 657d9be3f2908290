import { numberIn } from './sheet-numbers.ts'
import { isPeriod, isPeriodNumber } from './sheet-periods.ts'

/** What a cell holds: text, a number, or nothing. Times are texts as on a clock: `2026-01-02`. */
export type Cell = string | number | boolean | null

/** A column as it stands in a sheet; `kind` is known only of a block. */
export type FoundColumn = { name: string; kind: 'axis' | 'value' | null; cells: Cell[] }

/** Lines without cells say nothing; `isFirst` are those behind an empty one. */
export type Line = { cells: Cell[]; filled: number; isFirst: boolean }

/** How many lines a block has at most before its empty line, and behind it. */
const maxAxes = 20
const maxSubjects = 500

export function isEmpty(cell: Cell | undefined): boolean {
  return (
    cell === null || cell === undefined || (typeof cell === 'string' && !/[^\s\u200b]/.test(cell))
  )
}

export function isNumeric(cell: Cell | undefined): boolean {
  if (typeof cell === 'number') return Number.isFinite(cell)
  return typeof cell === 'string' && typeof numberIn(cell) === 'number'
}

export function linesOf(rows: readonly Cell[][]): Line[] {
  const lines: Line[] = []
  let isFirst = true
  for (const cells of rows) {
    let filled = 0
    for (const cell of cells ?? []) if (!isEmpty(cell)) filled += 1
    if (filled > 0) lines.push({ cells, filled, isFirst })
    isFirst = filled === 0
  }
  return lines
}

/**
 * The hierarchical layout: lines of an axis and its values, an entirely empty line, and lines of a 科目
 * and its numbers. Nothing where a sheet is not laid out so.
 */
export function findBlock(lines: readonly Line[]): FoundColumn[] | undefined {
  for (let start = 0; start < lines.length; ) {
    let end = start + 1
    while (end < lines.length && !lines[end]?.isFirst) end += 1
    if (end === lines.length || start > maxSubjects) return undefined
    const found = blockOf(lines.slice(start, end), lines.slice(end))
    if (found) return found
    start = end
  }
  return undefined
}

/** The block of these lines of axes and lines of 科目, with titles above and notes below them. */
export function blockOf(above: readonly Line[], below: readonly Line[]): FoundColumn[] | undefined {
  const titles = above.findIndex((line) => !isTitle(line))
  const heads = titles < 0 ? [] : above.slice(titles)
  const subjects = below.filter(({ filled }) => filled > 1)
  if (heads.length === 0 || heads.length > maxAxes) return undefined
  if (subjects.length === 0 || subjects.length > maxSubjects) return undefined
  const left = Math.min(...[...heads, ...subjects].map(firstOf))
  if (!heads.every((line) => isAxis(line, left, heads.length === 1))) return undefined
  if (!subjects.every(({ cells }) => isLabel(cells[left]))) return undefined
  if (isHeader(subjects[0] as Line, left) || isFlat(heads, subjects, left)) return undefined
  const places = placesOf(heads, subjects, left)
  if (!places) return undefined
  const axes = withMergedCells(heads.map(({ cells }) => places.map((n) => cells[n] ?? null)))
  return [
    ...axes.map((cells, n) => {
      const name = heads[n]?.cells[left]
      const isName = !isEmpty(name) && !isUnit(name)
      return { name: isName ? String(name) : `軸${n + 1}`, kind: 'axis' as const, cells }
    }),
    ...subjects.map(({ cells }) => ({
      name: String(cells[left]),
      kind: 'value' as const,
      cells: places.map((n) => cells[n] ?? null),
    })),
  ]
}

/** A line above a table: one cell, or besides it only the unit. */
export function isTitle({ cells, filled }: Line): boolean {
  if (filled === 1) return true
  return filled === 2 && isUnit(cells.findLast((cell) => !isEmpty(cell)))
}

const unit =
  /^[(（[［]?\s*(?:(?:単位|unit).*|[十百千万億兆]*(?:円|人|名|件|個|社|店|台|本|回|日|枚|点|戸|世帯|時間|分|倍|ポイント|ドル|㎡|m2|kg|t)|[%％‰]|千|百万|pt|usd|jpy)\s*[)）\]］]?$/i

/** Whether a cell says in what others are counted: `単位：千円`, `（人）`, `％`. */
export function isUnit(cell: Cell | undefined): boolean {
  return typeof cell === 'string' && cell.length <= 60 && unit.test(cell.trim())
}

/** Whether a line is the header of a table, and no 科目: several texts, and no number. */
function isHeader({ cells }: Line, left: number): boolean {
  const right = cells.slice(left + 1).filter((cell) => !isEmpty(cell))
  return (
    right.length > 1 && right.every((cell) => isLabel(cell) && numberIn(String(cell)) === undefined)
  )
}

/** What is counted, and so 科目 of a block or columns of a flat table. */
const measure =
  /売上|売価|仕入|原価|単価|価格|費用?$|利益|粗利|収益|収入|支出|金額|残高|客数|人数|件数|個数|数量|台数|会員数|世帯数|人口|[数額率高]$|コスト|予算|実績|計画|目標|sales|cost|price|profit|revenue|amount|quantity|budget|actual/i

/**
 * Whether lines are a flat table with an empty line below its header, and no block: what is counted stands
 * in the header, and not to the left of the numbers, or times do.
 */
function isFlat(heads: readonly Line[], subjects: readonly Line[], left: number): boolean {
  const [head, ...others] = heads
  if (!head || others.length > 0) return false
  const names = head.cells.slice(left + 1).filter((cell) => !isEmpty(cell))
  if (names.some((cell) => isPeriodCell(cell))) return false
  const labels = subjects.map(({ cells }) => String(cells[left]))
  if (labels.every(isPeriod)) return true
  const isMeasure = (cell: Cell) => measure.test(String(cell).slice(0, 60))
  return names.some(isMeasure) && !labels.some(isMeasure)
}

export function firstOf({ cells }: Line): number {
  return cells.findIndex((cell) => !isEmpty(cell))
}

export function isLabel(cell: Cell | undefined): boolean {
  return typeof cell === 'string' && !isEmpty(cell) && !isNumeric(cell)
}

/** The values of an axis are names and times; plain numbers only where no other line could be one. */
function isAxis({ cells }: Line, left: number, isOnly: boolean): boolean {
  if (!isEmpty(cells[left]) && !isLabel(cells[left])) return false
  return cells.every((cell, n) => {
    if (n <= left || isEmpty(cell) || isOnly || !isNumeric(cell)) return true
    return isPeriodCell(cell)
  })
}

export function isPeriodCell(cell: Cell | undefined): boolean {
  return typeof cell === 'number' ? isPeriodNumber(cell) : isPeriod(String(cell))
}

/** The columns of numbers; nothing where most have no head, or hold something else. */
function placesOf(
  heads: readonly Line[],
  subjects: readonly Line[],
  left: number,
): number[] | undefined {
  const numbers = new Set<number>()
  const titled = new Set<number>()
  let [filled, numeric] = [0, 0]
  for (const { cells } of subjects) {
    for (const [n, cell] of cells.entries()) {
      if (n <= left || isEmpty(cell)) continue
      filled += 1
      if (!isNumeric(cell)) continue
      numeric += 1
      numbers.add(n)
    }
  }
  for (const { cells } of heads) {
    for (const [n, cell] of cells.entries()) if (n > left && !isEmpty(cell)) titled.add(n)
  }
  const bare = [...numbers].filter((n) => !titled.has(n))
  if (numeric === 0 || numeric * 2 < filled || bare.length * 2 > numbers.size) return undefined
  return [...new Set([...titled, ...numbers])].sort((a, b) => a - b)
}

/**
 * Of merged cells only the first one holds the text. The others get it too where then each column has
 * values of its own on the axes, so that what is only missing is not guessed.
 */
function withMergedCells(axes: Cell[][]): Cell[][] {
  const filled = axes.map((cells, n) => {
    if (n === axes.length - 1) return cells
    let last: Cell = null
    return cells.map((cell) => {
      if (!isEmpty(cell)) last = cell
      return last
    })
  })
  const count = axes[0]?.length ?? 0
  const keys = Array.from({ length: count }, (_, n) =>
    JSON.stringify(filled.map((each) => each[n])),
  )
  return new Set(keys).size === count ? filled : axes
}
