import type { Tables } from '../../../db/tables.ts'
import type { IncidentStatus } from '../../../schemas/itsm/common.ts'

export type Event = Omit<Tables['itsm_history'], 'id' | 'subject_id'>
export type Ends = Pick<Tables['incidents'], 'id' | 'status' | 'resolved_at' | 'closed_at'>
export type Counts = { reopen_count: number; reassignment_count: number }

/**
 * Events by time, each with what was there before it, without those that change nothing and those that are
 * known already. Of some at the same time that one comes first which begins where the last one ended; where
 * none does, that which the file has first.
 */
export function inOrder(staged: readonly Event[], known: readonly Event[]): Event[] {
  const told = new Set(known.map(keyOf))
  const waiting = [
    ...known.map((event) => ({ event, isKnown: true })),
    ...staged.map((event) => ({ event, isKnown: false })),
  ].sort((a, b) => compare(a.event.changed_at, b.event.changed_at))
  const values = new Map<string, string | null>([['status', '"new"']])
  const fresh: Event[] = []
  for (let n = 0; n < waiting.length; n += 1) {
    const at = waiting[n]?.event.changed_at
    const fits = ({ event }: { event: Event }) =>
      event.old_value !== null && values.get(event.field) === event.old_value
    for (let other = n; waiting[other]?.event.changed_at === at; other += 1) {
      if (!fits(waiting[other] as (typeof waiting)[number])) continue
      waiting.splice(n, 0, ...waiting.splice(other, 1))
      break
    }
    const { event, isKnown } = waiting[n] as (typeof waiting)[number]
    const had = values.has(event.field) ? (values.get(event.field) ?? null) : event.old_value
    values.set(event.field, event.new_value)
    if (isKnown || had === event.new_value || told.has(keyOf(event))) continue
    fresh.push({ ...event, old_value: had })
  }
  return fresh
}

function compare(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}

function keyOf({ field, new_value, changed_at }: Event): string {
  return `${field}\n${changed_at}\n${new_value}`
}

/** Where an incident is of whose state its row says nothing: what its last event or, later, its row says. */
export function endBy(row: Ends, events: readonly Event[]): Ends {
  const moves = events.filter(({ field }) => field === 'status')
  const last = moves.at(-1)
  const ended = row.closed_at ?? row.resolved_at
  if (!last || (ended !== null && ended > last.changed_at)) return row
  const status: IncidentStatus = JSON.parse(String(last.new_value))
  const lastTo = (state: IncidentStatus) =>
    moves.findLast(({ new_value }) => new_value === JSON.stringify(state))?.changed_at ?? null
  const isOver = status === 'resolved' || status === 'closed'
  return {
    id: row.id,
    status,
    resolved_at: isOver ? (row.resolved_at ?? lastTo('resolved')) : null,
    closed_at: status === 'closed' ? (row.closed_at ?? last.changed_at) : null,
  }
}

/**
 * The moves to the state that an incident has, where its events do not lead there: at the times that it has
 * of its ends and, of a state that has none, when it came here.
 */
export function missingMoves(
  { status, resolved_at, closed_at }: Ends,
  events: readonly Event[],
  at: string,
): Event[] {
  const moves = events.filter(({ field }) => field === 'status')
  const last = moves.at(-1)
  let [from, since] = [last?.new_value ?? '"new"', last?.changed_at ?? '']
  const missing: Event[] = []
  const go = (to: IncidentStatus, wanted: string) => {
    const new_value = JSON.stringify(to)
    if (from === new_value) return
    const changed_at = wanted > since ? wanted : since
    missing.push({ field: 'status', old_value: from, new_value, changed_by: null, changed_at })
    from = new_value
    since = changed_at
  }
  const isClosed = status === 'closed'
  if (isClosed && resolved_at && from !== '"closed"') go('resolved', resolved_at)
  if (status === 'resolved') go(status, resolved_at ?? at)
  else go(status, closed_at ?? resolved_at ?? at)
  return missing
}

export function countsOf(events: readonly Event[]): Counts {
  const wasOver = ({ old_value }: Event) => old_value === '"resolved"' || old_value === '"closed"'
  const isOver = ({ new_value }: Event) =>
    new_value === '"resolved"' || new_value === '"closed"' || new_value === '"cancelled"'
  const moves = events.filter(({ field }) => field === 'status')
  const hands = events.filter(({ field }) => field === 'assignee_id' || field === 'team_id')
  return {
    reopen_count: moves.filter((move) => wasOver(move) && !isOver(move)).length,
    reassignment_count: hands.filter(({ old_value }) => old_value !== null).length,
  }
}
