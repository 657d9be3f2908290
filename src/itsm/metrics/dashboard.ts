import type { Db } from '../../../db/tables.ts'
import { incidentStatuses, priorities } from '../../../schemas/itsm/common.ts'
import type { ItsmChart, Metrics } from '../../../schemas/itsm/metrics-answers.ts'
import type { DistributionQuery, TrendQuery } from '../../../schemas/itsm/metrics-queries.ts'
import { createPause } from '../../slices.ts'
import { now } from '../../values.ts'
import { createClock } from '../zones.ts'
import { configOf, metricsChart, nameOf } from './charts.ts'
import { namedGroups } from './groups.ts'
import { getMetrics } from './metrics.ts'
import { midnightOf } from './periods.ts'
import { incidentsIn } from './reading.ts'

const time_zone = 'Asia/Tokyo'

const trends = {
  '7d': { days: 7, period: 'day' },
  '30d': { days: 30, period: 'day' },
  '90d': { days: 90, period: 'week' },
  '1y': { days: 365, period: 'month' },
} as const

/** All measures of the last days up to and with today, by no period or group. */
export function getDashboard(db: Db, { days }: { days: number }, at = now()): Promise<Metrics> {
  const span = lastDays(days, at)
  return getMetrics(db, { ...span, time_zone, period: 'none', group_by: 'none' }, at)
}

/** What came, what was resolved and what was left over, as lines. */
export async function getTrend(db: Db, query: TrendQuery, at = now()): Promise<ItsmChart> {
  const { days, period } = trends[query.period]
  const span = lastDays(days, at)
  const metrics = await getMetrics(db, { ...span, time_zone, period, group_by: 'none' }, at)
  const [volume, backlog] = [metricsChart(metrics, 'volume'), metricsChart(metrics, 'backlog')]
  const datasets = [...volume.data.datasets, ...backlog.data.datasets]
  return { ...volume, data: { labels: volume.data.labels, datasets } }
}

const columns = {
  status: 'status',
  priority: 'priority',
  category: 'category',
  team: 'team_id',
} as const

/** How the incidents that were opened in the last days divide by what they are now. */
export async function getDistribution(
  db: Db,
  { by, days }: DistributionQuery,
  at = now(),
): Promise<ItsmChart> {
  const { from, to } = lastDays(days, at)
  const span = { from: Date.parse(from), to: Date.parse(to) }
  const counts = new Map<string | null, number>()
  const pause = createPause()
  const column = columns[by]
  for await (const rows of incidentsIn(db, { group_by: 'none' }, 'opened_at', span, [column])) {
    for (const row of rows) counts.set(row[column], (counts.get(row[column]) ?? 0) + 1)
    await pause()
  }
  const parts = await partsOf(db, by, counts)
  const labels = parts.map(({ label }) => label)
  const data = parts.map(({ key }) => counts.get(key) ?? 0)
  const { options, ...chart } = configOf('doughnut', '内訳', '件', labels, [
    { id: by, label: '件数', unit: '件', data },
  ])
  const { scales, ...others } = options as { scales: object }
  return { ...chart, options: others }
}

/** Every status and priority, also those that nothing has; teams and categories that something has. */
async function partsOf(
  db: Db,
  by: DistributionQuery['by'],
  counts: ReadonlyMap<string | null, number>,
): Promise<{ key: string | null; label: string }[]> {
  if (by === 'status') return incidentStatuses.map((key) => ({ key, label: key }))
  if (by === 'priority') return [...priorities].reverse().map((key) => ({ key, label: key }))
  const groups = await namedGroups(db, by, counts.keys())
  return [...groups].map(([key, group]) => ({ key, label: nameOf(group) }))
}

function lastDays(days: number, at: string): { from: string; to: string } {
  const clock = createClock(time_zone)
  const today = clock.localOf(Date.parse(at))
  const [from, to] = [midnightOf(today, 1 - days), midnightOf(today, 1)].map((local) =>
    new Date(clock.instantOf(local)).toISOString(),
  ) as [string, string]
  return { from, to }
}
