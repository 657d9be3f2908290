import type { Trx } from '../../../db/tables.ts'
import type { IncidentClosing, IncidentReason } from '../../../schemas/itsm/incident-moves.ts'
import type { Incident } from '../../../schemas/itsm/incidents.ts'
import type { Caller } from '../../access.ts'
import { failure } from '../../failure.ts'
import { can } from '../../permissions.ts'
import { later } from '../../values.ts'
import { getItsmSettings } from '../settings.ts'
import type { IncidentRow } from './access.ts'
import { requireNoOpenChildren } from './family.ts'
import { entered } from './fields.ts'
import { requireStaff, requireStaffOrReporter } from './hold.ts'
import { announceMentions } from './note-telling.ts'
import { writeNote } from './notes.ts'
import { changing, type Step, type Told, takeStep } from './steps.ts'
import { isOpen, requireTransition } from './transitions.ts'

const secondsADay = 86_400

/** Closes one that is resolved; over open children only who may override, and says so. */
export function closeIncident(
  told: Told,
  caller: Caller,
  id: string,
  { force = false }: IncidentClosing,
  version?: number,
): Promise<Incident> {
  return changing(told, caller, id, version, async (trx, before, at) => {
    requireStaffOrReporter(caller, before)
    if (force && !can(caller, 'incident.override')) throw failure('incident_override_required')
    requireTransition(before.status, 'closed')
    if (!force) await requireNoOpenChildren(trx, id)
    const columns = entered(before, 'closed', at)
    return [await takeStep(trx, caller, before, columns, 'incident.closed', at)]
  })
}

/** Takes up again what was resolved, or closed not too long ago. */
export function reopenIncident(
  told: Told,
  caller: Caller,
  id: string,
  { reason }: IncidentReason,
  version?: number,
): Promise<Incident> {
  return changing(told, caller, id, version, async (trx, before, at) => {
    requireStaffOrReporter(caller, before)
    if (isOpen(before.status)) requireTransition(before.status, before.status)
    requireTransition(before.status, 'in_progress')
    await requireWindow(trx, before, at)
    const columns = entered(before, 'in_progress', at)
    const step = await takeStep(trx, caller, before, columns, 'incident.reopened', at)
    await writeReason(trx, caller, before, reason, at)
    return [step]
  })
}

/** Says that it was none, or is no longer one. */
export function cancelIncident(
  told: Told,
  caller: Caller,
  id: string,
  { reason }: IncidentReason,
  version?: number,
): Promise<Incident> {
  return changing(told, caller, id, version, async (trx, before, at) => {
    requireStaffOrReporter(caller, before)
    requireTransition(before.status, 'cancelled')
    if (before.status !== 'new') requireStaff(caller)
    return [await cancel(trx, caller, before, reason, at)]
  })
}

/** Cancels one that is held and can be, with a public note that says why. */
export async function cancel(
  trx: Trx,
  caller: Caller,
  before: IncidentRow,
  reason: string,
  at: string,
): Promise<Step> {
  const columns = entered(before, 'cancelled', at)
  const step = await takeStep(trx, caller, before, columns, 'incident.cancelled', at)
  await writeReason(trx, caller, before, reason, at)
  return step
}

async function writeReason(
  trx: Trx,
  caller: Caller,
  incident: IncidentRow,
  content: string,
  at: string,
): Promise<void> {
  const note_type = can(caller, 'incident.work') ? 'work_note' : 'customer_note'
  const note = { content, note_type, is_public: true } as const
  const id = await writeNote(trx, caller.id, incident.id, note, at)
  await announceMentions(trx, caller.id, incident, id, note)
}

async function requireWindow(trx: Trx, { closed_at }: IncidentRow, at: string): Promise<void> {
  if (closed_at === null) return
  const { reopen_window_days: days } = await getItsmSettings(trx)
  const isOver = later(closed_at, days * secondsADay) <= at
  if (isOver) throw failure('reopen_window_over', { days })
}
