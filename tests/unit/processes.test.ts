import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { newFolder, run } from '../support/process.ts'

async function cli(args: string[], env: Record<string, string>) {
  const { ended, said } = run('cli', args, env)
  return { code: await ended, ...said }
}

describe('the command line', () => {
  test('says what it can do, and that there is nothing else', async () => {
    const { code, err } = await cli(['fly'], {})
    expect(code).toBe(1)
    for (const name of ['create-admin', 'migrate', 'seed', 'routes', 'openapi']) {
      expect(err).toContain(name)
    }
  })

  test('lists every fault of the environment', async () => {
    const { code, err } = await cli(['migrate'], { PORT: 'x', LOG_LEVEL: 'loud' })
    expect(code).toBe(1)
    expect(err).toMatch(/PORT: .*\n.*\n {2}LOG_LEVEL: |LOG_LEVEL: .*\n.*\n {2}PORT: /)
  })

  test('prints routes and the document without touching anything', async () => {
    const DATA_DIR = join(await newFolder(), 'untouched')
    const routes = await cli(['routes'], { DATA_DIR })
    expect(routes.out).toMatch(
      /^GET {4}\/api\/v1\/admin\/audit +audit\.read {2}SystemAdmin Auditor$/m,
    )
    expect(routes.out).toMatch(/^POST {3}\/api\/v1\/auth\/login +open$/m)
    const file = join(await newFolder(), 'new/openapi.json')
    expect((await cli(['openapi', '--out', file], { DATA_DIR })).code).toBe(0)
    expect(JSON.parse(await readFile(file, 'utf8')).openapi).toBe('3.1.0')
    await expect(readFile(join(DATA_DIR, 'jwt-secret'))).rejects.toThrow('ENOENT')
  })
})

describe('the service as a process', () => {
  test('refuses to start where it would not be safe, and says everything that is wrong', async () => {
    const { ended, said } = run('server', [], { NODE_ENV: 'production', CORS_ORIGINS: '*' })
    expect(await ended).toBe(1)
    for (const name of ['AUTH_MODE', 'JWT_SECRET', 'SECRETS_KEY', 'CORS_ORIGINS']) {
      expect(said.err).toMatch(new RegExp(`^ {2}${name}: must`, 'm'))
    }
    expect(said.err).not.toContain('    at ')
  })
})
