import { type Expression, sql } from 'kysely'
import type { Db } from '../../../db/tables.ts'
import type { Running } from '../../../schemas/itsm/metrics.ts'
import { type Cut, groupKey, incidentsOf } from './reading.ts'

const openStatuses = ['new', 'assigned', 'in_progress', 'pending'] as const

/** Of each group the targets of open incidents that have no outcome yet, as they are at `at`. */
export async function runningTargets(
  db: Db,
  cut: Cut,
  at: string,
): Promise<Map<string | null, Running>> {
  const rows = await incidentsOf(db, cut)
    .where('resolved_at', 'is', null)
    .where('status', 'in', openStatuses)
    .select((eb) => [
      groupKey(cut.group_by).as('group_key'),
      eb.fn.countAll<number>().as('open'),
      countIf(eb('sla_phase', '=', 'paused')).as('paused'),
      countIf(eb('response_due_at', '>', at)).as('response_running'),
      countIf(eb('response_due_at', '<=', at)).as('response_overdue'),
      countIf(eb('resolution_due_at', '>', at)).as('resolution_running'),
      countIf(eb('resolution_due_at', '<=', at)).as('resolution_overdue'),
    ])
    .$if(cut.group_by !== 'none', (query) => query.groupBy('group_key'))
    .execute()
  return new Map(
    rows.map((row) => [
      row.group_key,
      {
        open: row.open,
        paused: row.paused,
        response: { running: row.response_running, overdue: row.response_overdue },
        resolution: { running: row.resolution_running, overdue: row.resolution_overdue },
      },
    ]),
  )
}

function countIf(condition: Expression<unknown>) {
  return sql<number>`coalesce(sum(case when ${condition} then 1 else 0 end), 0)`
}

export const noneRunning: Running = {
  open: 0,
  paused: 0,
  response: { running: 0, overdue: 0 },
  resolution: { running: 0, overdue: 0 },
}
