import type { NewWindow } from '../../../schemas/itsm/change-windows.ts'
import { type FieldFault, invalid } from '../../failure.ts'
import { later } from '../../values.ts'
import { spanFaults } from '../cab/spans.ts'
import { isZone } from '../zones.ts'
import { utc } from './times.ts'

/** A window as it is stored; fails with 422 where its parts do not go together. */
export function checkedWindow({
  kind,
  severity = null,
  name,
  reason = null,
  starts_at,
  ends_at = null,
  recurrence = null,
}: Omit<NewWindow, 'ci_ids'>) {
  const start = utc('starts_at', starts_at)
  const end = ends_at === null ? null : utc('ends_at', ends_at)
  const faults: FieldFault[] = []
  if ((kind === 'freeze') !== (severity !== null)) {
    faults.push({ field: 'severity', rule: 'severity_of_freeze' })
  }
  if ((end === null) !== (recurrence !== null)) {
    faults.push({ field: 'ends_at', rule: 'end_or_recurrence' })
  } else if (end !== null) faults.push(...spanFaults(start, end, 'ends_at'))
  if (recurrence && kind !== 'maintenance') {
    faults.push({ field: 'recurrence', rule: 'recurrence_of_maintenance' })
  }
  if (recurrence && !isZone(recurrence.time_zone)) {
    faults.push({ field: 'recurrence.time_zone', rule: 'time_zone' })
  }
  if (faults.length > 0) throw invalid(...faults)
  return {
    kind,
    severity,
    name,
    reason: reason || null,
    starts_at: start,
    ends_at: end,
    recurrence: recurrence && JSON.stringify(recurrence),
    over_at: recurrence ? overAt(recurrence.until) : end,
  }
}

/** By then the last one is over, in every zone and over midnight. */
function overAt(until: string | null): string | null {
  return until === null ? null : later(`${until}T00:00:00.000Z`, 3 * 86_400)
}
