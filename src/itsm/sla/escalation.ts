import type { Trx } from '../../../db/tables.ts'
import { type ItsmEvent, priorities } from '../../../schemas/itsm/common.ts'
import type { Actor } from '../../access.ts'
import { diff, recordAudit } from '../../audit.ts'
import { newId } from '../../values.ts'
import type { IncidentRow } from '../incidents/access.ts'
import { changeIncident } from '../incidents/change.ts'
import { notify } from '../notices/notices.ts'
import { numberText } from '../numbers.ts'
import type { Level, TargetClock } from './clock.ts'
import { isoOf, secondOf } from './events.ts'
import { timeIncidents } from './refresh.ts'
import { loadAgreements } from './terms.ts'

/** What the room of the incident is told after the transaction. */
export type Told = { event: ItsmEvent; data: object }

type Name = 'response' | 'resolution'
type Due = { name: Name; level: Level; due_at: string; clock: TargetClock }
type Given = Due & { late: boolean }

/** Two rounds of the job: what comes later than that is said to come late. */
const lateSeconds = 120

const words = {
  response: { ja: '初回応答', en: 'response' },
  resolution: { ja: '解決', en: 'resolution' },
} as const

/**
 * Tells of the targets of a held incident that are at risk or missed at a time: each incident, target and
 * level once, by the row in `sla_notices`. Raises the priority where the policy says so, once a target.
 */
export async function escalate(
  trx: Trx,
  row: IncidentRow,
  at: string,
  told: Told[],
): Promise<void> {
  const [timed] = await timeIncidents(trx, await loadAgreements(trx), [row.id], at)
  if (!timed?.clock) return
  const { response, resolution } = timed.clock
  const dues = [...duesOf('response', response, at), ...duesOf('resolution', resolution, at)]
  if (dues.length === 0) return
  const noticed = new Set(timed.noticed)
  const people = await peopleOf(trx, row)
  let current = row
  for (const due of dues) {
    const given = await give(trx, row.id, due, at)
    if (!given) continue
    const raised = await raise(trx, current, given, noticed, at)
    noticed.add(`${due.name} ${due.level}`)
    current = raised ?? current
    await tell(trx, current, given, people, told)
  }
}

function duesOf(name: Name, clock: TargetClock, at: string): Due[] {
  return clock.levels
    .filter((each) => each.at <= secondOf(at))
    .map(({ level, at }) => ({ name, level, due_at: isoOf(at), clock }))
}

/** Nothing where it was given before: of any number of instances one gives it. */
async function give(trx: Trx, id: string, due: Due, at: string): Promise<Given | undefined> {
  const late = Date.parse(at) - Date.parse(due.due_at) > lateSeconds * 1000
  const { name: target, level, due_at } = due
  const row = await trx
    .insertInto('sla_notices')
    .values({ incident_id: id, target, level, due_at, noticed_at: at, late: late ? 1 : 0 })
    .onConflict((conflict) => conflict.columns(['incident_id', 'target', 'level']).doNothing())
    .returning('incident_id')
    .executeTakeFirst()
  return row && { ...due, late }
}

/** One step up for the first alert of a target, or for its breach; never past critical. */
async function raise(
  trx: Trx,
  row: IncidentRow,
  { name, level, clock }: Given,
  noticed: ReadonlySet<string>,
  at: string,
): Promise<IncidentRow | undefined> {
  const when = clock.terms.policy.raise_priority_on
  const isMeant = when === 'breach' ? level === 'breach' : when === 'alert' && level !== 'breach'
  const other = level === 'percent' ? 'minutes' : 'percent'
  const isFirst = level === 'breach' || !noticed.has(`${name} ${other}`)
  const rank = priorities.indexOf(row.priority) + 1
  const priority = priorities[rank]
  if (!isMeant || !isFirst || !priority) return undefined
  const reason = `SLA ${name} ${level === 'breach' ? 'breached' : 'at risk'}`
  const wanted = { priority, priority_rank: rank + 1, priority_reason: reason }
  await recordAudit(trx, serviceItself(), 'incident.updated', row.id, diff<object>(row, wanted))
  return changeIncident(trx, null, row, wanted, at)
}

async function tell(
  trx: Trx,
  row: IncidentRow,
  { name, level, due_at, late, clock }: Given,
  people: Record<string, string | null>,
  told: Told[],
): Promise<void> {
  const isBreach = level === 'breach'
  const event = isBreach ? 'incident.sla_breached' : 'incident.sla_alert'
  const { id, title, number, priority } = row
  const due = clock.due_at === null ? due_at : isoOf(clock.due_at)
  const data = { target: name, level, due_at: due, priority, late }
  await recordAudit(trx, serviceItself(), event, id, data)
  await notify(trx, {
    event,
    subject: { kind: 'incident', id, number: numberText('incident', number), title },
    to: clock.terms.policy.notify.map((who) => people[who]),
    by: null,
    text: {
      ja: isBreach
        ? `${words[name].ja}の期限 (${due}) を過ぎました。`
        : `${words[name].ja}の期限 (${due}) が近づいています。`,
      en: isBreach
        ? `The ${words[name].en} was due at ${due} and is missed.`
        : `The ${words[name].en} is due at ${due}.`,
    },
    data,
  })
  told.push({ event, data: { target: name, level, due_at: due } })
}

async function peopleOf(trx: Trx, { assignee_id, team_id }: IncidentRow) {
  const team = await trx
    .selectFrom('teams')
    .select(['lead_id', 'manager_id'])
    .where('id', '=', team_id ?? '')
    .executeTakeFirst()
  return {
    assignee: assignee_id,
    team_lead: team?.lead_id ?? null,
    manager: team?.manager_id ?? null,
  }
}

/** Nobody asked: what the audit log shows of what the service does by itself. */
export function serviceItself(): Actor {
  return { id: null, ip: null, user_agent: null, request_id: newId() }
}
