import type { Db, Trx } from '../../../db/tables.ts'
import type { ItsmEvent } from '../../../schemas/itsm/common.ts'
import { type Notice, notify } from '../notices/notices.ts'
import { numberText } from '../numbers.ts'
import type { IncidentRow } from './access.ts'

type IncidentEvent = Extract<ItsmEvent, `incident.${string}`>
type Said = { ja: string; en: string }

const said: Record<Exclude<IncidentEvent, `${string}.sla_${string}`>, Said> = {
  'incident.created': { ja: 'が登録されました。', en: 'has been reported.' },
  'incident.assigned': { ja: 'の担当が決まりました。', en: 'has been assigned.' },
  'incident.updated': { ja: 'が更新されました。', en: 'has been changed.' },
  'incident.resolved': { ja: 'が解決しました。', en: 'has been resolved.' },
  'incident.reopened': { ja: 'が再開されました。', en: 'has been reopened.' },
  'incident.closed': { ja: 'がクローズされました。', en: 'has been closed.' },
  'incident.cancelled': { ja: 'が取り消されました。', en: 'has been cancelled.' },
  'incident.mentioned': {
    ja: 'の作業メモであなたが呼ばれています。',
    en: 'has a note that mentions you.',
  },
  'incident.noted': { ja: 'に作業メモが書かれました。', en: 'has a new note.' },
}
export type ToldEvent = keyof typeof said

/** Hands on what happened to an incident, by mail to these people and to the webhooks. */
export function announce(
  trx: Trx,
  by: string | null,
  event: ToldEvent,
  { id, number, title }: IncidentRow,
  to: Notice['to'],
  data: object = {},
): Promise<void> {
  const name = numberText('incident', number)
  return notify(trx, {
    event,
    subject: { kind: 'incident', id, number: name, title },
    to,
    by,
    text: {
      ja: `${name}「${title}」${said[event].ja}`,
      en: `${name} “${title}” ${said[event].en}`,
    },
    data,
  })
}

/**
 * Tells those whom it concerns what a change made of an incident: a new assignee, the lead of a new team,
 * the reporter when it ends or comes back. Answers the events.
 */
export async function announceChange(
  trx: Trx,
  by: string,
  before: IncidentRow,
  row: IncidentRow,
): Promise<ToldEvent[]> {
  const events: [ToldEvent, Notice['to']][] = []
  const assignee = before.assignee_id === row.assignee_id ? null : row.assignee_id
  const team = before.team_id === row.team_id ? null : row.team_id
  if (assignee || team) events.push(['incident.assigned', [assignee, await leadOf(trx, team)]])
  const moved = before.status === row.status ? undefined : eventOf(before, row)
  if (moved) events.push([moved, concerned(moved, row)])
  const isMajor = before.major === 0 && row.major === 1
  if (events.length === 0 || isMajor) {
    events.push(['incident.updated', isMajor ? [await leadOf(trx, row.team_id)] : []])
  }
  for (const [event, to] of events) await announce(trx, by, event, row, to, { status: row.status })
  return events.map(([event]) => event)
}

export async function leadOf(db: Db, teamId: string | null): Promise<string | null> {
  if (teamId === null) return null
  const team = await db
    .selectFrom('teams')
    .select('lead_id')
    .where('id', '=', teamId)
    .executeTakeFirst()
  return team?.lead_id ?? null
}

function eventOf(before: IncidentRow, { status }: IncidentRow): ToldEvent | undefined {
  if (status === 'resolved') return 'incident.resolved'
  if (status === 'closed') return 'incident.closed'
  if (status === 'cancelled') return 'incident.cancelled'
  const isBack = before.status === 'resolved' || before.status === 'closed'
  return isBack ? 'incident.reopened' : undefined
}

function concerned(event: ToldEvent, { reporter_id, assignee_id }: IncidentRow): string[] {
  const isBack = event === 'incident.reopened'
  return isBack && assignee_id ? [reporter_id, assignee_id] : [reporter_id]
}
