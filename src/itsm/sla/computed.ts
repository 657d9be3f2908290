import type { SlaPhase } from '../../../db/tables/itsm.ts'
import type { IncidentRow } from '../incidents/access.ts'
import type { Clock, TargetClock } from './clock.ts'
import { isoOf } from './events.ts'

export const columns = [
  'sla_policy_id',
  'sla_phase',
  'responded_at',
  'response_due_at',
  'resolution_due_at',
  'next_due_at',
  'next_risk_at',
  'next_check_at',
  'response_met',
  'resolution_met',
  'response_s',
  'resolution_s',
] as const satisfies readonly (keyof IncidentRow)[]

export type Computed = Pick<IncidentRow, (typeof columns)[number]>

/** An incident with all that its clocks follow from, and what they say; without a policy they say nothing. */
export type Timed = {
  row: IncidentRow
  policy_id: string | null
  clock: Clock | null
  noticed: ReadonlySet<string>
}

/** What is written beside the incident. */
export function computedOf({
  row,
  policy_id,
  clock,
  noticed,
}: Omit<Timed, 'row'> & { row: Pick<IncidentRow, 'status' | 'pending_until'> }): Computed {
  const pendingUntil = row.status === 'pending' ? row.pending_until : null
  if (!clock) return { ...nothing, sla_policy_id: policy_id, next_check_at: pendingUntil }
  const { response, resolution } = clock
  const both = [
    { name: 'response', target: response },
    { name: 'resolution', target: resolution },
  ]
  const running = both.filter(({ target }) => target.levels.length > 0)
  const dues = running.flatMap(({ target }) => target.due_at ?? [])
  const risks = running
    .filter(({ target }) => target.state === 'running')
    .flatMap(({ target }) => target.levels.filter(({ level }) => level !== 'breach'))
  const checks = running.flatMap(({ name, target }) =>
    target.levels.filter(({ level }) => !noticed.has(`${name} ${level}`)),
  )
  const times = checks.map((each) => isoOf(each.at))
  return {
    sla_policy_id: policy_id,
    sla_phase: phaseOf(row, response, resolution),
    responded_at: clock.responded_at,
    response_due_at: dueOf(response),
    resolution_due_at: dueOf(resolution),
    next_due_at: earliest(dues.map(isoOf)),
    next_risk_at: earliest(risks.map((each) => isoOf(each.at))),
    next_check_at: earliest(pendingUntil === null ? times : [...times, pendingUntil]),
    response_met: metOf(response),
    resolution_met: metOf(resolution),
    response_s: response.met_at === null ? null : response.elapsed_s,
    resolution_s: resolution.met_at === null ? null : resolution.elapsed_s,
  }
}

const nothing: Computed = {
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
}

export function phaseOf(
  { status }: Pick<IncidentRow, 'status'>,
  response: TargetClock,
  resolution: TargetClock,
): SlaPhase {
  const states = [response.state, resolution.state]
  if (status === 'cancelled') return 'cancelled'
  if (states.includes('breached')) return 'breached'
  if (states.includes('paused')) return 'paused'
  return states.every((state) => state === 'met') ? 'met' : 'running'
}

function dueOf({ levels, due_at }: TargetClock): string | null {
  return levels.length > 0 && due_at !== null ? isoOf(due_at) : null
}

function metOf({ state, met_at }: TargetClock): 0 | 1 | null {
  if (met_at === null) return null
  return state === 'met' ? 1 : 0
}

function earliest(times: readonly string[]): string | null {
  return times.reduce<string | null>(
    (least, each) => (least === null || each < least ? each : least),
    null,
  )
}
