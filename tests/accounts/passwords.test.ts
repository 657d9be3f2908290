import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { App } from '../../src/fastify.ts'
import type { Mail } from '../../src/mail.ts'
import { later, newId, now } from '../../src/values.ts'
import {
  clientOf,
  describe,
  expect,
  type Service,
  signInTo,
  startService,
  test,
} from '../support/service.ts'

const auth = '/api/v1/auth'
const password = 'Sakura-2026-kaika'
const other = 'Momiji-2026-akaku'

let hosts = 0
const ask = (app: App, path: string, payload: object) =>
  app.inject({
    method: 'POST',
    url: `${auth}${path}`,
    remoteAddress: `203.0.113.${(hosts++ % 250) + 1}`,
    payload,
  })

/** Somebody with a password, signed in on one device. */
async function withPassword(app: App) {
  const email = `${newId()}@example.jp`
  const user = (await ask(app, '/register', { email, password })).json()
  const { access_token } = (await ask(app, '/login', { username: email, password })).json()
  const { sid } = app.jwt.decode<{ sid: string }>(access_token) as { sid: string }
  return clientOf(app, user, sid)
}

const canSignIn = async (app: App, username: string, given: string) =>
  (await ask(app, '/login', { username, password: given })).statusCode === 200

describe('POST /auth/password', () => {
  test('changes the password and signs the other devices out', async ({ app }) => {
    const ann = await withPassword(app)
    const elsewhere = (await ask(app, '/login', { username: ann.email, password })).json()
    const response = await ann.post(`${auth}/password`, {
      current_password: password,
      new_password: other,
    })
    expect(response.statusCode).toBe(204)
    expect(await canSignIn(app, ann.email, password)).toBe(false)
    expect(await canSignIn(app, ann.email, other)).toBe(true)
    expect((await ann.get(`${auth}/me`)).statusCode).toBe(200)
    const { refresh_token } = elsewhere
    expect((await ask(app, '/refresh', { refresh_token })).json().code).toBe('session_ended')
  })

  test('wants the current one, and a good new one', async ({ app }) => {
    const ann = await withPassword(app)
    const wrong = await ann.post(`${auth}/password`, {
      current_password: 'Wrong-1234',
      new_password: other,
    })
    expect(wrong.json()).toMatchObject({ status: 422, errors: [{ field: 'current_password' }] })
    const weak = await ann.post(`${auth}/password`, {
      current_password: password,
      new_password: 'password-2026',
    })
    expect(weak.json()).toMatchObject({ status: 422, errors: [{ field: 'new_password' }] })
    expect(await canSignIn(app, ann.email, password)).toBe(true)
  })

  test('cannot be used to guess the current one', async ({ app }) => {
    const ann = await withPassword(app)
    const guess = () =>
      ann.post(`${auth}/password`, { current_password: 'Wrong-1234', new_password: other })
    const answers = await Promise.all(Array.from({ length: 10 }, guess))
    const statuses = answers.map(({ statusCode }) => statusCode)
    expect(statuses.filter((status) => status === 422)).toHaveLength(5)
    expect(statuses.filter((status) => status === 429)).toHaveLength(5)
  })

  test('masks both in the audit log', async ({ app, db }) => {
    const ann = await withPassword(app)
    await ann.post(`${auth}/password`, { current_password: password, new_password: other })
    const rows = await db
      .selectFrom('audit_log')
      .selectAll()
      .where('actor_id', '=', ann.id)
      .execute()
    expect(rows.map(({ action }) => action)).toContain('password.updated')
    expect(JSON.stringify(rows)).not.toMatch(/Sakura|Momiji|argon2/)
  })
})

describe('POST /auth/password/forgot', () => {
  /** A service whose mails land in a list. */
  async function start(fail = () => false) {
    const mails: Mail[] = []
    const service = await startService({
      changes: {
        mail: async (mail) => {
          if (fail()) throw new Error('421 try again later')
          mails.push(mail)
        },
      },
    })
    return { ...service, mails }
  }
  const tokenIn = ({ text }: Mail) => /#token=([\w-]+)/.exec(text)?.[1] as string

  test('sends a link that sets a new password once and signs out everywhere', async () => {
    const { app, queue, mails, close } = await start()
    const ann = await withPassword(app)
    const asked = await ask(app, '/password/forgot', { email: ann.email.toUpperCase() })
    expect(asked.statusCode).toBe(202)
    await queue.runDue()
    expect(mails).toMatchObject([{ to: ann.email }])
    expect(mails[0]?.text).toContain('http://127.0.0.1:8000/reset-password#token=')
    const token = tokenIn(mails[0] as Mail)

    const weak = await ask(app, '/password/reset', { token, new_password: 'weak-one' })
    expect(weak.json()).toMatchObject({ status: 422, errors: [{ field: 'new_password' }, {}] })
    expect((await ask(app, '/password/reset', { token, new_password: other })).statusCode).toBe(204)
    expect((await ann.get(`${auth}/me`)).json().code).toBe('session_ended')
    expect(await canSignIn(app, ann.email, other)).toBe(true)

    const again = await ask(app, '/password/reset', { token, new_password: password })
    expect(again.json()).toMatchObject({ status: 422, code: 'reset_invalid' })
    expect(await canSignIn(app, ann.email, other)).toBe(true)
    await close()
  })

  test('answers alike whether or not somebody has the address, and mails nobody else', async () => {
    const { app, queue, mails, close } = await start()
    const ann = await withPassword(app)
    const [known, unknown] = await Promise.all([
      ask(app, '/password/forgot', { email: ann.email }),
      ask(app, '/password/forgot', { email: 'nobody@example.jp' }),
    ])
    expect(unknown.statusCode).toBe(known.statusCode)
    expect(unknown.json()).toEqual(known.json())
    await queue.runDue()
    expect(mails.map(({ to }) => to)).toEqual([ann.email])
    await close()
  })

  test('lets no race use one link twice', async () => {
    const { app, queue, mails, close } = await start()
    const ann = await withPassword(app)
    await ask(app, '/password/forgot', { email: ann.email })
    await queue.runDue()
    const token = tokenIn(mails[0] as Mail)
    const answers = await Promise.all(
      Array.from({ length: 5 }, (_, n) =>
        ask(app, '/password/reset', { token, new_password: `${other}-${n}` }),
      ),
    )
    expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([204, 422, 422, 422, 422])
    await close()
  })

  test('gives a link that lives for half an hour, and one for three days to the invited', async () => {
    const { app, deps, queue, mails, close } = await start()
    const ann = await withPassword(app)
    const root = await signInTo(app, 'SystemAdmin')
    await ask(app, '/password/forgot', { email: ann.email })
    const invited = { email: `${newId()}@example.jp`, display_name: '招かれた人' }
    expect((await root.post('/api/v1/users', invited)).statusCode).toBe(201)
    await queue.runDue()
    const rows = await deps.db
      .selectFrom('password_resets')
      .select(['created_at', 'expires_at'])
      .execute()
    const lives = rows.map(
      ({ created_at, expires_at }) => (Date.parse(expires_at) - Date.parse(created_at)) / 60_000,
    )
    expect(lives.sort((a, b) => a - b)).toEqual([30, 3 * 24 * 60])
    expect(mails.find(({ to }) => to === ann.email)?.text).toContain('30 分')
    expect(mails.find(({ to }) => to === invited.email)?.text).toContain('3 日')

    const at = later(now(), -1)
    await deps.db.updateTable('password_resets').set({ expires_at: at }).execute()
    for (const mail of mails) {
      const late = await ask(app, '/password/reset', { token: tokenIn(mail), new_password: other })
      expect(late.json().code).toBe('reset_invalid')
    }
    await close()
  })

  test('tries again when the mail does not get through, and keeps no token that could be used', async () => {
    let isDown = true
    const { app, deps, queue, mails, close } = await start(() => isDown)
    const ann = await withPassword(app)
    await ask(app, '/password/forgot', { email: ann.email })
    await queue.runDue()
    expect(mails).toEqual([])
    isDown = false
    await makeDue({ deps, queue })
    expect(mails).toHaveLength(1)
    const token = tokenIn(mails[0] as Mail)
    const kept = JSON.stringify([
      await deps.db.selectFrom('password_resets').selectAll().execute(),
      await deps.db.selectFrom('jobs').selectAll().execute(),
      await deps.db.selectFrom('audit_log').selectAll().execute(),
    ])
    expect(kept).not.toContain(token)
    expect((await ask(app, '/password/reset', { token, new_password: other })).statusCode).toBe(204)
    await close()
  })

  test('puts mails into a folder where there is no server for them', async ({ service }) => {
    const { app, queue, deps } = service
    const ann = await withPassword(app)
    await ask(app, '/password/forgot', { email: ann.email })
    await queue.runDue()
    const outbox = join(deps.config.dataDir, 'outbox')
    const texts = await Promise.all(
      (await readdir(outbox)).map((name) => readFile(join(outbox, name), 'utf8')),
    )
    expect(texts.some((text) => text.includes(`To: ${ann.email}`))).toBe(true)
  })

  test('has a limit for each address and for each account', async () => {
    const { app, close } = await start()
    const email = `${newId()}@example.jp`
    const statuses: number[] = []
    for (let n = 0; n < 4; n += 1) {
      statuses.push((await ask(app, '/password/forgot', { email })).statusCode)
    }
    expect(statuses).toEqual([202, 202, 202, 429])
    await close()
  })
})

/** Lets a job that waits for its next attempt run now. */
async function makeDue({ deps, queue }: Pick<Service, 'deps' | 'queue'>): Promise<void> {
  const { wake } = await import('../../src/jobs.ts')
  const { transact } = await import('../../db/transact.ts')
  const at = later(now(), -1)
  await transact(deps.db, async (trx) => {
    const jobs = await trx
      .updateTable('jobs')
      .set({ run_at: at })
      .where('finished_at', 'is', null)
      .returning('id')
      .execute()
    for (const { id } of jobs) await wake(trx, id, at)
  })
  await queue.runDue()
}
