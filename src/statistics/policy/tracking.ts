import type { Db } from '../../../db/tables.ts'
import type { PolicyAnswer, TrackedLine, Tracking } from '../../../schemas/statistics/policies.ts'
import { groupBy, now } from '../../values.ts'
import type { Answer } from '../answer.ts'
import { areaOf } from '../areas.ts'
import type { Catalogue } from '../catalogue.ts'
import { comparableTo, type Known, latestOf, lessOf } from '../comparable.ts'
import { chartOf } from '../formats.ts'
import { metaOf } from '../meta.ts'
import { dayIn, periodOf } from '../periods.ts'
import { type Observation, readObservations } from '../store.ts'
import { subjectOf } from '../subjects.ts'
import type { Plan } from './input.ts'
import { toPolicy } from './policies.ts'

type Point = Pick<Observation, 'period' | 'label' | 'type' | 'year' | 'status' | 'value'>

type Way = { baseline: number; current: number; target: number; direction: 'up' | 'down' }

/** A policy, and how its indicator has gone since it began. */
export async function getTrackedPolicy(
  db: Db,
  catalogue: Catalogue,
  plan: Plan,
  at = now(),
): Promise<Answer<PolicyAnswer>> {
  const { code, name_ja, name_en, unit } = subjectOf(catalogue, plan.indicator)
  const rows = await readObservations(db, { indicators: [code], areas: plan.areas })
  const isSum = plan.areas.length > 1 && catalogue.indicators.get(code)?.aggregation === 'sum'
  const named = plan.areas.map((area) => ({ area, label: areaOf(catalogue, area).name_ja }))
  const byArea = groupBy(rows, ({ area }) => area)
  const lines = isSum
    ? [lineOf(plan, null, named.map(({ label }) => label).join('・'), sumsOf(rows, plan.areas))]
    : named.map(({ area, label }) => lineOf(plan, area, label, byArea.get(area) ?? []))
  const first = lines.flatMap(({ points }) => points.find(({ after_start }) => after_start) ?? [])
  const tracking: Tracking = {
    indicator_name_ja: name_ja,
    indicator_name_en: name_en,
    unit,
    is_sum: isSum,
    start_period: first.sort((a, b) => a.year - b.year)[0]?.period ?? null,
    lines,
  }
  const shown = new Set(lines.flatMap(({ points }) => points.map(({ period }) => period)))
  const meta = metaOf(catalogue, {
    rows: rows
      .filter(({ label }) => shown.has(label))
      .map(({ area, source_id, ...row }) => ({ ...row, area_code: area, source: source_id, unit })),
    of: plan.areas.length,
    unit,
    processed: isSum,
  })
  return {
    body: { ...toPolicy(catalogue, plan, dayIn(at)), tracking, meta },
    lines: () =>
      lines.flatMap(({ area_code, label, points }) =>
        points.map((point) => ({ indicator: code, area_code, area_name: label, ...point, unit })),
      ),
    chart: () => chartOf(datasetsOf(plan, tracking), meta),
  }
}

/**
 * How much of the way is done, in %. Where the target was met before it began there is no way: 100 as
 * long as it is met, else 0.
 */
export function progressOf({ baseline, current, target, direction }: Way): number {
  if (isMet(baseline, target, direction)) return isMet(current, target, direction) ? 100 : 0
  return (lessOf(current, baseline) / lessOf(target, baseline)) * 100
}

function isMet(value: number, target: number, direction: 'up' | 'down'): boolean {
  return direction === 'up' ? value >= target : value <= target
}

function lineOf(
  { starts_on, direction, target_value: target, target_year }: Plan,
  area_code: string | null,
  label: string,
  all: readonly Point[],
): TrackedLine {
  const latest = latestOf(all)
  const points = latest ? comparableTo(latest, all) : []
  const isAfter = ({ period }: Point) => (periodOf(period)?.ends_on ?? '') >= starts_on
  const before = points.filter((point) => !isAfter(point)).at(-1)
  const hasBegun = latest !== undefined && isAfter(latest)
  const reason = !latest
    ? 'no_figures'
    : target === null
      ? 'no_target'
      : !hasBegun
        ? 'not_started'
        : before
          ? null
          : 'no_baseline'
  const isTracked = latest && before && target !== null && reason === null
  return {
    area_code,
    label,
    baseline: before ? at(before) : null,
    current: latest ? at(latest) : null,
    gap: latest && target !== null ? lessOf(target, latest.value) : null,
    progress: isTracked
      ? progressOf({ baseline: before.value, current: latest.value, target, direction })
      : null,
    expected_progress:
      isTracked && target_year !== null && target_year > before.year
        ? Math.min(100, ((latest.year - before.year) / (target_year - before.year)) * 100)
        : null,
    is_met: latest && target !== null ? isMet(latest.value, target, direction) : null,
    reason,
    points: points.map((point) => ({ ...at(point), after_start: isAfter(point) })),
  }
}

function at({ label, year, value }: Known<Point>) {
  return { period: label, year, value }
}

/** Sums of the periods in which every area has a figure. */
function sumsOf(rows: readonly Observation[], areas: readonly string[]): Point[] {
  const periods = [...groupBy(rows, ({ period }) => period).values()]
  return periods
    .flatMap((found) => {
      const [first] = found
      const values = found.flatMap(({ value }) => value ?? [])
      if (!first || values.length < areas.length) return []
      const status = found.find((row) => row.status === 'estimated')?.status ?? first.status
      return { ...first, status, value: values.reduce((sum, value) => sum + value, 0) }
    })
    .sort((a, b) => startOf(a).localeCompare(startOf(b)))
}

function startOf({ period }: Point): string {
  return periodOf(period)?.starts_on ?? period
}

/** A line for each area or the sum, and the target as a point in its year. */
function datasetsOf(
  { indicator, target_value, target_year }: Plan,
  { unit, start_period, lines }: Tracking,
) {
  const isFiscal = start_period?.startsWith('FY') ?? false
  const label = `${isFiscal ? 'FY' : ''}${target_year}`
  const drawn = lines.map(({ area_code, label, points }) => ({
    id: `${indicator}:${area_code ?? 'sum'}`,
    label,
    unit,
    start_period,
    points: points.map(({ period, value }) => ({ label: period, value })),
  }))
  if (target_value === null || target_year === null) return drawn
  const target = { id: 'target', label: '目標', unit, start_period }
  return [...drawn, { ...target, points: [{ label, value: target_value }] }]
}
