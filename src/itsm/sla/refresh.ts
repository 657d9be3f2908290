import { type RawBuilder, sql } from 'kysely'
import { engineOf } from '../../../db/open.ts'
import type { Db, Tables, Trx } from '../../../db/tables.ts'
import { groupBy } from '../../values.ts'
import type { IncidentRow } from '../incidents/access.ts'
import { clockOf } from './clock.ts'
import { type Computed, columns, computedOf, type Timed } from './computed.ts'
import { eventsOf, secondOf } from './events.ts'
import { type Agreements, loadAgreements } from './terms.ts'

/** Incidents that are computed at once. */
const chunk = 2000

/** Changes that may bring another policy. */
const deciding = ['category', 'team_id', 'tags']

/**
 * Computes the clocks of incidents anew from their events, and writes what lists and figures read of
 * them: `sla_phase`, `next_due_at` and their neighbours. In the transaction of each event.
 */
export async function refreshClocks(trx: Trx, ids: readonly string[], at: string): Promise<void> {
  if (ids.length === 0) return
  const agreements = await loadAgreements(trx)
  for (let start = 0; start < ids.length; start += chunk) {
    const timed = await timeIncidents(trx, agreements, ids.slice(start, start + chunk), at)
    const changed = timed
      .map((each) => ({ row: each.row, computed: computedOf(each) }))
      .filter(({ row, computed }) => columns.some((column) => row[column] !== computed[column]))
    await writeBack(
      trx,
      changed.map(({ row, computed }) => ({ id: row.id, ...computed })),
    )
  }
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
    const isDecided = changes.some(
      (each) => deciding.includes(each.field) && each.changed_at === at,
    )
    const policy_id = policyOf(agreements, row, isDecided)
    const events = eventsOf(row, changes, notesOf.get(row.id) ?? [])
    const clock = policy_id && clockOf(events, agreements.termsOf(policy_id), secondOf(at))
    const noticed = new Set(
      (noticesOf.get(row.id) ?? []).map(({ target, level }) => `${target} ${level}`),
    )
    return { row, policy_id, clock: clock || null, noticed }
  })
}

/** Kept once it is chosen, unless what decides has changed while the incident is open. */
function policyOf(agreements: Agreements, row: IncidentRow, isDecided: boolean): string | null {
  const known = row.sla_policy_id !== null && agreements.policies.has(row.sla_policy_id)
  const isOpen = !['resolved', 'closed', 'cancelled'].includes(row.status)
  if (known && !(isDecided && isOpen)) return row.sla_policy_id
  return agreements.choose({ ...row, tags: JSON.parse(row.tags) })
}

/** All rows in one statement; `version` stays, since nobody edited anything. */
async function writeBack(trx: Trx, rows: readonly (Computed & { id: string })[]): Promise<void> {
  if (rows.length === 0) return
  const isSqlite = engineOf(trx) === 'sqlite'
  const names = ['id', ...columns] as const satisfies readonly (keyof Tables['incidents'])[]
  const json = JSON.stringify(isSqlite ? rows.map((row) => names.map((name) => row[name])) : rows)
  const valueIn = (name: (typeof names)[number]): RawBuilder<unknown> =>
    isSqlite
      ? sql`made.value ->> ${sql.lit(`$[${names.indexOf(name)}]`)}`
      : sql`made.${sql.ref(name)}`
  const from = isSqlite
    ? sql`json_each(${json}) as made`
    : sql`json_populate_recordset(null::incidents, ${json}::json) as made`
  const sets = columns.map((column) => sql`${sql.ref(column)} = ${valueIn(column)}`)
  await sql`update incidents set ${sql.join(sets)} from ${from} where incidents.id = ${valueIn('id')}`.execute(
    trx,
  )
}
