import type { FilterConfig } from '../../../schemas/analysis/filter.ts'
import { add, type Draft } from './draft.ts'
import { stepName } from './naming.ts'
import { type Amounts, ask, type Condition, type Kept, type Scan, type Sort } from './scan.ts'

const subjectColumn = '科目'

/** Whether a place comes after the figures, in a clause of its own. */
export function isLater({ tokens, wishes }: Scan, at: number): boolean {
  const first = Math.max(wishes.figureAt ?? 0, ...wishes.groups.map((group) => group.at))
  const between = wishes.figureAt === undefined || first >= at ? '' : tokens.text.slice(first, at)
  return /(?:して|した後|し、|。|出して、|求めて|\bthen\b|[.;]\s)/u.test(between)
}

/** One filter step for all that belongs together; a second amount is a second step. */
export function filtersOf(
  draft: Draft,
  conditions: Condition[],
  kept: Kept[],
  sorts: Sort[],
): void {
  const { scan, state } = draft
  const { wishes, japanese } = scan
  const config: FilterConfig = {}
  keep(draft, config, kept)
  if (wishes.ranges.length > 0) config.axis_range = rangesOf(scan)
  const numbers = joined(scan, conditions)
  const subject = subjectOf(draft, numbers, conditions, sorts)
  const { rowsOf } = wishes
  const subjects = subject === undefined ? [...new Set(rowsOf)] : [subject]
  const isNew =
    subjects.length > 0 && !(state.subjects.length === 1 && state.subjects[0] === subjects[0])
  if (isNew) {
    if (subjects.some((each) => !state.subjects.includes(each)))
      ask(scan, { about: 'gone', word: subjects.join('、') })
    config.category_filter = { ...config.category_filter, [subjectColumn]: subjects }
    state.subjects = subjects
  }
  const [first, ...others] = numbers
  if (first) config.numeric_filter = first
  const steps: FilterConfig[] = [config, ...others.map((numeric_filter) => ({ numeric_filter }))]
  const last = steps.at(-1) as FilterConfig
  if (sorts.length > 0) {
    last.sort = sorts.map(({ column, descending }) => ({
      column: column ?? '値',
      ...(descending && { descending }),
    }))
  }
  for (const each of steps) {
    if (Object.keys(each).length > 0) add(draft, 'filter', each, nameOf(each, japanese))
  }
  wishes.rowsOf = []
}

function keep({ scan, state }: Draft, config: FilterConfig, kept: Kept[]): void {
  for (const { kind, column, values } of kept) {
    const key = kind === 'only' ? 'category_filter' : 'category_exclude'
    const there = config[key]?.[column] ?? []
    config[key] = { ...config[key], [column]: [...new Set([...there, ...values])] }
    if (column !== subjectColumn) continue
    state.subjects = state.subjects.filter((each) => values.includes(each) === (kind === 'only'))
  }
  for (const [column, values] of Object.entries(config.category_exclude ?? {})) {
    const both = config.category_filter?.[column]?.filter((each) => values.includes(each)) ?? []
    if (both.length > 0) ask(scan, { about: 'contradiction', options: both.map(String) })
  }
}

function rangesOf({ wishes }: Scan) {
  const ranges: { column: string; min?: string; max?: string }[] = []
  for (const { at: _, ...range } of wishes.ranges) {
    const there = ranges.find(
      ({ column, min, max }) =>
        column === range.column &&
        (range.min === undefined ? max === undefined : min === undefined),
    )
    if (there) Object.assign(there, range)
    else ranges.push(range)
  }
  return ranges
}

/** Conditions on one 科目; two halves of a range become one. */
function joined(scan: Scan, conditions: Condition[]): Amounts[] {
  const subjects = new Set(conditions.flatMap(({ subject }) => subject ?? []))
  if (subjects.size > 1) ask(scan, { about: 'severalConditions', options: [...subjects] })
  const filters: Amounts[] = []
  for (const { filter } of conditions) {
    const last = filters.at(-1) as Record<string, unknown> | undefined
    const isHalf = (side: string) => filter.filter_type === 'range' && side in filter
    const isFree =
      last?.filter_type === 'range' &&
      !(isHalf('min_value') && 'min_value' in last) &&
      !(isHalf('max_value') && 'max_value' in last)
    if (last && isFree && filter.filter_type === 'range') Object.assign(last, filter)
    else filters.push({ ...filter })
  }
  for (const each of filters as { min_value?: number; max_value?: number }[]) {
    if (
      each.min_value !== undefined &&
      each.max_value !== undefined &&
      each.min_value > each.max_value
    ) {
      ask(scan, { about: 'contradiction' })
    }
  }
  return filters
}

/** The 科目 that amounts are of. */
function subjectOf(
  { scan, state }: Draft,
  numbers: Amounts[],
  conditions: Condition[],
  sorts: Sort[],
): string | undefined {
  const { wishes } = scan
  const ordered = sorts.filter(({ column }) => column === undefined)
  if (numbers.length + ordered.length === 0) return undefined
  const named = [...conditions, ...sorts].flatMap(({ subject }) => subject ?? [])
  const options = [...new Set(state.narrowed ? named : [...named, ...wishes.rowsOf])]
  const there = options.filter((each) => state.subjects.includes(each))
  if (there.length > 1 && numbers.length > 0)
    ask(scan, { about: 'severalConditions', options: there })
  if (there[0] !== undefined) return there[0]
  if (state.subjects.length === 1) return state.subjects[0]
  if (options[0] !== undefined) ask(scan, { about: 'gone', word: options[0] })
  ask(scan, { about: 'subject', options: state.subjects })
  return undefined
}

function nameOf(config: FilterConfig, japanese: boolean): string {
  const values = (items?: Record<string, (string | null)[]>) =>
    Object.values(items ?? {}).map((each) => each.join(' '))
  const ranges = (config.axis_range ?? []).map(({ min, max }) => `${min ?? ''}〜${max ?? ''}`)
  const without = values(config.category_exclude).map((each) =>
    japanese ? `${each}以外` : `without ${each}`,
  )
  const parts = [
    ...values(config.category_filter),
    ...without,
    ...ranges,
    ...amount(config, japanese),
  ]
  if (config.sort) parts.push(japanese ? '並べ替え' : 'sorted')
  return stepName(parts, japanese)
}

function amount({ numeric_filter: filter }: FilterConfig, japanese: boolean): string[] {
  if (!filter || !('filter_type' in filter)) return []
  if (filter.filter_type === 'topk') {
    const side = filter.ascending ? ['下位', 'bottom'] : ['上位', 'top']
    return [japanese ? `${side[0]}${filter.k_value}件` : `${side[1]} ${filter.k_value}`]
  }
  if (filter.filter_type === 'percentage')
    return [`${filter.min_percentile}–${filter.max_percentile}%`]
  const { min_value: min, max_value: max, include_min = true, include_max = true } = filter
  const low = min == null ? [] : [`${include_min ? '≥' : '>'} ${min}`]
  return [...low, ...(max == null ? [] : [`${include_max ? '≤' : '<'} ${max}`])]
}
