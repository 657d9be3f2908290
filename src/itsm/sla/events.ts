import type { IncidentStatus, Priority } from '../../../schemas/itsm/common.ts'

/** Something that happened to an incident: when, as it is stored, and in whole seconds. */
type Happened = { at: number; iso: string; by: string | null }
export type StatusChange = Happened & { to: IncidentStatus }
export type PriorityChange = Happened & { to: Priority }

/** All that the clocks of an incident follow from, in the order in which it happened. */
export type ClockEvents = {
  opened: number
  opened_at: string
  reporter_id: string
  status: IncidentStatus
  statuses: StatusChange[]
  priority: Priority
  priorities: PriorityChange[]
  notes: Happened[]
}

type Row = {
  opened_at: string
  reporter_id: string
  status: IncidentStatus
  priority: Priority
  resolved_at: string | null
  closed_at: string | null
}
export type HistoryRow = {
  field: string
  old_value: string | null
  new_value: string | null
  changed_by: string | null
  changed_at: string
}
export type NoteRow = { author_id: string | null; created_at: string }

/**
 * The events of an incident from its rows: history in the order of time, notes those that are public. What
 * it was opened with is what its first change changed. Where the history breaks off before the incident was
 * resolved or closed, as that of imported ones may, its own times speak.
 */
export function eventsOf(
  row: Row,
  history: readonly HistoryRow[],
  notes: readonly NoteRow[],
): ClockEvents {
  const statuses = changesOf<IncidentStatus>(history, 'status')
  const priorities = changesOf<Priority>(history, 'priority')
  const known = statuses.at(-1)?.to
  const { resolved_at, closed_at } = row
  const ended = resolved_at ?? closed_at
  const isEnded = row.status === 'resolved' || row.status === 'closed'
  const lacksEnd = isEnded && known !== 'resolved' && known !== 'closed' && ended !== null
  if (lacksEnd) {
    const last = statuses.at(-1)?.iso ?? row.opened_at
    const at = happened(ended > last ? ended : last, null)
    statuses.push({ ...at, to: 'resolved', from: 'new' })
  }
  return {
    opened: secondOf(row.opened_at),
    opened_at: row.opened_at,
    reporter_id: row.reporter_id,
    status: statuses[0]?.from ?? row.status,
    statuses,
    priority: priorities[0]?.from ?? row.priority,
    priorities,
    notes: notes.map(({ created_at, author_id }) => happened(created_at, author_id)),
  }
}

/** The first answer by somebody other than the reporter, by what counts as one at its time. */
export function firstResponse(
  { opened, opened_at, reporter_id, status, statuses, notes }: ClockEvents,
  counts: (at: number) => 'either' | 'public_note' | 'status_change',
  until: number,
): { at: number; iso: string } | undefined {
  if (status === 'in_progress' || status === 'pending') return { at: opened, iso: opened_at }
  const moves = statuses.filter(({ to, by, at }) => {
    if (to === 'resolved' || to === 'closed') return true
    return to !== 'new' && to !== 'cancelled' && by !== reporter_id && counts(at) !== 'public_note'
  })
  const answers = notes.filter(({ by, at }) => by !== reporter_id && counts(at) !== 'status_change')
  const [first] = [...moves, ...answers]
    .filter(({ at }) => at <= until)
    .sort((one, other) => (one.iso < other.iso ? -1 : 1))
  return first && { at: Math.max(first.at, opened), iso: first.iso }
}

export function secondOf(iso: string): number {
  return Math.floor(Date.parse(iso) / 1000)
}

export function isoOf(second: number): string {
  return new Date(second * 1000).toISOString()
}

function happened(iso: string, by: string | null): Happened {
  return { at: secondOf(iso), iso, by }
}

function changesOf<Value>(history: readonly HistoryRow[], field: string) {
  return history
    .filter((each) => each.field === field && each.new_value !== null)
    .map(({ old_value, new_value, changed_by, changed_at }) => ({
      ...happened(changed_at, changed_by),
      from: (old_value === null ? undefined : JSON.parse(old_value)) as Value | undefined,
      to: JSON.parse(String(new_value)) as Value,
    }))
}
