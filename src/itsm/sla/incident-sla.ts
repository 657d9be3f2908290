import type { Db } from '../../../db/tables.ts'
import type { IncidentSla } from '../../../schemas/itsm/sla.ts'
import type { Caller } from '../../access.ts'
import type { Language } from '../../messages.ts'
import { now } from '../../values.ts'
import { getIncidentRow } from '../incidents/access.ts'
import type { TargetClock } from './clock.ts'
import { phaseOf } from './computed.ts'
import { isoOf } from './events.ts'
import { explain } from './explanation.ts'
import { timeIncidents } from './refresh.ts'
import { loadAgreements } from './terms.ts'

/** The clocks of an incident as its events have them at a time. Fails with `incident_not_found`. */
export async function getIncidentSla(
  db: Db,
  caller: Caller,
  id: string,
  language: Language,
  at = now(),
): Promise<IncidentSla> {
  const row = await getIncidentRow(db, caller, id)
  const agreements = await loadAgreements(db)
  const [timed] = await timeIncidents(db, agreements, [id], at)
  const notices = await noticesOf(db, id)
  const base = { incident_id: id, computed_at: at, notices }
  const policy = agreements.policies.get(timed?.policy_id ?? '')
  if (!timed?.clock || !policy) {
    return {
      ...base,
      phase: 'none',
      policy: null,
      calendar: null,
      response: null,
      resolution: null,
    }
  }
  const { response, resolution } = timed.clock
  const calendar = await calendarOf(db, policy.id, resolution)
  return {
    ...base,
    phase: phaseOf(row, response, resolution),
    policy: { id: policy.id, name: policy.name, version: resolution.terms.policy_version },
    calendar,
    response: shown('response', response, calendar.zone, language),
    resolution: shown('resolution', resolution, calendar.zone, language),
  }
}

async function noticesOf(db: Db, id: string) {
  const rows = await db
    .selectFrom('sla_notices')
    .select(['target', 'level', 'due_at', 'noticed_at', 'late'])
    .where('incident_id', '=', id)
    .orderBy('noticed_at')
    .orderBy('target')
    .orderBy('level')
    .execute()
  return rows.map((row) => ({ ...row, late: row.late === 1 }))
}

/** The one that the version of the policy names, with what its own version said. */
async function calendarOf(db: Db, policyId: string, { terms }: TargetClock) {
  const { id, name, definition } = await db
    .selectFrom('sla_policy_versions as policy')
    .innerJoin('sla_calendars as calendar', 'calendar.id', 'policy.calendar_id')
    .innerJoin('sla_calendar_versions as said', 'said.calendar_id', 'calendar.id')
    .select(['calendar.id', 'calendar.name', 'said.definition'])
    .where('policy.policy_id', '=', policyId)
    .where('policy.version', '=', terms.policy_version)
    .where('said.version', '=', terms.calendar_version)
    .executeTakeFirstOrThrow()
  const { zone } = JSON.parse(definition)
  return { id, name, zone: String(zone), version: terms.calendar_version }
}

function shown(
  name: 'response' | 'resolution',
  clock: TargetClock,
  zone: string,
  language: Language,
) {
  const time = (instant: number | null) => (instant === null ? null : isoOf(instant))
  const { state, target_s, elapsed_s, paused_s, remaining_s, percent, terms } = clock
  return {
    state,
    explanation: explain(name, clock, zone, language),
    target_s,
    elapsed_s,
    paused_s,
    remaining_s,
    percent,
    started_at: isoOf(clock.started_at),
    due_at: time(clock.due_at),
    met_at: time(clock.met_at),
    breached_at: time(clock.breached_at),
    policy_version: terms.policy_version,
    calendar_version: terms.calendar_version,
    intervals: clock.intervals.map(({ from, to, ...rest }) => ({
      from: isoOf(from),
      to: isoOf(to),
      ...rest,
    })),
  }
}
