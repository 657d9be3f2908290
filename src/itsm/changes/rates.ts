import { type Selectable, sql } from 'kysely'
import type { Db, Tables } from '../../../db/tables.ts'
import type {
  ChangeGrouping,
  ChangeRateRow,
  ChangeRates,
  ChangeRatesQuery,
} from '../../../schemas/itsm/change-rates.ts'
import { changeTypes, type Priority, riskLevels } from '../../../schemas/itsm/common.ts'
import type { MetricGroup } from '../../../schemas/itsm/metrics.ts'
import type { ItsmChart } from '../../../schemas/itsm/metrics-answers.ts'
import { createPause } from '../../slices.ts'
import { now } from '../../values.ts'
import { chartOf } from '../metrics/charts.ts'
import { namedGroups } from '../metrics/groups.ts'
import { type Period, periodsOf, placeIn, type Span } from '../metrics/periods.ts'
import { clockIn, rangeIn } from '../metrics/question.ts'
import { type ChangeTally, createChangeTally, type Implemented } from './tally.ts'

const sliceRows = 500

const ended = ['completed', 'failed', 'backed_out', 'reviewed'] as const

const columns = [
  'id',
  'type',
  'status',
  'outcome',
  'team_id',
  'category',
  'risk_level',
  'actual_start',
  'actual_end',
] as const
type Row = Pick<Selectable<Tables['changes']>, (typeof columns)[number]>

/** How changes came out whose implementation ended in a range. Fails with `invalid_request`. */
export async function getChangeRates(
  db: Db,
  query: Omit<ChangeRatesQuery, 'format'>,
  at = now(),
): Promise<ChangeRates> {
  const clock = clockIn(query.time_zone)
  const span = rangeIn(query, clock, at)
  const months = query.by === 'month' ? periodsOf(span, 'month', clock) : []
  const totals = createChangeTally()
  const tallies = new Map<string | null, ChangeTally>(
    months.map(({ label }) => [label, createChangeTally()]),
  )
  const pause = createPause()
  for await (const rows of implementedIn(db, span)) {
    for (const { row, change } of await judged(db, rows)) {
      const key = keyOf(query.by, row, months)
      const tally = tallies.get(key) ?? createChangeTally()
      tallies.set(key, tally)
      tally.add(change)
      totals.add(change)
    }
    await pause()
  }
  const groups = await groupsOf(db, query.by, [...tallies.keys()])
  return {
    from: new Date(span.from).toISOString(),
    to: new Date(span.to).toISOString(),
    time_zone: query.time_zone,
    totals: totals.figures(),
    rows: groups.map((group) => ({
      group,
      ...(tallies.get(group.id) as ChangeTally).figures(),
    })),
  }
}

async function* implementedIn(db: Db, { from, to }: Span): AsyncGenerator<Row[]> {
  const query = db
    .selectFrom('changes')
    .select(columns)
    .where('status', 'in', ended)
    .where('actual_end', '<', new Date(to).toISOString())
    .orderBy('actual_end')
    .orderBy('id')
    .limit(sliceRows)
  let page = query.where('actual_end', '>=', new Date(from).toISOString())
  for (;;) {
    const rows = await page.execute()
    yield rows
    const last = rows.at(-1)
    if (!last || rows.length < sliceRows) return
    page = query
      .where('actual_end', '>=', last.actual_end)
      .where(sql<boolean>`(actual_end, id) > (${last.actual_end}, ${last.id})`)
  }
}

/** Changes with what they caused, and whether they had been approved when they were started. */
async function judged(db: Db, rows: readonly Row[]): Promise<{ row: Row; change: Implemented }[]> {
  if (rows.length === 0) return []
  const ids = rows.map(({ id }) => id)
  const caused = new Map<string, Priority[]>(ids.map((id) => [id, []]))
  const links = await db
    .selectFrom('incident_links')
    .innerJoin('incidents', 'incidents.id', 'incident_links.incident_id')
    .select(['incident_links.target_id', 'incidents.priority'])
    .where('incident_links.target_id', 'in', ids)
    .where('incident_links.kind', '=', 'caused_by')
    .where('incidents.status', '!=', 'cancelled')
    .execute()
  for (const { target_id, priority } of links) caused.get(target_id)?.push(priority)
  const approvals = await db
    .selectFrom('itsm_history')
    .select((eb) => ['subject_id', eb.fn.min('changed_at').as('approved_at')])
    .where('subject_id', 'in', ids)
    .where('field', '=', 'status')
    .where('new_value', '=', '"approved"')
    .groupBy('subject_id')
    .execute()
  const approved = new Map(approvals.map((row) => [row.subject_id, row.approved_at]))
  return rows.map((row) => ({
    row,
    change: {
      ...row,
      caused: caused.get(row.id) ?? [],
      isUnauthorised: isUnauthorised(row, approved.get(row.id)),
    },
  }))
}

/** A standard change is approved with its template, and an emergency may be approved afterwards. */
function isUnauthorised({ type, actual_start }: Row, approvedAt: string | undefined): boolean {
  if (type !== 'normal' || actual_start === null) return false
  return approvedAt === undefined || approvedAt > actual_start
}

function keyOf(by: ChangeGrouping, row: Row, months: readonly Period[]): string | null {
  if (by === 'month')
    return months[placeIn(months, Date.parse(String(row.actual_end)))]?.label ?? null
  if (by === 'risk') return row.risk_level
  return by === 'team' ? row.team_id : row[by]
}

async function groupsOf(
  db: Db,
  by: ChangeGrouping,
  keys: readonly (string | null)[],
): Promise<MetricGroup[]> {
  if (by === 'team' || by === 'category') {
    const groups = await namedGroups(db, by, keys)
    return [...groups.values()].filter((group) => group !== null)
  }
  const order: readonly (string | null)[] = { month: keys, type: changeTypes, risk: riskLevels }[by]
  return order.filter((id) => keys.includes(id)).map((id) => ({ id, name: id }))
}

/** Success and failure rates as bars. */
export function ratesChart({ rows }: ChangeRates): ItsmChart {
  const percent = (rate: number | null) => (rate === null ? null : rate * 100)
  return chartOf<ChangeRateRow & { period: null }>(
    rows.map((row) => ({ ...row, period: null })),
    {
      title: '変更の成功率と失敗率',
      unit: '%',
      series: [
        { id: 'success', label: '成功率', of: ({ success_rate }) => percent(success_rate) },
        { id: 'failure', label: '失敗率', of: ({ failure_rate }) => percent(failure_rate) },
        {
          id: 'emergency',
          label: '緊急変更の割合',
          of: ({ emergency_share }) => percent(emergency_share),
        },
      ],
    },
  )
}
