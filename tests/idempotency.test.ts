import { randomUUID } from 'node:crypto'
import type { Db } from '../db/tables.ts'
import { transact } from '../db/transact.ts'
import { forgetAnswers } from '../src/idempotency.ts'
import { later, newId, now } from '../src/values.ts'
import { type Client, describe, expect, test } from './support/service.ts'

const users = '/api/v1/users'
const tokens = '/api/v1/auth/tokens'

const create = (root: Client, key: string, body: object) =>
  root.post(users, body, { 'idempotency-key': key })
const newUser = () => ({ email: `${newId()}@example.jp`, display_name: '一度だけ' })

describe('a POST that creates, sent again with the same Idempotency-Key', () => {
  test('gives the first answer again and does nothing', async ({ signIn, db }) => {
    const root = await signIn('SystemAdmin')
    const [key, body] = [randomUUID(), newUser()]
    const first = await create(root, key, body)
    expect(first.statusCode).toBe(201)
    expect(first.headers['idempotent-replayed']).toBeUndefined()
    const again = await create(root, key, body)
    expect(again.statusCode).toBe(201)
    expect(again.headers['idempotent-replayed']).toBe('true')
    expect(again.body).toBe(first.body)
    for (const name of ['location', 'etag', 'content-type']) {
      expect(again.headers[name]).toBe(first.headers[name])
    }
    const rows = await db.selectFrom('users').select('id').where('email', '=', body.email).execute()
    expect(rows).toHaveLength(1)
  })

  test('is 409 with another body', async ({ signIn }) => {
    const root = await signIn('SystemAdmin')
    const key = randomUUID()
    await create(root, key, newUser())
    const other = await create(root, key, newUser())
    expect(other.json()).toMatchObject({ status: 409, code: 'idempotency_key_reused' })
  })

  test('is each one’s own key', async ({ signIn }) => {
    const [one, two] = [await signIn('SystemAdmin'), await signIn('SystemAdmin')]
    const key = randomUUID()
    expect((await create(one, key, newUser())).statusCode).toBe(201)
    expect((await create(two, key, newUser())).statusCode).toBe(201)
  })

  test('creates once when it comes ten times at once', async ({ signIn, db }) => {
    const ann = await signIn()
    const key = randomUUID()
    const body = { name: 'once', scopes: ['account.read'] }
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => ann.post(tokens, body, { 'idempotency-key': key })),
    )
    for (const { statusCode } of answers) expect([201, 409]).toContain(statusCode)
    const made = answers.filter(({ statusCode }) => statusCode === 201)
    expect(new Set(made.map((answer) => answer.json().id)).size).toBe(1)
    const rows = await db
      .selectFrom('api_tokens')
      .select('id')
      .where('user_id', '=', ann.id)
      .execute()
    expect(rows).toHaveLength(1)
  })

  test('may be sent again as it was after a failure', async ({ signIn }) => {
    const root = await signIn('SystemAdmin')
    const [key, taken] = [randomUUID(), newUser()]
    await create(root, randomUUID(), taken)
    expect((await create(root, key, taken)).json().code).toBe('account_taken')
    expect((await create(root, key, newUser())).statusCode).toBe(201)
  })

  test('does not show a secret to whoever reads the database', async ({ signIn, db }) => {
    const ann = await signIn()
    const key = randomUUID()
    const body = { name: 'x', scopes: ['account.read'] }
    const { token } = (await ann.post(tokens, body, { 'idempotency-key': key })).json()
    const kept = await db
      .selectFrom('idempotency_keys')
      .selectAll()
      .where('key', '=', key)
      .execute()
    expect(kept).toHaveLength(1)
    expect(JSON.stringify(kept)).not.toContain(token)
    const again = await ann.post(tokens, body, { 'idempotency-key': key })
    expect(again.json().token).toBe(token)
  })

  const lose = (db: Db, key: string) =>
    db.updateTable('idempotency_keys').set({ response: null }).where('key', '=', key).execute()

  test('finds what was created although the answer to that was lost', async ({ signIn, db }) => {
    const ann = await signIn()
    const key = randomUUID()
    const send = () => ann.post('/api/v1/items', { title: key }, { 'idempotency-key': key })
    const first = await send()
    await lose(db, key)
    const again = await send()
    expect(again.statusCode).toBe(201)
    expect(again.headers['idempotent-replayed']).toBe('true')
    expect(again.json()).toEqual(first.json())
    for (const name of ['location', 'etag']) expect(again.headers[name]).toBe(first.headers[name])
    const rows = await db.selectFrom('items').select('id').where('title', '=', key).execute()
    expect(rows).toEqual([{ id: first.json().id }])
  })

  test('is told what was created where no route reads it in that form', async ({ signIn, db }) => {
    const ann = await signIn()
    const key = randomUUID()
    const body = { name: 'x', scopes: ['account.read'] }
    const { id } = (await ann.post(tokens, body, { 'idempotency-key': key })).json()
    await lose(db, key)
    const again = await ann.post(tokens, body, { 'idempotency-key': key })
    expect(again.json()).toMatchObject({
      status: 409,
      code: 'idempotency_key_in_use',
      subject_id: id,
    })
    expect(again.headers['retry-after']).toBe('1')
  })

  test('is forgotten after 24 hours', async ({ signIn, db }) => {
    const root = await signIn('SystemAdmin')
    const [old, older] = [randomUUID(), randomUUID()]
    await create(root, old, newUser())
    await create(root, older, newUser())
    const at = later(now(), -24 * 60 * 60 - 1)
    await db
      .updateTable('idempotency_keys')
      .set({ created_at: at })
      .where('key', '=', old)
      .execute()
    const again = await create(root, old, newUser())
    expect(again.statusCode).toBe(201)
    expect(again.headers['idempotent-replayed']).toBeUndefined()

    await db
      .updateTable('idempotency_keys')
      .set({ created_at: at })
      .where('key', '=', older)
      .execute()
    await forgetAnswers(db)
    const left = await db
      .selectFrom('idempotency_keys')
      .select('key')
      .where('key', 'in', [old, older])
      .execute()
    expect(left).toEqual([{ key: old }])
  })

  test('survives a transaction that had to run twice', async ({ app, signIn }) => {
    const { recordAudit } = await import('../src/audit.ts')
    const ann = await signIn()
    const claim = {
      scope: `user:${ann.id}`,
      key: randomUUID(),
      fingerprint: 'x',
      claimed_by: newId(),
      isTaken: false,
    }
    const actor = { id: ann.id, ip: null, user_agent: null, request_id: 'r', claim }
    let runs = 0
    await transact(app.db, async (trx) => {
      runs += 1
      await recordAudit(trx, actor, 'thing.created', newId())
      await recordAudit(trx, actor, 'thing.created', newId())
      if (runs === 1) throw Object.assign(new Error('deadlock detected'), { code: '40P01' })
    })
    const rows = await app.db
      .selectFrom('idempotency_keys')
      .select('claimed_by')
      .where('key', '=', claim.key)
      .execute()
    expect([runs, rows]).toEqual([2, [{ claimed_by: claim.claimed_by }]])
  })

  test.for(['', 'x'.repeat(256), 'a b'])('is 422 with the key %s', async (key, { signIn }) => {
    const response = await create(await signIn('SystemAdmin'), key, newUser())
    expect(response.json()).toMatchObject({ status: 422, errors: [{ field: 'idempotency-key' }] })
  })

  test('works for those who have not signed in, by address', async ({ app }) => {
    const key = randomUUID()
    const register = (remoteAddress: string, payload: object) =>
      app.inject({
        method: 'POST',
        url: '/api/v1/auth/register',
        remoteAddress,
        headers: { 'idempotency-key': key },
        payload,
      })
    const body = { email: `${newId()}@example.jp`, password: 'Sakura-2026-kaika' }
    const first = await register('203.0.113.1', body)
    const again = await register('203.0.113.1', body)
    expect([first.statusCode, again.statusCode]).toEqual([201, 201])
    expect(again.headers['idempotent-replayed']).toBe('true')
    expect((await register('203.0.113.2', body)).json().code).toBe('account_taken')
  })
})
