import type { Db } from '../../../db/tables.ts'
import type { SlaMetrics } from '../../../schemas/itsm/metrics-answers.ts'
import type { SlaMetricsQuery } from '../../../schemas/itsm/metrics-queries.ts'
import { createPause } from '../../slices.ts'
import { now } from '../../values.ts'
import { createCells } from './cells.ts'
import { namedGroups } from './groups.ts'
import { slaOf } from './measures.ts'
import { headOf, textOf } from './metrics.ts'
import { periodsOf } from './periods.ts'
import { clockIn, rangeIn } from './question.ts'
import { incidentsIn } from './reading.ts'
import { noneRunning, runningTargets } from './running.ts'

const outcomes = ['status', 'resolved_at', 'response_met', 'resolution_met'] as const

/**
 * How far targets were kept by what was resolved in a range, and apart from it what is running now.
 * Failures: `invalid_request`, `too_many_metrics`.
 */
export async function getSlaMetrics(
  db: Db,
  query: Omit<SlaMetricsQuery, 'format'>,
  at = now(),
): Promise<SlaMetrics> {
  const clock = clockIn(query.time_zone)
  const span = rangeIn(query, clock, at)
  const periods = periodsOf(span, query.period, clock)
  const cells = createCells(periods)
  if (query.group_by === 'none') cells.of(null)
  const pause = createPause()
  for await (const rows of incidentsIn(db, query, 'resolved_at', span, outcomes)) {
    for (const row of rows) {
      if (row.status === 'cancelled') continue
      const resolved = Date.parse(String(row.resolved_at))
      for (const cell of cells.at(row.group_key, resolved)) cell.settle(row)
    }
    await pause()
  }
  const running = await runningTargets(db, query, at)
  const groups = await namedGroups(
    db,
    query.group_by,
    new Set([...cells.groups.keys(), ...running.keys()]),
  )
  const resolved = [...groups].filter(([key]) => cells.groups.has(key))
  return {
    from: textOf(span.from),
    to: textOf(span.to),
    time_zone: query.time_zone,
    at,
    totals: slaOf(cells.totals),
    running: [...groups].map(([key, group]) => ({ group, ...(running.get(key) ?? noneRunning) })),
    rows: periods.flatMap((period, n) =>
      resolved.map(([key, group]) => ({
        ...headOf(period),
        group,
        ...slaOf(cells.of(key)[n] as (typeof cells)['totals']),
      })),
    ),
  }
}
