import type { Db, Trx } from '../../../db/tables.ts'
import { transact } from '../../../db/transact.ts'
import type { ChangeIncident, ChangeReview } from '../../../schemas/itsm/change-moves.ts'
import type { Change } from '../../../schemas/itsm/changes.ts'
import type { PageQuery } from '../../../schemas/pages.ts'
import type { Caller } from '../../access.ts'
import { invalid } from '../../failure.ts'
import type { Deps } from '../../fastify.ts'
import { paginate } from '../../page.ts'
import { now } from '../../values.ts'
import { recordHistory } from '../history.ts'
import { visibleIncidents } from '../incidents/access.ts'
import { tellIncident } from '../incidents/tell.ts'
import { numberText } from '../numbers.ts'
import { refreshClocks } from '../sla/refresh.ts'
import { getChangeRow } from './access.ts'
import { describeChange } from './describe.ts'
import { holdOwnChange, moveChange } from './holding.ts'
import { requireTransition } from './transitions.ts'

/** Looks back on a change that has ended: how it went, what came of it, and what to do otherwise. */
export async function reviewChange(
  told: Pick<Deps, 'db' | 'channels'>,
  caller: Caller,
  id: string,
  { outcome, lessons, caused_incident_ids = [] }: ChangeReview,
  version?: number,
  at = now(),
): Promise<Change> {
  const { change, linked } = await transact(told.db, async (trx) => {
    const before = await holdOwnChange(trx, caller, id, version)
    requireTransition(before, 'reviewed')
    await requireIncidents(trx, caused_incident_ids)
    const wanted = { status: 'reviewed', outcome, lessons, reviewed_at: at } as const
    const row = await moveChange(trx, caller, before, 'change.reviewed', wanted, at)
    const linked = await linkIncidents(trx, caller, id, caused_incident_ids, at)
    const caused = { caused_incident_ids: { from: null, to: linked } }
    if (linked.length > 0) await recordHistory(trx, id, caller.id, caused, at)
    return { change: await describeChange(trx, row), linked }
  })
  for (const each of linked) tellIncident(told, each, 'incident.updated', { caused_by: id })
  return change
}

/** The incidents that a change is to mend, and those that it brought about; the latest first. */
export async function listChangeIncidents(db: Db, caller: Caller, id: string, page: PageQuery) {
  await getChangeRow(db, id)
  const query = visibleIncidents(db, caller)
    .innerJoin('incident_links', 'incident_links.incident_id', 'incidents.id')
    .where('incident_links.target_id', '=', id)
    .where('incident_links.kind', 'in', ['change', 'caused_by'])
    .select(['incidents.id', 'number', 'title', 'status', 'priority', 'incident_links.kind'])
    .orderBy('incidents.id', 'desc')
    .orderBy('incident_links.kind')
    .$castTo<Omit<ChangeIncident, 'incident_number'> & { number: number }>()
  const { incidents, ...rest } = await paginate(query, page, 'incidents')
  return {
    incidents: incidents.map(({ number, ...incident }) => ({
      ...incident,
      incident_number: numberText('incident', number),
    })),
    ...rest,
  }
}

/** Whoever may write changes may say which incidents they have caused. */
async function requireIncidents(trx: Trx, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return
  const rows = await trx.selectFrom('incidents').select('id').where('id', 'in', ids).execute()
  const known = new Set(rows.map(({ id }) => id))
  const faults = ids.flatMap((id, n) =>
    known.has(id) ? [] : [{ field: `caused_incident_ids.${n}`, rule: 'unknown_incident' as const }],
  )
  if (faults.length > 0) throw invalid(...faults)
}

/** Answers the incidents that were not linked in this way before. */
async function linkIncidents(
  trx: Trx,
  caller: Caller,
  changeId: string,
  ids: readonly string[],
  at: string,
): Promise<string[]> {
  if (ids.length === 0) return []
  const links = await trx
    .insertInto('incident_links')
    .values(
      [...ids].sort().map((incident_id) => ({
        incident_id,
        kind: 'caused_by' as const,
        target_id: changeId,
        created_by: caller.id,
        created_at: at,
      })),
    )
    .onConflict((conflict) => conflict.doNothing())
    .returning('incident_id')
    .execute()
  const linked = links.map(({ incident_id }) => incident_id).sort()
  for (const id of linked) {
    await recordHistory(trx, id, caller.id, { caused_by: { from: null, to: changeId } }, at)
  }
  await refreshClocks(trx, linked, at)
  return linked
}
