import { sql } from 'kysely'
import { openDb } from '../db/open.ts'
import { newPlace, startServer } from './support/process.ts'
import { describe, expect, test } from './support/service.ts'
import { startSlowSmtp } from './support/smtp.ts'

const token = { authorization: 'Bearer mock-access-token-dev-12345' }

describe('kill -9', () => {
  test('in the middle of a job loses neither the job nor what was acknowledged', async () => {
    const { env, drop } = await newPlace({ withStatistics: true })
    const smtp = await startSlowSmtp()
    const settings = {
      ...env,
      SMTP_URL: smtp.url,
      JOB_LEASE: '1s',
      LOG_LEVEL: 'silent',
    }
    const first = await startServer(settings)
    const response = await fetch(`${first.url}/api/v1/auth/password/forgot`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: 'dev-user@kaname.example' }),
    })
    expect(response.status).toBe(202)
    await smtp.reached
    first.child.kill('SIGKILL')
    expect(await first.ended).toBe('SIGKILL')
    expect(smtp.delivered).toEqual([])

    smtp.hurry()
    const second = await startServer(settings)
    const end = Date.now() + 45_000
    while (smtp.delivered.length === 0 && Date.now() < end) {
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    expect(smtp.delivered).toEqual(['dev-user@kaname.example'])
    // Had the first mail been taken, this would be known for the same one.
    const [id] = smtp.messageIds
    expect(id).toMatch(/^<[\w-]+@[\w.-]+>$/)
    expect(smtp.messageIds).toEqual([id, id])
    second.child.kill('SIGTERM')
    expect(await second.ended).toBe(0)

    const { db } = await openDb(env.DATABASE_URL)
    const job = await db
      .selectFrom('jobs')
      .select(['attempts', 'finished_at'])
      .where('kind', '=', 'send_password_mail')
      .executeTakeFirst()
    expect(job).toEqual({ attempts: 2, finished_at: expect.any(String) })
    await db.destroy()
    smtp.close()
    await drop()
  })
})

/** What there is twice of all that a first start makes. */
async function madeOnce(url: string) {
  const { db } = await openDb(url)
  const counts = await Promise.all([
    db.selectFrom('users').select('username as name').where('username', '=', 'admin').execute(),
    db.selectFrom('schedules').select('name').execute(),
    db.selectFrom('jobs').select('kind as name').where('key', 'is', null).execute(),
    sql<{ name: string }>`select name from kysely_migration`.execute(db).then(({ rows }) => rows),
  ])
  await db.destroy()
  const names = counts.flatMap((rows, part) => rows.map(({ name }) => `${part} ${name}`))
  for (const rows of [counts[0], counts[1], counts[3]]) expect(rows.length).toBeGreaterThan(0)
  return names.filter((name, index) => names.indexOf(name) !== index)
}

test('five instances that start at once on an empty database all come up', async () => {
  const { env, drop } = await newPlace()
  if (env.DATABASE_URL.startsWith('sqlite:')) {
    const outcomes = await Promise.allSettled([1, 2].map(() => startServer(env)))
    const up = outcomes.filter((outcome) => outcome.status === 'fulfilled')
    expect(up).toHaveLength(1)
    for (const { value } of up) {
      value.child.kill('SIGTERM')
      await value.ended
    }
  } else {
    const servers = await Promise.all([1, 2, 3, 4, 5].map(() => startServer(env)))
    const mine = await Promise.all(
      servers.map(async ({ url }) =>
        (await fetch(`${url}/api/v1/auth/me`, { headers: token })).json(),
      ),
    )
    expect(new Set(mine.map((user) => (user as { id: string }).id)).size).toBe(1)
    expect(await madeOnce(env.DATABASE_URL)).toEqual([])
    for (const { child, ended } of servers) {
      child.kill('SIGTERM')
      expect(await ended).toBe(0)
    }
  }
  await drop()
})
