import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openDb } from '../db/open.ts'
import { createSecrets } from '../src/secrets.ts'
import { newId } from '../src/values.ts'
import { keyFile } from './support/drive-keys.ts'
import { newPlace, run, startServer } from './support/process.ts'
import { describe, expect, test } from './support/service.ts'

async function cli(args: string[], env: Record<string, string>) {
  const { ended, said } = run('cli', args, env)
  return { code: await ended, ...said }
}

describe('the command line', () => {
  test('makes an administrator who can sign in, and again with a new password', async () => {
    const { env, drop } = await newPlace({ withStatistics: true })
    const args = ['create-admin', '--email', 'root@example.jp', '--username', 'root']
    const made = await cli(args, env)
    expect(made.code).toBe(0)
    const first = /Created: root@example.jp. Password: (\S+)/.exec(made.out)?.[1] as string
    const again = await cli([...args, '--password', 'Momiji-2026-akaku'], env)
    expect(again.out).toContain('Updated: root@example.jp')
    const weak = await cli([...args, '--password', 'weak'], env)
    expect(weak.code).toBe(1)

    const server = await startServer({ ...env, LOG_LEVEL: 'silent' })
    const login = async (password: string) => {
      const response = await fetch(`${server.url}/api/v1/auth/login`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ username: 'root', password }),
      })
      return (await response.json()) as { user?: { roles: string[] }; code?: string }
    }
    expect(await login(first)).toMatchObject({ code: 'credentials_wrong' })
    expect((await login('Momiji-2026-akaku')).user?.roles).toContain('SystemAdmin')
    server.child.kill('SIGTERM')
    expect(await server.ended).toBe(0)
    await drop()
  })

  test('checks, brings up to date and takes back the schema', async () => {
    const { env, drop } = await newPlace()
    const isFresh = env.DATABASE_URL.startsWith('sqlite:')
    if (isFresh) {
      const check = await cli(['migrate', '--check'], env)
      expect(check).toMatchObject({ code: 1, out: expect.stringContaining('pending: 1001-users') })
    }
    expect((await cli(['migrate'], env)).code).toBe(0)
    expect(await cli(['migrate', '--check'], env)).toMatchObject({ code: 0, out: 'up to date\n' })
    expect((await cli(['migrate', '--down'], env)).out).toMatch(/^\d{4}-/)
    expect((await cli(['migrate', '--check'], env)).code).toBe(1)
    await drop()
  })

  test('loads the mock users of development', async () => {
    const { env, drop } = await newPlace({ withStatistics: true })
    expect((await cli(['seed'], env)).code).toBe(0)
    expect((await cli(['seed'], env)).code).toBe(0)
    const password = await readFile(join(env.DATA_DIR, 'first-administrator.txt'), 'utf8')
    expect(password.trim().length).toBeGreaterThan(16)
    await drop()
  })

  test('encrypts anew what an earlier SECRETS_KEY has encrypted', async () => {
    const { env, drop } = await newPlace()
    const [was, is] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)]
    expect((await cli(['migrate'], env)).code).toBe(0)
    const { db } = await openDb(env.DATABASE_URL)
    const row = {
      sealed: createSecrets(was).seal(JSON.stringify(keyFile()), 'drive-credentials'),
      client_email: keyFile().client_email,
      project_id: keyFile().project_id,
      fingerprint: 'x',
      uploaded_by: newId(),
      uploaded_at: new Date().toISOString(),
    }
    await db
      .insertInto('drive_credentials')
      .values({ id: 1, ...row })
      .execute()
    await db.destroy()

    const changed = { ...env, SECRETS_KEY: is.toString('base64') }
    const lost = await cli(['re-encrypt'], changed)
    expect(lost).toMatchObject({ code: 1, err: expect.stringContaining('a key that is not there') })
    const both = { ...changed, SECRETS_KEYS_OLD: was.toString('base64') }
    const anew = await cli(['re-encrypt'], both)
    expect(anew).toMatchObject({ code: 0, out: 'sealed anew: 1\n' })
    expect((await cli(['re-encrypt'], changed)).out).toBe('sealed anew: 0\n')
    await drop()
  })
})
