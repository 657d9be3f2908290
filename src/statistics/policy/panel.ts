import type { Db } from '../../../db/tables.ts'
import type { EffectQuery } from '../../../schemas/statistics/effect.ts'
import { failure } from '../../failure.ts'
import type { Catalogue } from '../catalogue.ts'
import type { Panel } from '../effects/panel.ts'
import { codeOf, periodOf } from '../periods.ts'
import { inYears, readSeries, type Series } from '../series.ts'
import type { Plan } from './input.ts'

export type PolicyPanel = Panel & {
  /** Place in `periods` of the first one under the policy. */
  start: number
  scale: 'absolute' | 'index'
  /** All figures that went in. */
  figures: Series
}

/**
 * The indicator of a policy's areas and of those it is compared with, over equally spaced periods.
 * Failures: `figures_not_found`, `start_outside_periods`.
 */
export async function readPanel(
  db: Db,
  catalogue: Catalogue,
  plan: Plan,
  query: EffectQuery,
): Promise<PolicyPanel> {
  const controls = controlsOf(catalogue, plan)
  const series = await readSeries(db, catalogue, {
    indicators: [plan.indicator],
    areas: [...plan.areas, ...controls],
  })
  const of = (area: string) => inYears(series.get(`${plan.indicator} ${area}`) ?? [], query)
  const treated = plan.areas.flatMap(of)
  if (treated.length === 0) throw failure('figures_not_found', { years: '-' })
  const periods = evenPeriods(treated)
  const start = startOf(periods, plan.starts_on, query.lag)
  if (start < 1 || start >= periods.length) throw failure('start_outside_periods')

  const isCount = catalogue.indicators.get(plan.indicator)?.kind === 'count'
  const scale = query.scale ?? (isCount ? 'index' : 'absolute')
  const valuesOf = (area: string) => {
    const values = new Map(of(area).map(({ label, value }) => [label, value]))
    const all = periods.map((label) => values.get(label) ?? null)
    const base = all[start - 1]
    if (scale === 'absolute') return all
    return all.map((value) => (value === null || !base ? null : (value / base) * 100))
  }
  return {
    periods,
    treated: plan.areas.map((area) => ({ area, values: valuesOf(area), start })),
    controls: controls
      .map((area) => ({ area, values: valuesOf(area) }))
      .filter(({ values }) => values.some((value) => value !== null)),
    start,
    scale,
    figures: [...plan.areas, ...controls]
      .flatMap(of)
      .filter(({ label }) => periods.includes(label)),
  }
}

/** The areas that are named, or all others of the level; neither holds a treated one. */
function controlsOf(catalogue: Catalogue, { areas, control_areas, control_level }: Plan): string[] {
  if (control_areas.length > 0) return control_areas
  const level = control_level ?? catalogue.areas.get(areas[0] ?? '')?.level ?? 'prefecture'
  const isNear = (code: string) =>
    areas.includes(code) ||
    areas.some((area) => catalogue.areas.get(area)?.parent_code === code) ||
    areas.includes(catalogue.areas.get(code)?.parent_code ?? '')
  return catalogue.codesOf(level).filter((code) => !isNear(code))
}

/** The last periods that are equally far apart, in order. */
export function evenPeriods(points: readonly { label: string; year: number }[]): string[] {
  const labels = new Map(points.map(({ year, label }) => [year, label]))
  const years = [...labels.keys()].sort((a, b) => b - a)
  const [last = 0, before = last - 1] = years
  const step = last - before
  const even: string[] = []
  for (let year = last; labels.has(year); year -= step) even.unshift(labels.get(year) as string)
  return even
}

/** The first period that had not ended when the policy began, and `lag` periods later. */
function startOf(periods: readonly string[], starts_on: string, lag: number): number {
  const first = periods.findIndex((label) => (periodOf(codeOf(label))?.ends_on ?? '') >= starts_on)
  return first < 0 ? -1 : first + lag
}
