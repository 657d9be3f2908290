import type { Db } from '../../../db/tables.ts'
import type { CalendarQuery, ChangeCalendar } from '../../../schemas/itsm/change-calendar.ts'
import type { ChangeWindow } from '../../../schemas/itsm/change-windows.ts'
import { failure, invalid } from '../../failure.ts'
import { groupBy, now } from '../../values.ts'
import { numberText } from '../numbers.ts'
import type { CalendarEvent } from './icalendar.ts'
import { occupied, takesPartOf } from './occupied.ts'
import type { Span } from './occurrences.ts'
import { relatedCis } from './related.ts'
import { utc } from './times.ts'
import { opens } from './window-conflicts.ts'
import { describeWindows } from './windows.ts'

const limits = { days: 400, changes: 5000 }

type Filters = Omit<CalendarQuery, 'start' | 'end' | 'format'>
type Shown = Omit<ChangeCalendar, 'start' | 'end'>

/** Everything that overlaps a half-open range: changes, freezes, maintenance. */
export async function getCalendar(
  db: Db,
  query: CalendarQuery,
  at = now(),
): Promise<ChangeCalendar> {
  const { span, changes, windows } = await readCalendar(db, query, at)
  const shown = windows.flatMap(({ window, spans }) =>
    spans.map(({ start, end }) => {
      const { id: window_id, kind, severity, name, reason, ci_ids } = window
      return { window_id, kind, severity, name, reason, starts_at: start, ends_at: end, ci_ids }
    }),
  )
  const of = (kind: ChangeWindow['kind']) =>
    shown
      .filter((each) => each.kind === kind)
      .sort((a, b) => (a.starts_at < b.starts_at ? -1 : a.starts_at > b.starts_at ? 1 : 0))
  const listed: Shown = {
    changes: changes.map(({ updated_at: _, version: __, ...change }) => change),
    freezes: of('freeze'),
    maintenance: of('maintenance'),
  }
  return { ...span, ...listed }
}

/** The same, as events of iCalendar. What is not decided is tentative, what is open to changes takes no time. */
export async function getCalendarEvents(
  db: Db,
  query: CalendarQuery,
  at = now(),
): Promise<CalendarEvent[]> {
  const { changes, windows } = await readCalendar(db, query, at)
  return [
    ...changes.map(changeEvent),
    ...windows.flatMap(({ window, spans }) => spans.map((span) => windowEvent(window, span))),
  ]
}

async function readCalendar(
  db: Db,
  { start, end, format: _, ...filters }: CalendarQuery,
  at: string,
) {
  const span = spanOf(start, end)
  const cis = await wantedCis(db, filters)
  const changes = await changesIn(db, span, filters, cis, at)
  const windows = await windowsIn(db, span, cis)
  return { span, changes, windows }
}

function spanOf(from: string, to: string): Span {
  const [start, end] = [utc('start', from), utc('end', to)]
  const days = (Date.parse(end) - Date.parse(start)) / 86_400_000
  if (days <= 0 || days > limits.days) throw invalid({ field: 'end', rule: 'calendar_range' })
  return { start, end }
}

/** Undefined for all. */
async function wantedCis(db: Db, { ci, related }: Filters): Promise<string[] | undefined> {
  if (!ci || ci.length === 0 || !related) return ci?.length ? ci : undefined
  return [...new Set([...ci, ...(await relatedCis(db, ci)).keys()])]
}

async function changesIn(
  db: Db,
  span: Span,
  { risk, type, status, team }: Filters,
  cis: string[] | undefined,
  at: string,
) {
  let query = db
    .selectFrom('changes')
    .select(['id', 'number', 'title', 'type', 'status', 'risk_level', 'version', 'updated_at'])
    .select(['scheduled_start', 'scheduled_end', 'actual_start', 'actual_end'])
    .select(['implementer_id', 'team_id'])
    .where((eb) => takesPartOf(eb, span, at))
  if (risk?.length) query = query.where('risk_level', 'in', risk)
  if (type?.length) query = query.where('type', 'in', type)
  if (status?.length) query = query.where('status', 'in', status)
  if (team?.length) query = query.where('team_id', 'in', team)
  if (cis) {
    query = query.where('id', 'in', (eb) =>
      eb.selectFrom('change_cis').select('change_id').where('ci_id', 'in', cis),
    )
  }
  const rows = await query
    .orderBy('id')
    .limit(limits.changes + 1)
    .execute()
  if (rows.length > limits.changes) throw failure('calendar_too_large', { limit: limits.changes })
  const affected = await affectedBy(
    db,
    rows.map(({ id }) => id),
  )
  return rows
    .flatMap(({ number, ...row }) => {
      const taken = occupied(row, at)
      if (taken === null) return []
      const affected_cis = (affected.get(row.id) ?? []).map(({ id, name }) => ({ id, name }))
      const change_number = numberText('change', number)
      return [{ ...row, starts_at: taken.start, ends_at: taken.end, change_number, affected_cis }]
    })
    .sort((a, b) => (a.starts_at < b.starts_at ? -1 : a.starts_at > b.starts_at ? 1 : 0))
}

async function affectedBy(db: Db, ids: readonly string[]) {
  const rows =
    ids.length === 0
      ? []
      : await db
          .selectFrom('change_cis')
          .innerJoin('cis', 'cis.id', 'change_cis.ci_id')
          .select(['change_id', 'cis.id', 'cis.name'])
          .where('change_id', 'in', ids)
          .orderBy('cis.name_key')
          .orderBy('cis.id')
          .execute()
  return groupBy(rows, ({ change_id }) => change_id)
}

async function windowsIn(db: Db, span: Span, cis: string[] | undefined) {
  const rows = await db
    .selectFrom('change_windows')
    .selectAll()
    .where('starts_at', '<', span.end)
    .where((eb) => eb.or([eb('over_at', 'is', null), eb('over_at', '>', span.start)]))
    .orderBy('starts_at')
    .orderBy('id')
    .execute()
  const wanted = cis && new Set(cis)
  const windows = (await describeWindows(db, rows)).filter(
    ({ ci_ids }) => !wanted || ci_ids.length === 0 || ci_ids.some((id) => wanted.has(id)),
  )
  return windows.map((window) => ({ window, spans: opens(window, span) }))
}

type CalendarRow = Awaited<ReturnType<typeof changesIn>>[number]

const tentative = ['draft', 'submitted', 'under_review']
const called_off = ['rejected', 'cancelled']

function changeEvent(change: CalendarRow): CalendarEvent {
  const { id, change_number, title, type, status, risk_level, affected_cis } = change
  const isCalledOff = called_off.includes(status)
  const names = affected_cis.map(({ name }) => name).join(', ')
  return {
    uid: `${id}@kaname`,
    stamp: change.updated_at,
    sequence: change.version,
    start: change.starts_at,
    end: change.ends_at,
    summary: `${change_number} ${title}`,
    description: `status: ${status}\nrisk: ${risk_level}\nCI: ${names || '-'}`,
    status: isCalledOff ? 'CANCELLED' : tentative.includes(status) ? 'TENTATIVE' : 'CONFIRMED',
    categories: ['change', type, risk_level],
    takesTime: !isCalledOff,
  }
}

function windowEvent(window: ChangeWindow, { start, end }: Span): CalendarEvent {
  const { id, kind, severity, name, reason } = window
  const each = window.recurrence ? `${start.replace(/[-:.]/g, '')}-` : ''
  return {
    uid: `${each}${id}@kaname`,
    stamp: window.updated_at,
    sequence: window.version,
    start,
    end,
    summary: name,
    description: reason ?? '',
    status: 'CONFIRMED',
    categories: severity ? [kind, severity] : [kind],
    takesTime: false,
  }
}
