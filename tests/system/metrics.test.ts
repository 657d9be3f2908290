import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { transact } from '../../db/transact.ts'
import { enqueue } from '../../src/jobs.ts'
import { traceFrom } from '../../src/trace.ts'
import { later, now } from '../../src/values.ts'
import { describe, expect, startService, test } from '../support/service.ts'

const read = async (app: { inject: (url: string) => Promise<{ body: string }> }) =>
  (await app.inject('/metrics')).body

describe('GET /metrics', () => {
  test('counts requests by method, pattern of the route and status', async () => {
    const { app, close } = await startService()
    const { signInTo } = await import('../support/service.ts')
    const ann = await signInTo(app, 'SystemAdmin')
    for (let n = 0; n < 3; n += 1) await ann.get(`/api/v1/users/${ann.id}`)
    await ann.get('/api/v1/users/42')
    await app.inject('/nowhere/at/all?token=secret')
    const text = await read(app)
    expect(text).toContain(
      'http_requests_total{method="GET",endpoint="/api/v1/users/:id",status_code="200"} 3',
    )
    expect(text).toContain(
      'http_requests_total{method="GET",endpoint="/api/v1/users/:id",status_code="422"} 1',
    )
    expect(text).toContain(
      'http_requests_total{method="GET",endpoint="__unknown__",status_code="404"} 1',
    )
    expect(text).toMatch(
      /http_request_duration_seconds_bucket\{le="0.2",method="GET",endpoint="\/api\/v1\/users\/:id",status_code="200"\} \d/,
    )
    expect(text).toContain('nodejs_eventloop_lag_seconds')
    expect(text).not.toMatch(/secret|summary|nowhere/)
    await close()
  })

  test('counts jobs by how they ended', async () => {
    const { app, deps, queue, close } = await startService()
    await transact(deps.db, (trx) => enqueue(trx, 'remove_file', { key: 'not/there' }))
    await queue.runDue()
    const text = await read(app)
    expect(text).toContain('job_runs_total{kind="remove_file",outcome="succeeded"} 1')
    expect(text).toMatch(/job_run_duration_seconds_count\{kind="remove_file"\} 1/)
    await close()
  })

  test('says what waits, what was given up and how old the figures are', async () => {
    const { app, deps, close } = await startService()
    const { db } = deps
    const ago = (seconds: number) => later(now(), -seconds)
    await transact(db, async (trx) => {
      await enqueue(trx, 'remove_file', { key: 'late' }, { runAt: ago(90) })
      await enqueue(trx, 'remove_file', { key: 'soon' }, { runAt: later(now(), 900) })
      await enqueue(trx, 'clean_up', {})
    })
    const given = { failed_at: now() }
    await db.updateTable('jobs').set(given).where('kind', '=', 'clean_up').execute()
    const run = { kind: 'estat' as const, scheduled_for: '2026-01-02', attempt: 1, published: '' }
    const counts = { rows_read: 0, rows_added: 0, rows_changed: 0, instance: 'test' }
    const none = { vintage: null, error_code: null, error_message: null, decision: null }
    const times = { started_at: ago(7200), ended_at: ago(7200), decided_at: null }
    const rows = [{ id: 'a', source_id: 'ssds', outcome: 'published' as const }].map((each) => ({
      ...each,
      ...run,
      ...counts,
      ...none,
      ...times,
    }))
    await db.insertInto('sync_runs').values(rows).execute()
    const text = await read(app)
    const valueIn = (series: string) =>
      Number(
        text
          .split('\n')
          .find((line) => line.startsWith(`${series} `))
          ?.split(' ')[1],
      )
    expect(valueIn('jobs{state="queued"}')).toBe(1)
    expect(valueIn('jobs{state="failed"}')).toBe(1)
    expect(valueIn('jobs{state="running"}')).toBe(0)
    expect(valueIn('jobs_oldest_due_seconds')).toBeGreaterThanOrEqual(90)
    expect(valueIn('jobs_oldest_due_seconds')).toBeLessThan(900)
    expect(valueIn('sync_age_seconds{source="ssds"}')).toBeGreaterThanOrEqual(7200)
    expect(valueIn('database_up')).toBe(1)
    expect(valueIn('service_ready')).toBe(1)
    expect(text).toMatch(/^build_info\{version="[\d.]+",node_version="v/m)
    expect(text).not.toContain('redis_up')
    await close()
  })

  test('is there, without what the database knows, while that is away', async () => {
    const { app, deps, close } = await startService()
    // What was never opened cannot be closed.
    expect((await app.inject('/health')).statusCode).toBe(200)
    deps.lifecycle.enter('draining')
    await deps.db.destroy()
    const text = await read(app)
    expect(text).toContain('database_up 0')
    expect(text).toContain('service_ready 0')
    expect(text).toContain('jobs_oldest_due_seconds Nan')
    expect(text).not.toContain('jobs{')
    await close()
  })

  test('counts looks into the cache, and calls with the trace they belong to', async () => {
    const seen: IncomingHttpHeaders[] = []
    const server = createServer((asked, answer) => {
      seen.push(asked.headers)
      answer.writeHead(seen.length === 1 ? 204 : 500).end()
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const env = { WEBHOOK_URL: `http://127.0.0.1:${port}/hook` }
    const { app, deps, close } = await startService({ env })
    const trace = traceFrom(undefined)
    await deps.webhook?.({ hello: 'world' }, trace)
    expect(seen[0]?.traceparent).toBe(`00-${trace.trace_id}-${trace.span_id}-00`)
    await expect(deps.webhook?.({})).rejects.toThrow('500')
    expect(seen[1]).not.toHaveProperty('traceparent')
    server.closeAllConnections()
    server.close()
    await expect(deps.webhook?.({})).rejects.toThrow()
    for (const _ of [1, 2]) await deps.cache.remember('key', async () => Buffer.from('value'))
    const text = await read(app)
    for (const outcome of ['answered', 'failed', 'unreachable']) {
      expect(text).toContain(
        `outbound_request_duration_seconds_count{target="webhook",outcome="${outcome}"} 1`,
      )
    }
    expect(text).toContain('cache_requests_total{found="missed"} 1')
    expect(text).toContain('cache_requests_total{found="local"} 1')
    await close()
  })

  test('of two services in one process are kept apart', async ({ service }) => {
    const twin = await service.twin()
    await twin.inject('/health/live')
    expect(await read(twin)).toMatch(/endpoint="\/health\/live",status_code="200"\} 1/)
    expect(await read(service.app)).not.toMatch(/endpoint="\/health\/live"/)
  })

  test('can be kept for those who know a token', async ({ service }) => {
    const config = { ...service.deps.config, metricsToken: 'open-sesame' }
    const app = await service.twin({ config })
    expect((await app.inject('/metrics')).json()).toMatchObject({
      status: 401,
      code: 'metrics_token_required',
    })
    const wrong = await app.inject({ url: '/metrics', headers: { authorization: 'Bearer open' } })
    expect(wrong.statusCode).toBe(401)
    const right = await app.inject({
      url: '/metrics',
      headers: { authorization: 'Bearer open-sesame' },
    })
    expect(right.statusCode).toBe(200)
    expect(right.headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8')
  })
})
