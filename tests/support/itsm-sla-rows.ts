import type { Insertable } from 'kysely'
import type { Db, Tables } from '../../db/tables.ts'
import { transact } from '../../db/transact.ts'
import { priorities } from '../../schemas/itsm/common.ts'
import { changeIncident } from '../../src/itsm/incidents/change.ts'
import { takeNumbers } from '../../src/itsm/numbers.ts'
import { refreshClocks } from '../../src/itsm/sla/refresh.ts'
import { newId } from '../../src/values.ts'

type Fields = Partial<Insertable<Tables['incidents']>> & { reporter_id: string; opened_at: string }

/** An incident as it is opened at a time, with its clocks. */
export async function insertIncident(db: Db, fields: Fields): Promise<string> {
  const row = incidentRow(fields)
  await transact(db, async (trx) => {
    const number = await takeNumbers(trx, 'incident')
    await trx
      .insertInto('incidents')
      .values({ ...row, number })
      .execute()
    await refreshClocks(trx, [row.id], fields.opened_at)
  })
  return row.id
}

export function incidentRow({ priority = 'high', ...fields }: Fields) {
  return {
    id: newId(),
    external_number: null,
    title: '庁内メールが送信できない',
    description: null,
    status: 'new' as const,
    priority,
    priority_rank: priorities.indexOf(priority) + 1,
    impact: 'high' as const,
    urgency: 'high' as const,
    priority_reason: null,
    category: null,
    assignee_id: null,
    team_id: null,
    tags: '[]',
    major: 0 as const,
    resolution: null,
    resolution_code: null,
    parent_id: null,
    reopen_count: 0,
    reassignment_count: 0,
    pending_reason: null,
    pending_until: null,
    resolved_at: null,
    closed_at: null,
    sla_policy_id: null,
    sla_phase: 'none' as const,
    responded_at: null,
    response_due_at: null,
    resolution_due_at: null,
    next_due_at: null,
    next_risk_at: null,
    next_check_at: null,
    response_met: null,
    resolution_met: null,
    response_s: null,
    resolution_s: null,
    version: 1,
    created_by: fields.reporter_id,
    created_at: fields.opened_at,
    updated_at: fields.opened_at,
    ...fields,
  }
}

/** Changes an incident at a time, as the service desk does. */
export function change(
  db: Db,
  id: string,
  by: string | null,
  wanted: Parameters<typeof changeIncident>[3],
  at: string,
) {
  return transact(db, async (trx) => {
    const before = await trx
      .updateTable('incidents')
      .set((eb) => ({ version: eb.ref('version') }))
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirstOrThrow()
    return changeIncident(trx, by, before, wanted, at)
  })
}

export function incidentOf(db: Db, id: string) {
  return db.selectFrom('incidents').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
}

/** The time in Japan, as rows have it. */
export function inRows(time: string): string {
  return new Date(`${time.replace(' ', 'T')}+09:00`).toISOString()
}
