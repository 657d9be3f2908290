import { insertMany, updateMany } from '../../../db/bulk.ts'
import { engineOf } from '../../../db/open.ts'
import type { Db, Trx } from '../../../db/tables.ts'
import { groupBy } from '../../values.ts'
import type { IncidentRow } from '../incidents/access.ts'
import { clockOf } from './clock.ts'
import { type Computed, columns, computedOf, type Timed } from './computed.ts'
import { eventsOf, type HistoryRow, isoOf, type NoteRow, secondOf } from './events.ts'
import { type Agreements, loadAgreements } from './terms.ts'

type Unnumbered = Omit<IncidentRow, 'number'>

/** Incidents that are computed at once. */
const chunk = 2000

/** Changes that may bring another policy. */
const deciding = ['category', 'team_id', 'tags']

/**
 * Computes the clocks of incidents anew from their events, and writes what lists and figures read of
 * them: `sla_phase`, `next_due_at` and their neighbours. In the transaction of each event.
 */
export function refreshClocks(trx: Trx, ids: readonly string[], at: string): Promise<void> {
  return refresh(trx, ids, at, async (timed) => timed)
}

/**
 * As `refreshClocks`, for incidents that come from elsewhere: what fell due until `at` counts as told of,
 * so that nobody hears of years that are over. What falls due later is told as ever.
 */
export function settleClocks(trx: Trx, ids: readonly string[], at: string): Promise<void> {
  return refresh(trx, ids, at, (timed) => tellNobody(trx, timed, at))
}

async function refresh(
  trx: Trx,
  ids: readonly string[],
  at: string,
  look: (timed: Timed[]) => Promise<Timed[]>,
): Promise<void> {
  if (ids.length === 0) return
  const agreements = await loadAgreements(trx)
  for (let start = 0; start < ids.length; start += chunk) {
    const timed = await look(
      await timeIncidents(trx, agreements, ids.slice(start, start + chunk), at),
    )
    const changed = timed
      .map((each) => ({ row: each.row, computed: computedOf(each) }))
      .filter(({ row, computed }) => columns.some((column) => row[column] !== computed[column]))
    // `version` stays, since nobody edited anything.
    const rows = changed.map(({ row, computed }) => ({ id: row.id, ...computed }))
    await updateMany(trx, 'incidents', columns, rows)
  }
}

async function tellNobody(trx: Trx, all: readonly Timed[], at: string): Promise<Timed[]> {
  const until = secondOf(at)
  const passed = all.map((timed) => ({ timed, dues: timed.clock ? passedOf(timed, until) : [] }))
  const rows = passed.flatMap(({ timed, dues }) =>
    dues.map((due) => ({ incident_id: timed.row.id, ...due, noticed_at: at, late: 1 })),
  )
  const names = ['incident_id', 'target', 'level', 'due_at', 'noticed_at', 'late'] as const
  await insertMany(trx, 'sla_notices', names, rows)
  return passed.map(({ timed, dues }) => {
    const told = dues.map(({ target, level }) => `${target} ${level}`)
    return { ...timed, noticed: new Set([...timed.noticed, ...told]) }
  })
}

function passedOf({ clock, noticed }: Timed, until: number) {
  return (['response', 'resolution'] as const).flatMap((target) =>
    (clock?.[target].levels ?? [])
      .filter(({ level, at }) => at <= until && !noticed.has(`${target} ${level}`))
      .map(({ level, at }) => ({ target, level, due_at: isoOf(at) })),
  )
}

/** Reads events and computes clocks: four queries, however many incidents. */
export async function timeIncidents(
  db: Db,
  agreements: Agreements,
  ids: readonly string[],
  at: string,
): Promise<Timed[]> {
  // Two events at once meet here: the second one waits, and then sees the first one too.
  const isHeld = db.isTransaction && engineOf(db) === 'postgres'
  const rows = await db
    .selectFrom('incidents')
    .selectAll()
    .where('id', 'in', ids)
    .orderBy('id')
    .$if(isHeld, (query) => query.forNoKeyUpdate())
    .execute()
  const history = await db
    .selectFrom('itsm_history')
    .select(['subject_id', 'field', 'old_value', 'new_value', 'changed_by', 'changed_at'])
    .where('subject_id', 'in', ids)
    .where('field', 'in', ['status', 'priority', ...deciding])
    .orderBy('changed_at')
    .orderBy('id')
    .execute()
  const notes = await db
    .selectFrom('incident_notes')
    .select(['incident_id', 'author_id', 'created_at'])
    .where('incident_id', 'in', ids)
    .where('is_public', '=', 1)
    .orderBy('id')
    .execute()
  const notices = await db
    .selectFrom('sla_notices')
    .select(['incident_id', 'target', 'level'])
    .where('incident_id', 'in', ids)
    .execute()
  const historyOf = groupBy(history, ({ subject_id }) => subject_id)
  const notesOf = groupBy(notes, ({ incident_id }) => incident_id)
  const noticesOf = groupBy(notices, ({ incident_id }) => incident_id)
  return rows.map((row) => {
    const changes = historyOf.get(row.id) ?? []
    const noticed = new Set(
      (noticesOf.get(row.id) ?? []).map(({ target, level }) => `${target} ${level}`),
    )
    return { row, ...timed(agreements, row, changes, notesOf.get(row.id) ?? [], at), noticed }
  })
}

/** What is written beside an incident that is about to be: all that happened to it are `changes`. */
export async function firstClocks(
  db: Db,
  row: Unnumbered,
  changes: readonly HistoryRow[],
  at: string,
): Promise<Computed> {
  const agreements = await loadAgreements(db)
  return computedOf({ row, ...timed(agreements, row, changes, [], at), noticed: new Set() })
}

function timed(
  agreements: Agreements,
  row: Unnumbered,
  changes: readonly HistoryRow[],
  notes: readonly NoteRow[],
  at: string,
): Pick<Timed, 'policy_id' | 'clock'> {
  const isDecided = changes.some((each) => deciding.includes(each.field) && each.changed_at === at)
  const policy_id = policyOf(agreements, row, isDecided)
  if (policy_id === null) return { policy_id, clock: null }
  const events = eventsOf(row, changes, notes)
  return { policy_id, clock: clockOf(events, agreements.termsOf(policy_id), secondOf(at)) }
}

/** Kept once it is chosen, unless what decides has changed while the incident is open. */
function policyOf(agreements: Agreements, row: Unnumbered, isDecided: boolean): string | null {
  const known = row.sla_policy_id !== null && agreements.policies.has(row.sla_policy_id)
  const isOpen = !['resolved', 'closed', 'cancelled'].includes(row.status)
  if (known && !(isDecided && isOpen)) return row.sla_policy_id
  return agreements.choose({ ...row, tags: JSON.parse(row.tags) })
}
