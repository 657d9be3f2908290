import type { Db, Trx } from '../../../db/tables.ts'
import { transact } from '../../../db/transact.ts'
import { recordAudit } from '../../audit.ts'
import type { Deps } from '../../fastify.ts'
import { now } from '../../values.ts'
import type { IncidentRow } from '../incidents/access.ts'
import { changeIncident, changesOf } from '../incidents/change.ts'
import { entered } from '../incidents/fields.ts'
import { tellIncident } from '../incidents/tell.ts'
import { notify } from '../notices/notices.ts'
import { numberText } from '../numbers.ts'
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

/**
 * Back to work at the time that was said, however late the job comes: to `in_progress`, as that is where
 * one comes from `pending` by the table, also when nobody is assigned.
 */
async function resume(trx: Trx, row: IncidentRow, at: string, told: Told[]): Promise<IncidentRow> {
  const { status, pending_until } = row
  if (status !== 'pending' || pending_until === null || pending_until > at) return row
  const wanted = entered(row, 'in_progress', pending_until)
  await recordAudit(trx, serviceItself(), 'incident.resumed', row.id, changesOf(row, wanted))
  const after = await changeIncident(trx, null, row, wanted, pending_until)
  const number = numberText('incident', row.number)
  await notify(trx, {
    event: 'incident.updated',
    subject: { kind: 'incident', id: row.id, number, title: row.title },
    to: [row.assignee_id],
    text: {
      ja: `${number}「${row.title}」は保留の期限になり、対応中に戻りました。`,
      en: `${number} “${row.title}” was pending until now and is in progress again.`,
    },
    data: { status: after.status },
  })
  told.push({ event: 'incident.updated', data: { status: after.status } })
  return after
}
