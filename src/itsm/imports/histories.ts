import { insertMany, updateMany } from '../../../db/bulk.ts'
import type { Tables, Trx } from '../../../db/tables.ts'
import { groupBy, newId } from '../../values.ts'
import { refreshClocks, settleClocks } from '../sla/refresh.ts'
import {
  type Counts,
  countsOf,
  type Ends,
  type Event,
  endBy,
  inOrder,
  missingMoves,
} from './order.ts'

type HistoryRow = Tables['itsm_history']

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
 * of time, and the moves that lead to where they are now. Then their clocks are set; of what fell due
 * before `at` nobody is told.
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
    .select(['incident_id', 'is_new', 'state_by_events'])
    .where('import_id', '=', import_id)
    .orderBy('incident_id')
    .limit(limit)
    .execute()
  if (pending.length === 0) return { incidents: 0, events: 0, skipped: 0 }
  const ids = pending.map(({ incident_id }) => incident_id)
  const made = pending.filter(({ is_new }) => is_new === 1).map(({ incident_id }) => incident_id)
  const others = pending.filter(({ is_new }) => is_new === 0).map(({ incident_id }) => incident_id)
  const staged = await stagedOf(trx, import_id, ids)
  const before = await knownOf(trx, others)
  const ends = await endsOf(trx, made)
  const rows: HistoryRow[] = []
  const counts = new Map<string, Counts>()
  const moved: Ends[] = []
  let events = 0
  for (const { incident_id: id, state_by_events } of pending) {
    const fresh = inOrder(staged.get(id) ?? [], before.get(id) ?? [])
    events += fresh.length
    const said = ends.get(id)
    const end = said && state_by_events === 1 ? endBy(said, fresh) : said
    if (end && end !== said) moved.push(end)
    const past = end ? [...fresh, ...missingMoves(end, fresh, at)] : fresh
    for (const event of past) rows.push({ ...event, id: newId(), subject_id: id })
    if (end) counts.set(id, countsOf(past))
  }
  await insertMany(trx, 'itsm_history', columns, rows)
  await updateMany(trx, 'incidents', ['status', 'resolved_at', 'closed_at'], moved)
  await setCounts(trx, counts, derived)
  for (const table of ['incident_import_events', 'incident_import_pending'] as const) {
    await trx
      .deleteFrom(table)
      .where('import_id', '=', import_id)
      .where('incident_id', 'in', ids)
      .execute()
  }
  await settleClocks(trx, made, at)
  await refreshClocks(trx, others, at)
  const total = [...staged.values()].reduce((sum, each) => sum + each.length, 0)
  return { incidents: ids.length, events, skipped: total - events }
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
