import type { Db, Trx } from '../../../db/tables.ts'
import { transact } from '../../../db/transact.ts'
import { diff, recordAudit } from '../../audit.ts'
import type { Deps } from '../../fastify.ts'
import { now } from '../../values.ts'
import type { IncidentRow } from '../incidents/access.ts'
import { changeIncident } from '../incidents/change.ts'
import { tellIncident } from '../incidents/tell.ts'
import { escalate, serviceItself, type Told } from './escalation.ts'
import { refreshClocks } from './refresh.ts'

const batch = 200

/**
 * The job that does what comes about by itself: incidents return from `pending`, and people are told of
 * targets that are at risk or missed. Each incident is held and looked at again in a transaction of its own,
 * so that any number of instances may do this at once. What fails is left for the next time, and does not
 * keep the others waiting; then the job fails in the end.
 */
export async function watchIncidents(
  deps: Pick<Deps, 'db' | 'channels'>,
  at = now(),
  signal?: AbortSignal,
): Promise<void> {
  const errors: unknown[] = []
  let last: { next_check_at: string; id: string } | undefined
  do {
    const due = await dueAfter(deps.db, at, last)
    for (const { id } of due) {
      if (signal?.aborted) return
      await watchOne(deps, id, at).catch((error) => errors.push(error))
    }
    last = due.length === batch ? due.at(-1) : undefined
  } while (last)
  if (errors.length > 0) throw errors[0]
}

async function dueAfter(
  db: Db,
  at: string,
  last: { next_check_at: string; id: string } | undefined,
) {
  const rows = await db
    .selectFrom('incidents')
    .select(['next_check_at', 'id'])
    .where('next_check_at', '<=', at)
    .$if(last !== undefined, (query) =>
      query.where((eb) =>
        eb(
          eb.refTuple('next_check_at', 'id'),
          '>',
          eb.tuple(String(last?.next_check_at), String(last?.id)),
        ),
      ),
    )
    .orderBy('next_check_at')
    .orderBy('id')
    .limit(batch)
    .execute()
  return rows.map(({ next_check_at, id }) => ({ next_check_at: String(next_check_at), id }))
}

async function watchOne(
  { db, channels }: Pick<Deps, 'db' | 'channels'>,
  id: string,
  at: string,
): Promise<void> {
  const told = await transact(db, async (trx) => {
    const held = await holdDue(trx, id, at)
    if (!held) return []
    const told: Told[] = []
    const row = await resume(trx, held, at, told)
    await escalate(trx, row, at, told)
    await refreshClocks(trx, [id], at)
    return told
  })
  for (const { event, data } of told) tellIncident({ channels }, id, event, data)
}

/** Whoever comes second waits here, and then finds nothing that is due. */
function holdDue(trx: Trx, id: string, at: string): Promise<IncidentRow | undefined> {
  return trx
    .updateTable('incidents')
    .set((eb) => ({ version: eb.ref('version') }))
    .where('id', '=', id)
    .where('next_check_at', '<=', at)
    .returningAll()
    .executeTakeFirst()
}

/** Back to work at the time that was said, however late the job comes. */
async function resume(trx: Trx, row: IncidentRow, at: string, told: Told[]): Promise<IncidentRow> {
  const { status, pending_until, assignee_id, team_id } = row
  if (status !== 'pending' || pending_until === null || pending_until > at) return row
  const to = assignee_id ? 'in_progress' : team_id ? 'assigned' : 'new'
  const wanted = { status: to, pending_reason: null, pending_until: null } as const
  await recordAudit(trx, serviceItself(), 'incident.resumed', row.id, diff<object>(row, wanted))
  told.push({ event: 'incident.updated', data: { status: to } })
  return changeIncident(trx, null, row, wanted, pending_until)
}
