import { mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { loadConfig } from '../../src/config.ts'

const JWT_SECRET = 'kWq3-this-one-is-long-enough-and-made-up'
const SECRETS_KEY = Buffer.from('0123456789abcdef0123456789abcdef').toString('base64')
const secrets = { JWT_SECRET, SECRETS_KEY }
const production = { ...secrets, NODE_ENV: 'production', AUTH_MODE: 'production' }

const folder = () => mkdtempSync(join(tmpdir(), 'config-'))

describe('loadConfig', () => {
  test('fills in the defaults that .env.example names', () => {
    expect(loadConfig(secrets)).toMatchObject({
      environment: 'development',
      host: '127.0.0.1',
      port: 8000,
      publicUrl: 'http://127.0.0.1:8000',
      databaseUrl: 'sqlite:./data/kaname.db',
      accessTokenTtl: 15 * 60,
      refreshTokenTtl: 7 * 24 * 60 * 60,
      rateLimitPerMinute: 100,
      mockUsers: true,
      localLogin: true,
      openRegistration: true,
      azure: undefined,
    })
  })

  test('converts what it reads, and takes an empty variable for one that is not set', () => {
    const config = loadConfig({ ...secrets, PORT: '8080', LOCAL_LOGIN: 'false', REDIS_URL: '' })
    expect(config).toMatchObject({ port: 8080, localLogin: false, redisUrl: '' })
  })

  test('lists every fault at once, in English and Japanese', () => {
    const wrong = { PORT: 'eighty', AUTH_MODE: 'none', ACCESS_TOKEN_TTL: '15 minutes' }
    expect(() => loadConfig(wrong)).toThrow(/PORT: must be a whole number, 0 to 65535\n.*整数/)
    expect(() => loadConfig(wrong)).toThrow(/AUTH_MODE: must be one of development, production/)
    expect(() => loadConfig(wrong)).toThrow(/ACCESS_TOKEN_TTL: must be a time such as 30s/)
  })

  test('names every variable of .env.example, and .env.example every variable', () => {
    const example = readFileSync(join(import.meta.dirname, '../../.env.example'), 'utf8')
    const source = readFileSync(join(import.meta.dirname, '../../src/environment.ts'), 'utf8')
    const named = [...example.matchAll(/^#?([A-Z_]+)=/gm)].map(([, name]) => name).sort()
    const read = [...source.matchAll(/^ {2}([A-Z_]+): /gm)].map(([, name]) => name).sort()
    expect(named).toEqual(read)
  })

  test('reads a value from the file that a variable with _FILE names', () => {
    const file = join(folder(), 'secret')
    writeFileSync(file, `${JWT_SECRET}\n`)
    expect(loadConfig({ SECRETS_KEY, JWT_SECRET_FILE: file }).jwtSecret).toBe(JWT_SECRET)
  })

  test('makes the secrets that are missing, and keeps them for its own eyes', () => {
    const DATA_DIR = join(folder(), 'data')
    const first = loadConfig({ DATA_DIR })
    expect(first.jwtSecret.length).toBeGreaterThanOrEqual(32)
    expect(first.secretsKey).toHaveLength(32)
    expect(loadConfig({ DATA_DIR })).toMatchObject({
      jwtSecret: first.jwtSecret,
      secretsKey: first.secretsKey,
    })
    expect(readdirSync(DATA_DIR).sort()).toEqual(['jwt-secret', 'secrets-key'])
    for (const name of readdirSync(DATA_DIR)) {
      expect(statSync(join(DATA_DIR, name)).mode & 0o777).toBe(0o600)
    }
  })

  test('wants a folder with an index.html for the web client', () => {
    const STATIC_DIR = folder()
    expect(loadConfig(secrets).staticDir).toBeUndefined()
    const missing = { ...secrets, STATIC_DIR: join(STATIC_DIR, 'dist') }
    expect(() => loadConfig(missing)).toThrow(/STATIC_DIR: must be a folder that exists.*\n.*存在/)
    expect(() => loadConfig({ ...secrets, STATIC_DIR })).toThrow(
      /STATIC_DIR: must have an index.html.*\n.*index.html がありません/,
    )
    writeFileSync(join(STATIC_DIR, 'index.html'), '<!doctype html>')
    expect(loadConfig({ ...secrets, STATIC_DIR }).staticDir).toBe(STATIC_DIR)
    const inside = join(STATIC_DIR, 'index.html')
    expect(() => loadConfig({ ...secrets, STATIC_DIR: inside })).toThrow('STATIC_DIR')
  })

  test('trusts proxies by address only', () => {
    const { trustProxy } = loadConfig({ ...secrets, TRUST_PROXY: '10.0.0.0/8,::1' })
    expect(trustProxy).toEqual(['10.0.0.0/8', '::1'])
    for (const TRUST_PROXY of ['true', '1', '10.0.0.0/8,true']) {
      expect(() => loadConfig({ ...secrets, TRUST_PROXY })).toThrow('TRUST_PROXY')
    }
  })

  test('lets pages of Vite in while developing, and nobody in production', () => {
    expect(loadConfig(secrets).corsOrigins).toContain('http://localhost:5173')
    expect(loadConfig(production).corsOrigins).toEqual([])
  })
})

describe('the settings of the sync', () => {
  test('have defaults, and no sync without an application ID', () => {
    expect(loadConfig(secrets)).toMatchObject({
      estat: { appId: '', baseUrl: 'https://api.e-stat.go.jp', cron: '5 4 * * *' },
      webhookUrl: '',
      alertMail: [],
    })
  })

  test('take http on this machine, and several addresses', () => {
    const config = loadConfig({
      ...production,
      ESTAT_BASE_URL: 'http://127.0.0.1:8080',
      WEBHOOK_URL: 'http://[::1]:9/a?b=c',
      ALERT_MAIL: 'a@example.jp,b@example.jp',
    })
    expect(config.alertMail).toEqual(['a@example.jp', 'b@example.jp'])
    expect(config.webhookUrl).toBe('http://[::1]:9/a?b=c')
  })

  test.for([
    ['ESTAT_SYNC_CRON', 'every morning'],
    ['ESTAT_SYNC_CRON', '0 0 31 2 *'],
    ['ESTAT_BASE_URL', 'https://api.e-stat.go.jp/rest'],
    ['WEBHOOK_URL', 'hooks.example.jp'],
    ['WEBHOOK_URL', 'https://[/'],
    ['ALERT_MAIL', 'nobody'],
  ] as const)('refuse %s=%s', ([name, value]) => {
    expect(() => loadConfig({ ...secrets, [name]: value })).toThrow(`${name}: must be`)
  })
})

describe('a production environment', () => {
  test('starts with its secrets', () => {
    expect(loadConfig(production)).toMatchObject({ mockUsers: false, environment: 'production' })
  })

  test.for([
    ['mock users', { AUTH_MODE: 'development' }, 'AUTH_MODE'],
    ['no secret for tokens', { JWT_SECRET: '' }, 'JWT_SECRET'],
    ['a short secret', { JWT_SECRET: 'short' }, 'JWT_SECRET'],
    [
      'a secret out of an example',
      { JWT_SECRET: `your-secret-key-here-${'1'.repeat(32)}` },
      'JWT_SECRET',
    ],
    ['a secret of one letter', { JWT_SECRET: 'x'.repeat(64) }, 'JWT_SECRET'],
    ['no key for secrets', { SECRETS_KEY: '' }, 'SECRETS_KEY'],
    ['a short key', { SECRETS_KEY: 'c2hvcnQ=' }, 'SECRETS_KEY'],
    ['a wildcard origin', { CORS_ORIGINS: '*' }, 'CORS_ORIGINS'],
    ['half of Azure AD', { AZURE_TENANT_ID: crypto.randomUUID() }, 'AZURE_CLIENT_ID'],
    ['no way to sign in', { LOCAL_LOGIN: 'false' }, 'LOCAL_LOGIN'],
    ['alerts that anybody can read', { WEBHOOK_URL: 'http://hooks.example.jp/a' }, 'WEBHOOK_URL'],
    ['an appId that anybody can read', { ESTAT_BASE_URL: 'http://e-stat.test' }, 'ESTAT_BASE_URL'],
  ] as const)('does not start with %s', ([, changes, variable]) => {
    expect(() => loadConfig({ ...production, ...changes })).toThrow(`${variable}: must`)
  })
})

describe('a development environment', () => {
  test('does not listen to other machines unless it is told to', () => {
    const open = { ...secrets, HOST: '0.0.0.0' }
    expect(() => loadConfig(open)).toThrow('HOST: must be 127.0.0.1')
    expect(loadConfig({ ...open, ALLOW_INSECURE_DEV: 'true' }).host).toBe('0.0.0.0')
    expect(loadConfig({ ...open, AUTH_MODE: 'production' }).host).toBe('0.0.0.0')
  })
})
