import { sql } from 'kysely'
import { openDb } from '../../db/open.ts'
import { createLifecycle } from '../../src/lifecycle.ts'
import { describe, expect, startService, test } from '../support/service.ts'

describe('GET /health', () => {
  test('says how the service and what it depends on are', async ({ app }) => {
    const response = await app.inject('/health')
    expect(response.statusCode).toBe(200)
    expect(response.json()).toEqual({
      status: 'healthy',
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      version: '1.0.0',
      environment: 'test',
      services: { database: 'healthy', redis: 'disabled', storage: 'healthy' },
    })
  })

  test('is degraded without Redis, and bounded when Redis is silent', async ({ service }) => {
    for (const ping of [
      () => Promise.reject(new Error('gone')),
      () => new Promise<void>(() => {}),
    ]) {
      const app = await service.twin({ redis: { ping } })
      const started = Date.now()
      const response = await app.inject('/health')
      expect(Date.now() - started).toBeLessThan(2000)
      expect(response.json()).toMatchObject({
        status: 'degraded',
        services: { database: 'healthy', redis: 'unhealthy' },
      })
    }
  })

  test('is 503 without the database, and still says which services answer', async ({ service }) => {
    const { db } = await openDb('sqlite::memory:')
    await sql`select 1`.execute(db)
    await db.destroy()
    const app = await service.twin({ db })
    const response = await app.inject('/health')
    expect(response.json()).toMatchObject({
      status: 503,
      code: 'unhealthy',
      services: { database: 'unhealthy', redis: 'disabled' },
    })
    expect(response.headers['retry-after']).toBeDefined()
    expect((await app.inject('/health/live')).json()).toEqual({ status: 'alive' })
    expect((await app.inject('/health/ready')).json()).toMatchObject({
      status: 503,
      code: 'not_ready',
    })
  })
})

describe('GET /health/ready', () => {
  test('follows the life of the service', async ({ service }) => {
    const lifecycle = createLifecycle()
    const app = await service.twin({ lifecycle })
    const ready = async () => (await app.inject('/health/ready')).statusCode
    for (const phase of ['starting', 'migrating', 'draining'] as const) {
      lifecycle.enter(phase)
      expect(await ready(), phase).toBe(503)
    }
    lifecycle.enter('ready')
    expect(await ready()).toBe(200)
  })
})

describe('GET /', () => {
  test('says what this is to a program', async ({ app }) => {
    const response = await app.inject('/')
    expect(response.json()).toEqual({
      message: 'Welcome to Kaname',
      version: '1.0.0',
      docs: '/docs',
    })
  })

  test('shows a page to a browser, whose links all lead somewhere', async () => {
    const { app, close } = await startService({ withStatistics: true })
    const headers = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }
    const page = await app.inject({ url: '/', headers })
    expect(page.headers['content-type']).toMatch('text/html')
    expect(page.headers.vary).toContain('Accept')
    const links = [...page.body.matchAll(/href="(\/[^"]*)"/g)].map(([, link]) => link as string)
    expect(links).toContain('/docs')
    // Without the wish for a page, which a browser would be given at any address.
    for (const link of links) {
      expect([200, 302], link).toContain((await app.inject(link)).statusCode)
    }
    await close()
  })

  test('explains the mock users in development and nowhere else', async ({ service, app }) => {
    const headers = { accept: 'text/html' }
    expect((await app.inject({ url: '/', headers })).body).toContain('mock-access-token-dev-12345')
    const config = { ...service.deps.config, mockUsers: false }
    const production = await service.twin({ config })
    const { body } = await production.inject({ url: '/', headers })
    expect(body).not.toContain('mock-access-token')
    expect(body).toContain('/docs')
  })

  test('has a page that sets a password with the link of a mail', async ({ app }) => {
    const page = await app.inject('/reset-password')
    const script = /src="([^"]+)"/.exec(page.body)?.[1] as string
    expect((await app.inject(script)).body).toContain('/api/v1/auth/password/reset')
  })

  test('keeps to its folder', async ({ app }) => {
    for (const url of [
      '/static/../package.json',
      '/static/..%2f..%2fpackage.json',
      '/static/%2e%2e/%2e%2e/package.json',
      '/static/..\\..\\package.json',
      '/static//etc/passwd',
    ]) {
      const response = await app.inject(url)
      expect([400, 403, 404], url).toContain(response.statusCode)
      expect(response.headers['content-type'], url).toMatch('application/problem+json')
      expect(response.body).not.toContain('dependencies')
    }
  })
})

test('the database of these tests answers', async ({ db }) => {
  expect((await sql<{ one: number }>`select 1 as one`.execute(db)).rows).toEqual([{ one: 1 }])
})
