import { median, medianAbsoluteDeviation } from 'simple-statistics'
import { groupBy } from '../../values.ts'
import type { Period } from '../periods.ts'
import { type Figure, type Group, latestOf, type Prepared, valuesBefore } from './batch.ts'
import { type Finding, finding, scopeOf } from './findings.ts'

/** Makes the median absolute deviation of normal data their standard deviation. */
const normalScale = 1.4826

/** Beyond this a modified z-score is an outlier (Iglewicz and Hoaglin 1993). */
const outlierScore = 3.5

/** Ratios closer to a power of ten than this, in logarithms to base ten, are one. */
const nearPower = 0.1

/** How many areas of a level it takes to say what is usual among them. */
const fewestPeers = 5

/** How many figures of an area's history say what is usual for it. */
const longestHistory = 20

/** Smaller figures say little about their unit. */
const smallest = 100

/** Nobody revises most areas by more than this share of what they were: it is another figure. */
const recastShare = 0.5

/** A single area of more than this does not grow tenfold by itself; a smaller one may. */
const largeArea = 10_000

/** Among many areas some cross by chance, but not from half as much again: log10(1.5). */
const farApart = 0.176

type Change = { figure: Figure; reference: number; value: number; log: number; isRevision: boolean }

/** How each figure differs from what holds for its period, or else from the period before. */
function changesOf(group: Group): Change[] {
  return [...group.byArea.values()].flatMap((entry) => {
    const { figure, held } = entry
    const isRevision = held !== undefined && held.value !== null
    const reference = isRevision ? held.value : valuesBefore(entry).next().value?.value
    if (!isPositive(figure.value) || !isPositive(reference)) return []
    const log = Math.log10(figure.value / reference)
    return [{ figure, reference, value: figure.value, log, isRevision }]
  })
}

function isPositive(value: number | null | undefined): value is number {
  return Number.isFinite(value) && (value as number) > 0
}

/** The power of ten, up to a thousand either way, that a ratio is next to; 0 for none. */
function powerOf(log: number): number {
  const power = Math.round(log)
  return Math.abs(power) <= 3 && Math.abs(log - power) < nearPower ? power : 0
}

/**
 * Figures of ten, a hundred or a thousand times what the area had, or of a fraction: all of an
 * indicator where the unit changed, single ones where a figure was mistyped.
 */
export function checkUnitJumps({ groups }: Prepared): Finding[] {
  return groups.flatMap((group) => {
    const changes = changesOf(group)
    if (changes.length === 0) return []
    const middle = median(changes.map(({ log }) => log))
    const isLarge = ({ value, reference }: Change) => Math.min(value, reference) >= smallest
    const isFew = changes.length < fewestPeers
    // A new unit multiplies all alike; what grew so much by itself did so to different degrees.
    const spread = medianAbsoluteDeviation(changes.map(({ log }) => log)) * normalScale
    if (isFew ? !changes.every(isLarge) : spread >= nearPower) return []
    const all = powerOf(middle)
    const single = changes.filter((change) => isLarge(change) && powerOf(change.log) !== 0)
    const found = all !== 0 ? changes : single
    const [first] = found
    if (!first) return []
    const power = all || powerOf(first.log)
    const observed = `${first.figure.area} ${first.value}, ${10 ** power} times ${first.reference}`
    const keys = found.map(({ figure }) => figure)
    const isCertain =
      all !== 0 || found.some((each) => Math.min(each.value, each.reference) >= largeArea)
    const severity = isCertain ? 'error' : 'warning'
    return [finding(severity, scopeOf(group), { observed, expected: 'the unit as before', keys })]
  })
}

/** Figures of several areas that are each other's: codes that were mixed up. */
export function checkSwappedAreas(batch: Prepared): Finding[] {
  return batch.groups.flatMap((group) => {
    const { areas } = batch.catalogue
    const levels = groupBy(changesOf(group), ({ figure, isRevision }) => {
      return `${areas.get(figure.area)?.level} ${isRevision}`
    })
    return [...levels.values()].flatMap((changes) => {
      if (changes.length < fewestPeers) return []
      const logs = changes.map(({ log }) => log)
      const middle = median(logs)
      const scale = medianAbsoluteDeviation(logs) * normalScale
      // In logarithms to base ten: 2 % of each other, and three times as far from themselves.
      const near = Math.max(0.01, 2 * scale)
      const far = 3 * near
      const odd = changes
        .filter((change) => Math.min(change.value, change.reference) >= smallest)
        .filter(({ log }) => Math.abs(log - middle) > far)
        .sort((a, b) => Math.abs(b.log) - Math.abs(a.log))
        .slice(0, 200)
      const fits = (a: Change, b: Change) =>
        Math.abs(Math.log10(a.value / b.reference) - middle) < near
      const swapped = odd.filter((a) => odd.some((b) => a !== b && fits(a, b) && fits(b, a)))
      if (swapped.length === 0) return []
      const observed = `${swapped.map(({ figure }) => figure.area).join()} have each other's figures`
      const keys = swapped.map(({ figure }) => figure)
      const isCertain = swapped.some(({ log }) => Math.abs(log - middle) > farApart)
      const values = {
        observed: observed.slice(0, 200),
        expected: 'figures like those before',
        keys,
      }
      return [finding(isCertain ? 'error' : 'warning', scopeOf(group), values)]
    })
  })
}

/** Growth a year that stands out among peers and in the area's own history; counts may scatter. */
export function checkOutliers(batch: Prepared): Finding[] {
  const { areas } = batch.catalogue
  return batch.groups.flatMap((group) => {
    const isCount = group.indicator.kind === 'count'
    const changes = [...group.byArea.values()].flatMap((entry) => {
      const { figure } = entry
      const last = valuesBefore(entry).next().value
      if (!isPositive(figure.value) || !last || !isPositive(last.value)) return []
      const years = Math.max(1, group.period.year - last.period.year)
      const growth = Math.log(figure.value / last.value) / years
      const noise = isCount ? Math.sqrt(1 / figure.value + 1 / last.value) / years : 0
      return [{ figure, entry, growth, noise }]
    })
    const levels = groupBy(changes, ({ figure }) => areas.get(figure.area)?.level ?? '')
    return [...levels].flatMap(([level, peers]) => {
      if (peers.length < fewestPeers * 2) return []
      const growths = peers.map(({ growth }) => growth)
      const middle = median(growths)
      const among = medianAbsoluteDeviation(growths) * normalScale
      const found = peers.filter(({ growth, noise, entry }) => {
        const floor = Math.hypot(Math.max(among, 0.005), noise)
        if (Math.abs(growth - middle) <= outlierScore * floor) return false
        const own = growthsOf([...valuesBefore(entry)].slice(0, longestHistory))
        const history = own.length > 2 ? medianAbsoluteDeviation(own) * normalScale : 0
        const usual = own.length > 2 ? median(own) : middle
        const scale = Math.hypot(Math.max(among, history, 0.005), noise)
        const score = Math.min(Math.abs(growth - middle), Math.abs(growth - usual)) / scale
        return score > outlierScore
      })
      const [first] = found
      if (!first) return []
      const percent = (growth: number) => `${(100 * Math.expm1(growth)).toFixed(1)} % a year`
      const observed = `${first.figure.area} ${percent(first.growth)}`
      const expected = `about ${percent(middle)}`
      const keys = found.map(({ figure }) => figure)
      return [finding('warning', scopeOf(group, level), { observed, expected, keys })]
    })
  })
}

/** Yearly growth between the points of an area, latest first. */
function growthsOf(points: readonly { period: Period; value: number }[]): number[] {
  return points.flatMap(({ period, value }, n) => {
    const before = points[n + 1]
    if (!before || !isPositive(value) || !isPositive(before.value)) return []
    const years = Math.max(1, period.year - before.period.year)
    return [Math.log(value / before.value) / years]
  })
}

/** Revisions larger than this are worth a look; so are those of counts by more than a few. */
const largeRevision = 0.05

/** Figures that change what was said of the same period by much. */
export function checkRevisions({ groups }: Prepared): Finding[] {
  return groups.flatMap((group) => {
    const isCount = group.indicator.kind === 'count'
    const revised = [...group.byArea.values()].flatMap(({ figure, held }) => {
      const was = held?.value ?? null
      const { value } = figure
      if (was === null || value === null || was === value) return []
      const noise = isCount ? 2 * Math.sqrt(Math.abs(was)) : 0
      const isLarge = Math.abs(value - was) > Math.abs(was) * largeRevision + noise
      return isLarge ? [{ figure, was, value }] : []
    })
    const [first] = revised
    if (!first) return []
    const observed = `${first.figure.area} from ${first.was} to ${first.value}`
    const expected = `within ${largeRevision * 100} %`
    const keys = revised.map(({ figure }) => figure)
    const known = [...group.byArea.values()].filter(({ held }) => (held?.value ?? null) !== null)
    const recast = revised.filter(
      ({ was, value }) => Math.abs(value - was) > Math.abs(was) * recastShare,
    )
    const isRecast = known.length >= fewestPeers && recast.length > known.length / 2
    const isWild = revised.some(
      ({ was, value }) =>
        Math.min(was, value) >= smallest && Math.abs(Math.log10(value / was)) > 1 - nearPower,
    )
    const severity = isRecast || isWild ? 'error' : 'warning'
    return [finding(severity, scopeOf(group), { observed, expected, keys })]
  })
}

/** Sex ratios rarely cross from more women to more men, least of all in most areas at once. */
export function checkSexRatio({ groups, series }: Prepared): Finding[] {
  return groups.flatMap((group) => {
    if (group.indicator.code !== 'A110101') return []
    const ratios = [...group.byArea.values()].flatMap((entry) => {
      const { figure } = entry
      const women = series.get('A110102')?.get(figure.area) ?? []
      const valueIn = (period: Period) => {
        const point = women.find((each) => each.period === period)
        return point && latestOf(point)
      }
      const before = valuesBefore(entry).next().value
      const now = logRatio(figure.value, valueIn(group.period))
      const was = before && logRatio(before.value, valueIn(before.period))
      return now && was ? [{ figure, now, was }] : []
    })
    const exchanged = ratios.filter(({ now, was }) => Math.abs(now + was) < Math.abs(now - was) / 2)
    const [first] = exchanged
    if (!first || ratios.length < fewestPeers || exchanged.length < ratios.length / 2) return []
    const observed = `${exchanged.length} of ${ratios.length} areas have the inverse sex ratio`
    const expected = `${first.figure.area} about ${(100 * Math.exp(first.was)).toFixed(1)}`
    const keys = exchanged.map(({ figure }) => figure)
    return [finding('warning', scopeOf(group), { observed, expected, keys })]
  })
}

function logRatio(a: number | null | undefined, b: number | null | undefined): number | undefined {
  return isPositive(a) && isPositive(b) ? Math.log(a / b) : undefined
}
