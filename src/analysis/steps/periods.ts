import { numberIn } from '../../sheet-numbers.ts'
import { spellPeriods } from '../../sheet-spellings.ts'

type Kind = 'year' | 'quarter' | 'month' | 'day' | 'quarter_alone' | 'month_alone' | 'ordinal'

/**
 * A time that a text says: `at` counts periods of its kind one by one. Times of the calendar have a first
 * and a last day as well.
 */
export type Period = { kind: Kind; at: number; first?: string; last?: string }

/** How many periods of a kind make a year. */
const perYear: Partial<Record<Kind, number>> = { year: 1, quarter: 4, month: 12 }

/**
 * The times that the texts of a column of this name say, however they are written: `2024`, `2024年度`,
 * `令和6年`, `2024Q1`, `2024/1`, `2024-01-31`, `4月`, `第3期`.
 */
export function readPeriods(name: string, texts: readonly string[]): (Period | undefined)[] {
  const together = spellPeriods(name, texts)
  return texts.map((text, index) => {
    return parse(together[index] as string) ?? parse(spellPeriods(name, [text])[0] as string)
  })
}

const forms: [RegExp, (year: number, part: number, day: number) => Period | undefined][] = [
  [/^(\d{4})$/, (year) => ({ kind: 'year', at: year, ...days(year, 1, 12) })],
  [
    /^(\d{4})Q([1-4])$/,
    (year, part) => ({
      kind: 'quarter',
      at: year * 4 + part - 1,
      ...days(year, part * 3 - 2, part * 3),
    }),
  ],
  [
    /^(\d{4})-(\d\d)$/,
    (year, part) => ({ kind: 'month', at: year * 12 + part - 1, ...days(year, part, part) }),
  ],
  [/^(\d{4})-(\d\d)-(\d\d)$/, dayOf],
  [/^()Q([1-4])$/, (_, at) => ({ kind: 'quarter_alone', at })],
  [/^()(\d{1,2})月$/, (_, at) => ({ kind: 'month_alone', at })],
  [/^()第?(\d{1,4}) ?(?:期|回|年目|週)$/, (_, at) => ({ kind: 'ordinal', at })],
]

function parse(text: string): Period | undefined {
  for (const [form, read] of forms) {
    const found = form.exec(text)
    if (found) return read(Number(found[1]), Number(found[2]), Number(found[3]))
  }
  return undefined
}

function days(year: number, from: number, to: number): { first: string; last: string } {
  const month = (value: number) =>
    `${String(year).padStart(4, '0')}-${String(value).padStart(2, '0')}`
  return { first: `${month(from)}-01`, last: `${month(to)}-31` }
}

function dayOf(year: number, month: number, day: number): Period {
  const at = Date.UTC(year, month - 1, day) / 86_400_000
  const text = new Date(at * 86_400_000).toISOString().slice(0, 10)
  return { kind: 'day', at, first: text, last: text }
}

/** What two periods have in common where they are the same one. */
export function keyOf({ kind, at }: Period): string {
  return `${kind} ${at}`
}

/** The period before, or the same one of the year before; undefined where that has no meaning. */
export function periodBefore(period: Period, offset: 'previous' | 'year'): Period | undefined {
  if (offset === 'previous') return { kind: period.kind, at: period.at - 1 }
  const count = perYear[period.kind]
  if (count !== undefined) return { kind: period.kind, at: period.at - count }
  if (period.kind !== 'day') return undefined
  const [year, month, day] = (period.first as string).split('-').map(Number) as [
    number,
    number,
    number,
  ]
  const before = dayOf(year - 1, month, day)
  // The 29th of February has none.
  return before.first?.slice(5) === period.first?.slice(5) ? before : undefined
}

/** An end of a range: a text, with the number and the period that it may stand for. */
export type Bound = { text: string; number: number | undefined; period: Period | undefined }

export function boundOf(name: string, text: string): Bound {
  return { text, number: plainNumber(text), period: readPeriods(name, [text])[0] }
}

function plainNumber(text: string): number | undefined {
  return /^-?\d+(\.\d+)?$/.test(text) ? (numberIn(text) ?? Number(text)) : undefined
}

/**
 * Whether a text lies within a range, ends included: as numbers where both are some, as periods (one that
 * lies wholly in the range) where both are some, else by the code points of texts.
 */
export function isWithin(cell: Bound, min: Bound | null, max: Bound | null): boolean {
  return (
    (min === null || compare(min, cell, 'first') <= 0) &&
    (max === null || compare(cell, max, 'last') <= 0)
  )
}

/** Below 0 where the first comes before the second, by the first or the last days of both. */
export function compare(a: Bound, b: Bound, edge: 'first' | 'last'): number {
  if (a.number !== undefined && b.number !== undefined) return a.number - b.number
  const [one, other] = [a.period, b.period]
  if (one?.[edge] !== undefined && other?.[edge] !== undefined) {
    return one[edge] < other[edge] ? -1 : Number(one[edge] > other[edge])
  }
  if (one && one.kind === other?.kind) return one.at - other.at
  return Buffer.compare(Buffer.from(a.text), Buffer.from(b.text))
}
