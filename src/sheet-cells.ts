import type { Cell } from './sheet-tables.ts'

/** A cell as the library has it: its kind, its value, and the format of a number. */
export type LibraryCell = { t: string; v?: unknown; z?: unknown }

/** What is known of the times of a workbook. */
export type Clock = {
  /** Whether numbers in this format are times. */
  isTime: (format: string) => boolean
  partsOf: (serial: number) => Moment | null
}

type Moment = { y: number; m: number; d: number; H: number; M: number; S: number }

/** What a cell of Excel holds at most. */
const maxText = 32_767

/** Cells of a library as plain values: nothing for faults, and times as on a clock. */
export function cellReader({ isTime, partsOf }: Clock): (cell: LibraryCell | undefined) => Cell {
  const kinds = new Map<string, 'number' | Shown>()
  const kindOf = (format: string) => {
    const known = kinds.get(format)
    if (known) return known
    const kind = isTime(format) ? shownBy(format) : 'number'
    kinds.set(format, kind)
    return kind
  }
  return (cell) => {
    switch (cell?.t) {
      case 's':
        return textOf(String(cell.v ?? ''))
      case 'b':
        return Boolean(cell.v)
      case 'n': {
        const value = Number(cell.v)
        if (!Number.isFinite(value)) return null
        const kind = cell.z === undefined ? 'number' : kindOf(String(cell.z))
        return kind === 'number' ? value : (timeOf(value, kind, partsOf) ?? value)
      }
      default:
        return null
    }
  }
}

/** A text as it may be kept; nothing where it is empty. */
export function textOf(text: string): string | null {
  return text === '' ? null : text.slice(0, maxText)
}

type Shown = 'moment' | 'year' | 'month' | 'hours' | 'elapsed'

/** Elapsed hours are in brackets; what shows neither year, day nor era is a time of a day. */
function shownBy(format: string): Shown {
  if (/\[(h+|m+|s+)\]/i.test(format)) return 'elapsed'
  const codes = format.replace(/"[^"]*"|\\.|_.|\*.|\[[^\]]*\]/g, '')
  const [first = ''] = codes.replace(/general/gi, '').split(';', 1)
  if (/[hs]|am\/pm/i.test(first)) return /[ydeg]/i.test(first) ? 'moment' : 'hours'
  if (/[da]/i.test(first)) return 'moment'
  if (/m/i.test(first)) return 'month'
  return /[yeg]/i.test(first) ? 'year' : 'moment'
}

/** Nothing for a number that is no time in this format. */
function timeOf(serial: number, shown: Shown, partsOf: Clock['partsOf']): string | undefined {
  if (shown === 'elapsed') return elapsedOf(Math.round(serial * 86_400))
  const parts = partsOf(Math.round(serial * 86_400) / 86_400)
  if (!parts) return undefined
  const { y, m, d, H, M, S } = parts
  const clock = [H, M, S].map(twoDigits).join(':')
  if (shown === 'hours') return clock
  // The day before the first, which is none.
  if (d === 0) return undefined
  const day = `${String(y).padStart(4, '0')}-${twoDigits(m)}-${twoDigits(d)}`
  // Only the first of a month stands for all of it: other days tell lines apart that look the same.
  if (clock !== '00:00:00') return `${day} ${clock}`
  if (d !== 1 || shown === 'moment') return day
  return day.slice(0, shown === 'month' ? 7 : 4)
}

function elapsedOf(seconds: number): string | undefined {
  const left = Math.abs(seconds)
  if (left > Number.MAX_SAFE_INTEGER) return undefined
  const parts = [Math.floor(left / 3600), Math.floor(left / 60) % 60, left % 60]
  return `${seconds < 0 ? '-' : ''}${parts.map(twoDigits).join(':')}`
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0')
}
