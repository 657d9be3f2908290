import { insertMany } from '../../../db/bulk.ts'
import type { Tables, Trx } from '../../../db/tables.ts'
import type { IncidentStatus } from '../../../schemas/itsm/common.ts'
import { groupBy, newId } from '../../values.ts'
import { refreshClocks } from '../sla/refresh.ts'

type HistoryRow = Tables['itsm_history']
type Event = Omit<HistoryRow, 'id' | 'subject_id'>
type Ends = Pick<Tables['incidents'], 'id' | 'status' | 'resolved_at' | 'closed_at'>
type Counts = { reopen_count: number; reassignment_count: number }

/** Which counts follow from the events, as the file says nothing of them. */
export type Derived = { [Count in keyof Counts]: boolean }

export type WrittenHistories = { incidents: number; events: number; skipped: number }

const columns = [
  'id',
  'subject_id',
  'field',
  'old_value',
  'new_value',
  'changed_by',
  'changed_at',
] as const

/**
 * Writes the past of up to `limit` incidents of an import, each once: what was staged of them, in the order
 * of time, and the moves that lead to where they are now. Then their clocks are set.
 */
export async function writeHistories(
  trx: Trx,
  import_id: string,
  derived: Derived,
  at: string,
  limit: number,
): Promise<WrittenHistories> {
  const pending = await trx
    .selectFrom('incident_import_pending')
    .select(['incident_id', 'is_new'])
    .where('import_id', '=', import_id)
    .orderBy('incident_id')
    .limit(limit)
    .execute()
  if (pending.length === 0) return { incidents: 0, events: 0, skipped: 0 }
  const ids = pending.map(({ incident_id }) => incident_id)
  const made = new Set(pending.flatMap(({ incident_id, is_new }) => (is_new ? [incident_id] : [])))
  const staged = await stagedOf(trx, import_id, ids)
  const before = await knownOf(
    trx,
    ids.filter((id) => !made.has(id)),
  )
  const ends = await endsOf(trx, [...made])
  const rows: HistoryRow[] = []
  const counts = new Map<string, Counts>()
  let events = 0
  for (const id of ids) {
    const fresh = inOrder(staged.get(id) ?? [], before.get(id) ?? [])
    events += fresh.length
    const end = ends.get(id)
    const past = end ? [...fresh, ...missingMoves(end, fresh, at)] : fresh
    rows.push(...past.map((event) => ({ ...event, id: newId(), subject_id: id })))
    if (end) counts.set(id, countsOf(past))
  }
  await insertMany(trx, 'itsm_history', columns, rows)
  await setCounts(trx, counts, derived)
  for (const table of ['incident_import_events', 'incident_import_pending'] as const) {
    await trx
      .deleteFrom(table)
      .where('import_id', '=', import_id)
      .where('incident_id', 'in', ids)
      .execute()
  }
  await refreshClocks(trx, ids, at)
  const total = [...staged.values()].reduce((sum, each) => sum + each.length, 0)
  return { incidents: ids.length, events, skipped: total - events }
}

/**
 * Events by time, each with what was there before it, without those that change nothing and those that are
 * known already.
 */
export function inOrder(staged: readonly Event[], known: readonly Event[]): Event[] {
  const told = new Set(known.map(keyOf))
  const all = [
    ...known.map((event) => ({ event, isKnown: true })),
    ...staged.map((event) => ({ event, isKnown: false })),
  ].sort((a, b) =>
    a.event.changed_at < b.event.changed_at ? -1 : a.event.changed_at > b.event.changed_at ? 1 : 0,
  )
  const values = new Map<string, string | null>([['status', '"new"']])
  const fresh: Event[] = []
  for (const { event, isKnown } of all) {
    const had = values.has(event.field) ? (values.get(event.field) ?? null) : event.old_value
    values.set(event.field, event.new_value)
    if (isKnown || had === event.new_value || told.has(keyOf(event))) continue
    fresh.push({ ...event, old_value: had })
  }
  return fresh
}

function keyOf({ field, new_value, changed_at }: Event): string {
  return `${field}\n${changed_at}\n${new_value}`
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

function countsOf(events: readonly Event[]): Counts {
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

/** Few counts are high: one statement for all that have the same. */
async function setCounts(trx: Trx, counts: ReadonlyMap<string, Counts>, derived: Derived) {
  for (const name of ['reopen_count', 'reassignment_count'] as const) {
    if (!derived[name]) continue
    const byCount = groupBy(counts, ([, each]) => each[name])
    for (const [count, entries] of byCount) {
      if (count === 0) continue
      const ids = entries.map(([id]) => id)
      await trx
        .updateTable('incidents')
        .set({ [name]: count })
        .where('id', 'in', ids)
        .execute()
    }
  }
}

async function stagedOf(trx: Trx, import_id: string, ids: readonly string[]) {
  const rows = await trx
    .selectFrom('incident_import_events')
    .select(['incident_id', 'field', 'old_value', 'new_value', 'changed_by', 'changed_at'])
    .where('import_id', '=', import_id)
    .where('incident_id', 'in', ids)
    .orderBy('incident_id')
    .orderBy('seq')
    .execute()
  return grouped(rows.map(({ incident_id, ...event }) => ({ id: incident_id, event })))
}

async function knownOf(trx: Trx, ids: readonly string[]) {
  if (ids.length === 0) return new Map<string, Event[]>()
  const rows = await trx
    .selectFrom('itsm_history')
    .select(['subject_id', 'field', 'old_value', 'new_value', 'changed_by', 'changed_at'])
    .where('subject_id', 'in', ids)
    .orderBy('changed_at')
    .orderBy('id')
    .execute()
  return grouped(rows.map(({ subject_id, ...event }) => ({ id: subject_id, event })))
}

async function endsOf(trx: Trx, ids: readonly string[]): Promise<Map<string, Ends>> {
  if (ids.length === 0) return new Map()
  const rows = await trx
    .selectFrom('incidents')
    .select(['id', 'status', 'resolved_at', 'closed_at'])
    .where('id', 'in', ids)
    .execute()
  return new Map(rows.map((row) => [row.id, row]))
}

function grouped(all: { id: string; event: Event }[]): Map<string, Event[]> {
  const groups = new Map<string, Event[]>()
  for (const { id, event } of all) {
    const group = groups.get(id)
    if (group) group.push(event)
    else groups.set(id, [event])
  }
  return groups
}
