import { Readable } from 'node:stream'
import { buffer, text } from 'node:stream/consumers'
import { sql } from 'kysely'
import { transact } from '../../db/transact.ts'
import { chainAudit, verifyAudit } from '../../src/accounts/audit-chain.ts'
import { recordAudit } from '../../src/audit.ts'
import { toCsv } from '../../src/exports.ts'
import type { App } from '../../src/fastify.ts'
import { createSecrets } from '../../src/secrets.ts'
import { newId } from '../../src/values.ts'
import { describe, expect, type Service, signInTo, startService, test } from '../support/service.ts'

const audit = '/api/v1/admin/audit'
const settings = '/api/v1/user_accounts/me/settings'

const actor = () => ({ id: newId(), ip: '203.0.113.1', user_agent: 'test', request_id: 'r' })
const write = (app: App, subject = newId(), who = actor()) =>
  transact(app.db, (trx) => recordAudit(trx, who, 'thing.updated', subject, { a: 1 }))

describe('GET /admin/audit', () => {
  test('tells who did what, from where, in which request', async ({ signIn }) => {
    const [ann, auditor] = [await signIn(), await signIn('Auditor')]
    await ann.put(
      settings,
      { settings: { a: 1 } },
      { 'user-agent': 'curl/8', 'x-request-id': 'r-1' },
    )
    const { events } = (await auditor.get(`${audit}?actor_id=${ann.id}`)).json()
    expect(events).toMatchObject([
      {
        actor_id: ann.id,
        action: 'settings.updated',
        subject_id: ann.id,
        changes: { version: 1 },
        ip: '127.0.0.1',
        user_agent: 'curl/8',
        request_id: 'r-1',
      },
    ])
  })

  test('filters by object, action and time, and goes on by cursor', async ({ app, signIn }) => {
    const auditor = await signIn('Auditor')
    const subject = newId()
    for (let n = 0; n < 5; n += 1) await write(app, subject)
    const first = (await auditor.get(`${audit}?subject_id=${subject}&limit=2`)).json()
    expect(first.events).toHaveLength(2)
    const rest = (
      await auditor.get(`${audit}?subject_id=${subject}&limit=3&cursor=${first.next_cursor}`)
    ).json()
    expect(rest.events).toHaveLength(3)
    expect(rest.next_cursor).toBeNull()
    const ids = [...first.events, ...rest.events].map(({ id }) => id)
    expect(ids).toEqual([...ids].sort().reverse())

    const count = async (query: string) =>
      (await auditor.get(`${audit}?subject_id=${subject}&${query}`)).json().events.length
    expect(await count('action=thing.updated')).toBe(5)
    expect(await count('action=thing.deleted')).toBe(0)
    expect(await count('from=2999-01-01T00:00:00Z')).toBe(0)
    expect(await count('to=2999-01-01T00:00:00%2B09:00')).toBe(5)
    const wrong = await auditor.get(`${audit}?from=yesterday`)
    expect(wrong.json()).toMatchObject({ status: 422, errors: [{ field: 'from' }] })
    const cursed = await auditor.get(`${audit}?cursor=here`)
    expect(cursed.json()).toMatchObject({ status: 422, errors: [{ field: 'cursor' }] })
  })

  test('is not for everybody', async ({ signIn }) => {
    const ann = await signIn()
    for (const url of [audit, `${audit}/export`, `${audit}/verify`]) {
      expect((await ann.get(url)).statusCode).toBe(403)
    }
  })
})

describe('GET /admin/audit/export', () => {
  test('gives all of it as NDJSON, however long it is', async ({ app, signIn }) => {
    const auditor = await signIn('Auditor')
    const subject = newId()
    await transact(app.db, async (trx) => {
      for (let n = 0; n < 2100; n += 1) await recordAudit(trx, actor(), 'thing.updated', subject)
    })
    const response = await auditor.get(`${audit}/export?format=ndjson&subject_id=${subject}`)
    expect(response.headers['content-type']).toMatch('application/x-ndjson')
    expect(response.headers['content-disposition']).toBe('attachment; filename="audit.ndjson"')
    const rows = response.body
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(rows).toHaveLength(2100)
    expect(new Set(rows.map(({ id }) => id)).size).toBe(2100)
  })

  test('gives CSV that no spreadsheet takes for formulas', async ({ app, signIn }) => {
    const auditor = await signIn('Auditor')
    const subject = newId()
    await write(app, subject, { ...actor(), user_agent: '=cmd|"/c calc"!A1' })
    const response = await auditor.get(`${audit}/export?subject_id=${subject}`)
    expect(response.headers['content-type']).toBe('text/csv; charset=utf-8')
    const [head, line] = response.body.split('\r\n')
    expect(head).toMatch(/^\uFEFFid,created_at,actor_id,action,/)
    expect(line).toContain(`"'=cmd|""/c calc""!A1"`)
    expect(line).toContain('"{""a"":1}"')
  })

  test('writes numbers as numbers and texts safely', async () => {
    const rows = [
      { n: -5, text: '-5' },
      { n: 1.5, text: '@SUM(1)' },
      { n: 0, text: '＝1+1' },
    ]
    const csv = (await buffer(toCsv(Readable.from(rows), ['n', 'text']))).toString()
    expect(csv).toBe("\uFEFFn,text\r\n-5,'-5\r\n1.5,'@SUM(1)\r\n0,'＝1+1\r\n")
  })

  test('passes a fault on to its reader', async () => {
    async function* rows() {
      yield { n: 1 }
      throw new Error('database gone')
    }
    await expect(text(toCsv(Readable.from(rows()), ['n']))).rejects.toThrow('database gone')
  })
})

describe('GET /admin/audit/verify', () => {
  /** A service of its own, since these tests break its audit log. */
  async function start() {
    const service = await startService()
    for (let n = 0; n < 6; n += 1) await write(service.app)
    const auditor = await signInTo(service.app, 'Auditor')
    const verify = async () => (await auditor.get(`${audit}/verify`)).json()
    expect(await verify()).toEqual({ valid: true, checked: 6, length: 6 })
    return { ...service, verify }
  }
  const edit = ({ deps }: Service, statement: string) => sql.raw(statement).execute(deps.db)

  test('is valid for an empty log, and grows with it', async () => {
    const { deps, app, close } = await startService()
    expect(await verifyAudit(deps.db, deps.secrets)).toEqual({ valid: true, checked: 0, length: 0 })
    await write(app)
    expect(await verifyAudit(deps.db, deps.secrets)).toEqual({ valid: true, checked: 1, length: 1 })
    await close()
  })

  test.for([
    ['an edited row', `update audit_log set changes = '{}' where seq = 3`, 3],
    ['a changed author', `update audit_log set actor_id = null where seq = 1`, 1],
    [
      'a changed time',
      `update audit_log set created_at = '2020-01-01T00:00:00.000Z' where seq = 6`,
      6,
    ],
    ['a row taken out', 'delete from audit_log where seq = 4', 4],
    ['two rows swapped', 'update audit_log set seq = seq + 100 where seq = 2', 2],
    ['a tail cut off', 'delete from audit_log where seq >= 5', 5],
    ['everything deleted', 'delete from audit_log', 1],
    ['a missing head', 'delete from audit_heads', 7],
    ['a forged head', 'update audit_heads set length = 3', 7],
    [
      'a row put in between',
      `insert into audit_log select id || 'x', actor_id, action, subject_id, changes, ip, user_agent, request_id, created_at, 7, hash, hash from audit_log where seq = 6`,
      7,
    ],
  ] as const)('finds %s', async ([, statement, first_broken]) => {
    const service = await start()
    await edit(service, statement)
    const verdict = await service.verify()
    expect(verdict).toMatchObject({ valid: false, first_broken })
    await service.close()
  })

  test('finds a tail that was cut together with a head that was forged to fit', async () => {
    const service = await start()
    const { hash } = await service.deps.db
      .selectFrom('audit_log')
      .select('hash')
      .where('seq', '=', 4)
      .executeTakeFirstOrThrow()
    await edit(service, 'delete from audit_log where seq > 4')
    await edit(service, `update audit_heads set length = 4, hash = '${hash}'`)
    expect(await service.verify()).toMatchObject({ valid: false })
    await service.close()
  })

  test('holds with many writers on two instances that chain at the same time', async () => {
    const { app, deps, twin, close } = await startService()
    const other = await twin()
    const writes = Array.from({ length: 200 }, (_, n) => write(n % 2 ? app : other))
    const chains = Array.from({ length: 10 }, () => chainAudit(deps.db, deps.secrets))
    await Promise.all([...writes, ...chains])
    const verdict = await verifyAudit(deps.db, deps.secrets)
    expect(verdict).toEqual({ valid: true, checked: 200, length: 200 })
    await close()
  })

  test('goes on when SECRETS_KEY was changed and the earlier one is known', async () => {
    const { app, deps, close } = await startService()
    await write(app)
    await chainAudit(deps.db, deps.secrets)
    await write(app)
    const next = Buffer.alloc(32, 7)
    const both = createSecrets(next, [deps.config.secretsKey])
    expect(await verifyAudit(deps.db, both)).toEqual({ valid: true, checked: 2, length: 2 })
    const alone = await verifyAudit(deps.db, createSecrets(next))
    expect(alone).toMatchObject({ valid: false, first_broken: 1 })
    await close()
  })

  test('goes on after more than one batch', async () => {
    const { deps, close } = await startService()
    await transact(deps.db, async (trx) => {
      for (let n = 0; n < 1203; n += 1) await recordAudit(trx, actor(), 'thing.updated', newId())
    })
    expect(await chainAudit(deps.db, deps.secrets)).toBe(1203)
    const verdict = await verifyAudit(deps.db, deps.secrets)
    expect(verdict).toEqual({ valid: true, checked: 1203, length: 1203 })
    await close()
  })
})

test('secrets are masked by the names of their fields', async ({ app, db }) => {
  const subject = newId()
  await transact(app.db, (trx) =>
    recordAudit(trx, actor(), 'thing.updated', subject, {
      name: 'shown',
      password: 'hidden-1',
      nested: { refresh_token: 'hidden-2', client_secret: { from: 'hidden-3', to: 'hidden-4' } },
    }),
  )
  const { changes } = await db
    .selectFrom('audit_log')
    .select('changes')
    .where('subject_id', '=', subject)
    .executeTakeFirstOrThrow()
  expect(changes).toContain('shown')
  expect(changes).not.toContain('hidden')
})
