import { openDb } from '../../db/open.ts'
import { transact } from '../../db/transact.ts'
import { enqueue } from '../../src/jobs.ts'
import { newPlace, startServer } from '../support/process.ts'
import { expect, test } from '../support/service.ts'
import { openReceiver } from '../support/webhook-server.ts'

const headers = {
  authorization: 'Bearer mock-access-token-dev-12345',
  'content-type': 'application/json',
}
const count = 6
/** Of both targets: the share, the minutes before, the breach. */
const levels = 6

async function until(isSo: () => boolean): Promise<void> {
  const end = Date.now() + 45_000
  while (!isSo() && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 20))
}

test('kill -9 while people are told loses no notice and gives none twice', async () => {
  const { env, drop } = await newPlace({ withStatistics: true })
  const receiver = await openReceiver()
  const settings = {
    ...env,
    JOB_LEASE: '1s',
    LOG_LEVEL: 'silent',
    WEBHOOK_ALLOWED_HOSTS: receiver.place,
    SECRETS_KEY: Buffer.alloc(32, 7).toString('base64'),
  }
  const first = await startServer(settings)
  const post = async (path: string, body: object) => {
    const response = await fetch(`${first.url}/api/v1${path}`, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
    })
    expect(response.status, await response.clone().text()).toBe(201)
    return response.json() as Promise<{ id: string; reporter_id: string }>
  }
  const events = ['incident.sla_alert', 'incident.sla_breached']
  await post('/itsm/webhooks', { name: '監視', url: receiver.url, events })
  const people = new Set<string>()
  for (let n = 0; n < count; n += 1) {
    const opened_at = '2025-08-04T00:00:00Z'
    people.add((await post('/incidents', { title: `停電 ${n}`, opened_at })).reporter_id)
  }
  expect(people.size).toBe(1)
  first.child.kill('SIGTERM')
  expect(await first.ended).toBe(0)
  const before = await openDb(env.DATABASE_URL)
  await before.db
    .updateTable('incidents')
    .set({ assignee_id: [...people][0] as string })
    .execute()
  await transact(before.db, (trx) => enqueue(trx, 'watch_incidents', {}))
  await before.db.destroy()

  const second = await startServer(settings)
  await until(() => receiver.calls.length > 0)
  second.child.kill('SIGKILL')
  expect(await second.ended).toBe('SIGKILL')
  const third = await startServer(settings)
  const received = () => new Set(receiver.calls.map(({ id }) => id)).size
  await until(() => received() === count * levels)
  third.child.kill('SIGTERM')
  expect(await third.ended).toBe(0)
  await receiver.close()

  const { db } = await openDb(env.DATABASE_URL)
  const notices = await db.selectFrom('sla_notices').selectAll().execute()
  expect(notices).toHaveLength(count * levels)
  expect(notices.every(({ late }) => late === 1)).toBe(true)
  const mails = await db
    .selectFrom('jobs')
    .select('payload')
    .where('kind', '=', 'send_itsm_mail')
    .execute()
  expect(mails).toHaveLength(count * levels)
  const said = receiver.calls.map(({ message: { data } }) => {
    const { number } = data.subject as { number: string }
    return `${number} ${data.target} ${data.level}`
  })
  expect(new Set(said).size).toBe(count * levels)
  expect(received()).toBe(count * levels)
  await db.destroy()
  await drop()
})
