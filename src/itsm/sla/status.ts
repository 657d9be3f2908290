import type { SlaStatus } from '../../../schemas/itsm/incidents.ts'
import type { IncidentRow } from '../incidents/access.ts'

type Clocked = Pick<IncidentRow, 'sla_phase' | 'next_due_at' | 'next_risk_at'>

/**
 * How an incident stands to its targets at a time: what is written of it, which may be a little older
 * than that, and the ends that have passed since.
 */
export function slaStatusOf(
  { sla_phase, next_due_at, next_risk_at }: Clocked,
  at: string,
): SlaStatus {
  if (sla_phase === 'breached') return 'violated'
  if (sla_phase === 'cancelled') return 'none'
  if (sla_phase !== 'running') return sla_phase
  if (next_due_at !== null && next_due_at <= at) return 'violated'
  return next_risk_at !== null && next_risk_at <= at ? 'at_risk' : 'compliant'
}
