import type { AreaLevel, AreaRow } from '../../../db/tables/statistics.ts'
import { groupBy } from '../../values.ts'
import { type Entry, type Group, type Prepared, pointAt } from './batch.ts'
import { type Finding, finding, scopeOf } from './findings.ts'

/** Levels whose areas the catalogue has in full. */
const wholeLevels = ['prefecture', 'municipality'] as const satisfies readonly AreaLevel[]

/**
 * Areas that should be there and are not. A level of which most is there should be there in full;
 * otherwise each parent area of which there is anything should be.
 */
export function checkCompleteness(batch: Prepared): Finding[] {
  const descendants = lineageOf(batch.catalogue.areas)
  const byPeriod = groupBy(
    batch.groups,
    ({ indicator, period }) => `${indicator.code} ${period.code}`,
  )
  return wholeLevels.flatMap((level) => {
    const wanted = new Map(
      [...batch.catalogue.areas].filter(([, area]) => area.level === level && !area.valid_until),
    )
    return [...byPeriod.values()].flatMap((groups) => {
      const [group] = groups
      if (!group) return []
      const present = presentIn(groups, descendants)
      const open = missingOf(wanted, present).filter(({ code }) => !isCovered(batch, group, code))
      if (open.length === 0) return []
      const { code, family } = group.indicator
      const period = group.period.code
      const keys = open.map((area) => ({ indicator: code, area: area.code, period }))
      // Of a single class of ages nobody can say whether the area has others instead.
      const [other = ''] = group.byArea.keys()
      const isClear = family === null || isCovered(batch, group, other)
      const severity = batch.isPart || !isClear ? 'warning' : 'error'
      const observed = [...present].filter((area) => wanted.has(area)).length
      const expected = observed + open.length
      return [finding(severity, scopeOf(group, level), { observed, expected, keys })]
    })
  })
}

/** Of each area the code it has today: itself, or what it became. */
function lineageOf(areas: ReadonlyMap<string, AreaRow>): Map<string, string> {
  const today = new Map<string, string>()
  for (const { code } of areas.values()) {
    let last = code
    // Bounded, should a list of codes ever run in a circle.
    for (let step = 0; step < 10; step += 1) last = areas.get(last)?.successor_code ?? last
    today.set(code, last)
  }
  return today
}

function presentIn(
  groups: readonly Group[],
  descendants: ReadonlyMap<string, string>,
): Set<string> {
  const codes = groups.flatMap(({ byArea }) => [...byArea.keys()])
  return new Set(codes.map((code) => descendants.get(code) ?? code))
}

function missingOf(wanted: ReadonlyMap<string, AreaRow>, present: ReadonlySet<string>): AreaRow[] {
  const there = [...present].flatMap((code) => wanted.get(code) ?? [])
  if (there.length === 0 || there.length === wanted.size) return []
  const isNearlyAll = there.length * 2 >= wanted.size
  const parents = new Set(there.map(({ parent_code }) => parent_code))
  return [...wanted.values()].filter(
    ({ code, parent_code }) => !present.has(code) && (isNearlyAll || parents.has(parent_code)),
  )
}

/**
 * A class of ages that an area does not have because its classes go up to a younger open one
 * (70 and over where others have 85 and over), or that it has in finer ones.
 */
function isCovered(batch: Prepared, { indicator, period }: Group, area: string): boolean {
  const wanted = ageClassOf(indicator.code)
  if (!wanted) return false
  const classes = [...batch.series.keys()]
    .filter((code) => code.startsWith(wanted.prefix))
    .filter((code) => pointAt(batch, { indicator: code, area, period: period.code }))
    .map(ageClassOf)
    .filter((each) => each !== undefined)
    .sort((a, b) => a.from - b.from)
  let reached = 0
  for (const { from, to } of classes) if (from === reached) reached = to + 1
  return reached === Number.POSITIVE_INFINITY
}

function ageClassOf(code: string) {
  const [, prefix = '', from, to] = /^(age5\.\w+\.)(\d+)(?:-(\d+)|\+)$/.exec(code) ?? []
  if (!prefix) return undefined
  return { prefix, from: Number(from), to: to ? Number(to) : Number.POSITIVE_INFINITY }
}

/** More than this share of an indicator's values may not become marks at once. */
const mostLost = 0.1

/** Marks where there were values, and zeros where a figure was withheld. */
export function checkMarks({ groups }: Prepared): Finding[] {
  return groups.flatMap((group) => {
    const entries = [...group.byArea.values()]
    const known = entries.filter(({ held }) => held && held.value !== null)
    const lost = known.filter(({ figure }) => figure.value === null)
    const zeros = entries.filter(({ figure }) => figure.value === 0)
    const revealed = zeros.filter(({ held }) => isWithheld(held))
    const followed = zeros.filter((entry) => !entry.held && isWithheld(heldBefore(entry)))
    const findings: Finding[] = []
    const scope = scopeOf(group)
    if (lost.length > 0) {
      const severity = lost.length > known.length * mostLost ? 'error' : 'warning'
      const observed = `${lost.length} of ${known.length} values became marks`
      const expected = `at most ${mostLost * 100} %`
      findings.push(finding(severity, scope, { observed, expected, keys: keysOf(lost) }))
    }
    if (revealed.length > 0) {
      const expected = 'a mark, or the value that was withheld'
      const keys = keysOf(revealed)
      findings.push(finding('error', scope, { observed: 0, expected, keys }))
    }
    if (followed.length > 0) {
      const expected = 'a mark, as in the period before'
      const keys = keysOf(followed)
      findings.push(finding('warning', scope, { observed: 0, expected, keys }))
    }
    return findings
  })
}

function keysOf(entries: readonly Entry[]) {
  return entries.map(({ figure }) => figure)
}

function heldBefore({ point, series }: Entry) {
  return series[series.indexOf(point) - 1]?.held
}

function isWithheld(row: { mark: string | null; status: string } | undefined): boolean {
  return row !== undefined && (row.status === 'suppressed' || /^[xXｘＸ]$/.test(row.mark ?? ''))
}

/** More than this share of marks is worth a look. */
const manyMarks = 0.5

/** How much of what should be values is marks. */
export function checkMissing({ groups }: Prepared): Finding[] {
  const byIndicator = groupBy(groups, ({ indicator }) => indicator.code)
  return [...byIndicator].flatMap(([code, all]) => {
    const figures = all.flatMap(({ byArea }) => keysOf([...byArea.values()]))
    const keys = figures.filter(({ value }) => value === null)
    if (keys.length <= figures.length * manyMarks) return []
    const observed = `${keys.length} of ${figures.length} are marks`
    return [finding('warning', code, { observed, expected: `at most ${manyMarks * 100} %`, keys })]
  })
}
