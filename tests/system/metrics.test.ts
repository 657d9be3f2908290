import { transact } from '../../db/transact.ts'
import { enqueue } from '../../src/jobs.ts'
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
