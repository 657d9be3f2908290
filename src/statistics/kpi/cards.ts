import type { Db } from '../../../db/tables.ts'
import type {
  Kpi,
  KpiCard,
  KpiCardAnswer,
  KpiCardQuery,
  KpiCards,
  KpiQuery,
} from '../../../schemas/statistics/kpis.ts'
import { now } from '../../values.ts'
import type { Answer } from '../answer.ts'
import { areaFields, areaOf } from '../areas.ts'
import type { Catalogue } from '../catalogue.ts'
import { cycleOf, lessOf } from '../comparable.ts'
import { chartOf } from '../formats.ts'
import { metaOf } from '../meta.ts'
import { dayIn, periodOf } from '../periods.ts'
import { readObservations } from '../store.ts'
import { isProcessed, linesOf, type Subject, subjectOf } from '../subjects.ts'
import { listKpis } from './kpis.ts'
import { type Head, headOf, type Peers, peersKey, readPeers } from './peers.ts'
import { freshnessOf, rankIn, statusOf } from './status.ts'

const maxPoints = 24

/** The cards of a page. Failures: `area_not_found`, `area_ambiguous`. */
export async function getKpiCards(
  db: Db,
  catalogue: Catalogue,
  { area, category, skip, limit, show_area }: KpiQuery,
  at = now(),
): Promise<Answer<KpiCards>> {
  const { kpis, ...page } = await listKpis(db, {
    skip,
    limit,
    area: area === undefined ? undefined : catalogue.resolveArea(area).code,
    ...(category !== undefined && { category }),
  })
  const { cards, ...rest } = await readCards(db, catalogue, shownIn(catalogue, kpis, show_area), at)
  return { body: { meta: rest.meta, kpis: cards, ...page }, ...rest }
}

/** One card. Failures: `area_not_found`, `area_ambiguous`. */
export async function getKpiCard(
  db: Db,
  catalogue: Catalogue,
  kpi: Kpi,
  { show_area }: KpiCardQuery,
  at = now(),
): Promise<Answer<KpiCardAnswer>> {
  const { cards, ...rest } = await readCards(
    db,
    catalogue,
    shownIn(catalogue, [kpi], show_area),
    at,
  )
  return { body: { ...(cards[0] as KpiCard), meta: rest.meta }, ...rest }
}

function shownIn(
  catalogue: Catalogue,
  kpis: readonly Kpi[],
  name: string | undefined,
): readonly Kpi[] {
  if (name === undefined) return kpis
  const area_code = catalogue.resolveArea(name).code
  return kpis.map((kpi) => ({ ...kpi, area_code, target_value: null, target_year: null }))
}

/** However many cards, their figures are read at once, and so are those of the areas beside theirs. */
async function readCards(db: Db, catalogue: Catalogue, kpis: readonly Kpi[], at: string) {
  const subjects = kpis.map(({ indicator }) => subjectOf(catalogue, indicator))
  const rows = await readObservations(db, {
    indicators: [...new Set(subjects.flatMap(({ parts }) => parts))],
    areas: [...new Set(kpis.map(({ area_code }) => area_code))],
  })
  const lines = linesOf(rows)
  const heads = kpis.map((kpi, n) =>
    headOf(kpi, subjects[n] as Subject, areaOf(catalogue, kpi.area_code), lines),
  )
  const peers = await readPeers(db, catalogue, heads)
  const cards = heads.map((head) => cardOf(catalogue, head, peers, dayIn(at)))
  const meta = metaOf(catalogue, {
    rows: cards.map(({ year, ...card }) => ({ ...card, ...(year !== null && { year }) })),
    of: new Set(kpis.map(({ area_code }) => area_code)).size,
    sources: heads.flatMap(({ sources }) => [...sources]),
    processed: heads.some(({ subject }) => isProcessed(subject)),
  })
  return {
    cards,
    meta,
    lines: () => cards.map(lineOf),
    chart: () =>
      chartOf(
        cards.map(({ id, name_ja, unit, area_code, area_name, sparkline }) => ({
          id,
          label: `${area_name} ${name_ja}`,
          unit,
          area_code,
          points: sparkline.map(({ period, value }) => ({ label: period, value })),
        })),
        meta,
      ),
  }
}

function cardOf(catalogue: Catalogue, head: Head, peers: Peers, today: string): KpiCard {
  const { kpi, subject, area, points, latest, comparable, sources } = head
  const { target_value, target_year, area_code: _, ...definition } = kpi
  const { direction, tolerance } = definition
  const { level } = area
  const value = latest?.value ?? null
  const before = comparable.at(-2)
  const delta = value === null || !before ? null : lessOf(value, before.value)
  const source = latest?.source_id ?? null
  const vintage = latest?.vintage ?? null
  const { credit, stale } = metaOf(catalogue, {
    rows: [{ source, vintage }],
    of: 1,
    sources,
    processed: isProcessed(subject),
  })
  const values = latest && peers.get(peersKey(subject, level, latest.period))
  return {
    ...definition,
    ...areaFields(area),
    value,
    unit: subject.unit,
    reason: latest ? null : 'no_figures',
    period: latest?.label ?? null,
    period_code: latest?.period ?? null,
    year: latest?.year ?? null,
    figure_status: latest?.status ?? null,
    previous: before ? { period: before.label, year: before.year, value: before.value } : null,
    delta,
    delta_percent: delta === null || !before?.value ? null : (delta / Math.abs(before.value)) * 100,
    sparkline: comparable
      .slice(-maxPoints)
      .map((point) => ({ period: point.label, value: point.value })),
    target:
      target_value === null
        ? null
        : {
            value: target_value,
            year: target_year,
            gap: value === null ? null : lessOf(target_value, value),
          },
    status: statusOf({ value, delta, target: target_value, direction, tolerance }),
    rank:
      values && value !== null
        ? { rank: rankIn(values, value, direction), of: values.length, level }
        : null,
    coverage: {
      areas: values ? values.length : level === 'nation' && latest ? 1 : 0,
      of: catalogue.codesOf(level).length,
    },
    freshness: latest
      ? freshnessOf(periodOf(latest.period)?.ends_on ?? today, cycleOf(latest, points), today)
      : null,
    source,
    credit,
    vintage,
    stale,
  }
}

/** A card without what only a screen has use for, for tables. */
function lineOf(card: KpiCard): Record<string, unknown> {
  const { sparkline, previous, target, rank, coverage, freshness, description, ...line } = card
  const { version, created_at, updated_at, ...said } = line
  return {
    ...said,
    previous_period: previous?.period ?? null,
    previous_value: previous?.value ?? null,
    target_value: target?.value ?? null,
    target_year: target?.year ?? null,
    gap: target?.gap ?? null,
    rank: rank?.rank ?? null,
    rank_of: rank?.of ?? null,
    coverage_areas: coverage.areas,
    coverage_of: coverage.of,
    freshness: freshness?.state ?? null,
    due_on: freshness?.due_on ?? null,
  }
}
