import type { Db } from '../../../db/tables.ts'
import type { Assignment } from '../../../schemas/itsm/incidents.ts'
import { invalid } from '../../failure.ts'
import { can } from '../../permissions.ts'
import { requireTeams, requireUsers } from '../references.ts'
import type { IncidentRow } from './access.ts'
import type { Columns } from './change.ts'

/** Fails with 422 unless these can be given an incident: a known team, somebody active who may work on it. */
export async function requireAssignable(
  db: Db,
  { assignee_id, team_id }: Assignment,
): Promise<void> {
  await requireTeams(db, { team_id })
  if (!assignee_id) return
  await requireUsers(db, { assignee_id })
  const { roles } = await db
    .selectFrom('users')
    .select('roles')
    .where('id', '=', assignee_id)
    .executeTakeFirstOrThrow()
  if (can({ roles: JSON.parse(roles) }, 'incident.work')) return
  throw invalid({ field: 'assignee_id', rule: 'cannot_work_on_incidents' })
}

/** The columns of an assignment; one that goes from somebody to somebody else is counted. */
export function assigned(before: IncidentRow, { assignee_id, team_id }: Assignment): Columns {
  const isPassedOn = isOther(before.assignee_id, assignee_id) || isOther(before.team_id, team_id)
  return {
    ...(assignee_id !== undefined && { assignee_id }),
    ...(team_id !== undefined && { team_id }),
    ...(isPassedOn && { reassignment_count: before.reassignment_count + 1 }),
  }
}

function isOther(from: string | null, to: string | null | undefined): boolean {
  return Boolean(from && to && from !== to)
}
