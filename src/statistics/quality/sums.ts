import { groupBy } from '../../values.ts'
import type { Group, Key, Prepared } from './batch.ts'
import { type Finding, finding, scopeOf } from './findings.ts'
import { isCounted } from './form.ts'
import { differenceOf, type SumOf } from './known-differences.ts'

/** Totals and what they are made of, within one area. */
const relations = [
  { total: 'A1101', parts: ['A110101', 'A110102'] },
  { total: 'A1101', parts: ['A1301', 'A1302', 'A1303', 'age.unknown'] },
  { total: 'A1101', parts: ['age.0-14', 'age.15-64', 'age.65+'] },
] as const

/** Every indicator that those of a batch are added up with: their figures belong into `held`. */
export function relatedTo(indicators: Iterable<string>): string[] {
  const related = new Set(indicators)
  for (const code of [...related]) {
    for (const { total, parts } of relations) {
      const all: string[] = [total, ...parts]
      if (all.includes(code)) for (const each of all) related.add(each)
    }
  }
  return [...related].sort()
}

/** Counted person by person: their sums are exact where nothing was rounded. */
const countedInFull = /^(A1101|A11010[12]|A130[123]|age\.|age5\.|A7101)/

type Term = { value: number; halfUnit: number; isIncoming: boolean; source: string }

/**
 * Half of what a group's figures are rounded to, which is what each may be off by. Zeros at the end
 * of all figures are taken for rounding where chance makes them once in a thousand.
 */
export function halfUnitOf({ indicator, byArea }: Group): number {
  let [zeros, count] = [6, 0]
  for (const { figure } of byArea.values()) {
    if (!figure.value) continue
    count += 1
    while (zeros > 0 && figure.value % 10 ** zeros !== 0) zeros -= 1
    if (zeros === 0) break
  }
  if (zeros * count >= 3) return 10 ** zeros / 2
  const isExact = isCounted(indicator.kind, indicator.unit) && countedInFull.test(indicator.code)
  return isExact ? 0 : 10 ** -indicator.decimals / 2
}

/** The sum of prefectures is the nation; the sum of municipalities, where all are there, theirs. */
export function checkAreaSums(batch: Prepared): Finding[] {
  const { areas } = batch.catalogue
  const childrenOf = groupBy(
    [...areas.values()].filter(({ valid_until }) => !valid_until),
    ({ parent_code }) => parent_code ?? '',
  )
  const predecessors = groupBy(areas.values(), ({ successor_code }) => successor_code ?? '')
  return batch.groups.flatMap((group) => {
    if (group.indicator.aggregation !== 'sum') return []
    const term = termsOf(batch, group)
    const key = { indicator: group.indicator.code, period: group.period.code }
    const broken: Broken[] = []
    for (const area of group.byArea.keys()) {
      const children = childrenOf.get(area)
      const total = term(area)
      if (!children || !total || areas.get(area)?.level === 'municipality') continue
      const parts = allOf(
        children,
        ({ code }) => term(code) ?? term(predecessors.get(code)?.[0]?.code ?? ''),
      )
      if (parts) broken.push(...differenceIn('areas', { ...key, area }, total, parts))
    }
    return findingsOf(broken, group, 'sum of areas')
  })
}

/** What `termOf` says of each; nothing where it has nothing to say of one. */
function allOf<Item>(
  items: readonly Item[],
  termOf: (item: Item) => Term | undefined,
): Term[] | undefined {
  const terms: Term[] = []
  for (const item of items) {
    const term = termOf(item)
    if (!term) return undefined
    terms.push(term)
  }
  return terms
}

/** Male and female make the total, and so do ages with unknown ones. */
export function checkPartSums(batch: Prepared): Finding[] {
  const byPeriod = groupBy(batch.groups, ({ period }) => period.code)
  return relations.flatMap(({ total, parts }) => {
    const all: string[] = [total, ...parts]
    return [...byPeriod.values()].flatMap((groups) => {
      const own = groups.filter(({ indicator }) => all.includes(indicator.code))
      const [first] = own
      if (!first) return []
      const terms = new Map(all.map((code) => [code, termOf(batch, own, code, first)]))
      const key = { indicator: total, period: first.period.code }
      const areas = new Set(own.flatMap(({ byArea }) => [...byArea.keys()]))
      const broken = [...areas].flatMap((area) => {
        const whole = terms.get(total)?.(area)
        const sum = allOf(parts, (code) => terms.get(code)?.(area))
        return whole && sum ? differenceIn('parts', { ...key, area }, whole, sum) : []
      })
      const group = { ...first, indicator: { ...first.indicator, code: total } }
      return findingsOf(broken, group, parts.join('+'))
    })
  })
}

type Broken = { key: Key; difference: number; tolerance: number; isOwn: boolean }

/** What is wrong with one sum; a known difference is nothing wrong. */
function differenceIn(of: SumOf, key: Key, total: Term, parts: readonly Term[]): Broken[] {
  const terms = [total, ...parts]
  if (!terms.some(({ isIncoming }) => isIncoming)) return []
  const sum = parts.reduce((all, { value }) => all + value, 0)
  const tolerance = terms.reduce((all, { halfUnit }) => all + halfUnit, 0)
  const found = total.value - sum
  const difference = found - differenceOf(of, key, found, total.value)
  // The sum of as many decimals as there are is not exact in binary.
  if (Math.abs(difference) <= tolerance + Math.abs(total.value) * 1e-9) return []
  const isOwn = terms.every((term) => term.isIncoming && term.source === total.source)
  return [{ key, difference, tolerance, isOwn }]
}

/** Only what one source says in one go must add up; across releases it may be revised in part. */
function findingsOf(broken: readonly Broken[], group: Group, what: string): Finding[] {
  return [true, false].flatMap((isOwn) => {
    const all = broken.filter((each) => each.isOwn === isOwn)
    const [worst] = [...all].sort((a, b) => Math.abs(b.difference) - Math.abs(a.difference))
    if (!worst) return []
    const observed = `${worst.key.area} differs by ${worst.difference}`
    const expected = `at most ${worst.tolerance}`
    const keys = all.map(({ key }) => key)
    const severity = isOwn ? 'error' : 'warning'
    return [finding(severity, scopeOf(group, what), { observed, expected, keys })]
  })
}

/** Figures of a group by area, and what holds where the group has none. */
function termsOf(batch: Prepared, group: Group) {
  const halfUnit = halfUnitOf(group)
  const { indicator, period } = group
  const series = batch.series.get(indicator.code)
  return (area: string): Term | undefined => {
    const figure = group.byArea.get(area)?.figure
    const row = figure ?? series?.get(area)?.find((point) => point.period === period)?.held
    if (!row || row.value === null) return undefined
    return { value: row.value, halfUnit, isIncoming: figure !== undefined, source: row.source_id }
  }
}

function termOf(batch: Prepared, groups: readonly Group[], code: string, like: Group) {
  const indicator = batch.catalogue.indicators.get(code)
  if (!indicator) return () => undefined
  const own = groups.filter((group) => group.indicator.code === code)
  const lookups = own.map((group) => termsOf(batch, group))
  const empty = termsOf(batch, { ...like, indicator, byArea: new Map() })
  return (area: string) => {
    const at = own.findIndex(({ byArea }) => byArea.has(area))
    return at === -1 ? empty(area) : lookups[at]?.(area)
  }
}
