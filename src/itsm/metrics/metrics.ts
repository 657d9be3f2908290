import type { Db } from '../../../db/tables.ts'
import type { MetricRow, Metrics } from '../../../schemas/itsm/metrics-answers.ts'
import type { MetricsQuery } from '../../../schemas/itsm/metrics-queries.ts'
import { createPause, type Pause } from '../../slices.ts'
import { now } from '../../values.ts'
import { type Cells, createCells } from './cells.ts'
import { namedGroups } from './groups.ts'
import { createBacklogs, eachLife } from './lives.ts'
import { figuresOf } from './measures.ts'
import { type Period, periodsOf, type Span } from './periods.ts'
import { clockIn, rangeIn } from './question.ts'
import type { LifeRow } from './reading.ts'
import { noneRunning, runningTargets } from './running.ts'

type Question = Pick<
  MetricsQuery,
  'from' | 'to' | 'time_zone' | 'period' | 'group_by' | 'team_id' | 'priority' | 'category'
>

/**
 * All measures of a range by period and group. Opened ones count where they were opened, responses where
 * they were given, and all else where the incident was resolved. It is read in slices, each of which sees
 * what is there at its time. Failures: `invalid_request`, `too_many_metrics`.
 */
export async function getMetrics(db: Db, query: Question, at = now()): Promise<Metrics> {
  const clock = clockIn(query.time_zone)
  const span = rangeIn(query, clock, at)
  const periods = periodsOf(span, query.period, clock)
  const cells = createCells(periods)
  const pause = createPause()
  if (query.group_by === 'none') cells.of(null)
  const present = Date.parse(at)
  const ends = periods.map(({ to }) => Math.min(to, present))
  const counted = createBacklogs(ends, present)
  const reading = { since: Math.min(span.from, present), columns: figureColumns }
  await eachLife(db, query, reading, pause, (life, spans) => {
    countIn(cells, span, life)
    counted.add(life, spans)
  })
  const backlogs = counted.counts()
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

const outcomeColumns = [
  'resolution_s',
  'response_met',
  'resolution_met',
  'reassignment_count',
] as const
const figureColumns = [...outcomeColumns, 'responded_at', 'major', 'response_s'] as const

/** Counts an incident in the periods in which it was opened, answered and resolved. */
function countIn(cells: Cells, { from, to }: Span, row: LifeRow<(typeof figureColumns)[number]>) {
  const isIn = (instant: number) => from <= instant && instant < to
  const opened = Date.parse(row.opened_at)
  if (isIn(opened)) {
    for (const cell of cells.at(row.group_key, opened)) cell.open(row)
  }
  const responded = row.responded_at === null ? Number.NaN : Date.parse(row.responded_at)
  if (isIn(responded)) {
    const seconds = (responded - opened) / 1000
    for (const cell of cells.at(row.group_key, responded)) cell.respond(seconds, row)
  }
  countResolution(cells, { from, to }, opened, row)
}

function countResolution(
  cells: Cells,
  { from, to }: Span,
  opened: number,
  row: LifeRow<(typeof outcomeColumns)[number]>,
) {
  if (row.resolved_at === null || row.status === 'cancelled') return
  const resolved = Date.parse(row.resolved_at)
  if (resolved < from || resolved >= to) return
  const seconds = (resolved - opened) / 1000
  for (const cell of cells.at(row.group_key, resolved)) cell.resolve(seconds, row)
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
