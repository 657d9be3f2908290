import type { GraphType } from '../../../schemas/analysis/charts.ts'
import type { NumericFilter } from '../../../schemas/analysis/filter.ts'
import type { TransformOperation } from '../../../schemas/analysis/transform.ts'
import type { TimeAxis } from './periods.ts'
import type { OverviewTable } from './plan.ts'
import type { Token, Tokens } from './tokens.ts'

/** A condition on amounts. */
export type Amounts = Extract<NumericFilter, { filter_type: string }>

export type Method = 'sum' | 'mean' | 'count' | 'max' | 'min' | 'median' | 'share' | Compared
export type Compared = 'previous_ratio' | 'growth' | 'difference'
export type Figure = { method: Method; subject?: string; offset?: string; assumed?: boolean }

/** What rows are wanted by: `at` is the place in the sentence. */
export type Condition = {
  at: number
  subject?: string
  method?: Method
  axis?: string
  rows: boolean
  filter: Amounts
  percent: boolean
}
export type Kept = { at: number; kind: 'only' | 'except'; column: string; values: string[] }
export type Range = { at: number; column: string; min?: string; max?: string }
export type Sort = {
  at: number
  column?: string
  subject?: string
  method?: Method
  descending: boolean
}

/** All that a sentence asks for, before it is put in order. */
export type Wishes = {
  operations: TransformOperation[]
  kept: Kept[]
  ranges: Range[]
  conditions: Condition[]
  sorts: Sort[]
  ratios: { over: string; under: string; percent: boolean }[]
  groups: { name: string; at: number; end: number }[]
  within: string[]
  alongTime: boolean
  figures: Figure[]
  figureAt?: number
  charts: { kind: GraphType | 'any'; at: number }[]
  chartAxes: { x?: string; legend?: string }
  rowsOf: string[]
}

/** What has to be asked; `about` is a key of the texts, `word` what it is about. */
export type Question = { about: string; word?: string; options?: string[] }

export type Scan = {
  tokens: Tokens
  list: Token[]
  codes: string
  table: OverviewTable
  times: TimeAxis[]
  at: Date
  japanese: boolean
  wishes: Wishes
  question?: Question
}

export const noWishes = (): Wishes => ({
  ...{ operations: [], kept: [], ranges: [], conditions: [], sorts: [], ratios: [], groups: [] },
  ...{ within: [], alongTime: false, figures: [], charts: [], chartAxes: {}, rowsOf: [] },
})

/** Keeps the first question. */
export function ask(scan: Scan, question: Question): true {
  scan.question ??= question
  return true
}

/**
 * Calls `take` with each match of a pattern over the codes of the sentence. What it takes (all of the
 * match for `true`, else the places it gives) is `_` for later patterns.
 */
export function each(
  scan: Scan,
  pattern: RegExp,
  take: (found: Token[], groups: string[], from: number) => boolean | number[],
): void {
  const source = new RegExp(pattern.source, 'gu')
  for (let found = source.exec(scan.codes); found; found = source.exec(scan.codes)) {
    const from = found.index
    const tokens = scan.list.slice(from, from + found[0].length)
    const taken = take(
      tokens,
      found.map((text) => text ?? ''),
      from,
    )
    const places = taken === true ? tokens.map((_, index) => from + index) : taken || []
    use(scan, places)
    if (found[0].length === 0) source.lastIndex += 1
  }
}

/** Marks places as understood. */
export function use(scan: Scan, places: readonly number[]): void {
  if (places.length === 0) return
  const codes = [...scan.codes]
  for (const place of places) codes[place] = '_'
  scan.codes = codes.join('')
}

/** Gives a token another code. */
export function recode(scan: Scan, place: number, token: Token): void {
  scan.list[place] = token
  scan.codes = scan.codes.slice(0, place) + token.code + scan.codes.slice(place + 1)
}

export const methodOf = (token: Token | undefined) => token?.means.split(' ')[0] as Method
export const subjectsOf = (tokens: readonly Token[]) =>
  tokens.flatMap(({ code, reading }) => (code === 'S' && reading?.subject ? [reading.subject] : []))
export const firstOf = (tokens: readonly Token[], code: string) =>
  tokens.find((token) => token.code === code)
/** The name of an axis of a token, by the way it is in the data. */
export const axisOf = (token: Token | undefined) => token?.reading?.axis
