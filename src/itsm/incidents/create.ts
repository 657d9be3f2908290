import type { Db, Trx } from '../../../db/tables.ts'
import { transact } from '../../../db/transact.ts'
import type { Incident, NewIncident } from '../../../schemas/itsm/incidents.ts'
import type { Caller } from '../../access.ts'
import { recordAudit } from '../../audit.ts'
import { failure, invalid } from '../../failure.ts'
import { can } from '../../permissions.ts'
import { newId, now } from '../../values.ts'
import { type Changes, historyOf, recordHistory } from '../history.ts'
import { takeNumbers } from '../numbers.ts'
import { indexed, requireCis, requireUsers } from '../references.ts'
import { firstClocks } from '../sla/refresh.ts'
import type { IncidentRow } from './access.ts'
import { announce, leadOf } from './announce.ts'
import { requireAssignable } from './assignees.ts'
import { describeIncidents } from './describe.ts'
import { instantOf } from './instants.ts'
import { addCis, addTags, distinctTags } from './labels.ts'
import { priorityOf, rankOf } from './priority.ts'
import { type Told, tellSteps } from './steps.ts'
import { addTexts } from './texts.ts'

/** What only the service desk says of a new incident. */
const ofStaff = [
  'reporter_id',
  'assignee_id',
  'team_id',
  'affected_ci_ids',
  'major',
  'opened_at',
] as const satisfies (keyof NewIncident)[]

/** Reports an incident: for oneself or, at the service desk, for somebody else. */
export async function createIncident(
  told: Told,
  caller: Caller,
  input: NewIncident,
): Promise<Incident> {
  requireStaffFor(caller, input)
  const at = now()
  const row = await transact(told.db, async (trx) => {
    const row = await insertIncident(trx, caller, input, at)
    await recordAudit(trx, caller, 'incident.created', row.id, input)
    const lead = await leadOf(trx, row.team_id)
    const isMajor = row.major === 1
    const to = isMajor ? [lead] : []
    await announce(trx, caller.id, 'incident.created', row, to, { status: row.status })
    if (row.assignee_id || row.team_id) {
      const assigned = isMajor ? [row.assignee_id] : [row.assignee_id, lead]
      await announce(trx, caller.id, 'incident.assigned', row, assigned, { status: row.status })
    }
    return row
  })
  tellSteps(told, [{ row, events: ['incident.created'] }])
  const [incident] = await describeIncidents(told.db, caller, [row], at)
  return incident as Incident
}

function requireStaffFor(caller: Caller, { reporter_id, ...input }: NewIncident): void {
  if (can(caller, 'incident.work')) return
  const given = { ...input, ...(reporter_id !== caller.id && { reporter_id }) }
  const fields = ofStaff.filter((field) => Object(given)[field] !== undefined)
  if (fields.length > 0) throw failure('incident_fields_for_staff', { fields })
}

async function insertIncident(
  trx: Trx,
  caller: Caller,
  input: NewIncident,
  at: string,
): Promise<IncidentRow> {
  await requireReferences(trx, input)
  const id = newId()
  const values = { ...columnsOf(caller, input, at), id }
  const moves = movesOf(values)
  const clocks = await firstClocks(trx, values, historyOf(caller.id, moves, at), at)
  // From here to the end of the transaction whoever else reports an incident waits.
  const number = await takeNumbers(trx, 'incident')
  const row = await trx
    .insertInto('incidents')
    .values({ ...values, ...clocks, number })
    .returningAll()
    .executeTakeFirstOrThrow()
  await addTags(trx, id, JSON.parse(row.tags))
  await addCis(trx, id, input.affected_ci_ids ?? [])
  await recordHistory(trx, id, caller.id, moves, at)
  await addTexts(trx, row)
  return row
}

async function requireReferences(db: Db, input: NewIncident): Promise<void> {
  await requireUsers(db, { reporter_id: input.reporter_id })
  await requireAssignable(db, input)
  await requireCis(db, indexed('affected_ci_ids', input.affected_ci_ids))
}

/** One that is assigned when it is reported went from new to assigned at once: clocks ask who did. */
function movesOf({ status, assignee_id }: Pick<IncidentRow, 'status' | 'assignee_id'>): Changes {
  if (status === 'new') return {}
  return {
    status: { from: 'new', to: status },
    assignee_id: { from: null, to: assignee_id },
  }
}

function columnsOf(caller: Caller, input: NewIncident, at: string) {
  const { title, impact = 'medium', urgency = 'medium', category = null } = input
  const { assignee_id = null, team_id = null, reporter_id = caller.id } = input
  const opened_at = input.opened_at === undefined ? at : instantOf('opened_at', input.opened_at)
  if (opened_at > at) throw invalid({ field: 'opened_at', rule: 'not_in_the_future' })
  const description = input.description || null
  const priority = priorityOf(impact, urgency)
  return {
    ...empty,
    title,
    description,
    status: assignee_id ? 'assigned' : 'new',
    priority,
    priority_rank: rankOf(priority),
    impact,
    urgency,
    category,
    reporter_id,
    assignee_id,
    team_id,
    tags: JSON.stringify(distinctTags(input.tags ?? [])),
    major: input.major ? 1 : 0,
    opened_at,
    created_by: caller.id,
    created_at: at,
    updated_at: at,
  } as const
}

/** What a new incident has none of yet. */
const empty = {
  external_number: null,
  priority_reason: null,
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
  sla_phase: 'none',
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
} as const
