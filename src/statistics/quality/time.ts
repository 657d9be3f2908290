import { median } from 'simple-statistics'
import { groupBy } from '../../values.ts'
import type { Period } from '../periods.ts'
import type { Entry, Figure, Prepared } from './batch.ts'
import { type Finding, finding, scopeOf } from './findings.ts'

/** Not from the future, and not older than what the same source said last. */
export function checkFreshness({ published, today, merged, held, periodOf }: Prepared): Finding[] {
  const findings: Finding[] = []
  if (published > today) {
    const values = { observed: published, expected: `no later than ${today}`, keys: merged }
    findings.push(finding('error', 'published', values))
  }
  const ahead = merged.filter(({ period, status }) => {
    return status !== 'projected' && (periodOf(period)?.starts_on ?? '') > today
  })
  for (const [indicator, keys] of groupBy(ahead, (figure) => figure.indicator)) {
    const observed = keys[0]?.period
    findings.push(finding('error', indicator, { observed, expected: `begun by ${today}`, keys }))
  }
  const latest = new Map<string, string>()
  for (const { indicator, source_id, vintage } of held) {
    const key = `${indicator} ${source_id}`
    if (vintage > (latest.get(key) ?? '')) latest.set(key, vintage)
  }
  const bySource = groupBy(merged, ({ indicator, source_id }) => `${indicator} ${source_id}`)
  for (const [scope, keys] of bySource) {
    const newest = latest.get(scope)
    // `2025` says no more than the year, and is not older than a day of it.
    if (!newest || newest.slice(0, published.length) <= published) continue
    const values = { observed: published, expected: `no earlier than ${newest}`, keys }
    findings.push(finding('error', scope, values))
  }
  return findings
}

type Line = { indicator: string; type: Period['type']; periods: Period[]; figures: Figure[] }

/** The periods of each indicator that come in, with the figures of the latest. */
function linesOf({ groups }: Prepared): Line[] {
  const byType = groupBy(groups, ({ indicator, period }) => `${indicator.code} ${period.type}`)
  return [...byType.values()].flatMap((all) => {
    const [first] = all
    if (!first) return []
    const periods = [...new Map(all.map(({ period }) => [period.code, period])).values()]
    periods.sort((a, b) => (a.starts_on < b.starts_on ? -1 : 1))
    const last = periods.at(-1)?.code
    const figures = all
      .filter(({ period }) => period.code === last)
      .flatMap(({ byArea }) => [...byArea.values()].map(({ figure }) => figure))
    return [{ indicator: first.indicator.code, type: first.period.type, periods, figures }]
  })
}

const monthsOf = (day: string) => Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7))

/** How many months lie between the starts of periods, as a rule; undefined for fewer than three. */
function stepOf(periods: readonly string[]): number | undefined {
  const steps = periods.slice(1).map((day, n) => monthsOf(day) - monthsOf(periods[n] as string))
  return steps.length > 1 ? median(steps) : undefined
}

/** No period left out between what holds and what comes in, and none of another kind. */
export function checkContinuity(batch: Prepared): Finding[] {
  const held = heldPeriods(batch)
  return linesOf(batch).flatMap(({ indicator, type, periods, figures }) => {
    const known = held.get(`${indicator} ${type}`) ?? []
    const others = [...held.keys()].filter((key) => key.startsWith(`${indicator} `))
    if (known.length === 0 && others.length > 0) {
      const expected = others.map((key) => key.slice(indicator.length + 1)).join()
      return [finding('warning', indicator, { observed: type, expected, keys: figures })]
    }
    const all = [...new Set([...known, ...periods.map(({ starts_on }) => starts_on)])].sort()
    const step = stepOf(all)
    const isNew = new Set(periods.map(({ starts_on }) => starts_on))
    const gaps = all.filter((day, n) => {
      const before = all[n - 1]
      return before && step && isNew.has(day) && monthsOf(day) - monthsOf(before) > step
    })
    if (gaps.length === 0) return []
    const observed = `a gap before ${gaps.slice(0, 5).join()}`
    return [
      finding('warning', indicator, { observed, expected: `every ${step} months`, keys: figures }),
    ]
  })
}

/** The days on which the periods begin that hold, by indicator and type of period. */
function heldPeriods({ series }: Prepared): Map<string, string[]> {
  const calendar = new Map<string, string[]>()
  for (const [indicator, areas] of series) {
    const periods = new Set<Period>()
    for (const points of areas.values()) {
      for (const { period, held } of points) if (held) periods.add(period)
    }
    for (const [type, all] of groupBy(periods, (period) => period.type)) {
      calendar.set(`${indicator} ${type}`, all.map(({ starts_on }) => starts_on).sort())
    }
  }
  return calendar
}

/** After two cycles and the two years that publishing takes, something newer is overdue. */
const publishingMonths = 24

export function checkCycle(batch: Prepared): Finding[] {
  const held = heldPeriods(batch)
  return linesOf(batch).flatMap(({ indicator, type, periods, figures }) => {
    const known = held.get(`${indicator} ${type}`) ?? []
    const all = [...new Set([...known, ...periods.map(({ starts_on }) => starts_on)])].sort()
    const step = stepOf(all)
    const last = all.at(-1)
    if (!step || !last) return []
    const age = monthsOf(batch.today) - monthsOf(last)
    if (age <= 2 * step + publishingMonths) return []
    const expected = `every ${step} months`
    return [finding('warning', indicator, { observed: `latest ${last}`, expected, keys: figures })]
  })
}

/** Of so many areas nearly all must agree before a period counts as a copy of another. */
const fewestCopies = 10
const mostCopies = 0.9

/** Figures that are those of the period before or after: a year shifted by one, or a stale copy. */
export function checkShift(batch: Prepared): Finding[] {
  const calendar = heldPeriods(batch)
  return batch.groups.flatMap((group) => {
    const { indicator, period } = group
    const days = calendar.get(`${indicator.code} ${period.type}`) ?? []
    const entries = [...group.byArea.values()].filter(({ figure }) => figure.value)
    if (days.length === 0 || entries.length < fewestCopies) return []
    const before = days.filter((day) => day < period.starts_on)
    const neighbours = [before.at(-1), days.find((day) => day > period.starts_on)]
    // What was said of this period, or else the change before, tells whether figures change at all.
    const reference = days.includes(period.starts_on) ? period.starts_on : before.at(-2)
    for (const day of neighbours) {
      if (!day || !reference) continue
      const { known, copies } = copiesOf(entries, day)
      if (known < fewestCopies || copies.length < known * mostCopies) continue
      if (!isChanging(entries, reference, day)) continue
      const observed = `${copies.length} of ${known} areas have the figures of ${day.slice(0, 7)}`
      const expected = `figures of ${period.label}`
      const keys = copies.map(({ figure }) => figure)
      return [finding('error', scopeOf(group), { observed, expected, keys })]
    }
    return []
  })
}

/** The entries that have the figure which holds on a day; none when it is clear that too few do. */
function copiesOf(entries: readonly Entry[], day: string): { known: number; copies: Entry[] } {
  const most = entries.length * (1 - mostCopies)
  const copies: Entry[] = []
  let known = 0
  for (const entry of entries) {
    const value = heldOn(entry, day)
    if (!value) continue
    known += 1
    if (value === entry.figure.value) copies.push(entry)
    else if (known - copies.length > most) return { known: 0, copies: [] }
  }
  return { known, copies }
}

function heldOn({ series, point }: Entry, day: string | undefined): number | null | undefined {
  return series.find(
    ({ period, held }) => held && period.starts_on === day && period.type === point.period.type,
  )?.held?.value
}

/** Whether most areas had other figures on one day than on the other. */
function isChanging(entries: readonly Entry[], one: string, other: string): boolean {
  const both = entries.filter((entry) => heldOn(entry, one) && heldOn(entry, other))
  const same = both.filter((entry) => heldOn(entry, one) === heldOn(entry, other))
  return both.length >= fewestCopies && same.length < both.length / 2
}
