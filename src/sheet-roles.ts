import { type Cell, type FoundColumn, isEmpty, isNumeric } from './sheet-layouts.ts'
import { halfWidthOf, numberIn } from './sheet-numbers.ts'
import { isPeriod, isPeriodName, isPeriodNumber, isYear, periodOf } from './sheet-periods.ts'
import { isTotal } from './sheet-totals.ts'

type Role = '推移' | '軸' | '値'

/** A value of an axis is cut here: a sheet may repeat one long text a million times. */
const maxText = 255

/** A share of the cells: what fewer of them are does not make a column one of numbers or of times. */
const most = 0.8

/** What is counted of the cells of a column to tell its role, whether they are at hand or stream by. */
export type ColumnCounts = Pick<FoundColumn, 'name' | 'kind'> & {
  /** Cells that hold anything; and those of them that do not say that there is nothing. */
  any: number
  filled: number
  numbers: number
  times: number
  totals: number
  /** Numbers that are parts of a time under this name. */
  parts: number
  /** The years, as long as every cell is one. */
  years: Set<number> | null
}

export function startCounts({ name, kind }: Pick<FoundColumn, 'name' | 'kind'>): ColumnCounts {
  const none = { any: 0, filled: 0, numbers: 0, times: 0, totals: 0, parts: 0 }
  return { name, kind, ...none, years: new Set() }
}

/** Counts a cell that comes so many times. */
export function countCell(counts: ColumnCounts, cell: Cell, times = 1): void {
  if (isEmpty(cell)) return
  counts.any += times
  if (!isNothing(cell)) counts.filled += times
  if (isNumeric(cell)) {
    counts.numbers += times
    if (isPartOfTime(counts.name, cell)) counts.parts += times
  }
  if (isTimeCell(cell)) counts.times += times
  if (counts.kind === 'axis' && typeof cell === 'string' && isTotal(cell)) counts.totals += times
  if (counts.years === null) return
  const year = Number(cell)
  if (isYear(year)) counts.years.add(year)
  else counts.years = null
}

/** What each column seems to be; one of them at most is time. */
export function rolesOf(columns: readonly FoundColumn[]): Role[] {
  return rolesBy(
    columns.map((column) => {
      const counts = startCounts(column)
      if (column.kind !== 'value') for (const cell of column.cells) countCell(counts, cell)
      return counts
    }),
  )
}

/** Like `rolesOf`, of columns whose cells were counted. */
export function rolesBy(columns: readonly ColumnCounts[]): Role[] {
  const roles = columns.map((column) => roleOf(column))
  const years = yearsAmong(columns, roles)
  if (years >= 0) roles[years] = '推移'
  const time = roles.indexOf('推移')
  return roles.map((role, n) => (role === '推移' && n !== time ? '軸' : role))
}

function roleOf({ name, kind, ...seen }: ColumnCounts): Role {
  if (kind === 'value') return '値'
  const isTime = isPeriodName(name)
  if (kind === 'axis') {
    const areTimes = seen.times > 0 && seen.times + seen.totals >= seen.filled
    return isTime || areTimes ? '推移' : '軸'
  }
  if (seen.filled === 0) return isTime ? '推移' : '軸'
  if (seen.numbers < most * seen.filled) {
    return isTime || seen.times >= most * seen.filled ? '推移' : '軸'
  }
  if (isTime && seen.numbers === seen.parts) return '推移'
  return isCodeName(name) ? '軸' : '値'
}

/** Numbers that look like years under a name that says nothing, left of the numbers they are of. */
function yearsAmong(columns: readonly ColumnCounts[], roles: readonly Role[]): number {
  const first = roles.indexOf('値')
  if (roles.includes('推移') || first < 0 || roles.lastIndexOf('値') === first) return -1
  const { kind, years } = columns[first] as ColumnCounts
  if (kind !== null || years === null) return -1
  const isGapless = Math.max(...years) - Math.min(...years) + 1 === years.size
  return years.size > 1 && isGapless ? first : -1
}

/** Also what people write where there is no number. */
function isNothing(cell: Cell): boolean {
  return isEmpty(cell) || (typeof cell === 'string' && numberIn(cell) === null)
}

function isTimeCell(cell: Cell): boolean {
  if (typeof cell === 'number') return isPeriodNumber(cell)
  return typeof cell === 'string' && isPeriod(cell)
}

/** Under a name of time a small number is a month, a quarter or a day. */
function isPartOfTime(name: string, cell: Cell): boolean {
  if (!isNumeric(cell)) return false
  const number = typeof cell === 'number' ? cell : Number(numberIn(String(cell)))
  if (isPeriodNumber(number)) return true
  const isSmall = Number.isInteger(number) && number >= 1 && number <= 53
  return isSmall && !/年度?$|years?$/i.test(halfWidthOf(name))
}

function isCodeName(name: string): boolean {
  return /(?:^|[^a-z])(?:id|no\.?|code)$|(?:[a-z]Id|[a-z]Code)$|コード$|番号$|№$/i.test(
    halfWidthOf(name),
  )
}

/** Cells as the role has them: numbers of 値, texts of others; and how many texts a 値 leaves out. */
export function cellsOf(role: Role, cells: readonly Cell[]) {
  let texts = 0
  const converted = cells.map((cell) => {
    const found = cellOf(role, cell)
    if (found === undefined) texts += 1
    return found ?? null
  })
  return { cells: converted, texts }
}

/** A cell as the role has it; nothing for a text where a number belongs. */
export function cellOf(role: Role, cell: Cell): string | number | null | undefined {
  if (isEmpty(cell)) return null
  if (role !== '値') return textOf(role, cell)
  const number = typeof cell === 'string' ? numberIn(cell) : cell
  if (typeof number === 'number' && Number.isFinite(number)) return number === 0 ? 0 : number
  return number === null ? null : undefined
}

/** A cell of a 値 that also holds texts, as text: numbers plain, texts as they are. */
export function mixedCellOf(cell: Cell): string | null {
  const number = cellOf('値', cell)
  if (number === undefined) return textOf('軸', cell)
  return number === null ? null : plainTextOf(number)
}

function textOf(role: Role, cell: Cell): string | null {
  const text = clean(plainTextOf(cell))
  if (text === '') return null
  return role === '推移' ? periodOf(text) : text
}

/** `2023` and never `2023.0`, `0.3` and never `0.30000000000000004`. */
export function plainTextOf(cell: Cell): string {
  if (typeof cell === 'number') return String(Number(cell.toPrecision(15)))
  if (typeof cell === 'boolean') return cell ? 'TRUE' : 'FALSE'
  return cell ?? ''
}

/** One line of at most so many characters, of whole letters only. */
export function clean(text: string): string {
  const line = text
    .slice(0, 4 * maxText)
    .replace(/[\s\u200b\p{Cc}]+/gu, ' ')
    .trim()
  const cut = line.length > maxText ? `${line.slice(0, maxText - 1)}…` : line
  return cut.replace(/\p{Cs}/gu, '\ufffd')
}
