import type { Db, Trx } from '../../../db/tables.ts'
import type { ItsmEvent } from '../../../schemas/itsm/common.ts'
import { enqueue } from '../../jobs.ts'
import { can, type Permission } from '../../permissions.ts'
import { now } from '../../values.ts'
import { deliver } from './deliveries.ts'

export type Notice = {
  event: ItsmEvent
  subject: { kind: 'incident' | 'problem' | 'change'; id: string; number: string; title: string }
  /** Users who get a mail; whoever did it, `by`, gets none. */
  to: readonly (string | null | undefined)[]
  by?: string | null
  /** What happened, in a sentence each. */
  text: { ja: string; en: string }
  /** What webhooks are told besides. */
  data?: object
}

/**
 * Hands on mails to people and calls to the webhooks that want to hear of this, in the transaction of what
 * happened: all of them or none, each once.
 */
export async function notify(trx: Trx, notice: Notice): Promise<void> {
  const { event, subject, to, by = null, text, data } = notice
  const path = `/api/v1/${subject.kind}s/${subject.id}`
  const { ja, en } = text
  for (const user_id of await readersOf(trx, subject, to, by)) {
    const title = `${subject.number} ${subject.title}`
    await enqueue(trx, 'send_itsm_mail', { user_id, title, ja, en, path })
  }
  const webhooks = await trx
    .selectFrom('itsm_webhooks')
    .select(['id', 'events'])
    .where('active', '=', 1)
    .orderBy('id')
    .execute()
  const wanting = webhooks.filter(({ events }) => wants(events, event))
  const ids = wanting.map(({ id }) => id)
  await deliver(trx, ids, event, { ...data, subject, text, by, path }, now())
}

/** What it takes to read more than one’s own. */
const overseeing = {
  incident: 'incident.oversee',
  problem: 'problem.read',
  change: 'change.read',
} as const satisfies Record<Notice['subject']['kind'], Permission>

/**
 * Those of `to` who are active, may read what it is about, and have not turned mails off; at most three
 * queries however many they are. The lead of a team need not be of the service desk.
 */
async function readersOf(
  db: Db,
  subject: Notice['subject'],
  to: Notice['to'],
  by: string | null,
): Promise<string[]> {
  const ids = [...new Set(to)].filter((id) => typeof id === 'string' && id !== by) as string[]
  if (ids.length === 0) return []
  const people = await db
    .selectFrom('users')
    .select(['id', 'roles'])
    .where('id', 'in', ids)
    .where('deactivated_at', 'is', null)
    .orderBy('id')
    .execute()
  const outside = people.filter(
    ({ roles }) => !can({ roles: JSON.parse(roles) }, overseeing[subject.kind]),
  )
  const owner = outside.length > 0 ? await ownerOf(db, subject) : undefined
  const blind = new Set(outside.map(({ id }) => id).filter((id) => id !== owner))
  const latest = await db
    .selectFrom('user_settings')
    .innerJoin(
      (eb) =>
        eb
          .selectFrom('user_settings')
          .select((each) => ['user_id as reader_id', each.fn.max('version').as('latest')])
          .where('user_id', 'in', ids)
          .groupBy('user_id')
          .as('latest'),
      (join) =>
        join
          .onRef('latest.reader_id', '=', 'user_settings.user_id')
          .onRef('latest.latest', '=', 'user_settings.version'),
    )
    .select(['user_id', 'settings'])
    .execute()
  const quiet = new Set(
    latest.filter(({ settings }) => isQuiet(settings)).map(({ user_id }) => user_id),
  )
  return people.map(({ id }) => id).filter((id) => !quiet.has(id) && !blind.has(id))
}

/** Who reads it whatever they are: the reporter of an incident. */
async function ownerOf(db: Db, { kind, id }: Notice['subject']): Promise<string | undefined> {
  if (kind !== 'incident') return undefined
  const row = await db
    .selectFrom('incidents')
    .select('reporter_id')
    .where('id', '=', id)
    .executeTakeFirst()
  return row?.reporter_id
}

function isQuiet(settings: string): boolean {
  return Object(Object(JSON.parse(settings)).notifications).mail === false
}

function wants(events: string, event: string): boolean {
  const wanted: string[] = JSON.parse(events)
  return wanted.includes('*') || wanted.includes(event)
}
