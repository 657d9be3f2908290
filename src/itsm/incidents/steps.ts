import type { Trx } from '../../../db/tables.ts'
import { transact } from '../../../db/transact.ts'
import type { Incident, IncidentUpdates } from '../../../schemas/itsm/incidents.ts'
import type { Caller } from '../../access.ts'
import { recordAudit } from '../../audit.ts'
import type { Deps } from '../../fastify.ts'
import { now } from '../../values.ts'
import { numberText } from '../numbers.ts'
import { getIncidentRow, type IncidentRow } from './access.ts'
import { announceChange, type ToldEvent } from './announce.ts'
import { type Columns, changeIncident, changesOf } from './change.ts'
import { describeIncidents } from './describe.ts'
import { columnsOf } from './fields.ts'
import { holdIncident } from './hold.ts'
import { setAffectedCis } from './labels.ts'
import { tellIncident } from './tell.ts'

/** What is told of an incident, besides its database. */
export type Told = Pick<Deps, 'db' | 'channels'>

/** One incident that a transaction changed, and what to tell of it afterwards. */
export type Step = { row: IncidentRow; events: ToldEvent[] }

export type Action = `incident.${string}`

/**
 * Holds an incident and does something to it, to it alone or to others too, and answers it as it is then.
 * Rooms are told afterwards.
 */
export async function changing(
  told: Told,
  caller: Caller,
  id: string,
  version: number | undefined,
  work: (trx: Trx, before: IncidentRow, at: string) => Promise<Step[]>,
): Promise<Incident> {
  const { steps, incident } = await transact(told.db, async (trx) => {
    const before = await holdIncident(trx, caller, id, version)
    // Whoever was waited for came first.
    const at = now()
    const steps = await work(trx, before, at)
    const row = await getIncidentRow(trx, caller, id)
    return { steps, incident: (await describeIncidents(trx, caller, [row], at))[0] as Incident }
  })
  tellSteps(told, steps)
  return incident
}

/** Writes columns of an incident that is held, with all that goes with it. */
export async function takeStep(
  trx: Trx,
  caller: Caller,
  before: IncidentRow,
  columns: Columns,
  action: Action,
  at: string,
  besides: object = {},
): Promise<Step> {
  const row = await changeIncident(trx, caller.id, before, columns, at)
  await recordAudit(trx, caller, action, row.id, { ...changesOf(before, row), ...besides })
  return { row, events: await announceChange(trx, caller.id, before, row) }
}

/** Sets fields of an incident that is held. */
export async function setFields(
  trx: Trx,
  caller: Caller,
  before: IncidentRow,
  updates: IncidentUpdates,
  action: Action,
  at: string,
): Promise<Step> {
  const columns = await columnsOf(trx, caller, before, updates, at)
  const { affected_ci_ids } = updates
  const besides =
    affected_ci_ids && (await setAffectedCis(trx, caller.id, before.id, affected_ci_ids, at))
  return takeStep(trx, caller, before, columns, action, at, besides)
}

/** The reporter is in the room as well: nothing internal. */
export function tellSteps(told: Told, steps: readonly Step[]): void {
  for (const { row, events } of steps) {
    const { id, number, status, version } = row
    const data = { incident_number: numberText('incident', number), status, version }
    for (const event of events) tellIncident(told, id, event, data)
  }
}
