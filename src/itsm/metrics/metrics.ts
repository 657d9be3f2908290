import type { Db } from '../../../db/tables.ts'
import type { MetricRow, Metrics } from '../../../schemas/itsm/metrics-answers.ts'
import type { MetricsQuery } from '../../../schemas/itsm/metrics-queries.ts'
import { createPause, type Pause } from '../../slices.ts'
import { now } from '../../values.ts'
import { type Cells, createCells } from './cells.ts'
import { namedGroups } from './groups.ts'
import { backlogsAt } from './lives.ts'
import { figuresOf } from './measures.ts'
import { type Period, periodsOf, type Span } from './periods.ts'
import { clockIn, rangeIn } from './question.ts'
import { type Cut, incidentsIn } from './reading.ts'
import { noneRunning, runningTargets } from './running.ts'

type Question = Pick<
  MetricsQuery,
  'from' | 'to' | 'time_zone' | 'period' | 'group_by' | 'team_id' | 'priority' | 'category'
>

/**
 * All measures of a range by period and group. Opened ones count where they were opened, responses where
 * they were given, and all else where the incident was resolved. Each reading is in slices, and sees what
 * is there at its time. Failures: `invalid_request`, `too_many_metrics`.
 */
export async function getMetrics(db: Db, query: Question, at = now()): Promise<Metrics> {
  const clock = clockIn(query.time_zone)
  const span = rangeIn(query, clock, at)
  const periods = periodsOf(span, query.period, clock)
  const cells = createCells(periods)
  const pause = createPause()
  if (query.group_by === 'none') cells.of(null)
  await countOpened(db, query, span, cells, pause)
  await countResponded(db, query, span, cells, pause)
  await countResolved(db, query, span, cells, pause)
  const ends = periods.map(({ to }) => Math.min(to, Date.parse(at)))
  const backlogs = await backlogsAt(db, query, ends, Date.parse(at), pause)
  for (const key of backlogs.groups.keys()) cells.of(key)
  const running = await runningTargets(db, { ...query, group_by: 'none' }, at)
  return {
    from: textOf(span.from),
    to: textOf(span.to),
    time_zone: query.time_zone,
    at,
    totals: await figuresOf(cells.totals, backlogs.totals.at(-1) ?? 0, pause),
    running: running.get(null) ?? noneRunning,
    ageing: backlogs.ageing,
    rows: await rowsOf(db, query, periods, cells, backlogs.groups, pause),
  }
}

async function countOpened(db: Db, cut: Cut, span: Span, cells: Cells, pause: Pause) {
  for await (const rows of incidentsIn(db, cut, 'opened_at', span, ['opened_at', 'major'])) {
    for (const row of rows) {
      for (const cell of cells.at(row.group_key, Date.parse(row.opened_at))) cell.open(row)
    }
    await pause()
  }
}

async function countResponded(db: Db, cut: Cut, span: Span, cells: Cells, pause: Pause) {
  const columns = ['opened_at', 'responded_at', 'response_s'] as const
  for await (const rows of incidentsIn(db, cut, 'responded_at', span, columns)) {
    for (const row of rows) {
      const at = Date.parse(String(row.responded_at))
      for (const cell of cells.at(row.group_key, at)) cell.respond(row)
    }
    await pause()
  }
}

const resolvedColumns = [
  'status',
  'opened_at',
  'resolved_at',
  'resolution_s',
  'response_met',
  'resolution_met',
  'reopen_count',
  'reassignment_count',
] as const

/** Counts those that were resolved in a span, and not cancelled. */
export async function countResolved(db: Db, cut: Cut, span: Span, cells: Cells, pause: Pause) {
  for await (const rows of incidentsIn(db, cut, 'resolved_at', span, resolvedColumns)) {
    for (const row of rows) {
      if (row.status === 'cancelled') continue
      const at = Date.parse(String(row.resolved_at))
      for (const cell of cells.at(row.group_key, at)) cell.resolve(row)
    }
    await pause()
  }
}

async function rowsOf(
  db: Db,
  { group_by }: Question,
  periods: readonly Period[],
  cells: Cells,
  backlogs: ReadonlyMap<string | null, number[]>,
  pause: Pause,
): Promise<MetricRow[]> {
  const groups = await namedGroups(db, group_by, cells.groups.keys())
  const rows: MetricRow[] = []
  for (const [n, period] of periods.entries()) {
    for (const [key, group] of groups) {
      const cell = cells.of(key)[n]
      if (!cell) continue
      rows.push({
        ...headOf(period),
        group,
        ...(await figuresOf(cell, backlogs.get(key)?.[n] ?? 0, pause)),
      })
    }
  }
  return rows
}

/** What every row begins with. */
export function headOf({ label, from, to }: Period) {
  return { period: label, from: textOf(from), to: textOf(to) }
}

export function textOf(instant: number): string {
  return new Date(instant).toISOString()
}
