import { transact } from '../../db/transact.ts'
import { enqueue } from '../../src/jobs.ts'
import { forgetJobs } from '../../src/system/jobs.ts'
import { later, newId, now } from '../../src/values.ts'
import { describe, expect, startService, test } from '../support/service.ts'

const jobs = '/api/v1/admin/jobs'

describe('GET /admin/jobs', () => {
  test('lists jobs by state and kind, newest first', async ({ service, db, signIn }) => {
    const auditor = await signIn('Auditor')
    await transact(db, (trx) => enqueue(trx, 'remove_file', { key: 'gone' }))
    await service.queue.runDue()
    const tomorrow = later(now(), 86_400)
    await transact(db, (trx) => enqueue(trx, 'clean_up', {}, { runAt: tomorrow }))
    const list = async (query: string) => (await auditor.get(`${jobs}?${query}`)).json().jobs

    expect(await list('state=succeeded')).toMatchObject([
      { kind: 'remove_file', state: 'succeeded', attempts: 1, payload: { key: 'gone' } },
    ])
    expect(await list('state=queued')).toMatchObject([{ kind: 'clean_up', run_at: tomorrow }])
    expect(await list('state=failed')).toEqual([])
    expect(await list('state=running')).toEqual([])
    expect(await list('kind=clean_up')).toHaveLength(1)
    const first = (await auditor.get(`${jobs}?limit=1`)).json()
    expect(first.jobs).toMatchObject([{ kind: 'clean_up' }])
    const rest = (await auditor.get(`${jobs}?cursor=${first.next_cursor}`)).json()
    expect(rest).toMatchObject({ jobs: [{ kind: 'remove_file' }], next_cursor: null })
    const [{ id }] = rest.jobs
    expect((await auditor.get(`${jobs}/${id}`)).json()).toMatchObject({ id, last_error: null })
    expect((await auditor.get(`${jobs}/${newId()}`)).json().code).toBe('job_not_found')
  })

  test('is not for everybody', async ({ signIn }) => {
    const ann = await signIn()
    expect((await ann.get(jobs)).statusCode).toBe(403)
    const auditor = await signIn('Auditor')
    expect((await auditor.post(`${jobs}/${newId()}/retry`)).statusCode).toBe(403)
  })
})

describe('POST /admin/jobs/:id/retry', () => {
  test('gives a dead letter another chance, once', async () => {
    let isBroken = true
    const { app, deps, queue, close } = await startService({
      changes: {
        mail: async () => {
          if (isBroken) throw Object.assign(new Error('550 no such user'), { permanent: true })
        },
      },
    })
    const { signInTo } = await import('../support/service.ts')
    const root = await signInTo(app, 'SystemAdmin')
    const payload = { email: root.email, reason: 'invited' as const }
    await transact(deps.db, (trx) => enqueue(trx, 'send_password_mail', payload))
    await queue.runDue()
    const [job] = (await root.get(`${jobs}?state=failed`)).json().jobs
    expect(job).toMatchObject({ attempts: 1, last_error: 'Error: 550 no such user' })
    isBroken = false
    const retried = await root.post(`${jobs}/${job.id}/retry`)
    expect(retried.json()).toMatchObject({ state: 'queued', attempts: 0 })
    await queue.runDue()
    expect((await root.get(`${jobs}/${job.id}`)).json()).toMatchObject({ state: 'succeeded' })
    const again = await root.post(`${jobs}/${job.id}/retry`)
    expect(again.json()).toMatchObject({ status: 409, code: 'job_not_failed' })
    await close()
  })
})

test('jobs that ended long ago are forgotten, and failed ones later', async ({ db }) => {
  const old = later(now(), -40 * 86_400)
  for (const key of ['done', 'dead', 'waiting']) {
    await transact(db, (trx) => enqueue(trx, 'remove_file', { key }, { key }))
  }
  await db.updateTable('jobs').set({ finished_at: old }).where('key', '=', 'done').execute()
  await db.updateTable('jobs').set({ failed_at: old }).where('key', '=', 'dead').execute()
  await forgetJobs(db)
  const keys = async () =>
    (await db.selectFrom('jobs').select('key').where('key', 'is not', null).execute()).map(
      ({ key }) => key,
    )
  expect((await keys()).sort()).toEqual(['dead', 'waiting'])
  await forgetJobs(db, later(now(), 60 * 86_400))
  expect(await keys()).toEqual(['waiting'])
})
