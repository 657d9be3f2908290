import type { Db, Trx } from '../../../db/tables.ts'
import type { ItsmEvent } from '../../../schemas/itsm/common.ts'
import { enqueue } from '../../jobs.ts'
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
  for (const user_id of await readersOf(trx, to, by)) {
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

/** Those of `to` who are active and have not turned mails off; two queries however many they are. */
async function readersOf(db: Db, to: Notice['to'], by: string | null): Promise<string[]> {
  const ids = [...new Set(to)].filter((id) => typeof id === 'string' && id !== by) as string[]
  if (ids.length === 0) return []
  const people = await db
    .selectFrom('users')
    .select('id')
    .where('id', 'in', ids)
    .where('deactivated_at', 'is', null)
    .orderBy('id')
    .execute()
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
  return people.map(({ id }) => id).filter((id) => !quiet.has(id))
}

function isQuiet(settings: string): boolean {
  return Object(Object(JSON.parse(settings)).notifications).mail === false
}

function wants(events: string, event: string): boolean {
  const wanted: string[] = JSON.parse(events)
  return wanted.includes('*') || wanted.includes(event)
}
