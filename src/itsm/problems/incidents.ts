import { sql } from 'kysely'
import type { Db, Trx } from '../../../db/tables.ts'
import { transact } from '../../../db/transact.ts'
import type { PageQuery } from '../../../schemas/pages.ts'
import type { Caller } from '../../access.ts'
import { failure, invalid } from '../../failure.ts'
import { paginate } from '../../page.ts'
import { newId, now } from '../../values.ts'
import { recordHistory } from '../history.ts'
import { visibleIncidents } from '../incidents/access.ts'
import { numberText } from '../numbers.ts'
import { describeProblem, getProblemRow, holdProblem, type ProblemRow } from './access.ts'
import { reviseProblem } from './revise.ts'

/** Under which incidents keep that they were linked, from whichever side. */
const historyField = 'link:problem'

/** The incidents of a problem, the latest linked first. */
export async function listProblemIncidents(db: Db, caller: Caller, id: string, page: PageQuery) {
  const { first_closed_at } = await getProblemRow(db, id)
  const query = visibleIncidents(db, caller)
    .innerJoin('incident_links', 'incident_links.incident_id', 'incidents.id')
    .where('incident_links.kind', '=', 'problem')
    .where('incident_links.target_id', '=', id)
    .select([
      'incidents.id',
      'incidents.number',
      'incidents.title',
      'incidents.status',
      'incidents.priority',
      'incidents.category',
      'incidents.opened_at',
      'incident_links.created_at as linked_at',
    ])
    .orderBy(sql.ref('linked_at'), 'desc')
    .orderBy('incidents.id', 'desc')
  const found = await paginate(query, page, 'incidents')
  return {
    ...found,
    incidents: found.incidents.map(({ number, ...row }) => ({
      ...row,
      incident_number: numberText('incident', number),
      is_recurrence:
        first_closed_at !== null &&
        row.opened_at > first_closed_at &&
        row.linked_at > first_closed_at,
    })),
  }
}

/** Fails with 422 for incidents that are not there; what is linked already stays so. */
export function addProblemIncidents(
  db: Db,
  caller: Caller,
  id: string,
  incidentIds: readonly string[],
  at = now(),
) {
  return transact(db, async (trx) => {
    const problem = await holdProblem(trx, id)
    const linked_count = await linkIncidents(trx, caller, problem, incidentIds, at)
    const { incident_count } = await describeProblem(trx, problem)
    return { linked_count, incident_count }
  })
}

/** Links them to a problem that the transaction holds, and answers how many were not linked before. */
export async function linkIncidents(
  trx: Trx,
  caller: Caller,
  problem: ProblemRow,
  incidentIds: readonly string[],
  at: string,
): Promise<number> {
  await requireIncidents(trx, incidentIds)
  const rows = incidentIds.map((incident_id) => ({
    incident_id,
    kind: 'problem' as const,
    target_id: problem.id,
    created_by: caller.id,
    created_at: at,
  }))
  const added = await trx
    .insertInto('incident_links')
    .values(rows)
    .onConflict((conflict) => conflict.doNothing())
    .returning('incident_id')
    .execute()
  if (added.length === 0) return 0
  const to = added.map(({ incident_id }) => incident_id).sort()
  await recordLinks(trx, caller, problem.id, to, at)
  await reviseProblem(trx, caller, problem, {}, at, { incidents: { from: null, to } })
  return added.length
}

export async function unlinkIncident(
  db: Db,
  caller: Caller,
  id: string,
  incidentId: string,
  at = now(),
): Promise<void> {
  await transact(db, async (trx) => {
    const problem = await holdProblem(trx, id)
    const isGone = await cutIncident(trx, caller, problem, incidentId, at)
    if (!isGone) throw failure('problem_link_not_found', { id: incidentId })
  })
}

/** Unlinks one from a problem that the transaction holds; false where it was not linked. */
export async function cutIncident(
  trx: Trx,
  caller: Caller,
  problem: ProblemRow,
  incidentId: string,
  at: string,
): Promise<boolean> {
  const removed = await trx
    .deleteFrom('incident_links')
    .where('incident_id', '=', incidentId)
    .where('kind', '=', 'problem')
    .where('target_id', '=', problem.id)
    .returning('incident_id')
    .executeTakeFirst()
  if (!removed) return false
  const changes = { [historyField]: { from: problem.id, to: null } }
  await recordHistory(trx, incidentId, caller.id, changes, at)
  const incidents = { from: [incidentId], to: null }
  await reviseProblem(trx, caller, problem, {}, at, { incidents })
  return true
}

/** As `recordHistory` writes it, for all of them in one query. */
async function recordLinks(
  trx: Trx,
  caller: Caller,
  problemId: string,
  incidentIds: readonly string[],
  at: string,
): Promise<void> {
  const rows = incidentIds.map((subject_id) => ({
    id: newId(),
    subject_id,
    field: historyField,
    old_value: null,
    new_value: JSON.stringify(problemId),
    changed_by: caller.id,
    changed_at: at,
  }))
  await trx.insertInto('itsm_history').values(rows).execute()
}

/** Whoever may write problems may link any incident to them. */
async function requireIncidents(db: Db, ids: readonly string[]): Promise<void> {
  const rows = await db.selectFrom('incidents').select('id').where('id', 'in', ids).execute()
  const known = new Set(rows.map(({ id }) => id))
  const faults = ids.flatMap((id, n) =>
    known.has(id) ? [] : [{ field: `incident_ids.${n}`, rule: 'unknown_incident' as const }],
  )
  if (faults.length > 0) throw invalid(...faults)
}
