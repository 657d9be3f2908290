import type { LookupAddress } from 'node:dns'
import { transact } from '../../db/transact.ts'
import { exemptionsOf } from '../../src/address-guard.ts'
import { forgetDeliveries } from '../../src/itsm/notices/deliveries.ts'
import { type Notice, notify } from '../../src/itsm/notices/notices.ts'
import { createPost } from '../../src/itsm/notices/post.ts'
import { resealWebhookSecrets } from '../../src/itsm/notices/resealing.ts'
import { callItsmWebhook } from '../../src/itsm/notices/sending.ts'
import type { Mail } from '../../src/mail.ts'
import { createSecrets } from '../../src/secrets.ts'
import { later, newId, now } from '../../src/values.ts'
import { webhooks } from '../support/itsm-desk.ts'
import { letTimePass } from '../support/jobs.ts'
import {
  test as base,
  type Client,
  describe,
  expect,
  type Service,
  signInTo,
  startService,
} from '../support/service.ts'
import { isSignedBy, openReceiver } from '../support/webhook-server.ts'

type Receiver = Awaited<ReturnType<typeof openReceiver>>

const mails: Mail[] = []

/** A service that may call one receiver of this machine, and gives up waiting soon. */
const test = base.extend<{ receiver: Receiver; canary: Receiver; desk: Service; root: Client }>({
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads the fixtures from the pattern
  receiver: [async ({}, use) => use(await openReceiver()), { scope: 'file' }],
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads the fixtures from the pattern
  canary: [async ({}, use) => use(await openReceiver()), { scope: 'file' }],
  desk: [
    async ({ receiver, canary }, use) => {
      const desk = await startService({
        env: { WEBHOOK_ALLOWED_HOSTS: receiver.place },
        changes: {
          mail: async (mail) => void mails.push(mail),
          callReceiver: createPost(exemptionsOf([receiver.place]), { timeoutMs: 400 }),
        },
      })
      await use(desk)
      await desk.close()
      await receiver.close()
      await canary.close()
    },
    { scope: 'file' },
  ],
  root: [
    async ({ desk }, use) => use(await signInTo(desk.app, 'ChangeManager')),
    { scope: 'file' },
  ],
})

const subject = {
  kind: 'incident',
  id: newId(),
  number: 'INC00000042',
  title: '庁内メール',
} as const
const text = { ja: '起票されました。', en: 'It was opened.' }

const tell = ({ deps: { db } }: Service, notice: Partial<Notice> = {}) =>
  transact(db, (trx) =>
    notify(trx, { event: 'incident.created', subject, to: [], text, ...notice }),
  )

async function subscribe(root: Client, receiver: Receiver, input: object = {}) {
  const body = { name: '監視', url: receiver.url, events: ['*'], ...input }
  const response = await root.post(webhooks, body)
  expect(response.statusCode, response.body).toBe(201)
  return response.json()
}

const latest = async (root: Client, id: string) =>
  (await root.get(`${webhooks}/${id}/deliveries`)).json().deliveries[0]

/** Leaves nobody subscribed, and nothing known of earlier calls. */
test.beforeEach(async ({ desk, receiver, canary }) => {
  await desk.deps.db.deleteFrom('itsm_webhooks').execute()
  await desk.queue.runDue()
  receiver.calls.length = 0
  canary.calls.length = 0
  mails.length = 0
})

describe('a webhook', () => {
  test('is created with a secret that nobody sees again', async ({ desk, root, receiver }) => {
    const made = await root.post(webhooks, { name: 'a', url: receiver.url, events: ['*'] })
    const { id, secret, ...rest } = made.json()
    expect(made.headers.location).toBe(`${webhooks}/${id}`)
    expect(rest).toMatchObject({ active: true, created_by: root.id, version: 1 })
    const shown = await root.get(`${webhooks}/${id}`)
    expect(shown.json()).toEqual({ id, ...rest })
    const list = await root.get(`${webhooks}?limit=1`)
    expect(list.json()).toEqual({ webhooks: [{ id, ...rest }], total: 1, skip: 0, limit: 1 })
    const row = await desk.deps.db.selectFrom('itsm_webhooks').selectAll().executeTakeFirstOrThrow()
    const audit = await desk.deps.db.selectFrom('audit_log').select('changes').execute()
    for (const kept of [row, audit]) expect(JSON.stringify(kept)).not.toContain(secret)

    const etag = { 'if-match': String(shown.headers.etag) }
    const changed = await root.patch(`${webhooks}/${id}`, { events: ['change.approved'] }, etag)
    expect(changed.json()).toMatchObject({ events: ['change.approved'], version: 2 })
    expect((await root.patch(`${webhooks}/${id}`, { name: 'b' }, etag)).statusCode).toBe(412)
    expect((await root.delete(`${webhooks}/${id}`, undefined, etag)).statusCode).toBe(412)
    expect((await root.delete(`${webhooks}/${id}`)).statusCode).toBe(204)
    expect((await root.get(`${webhooks}/${id}`)).statusCode).toBe(404)
  })

  test('is refused what is wrong with it', async ({ desk, root, receiver, canary }) => {
    for (const change of [
      { name: '' },
      { events: [] },
      { events: ['incident.eaten'] },
      { secret: 'whsec_a' },
      { url: 'hooks' },
      { url: 'http://example.jp' },
      { url: canary.url },
      { url: canary.url.replace('http', 'https') },
      { url: `https://localhost:${canary.port}` },
      { url: `https://2130706433:${canary.port}` },
      { url: receiver.url.replace('//', '//me:word@') },
    ]) {
      const body = { name: 'a', url: receiver.url, events: ['*'], ...change }
      expect((await root.post(webhooks, body)).statusCode, JSON.stringify(change)).toBe(422)
    }
    const { id } = await subscribe(root, receiver)
    const refused = await root.patch(`${webhooks}/${id}`, { url: 'https://127.1' })
    expect(refused.json().errors[0].field).toBe('url')
    for (const path of [newId(), `${newId()}/deliveries`]) {
      expect((await root.get(`${webhooks}/${path}`)).statusCode).toBe(404)
    }
    for (const path of [
      `${newId()}/test`,
      `${newId()}/rotate`,
      `deliveries/${newId()}/redeliver`,
    ]) {
      expect((await root.post(`${webhooks}/${path}`)).statusCode).toBe(404)
    }
    const agent = await signInTo(desk.app, 'ServiceDeskAgent')
    expect((await agent.get(`${webhooks}/${id}`)).statusCode).toBe(403)
    expect((await desk.app.inject(webhooks)).statusCode).toBe(401)
  })

  test('keeps its secrets when the key that seals them is renewed', async ({
    desk: { deps },
    root,
    receiver,
  }) => {
    const { id, secret } = await subscribe(root, receiver)
    await root.post(`${webhooks}/${id}/rotate`)
    const key = Buffer.alloc(32, 'new')
    const both = createSecrets(key, [deps.config.secretsKey])
    expect(await resealWebhookSecrets(deps.db, both)).toBe(1)
    expect(await resealWebhookSecrets(deps.db, both)).toBe(0)
    const row = await deps.db
      .selectFrom('itsm_webhooks')
      .select(['sealed_secret', 'sealed_old_secret'])
      .executeTakeFirstOrThrow()
    const renewed = createSecrets(key)
    expect(renewed.open(String(row.sealed_old_secret), 'itsm-webhook')).toBe(secret)
    expect(renewed.open(row.sealed_secret, 'itsm-webhook')).toMatch(/^whsec_/)
  })

  test('is one of twenty at most, also when many are made at once', async ({ root, receiver }) => {
    for (let n = 0; n < 18; n += 1) await subscribe(root, receiver)
    const body = { name: 'a', url: receiver.url, events: ['*'] }
    const raced = await Promise.all(Array.from({ length: 4 }, () => root.post(webhooks, body)))
    expect(raced.map(({ statusCode }) => statusCode).sort()).toEqual([201, 201, 409, 409])
  })
})

describe('a delivery', () => {
  test('is signed, and goes to those who want to hear of it', async ({ desk, root, receiver }) => {
    const { id, secret } = await subscribe(root, receiver, { events: ['incident.created'] })
    await subscribe(root, receiver, { events: ['change.approved'] })
    await subscribe(root, receiver, { active: false })
    await tell(desk, { data: { priority: 'high' }, by: root.id })
    await desk.queue.runDue()
    expect(receiver.calls).toHaveLength(1)
    const [call] = receiver.calls
    expect(call && isSignedBy(call, secret)).toBe(true)
    expect(call && isSignedBy({ ...call, body: `${call.body} ` }, secret)).toBe(false)
    const delivery = await latest(root, id)
    expect(call?.message).toEqual({
      id: delivery.id,
      type: 'incident.created',
      created_at: delivery.created_at,
      data: {
        subject,
        text,
        by: root.id,
        path: `/api/v1/incidents/${subject.id}`,
        priority: 'high',
      },
    })
    expect(call?.id).toBe(delivery.id)
    expect(Math.abs((call?.timestamp ?? 0) * 1000 - Date.now())).toBeLessThan(60_000)
    expect(delivery).toMatchObject({ state: 'delivered', attempts: 1, last_status: 204 })
  })

  test('is there only if what it tells of is', async ({ desk, root, receiver }) => {
    const { id } = await subscribe(root, receiver)
    const failing = transact(desk.deps.db, async (trx) => {
      await notify(trx, { event: 'incident.created', subject, to: [root.id], text })
      throw new Error('after all not')
    })
    await expect(failing).rejects.toThrow('after all not')
    await desk.queue.runDue()
    expect(receiver.calls).toEqual([])
    expect(mails).toEqual([])
    expect(await latest(root, id)).toBeUndefined()
  })

  test('is signed with both secrets for a day after a new one', async ({
    desk,
    root,
    receiver,
  }) => {
    const { id, secret } = await subscribe(root, receiver)
    const rotated = (await root.post(`${webhooks}/${id}/rotate`)).json()
    expect(rotated.secret).not.toBe(secret)
    await tell(desk)
    await desk.queue.runDue()
    const [both] = receiver.calls
    expect(both?.signatures).toHaveLength(2)
    for (const each of [secret, rotated.secret]) expect(both && isSignedBy(both, each)).toBe(true)
    await tell(desk)
    const { id: delivery_id } = await latest(root, id)
    const tomorrow = later(rotated.old_secret_until, 1)
    await callItsmWebhook(desk.deps, { delivery_id }, AbortSignal.any([]), tomorrow)
    const after = receiver.calls[1]
    expect(after && isSignedBy(after, rotated.secret)).toBe(true)
    expect(after && isSignedBy(after, secret)).toBe(false)
  })

  test('is tried again with the same id through all that goes wrong', async ({
    desk,
    root,
    receiver,
  }) => {
    const { id, secret } = await subscribe(root, receiver)
    receiver.plan({ status: 500 }, 'reset', 'hang', 'half', { status: 302 }, { status: 404 })
    await tell(desk)
    const errors: string[] = []
    for (let n = 0; n < 6; n += 1) {
      await letTimePass(desk.deps.db)
      await desk.queue.runDue()
      const { state, last_error, next_attempt_at, last_attempt_at } = await latest(root, id)
      expect(state).toBe('pending')
      expect(next_attempt_at > last_attempt_at).toBe(true)
      errors.push(last_error)
    }
    expect(errors).toEqual([
      'The receiver answered 500.',
      'The receiver cannot be reached (ECONNRESET).',
      'The receiver did not answer in 0.4 s.',
      'The receiver did not answer in 0.4 s.',
      'The receiver answered 302.',
      'The receiver answered 404.',
    ])
    expect((await root.get(`${webhooks}/${id}`)).json().failing_since).not.toBeNull()
    await letTimePass(desk.deps.db)
    await desk.queue.runDue()
    expect(await latest(root, id)).toMatchObject({ state: 'delivered', attempts: 7 })
    expect(new Set(receiver.calls.map((call) => call.id)).size).toBe(1)
    expect(new Set(receiver.calls.map(({ body }) => body)).size).toBe(1)
    expect(receiver.calls.every((call) => isSignedBy(call, secret))).toBe(true)
    expect((await root.get(`${webhooks}/${id}`)).json().failing_since).toBeNull()
  })

  test('takes an answer without an end for what its first line says', async ({
    desk,
    root,
    receiver,
  }) => {
    const { id } = await subscribe(root, receiver)
    receiver.plan('huge')
    await tell(desk)
    await desk.queue.runDue()
    expect(await latest(root, id)).toMatchObject({ state: 'delivered', last_status: 200 })
  })

  test('waits as long as the receiver asks, within reason', async ({ desk, root, receiver }) => {
    const { id } = await subscribe(root, receiver)
    const waitFor = async (status: number, retryAfter: string) => {
      receiver.plan({ status, headers: { 'retry-after': retryAfter } })
      await letTimePass(desk.deps.db)
      await desk.queue.runDue()
      const { last_attempt_at, next_attempt_at } = await latest(root, id)
      return Math.round((Date.parse(next_attempt_at) - Date.parse(last_attempt_at)) / 1000)
    }
    await tell(desk)
    expect(await waitFor(429, '77')).toBe(77)
    expect(await waitFor(503, '999999')).toBe(6 * 3600)
    expect(await waitFor(500, '77')).toBe(120)
    expect(await waitFor(429, 'soon')).toBe(600)
    const inAnHour = new Date(Date.now() + 3_600_000).toUTCString()
    expect(Math.abs((await waitFor(503, inAnHour)) - 3600)).toBeLessThan(60)
  })

  test('has failed after its last attempt, a day later, and can be sent again', async ({
    desk,
    root,
    receiver,
  }) => {
    const { id } = await subscribe(root, receiver)
    await tell(desk)
    const { id: delivery_id, created_at } = await latest(root, id)
    let at = created_at
    let attempts = 0
    for (let end = false; !end; attempts += 1) {
      receiver.plan({ status: 500 })
      const payload = { delivery_id }
      const error = await callItsmWebhook(desk.deps, payload, AbortSignal.any([]), at).catch(
        (thrown) => thrown,
      )
      end = error.permanent === true
      at = error.retry_at ?? at
    }
    expect(attempts).toBe(11)
    const hours = (Date.parse(at) - Date.parse(created_at)) / 3_600_000
    expect(hours).toBeGreaterThan(23)
    expect(hours).toBeLessThan(30)
    expect(await latest(root, id)).toMatchObject({
      state: 'failed',
      attempts: 11,
      last_status: 500,
    })

    const again = () => root.post(`${webhooks}/deliveries/${delivery_id}/redeliver`)
    const raced = await Promise.all([again(), again()])
    expect(raced.map(({ statusCode }) => statusCode).sort()).toEqual([202, 409])
    await desk.queue.runDue()
    expect(await latest(root, id)).toMatchObject({
      id: delivery_id,
      state: 'delivered',
      attempts: 1,
    })
    expect(receiver.calls.at(-1)?.id).toBe(delivery_id)
  })

  test('of a test says that it is one', async ({ desk, root, receiver }) => {
    const { id } = await subscribe(root, receiver, { events: ['change.approved'] })
    const asked = await root.post(`${webhooks}/${id}/test`)
    expect(asked.statusCode).toBe(202)
    await desk.queue.runDue()
    expect(receiver.calls[0]?.message.type).toBe('webhook.test')
    await root.patch(`${webhooks}/${id}`, { active: false })
    expect((await root.post(`${webhooks}/${id}/test`)).json().code).toBe('webhook_inactive')
  })

  test('is listed page by page, and forgotten after thirty days', async ({
    desk,
    root,
    receiver,
  }) => {
    const { id } = await subscribe(root, receiver)
    for (let n = 0; n < 3; n += 1) await tell(desk)
    await desk.queue.runDue()
    const first = (await root.get(`${webhooks}/${id}/deliveries?limit=2`)).json()
    const { next_cursor } = first
    const rest = (await root.get(`${webhooks}/${id}/deliveries?cursor=${next_cursor}`)).json()
    const ids = [...first.deliveries, ...rest.deliveries].map((each: { id: string }) => each.id)
    expect(ids).toEqual([...new Set(ids)].sort().reverse())
    expect(ids).toHaveLength(3)
    await forgetDeliveries(desk.deps.db, later(now(), 29 * 86_400))
    expect(await latest(root, id)).toBeDefined()
    await forgetDeliveries(desk.deps.db, later(now(), 31 * 86_400))
    expect(await latest(root, id)).toBeUndefined()
  })
})

describe('a webhook that nobody answers for', () => {
  test('stops at 410, and whoever made it hears of it', async ({ desk, root, receiver }) => {
    const { id } = await subscribe(root, receiver)
    receiver.plan({ status: 410 })
    await tell(desk)
    await tell(desk)
    await desk.queue.runDue()
    await desk.queue.runDue()
    const { version, ...shown } = (await root.get(`${webhooks}/${id}`)).json()
    expect(shown).toMatchObject({ active: false, stopped_reason: 'gone' })
    expect(version).toBe(2)
    expect(mails.map(({ to }) => to)).toEqual([root.email])
    const events = await desk.deps.db
      .selectFrom('audit_log')
      .select(['action', 'actor_id'])
      .where('subject_id', '=', id)
      .where('action', '=', 'webhook.stopped')
      .execute()
    expect(events).toEqual([{ action: 'webhook.stopped', actor_id: null }])
    const active = await root.patch(`${webhooks}/${id}`, { active: true })
    expect(active.json()).toMatchObject({ active: true, stopped_reason: null, failing_since: null })
  })

  test('stops after five days of nothing but failures', async ({ desk, root, receiver }) => {
    const { id } = await subscribe(root, receiver)
    const fail = async (at: string) => {
      await tell(desk)
      const { id: delivery_id } = await latest(root, id)
      receiver.plan({ status: 500 })
      const sent = callItsmWebhook(desk.deps, { delivery_id }, AbortSignal.any([]), at)
      await expect(sent).rejects.toThrow('The receiver answered 500.')
      return (await root.get(`${webhooks}/${id}`)).json()
    }
    const start = now()
    expect(await fail(start)).toMatchObject({ active: true, failing_since: start })
    expect(await fail(later(start, 5 * 86_400 - 1))).toMatchObject({ active: true })
    const stopped = await fail(later(start, 5 * 86_400))
    expect(stopped).toMatchObject({ active: false, stopped_reason: 'failing' })
    await desk.queue.runDue()
    expect(mails[0]).toMatchObject({ to: root.email, subject: 'Kaname: Webhook 監視' })
    expect(await latest(root, id)).toMatchObject({ state: 'failed' })
  })
})

describe('an inner address', () => {
  test('is not called by a redirect', async ({ desk, root, receiver, canary }) => {
    const { id } = await subscribe(root, receiver)
    receiver.plan({ status: 307, headers: { location: canary.url } })
    await tell(desk)
    await desk.queue.runDue()
    expect(receiver.calls).toHaveLength(1)
    expect(canary.calls).toEqual([])
    expect(await latest(root, id)).toMatchObject({ state: 'pending', last_status: 307 })
  })

  test('is not called when it was saved by another way', async ({
    desk,
    root,
    receiver,
    canary,
  }) => {
    for (const host of ['127.0.0.1', '127.1', '2130706433', '0x7f000001', '[::ffff:127.0.0.1]']) {
      for (const scheme of ['http', 'https']) {
        const { id } = await subscribe(root, receiver)
        const url = `${scheme}://${host}:${canary.port}/`
        await desk.deps.db.updateTable('itsm_webhooks').set({ url }).where('id', '=', id).execute()
        await tell(desk)
        await desk.queue.runDue()
        const { last_error } = await latest(root, id)
        expect(last_error, url).toBe('The address may not be called.')
        await root.delete(`${webhooks}/${id}`)
      }
    }
    expect(canary.calls).toEqual([])
  })

  test('is not called by a name that leads there, at first or later', async ({ canary }) => {
    const answers: LookupAddress[][] = [
      [{ address: '127.0.0.1', family: 4 }],
      [
        { address: '2606:4700:4700::1111', family: 6 },
        { address: '127.0.0.1', family: 4 },
      ],
      [{ address: '::ffff:127.0.0.1', family: 6 }],
    ]
    const post = createPost(exemptionsOf([]), {
      timeoutMs: 2000,
      resolve: (_name, _options, done) => done(null, answers.shift() ?? []),
    })
    const url = `https://rebinding.example:${canary.port}/`
    for (let n = 0; n < 4; n += 1) {
      await expect(post(url, '{}', {})).rejects.toThrow('The address may not be called.')
    }
    expect(canary.calls).toEqual([])
  })

  test('is connected to as it was looked up, once', async ({ canary }) => {
    let lookups = 0
    const post = createPost(exemptionsOf([`named.example:${canary.port}`]), {
      resolve: (_name, _options, done) => {
        lookups += 1
        done(null, [{ address: '127.0.0.1', family: 4 }])
      },
    })
    const answer = await post(`http://named.example:${canary.port}/`, '{}', {})
    expect(answer.status).toBe(204)
    expect(canary.calls[0]?.headers.host).toBe(`named.example:${canary.port}`)
    expect(lookups).toBe(1)
  })
})
