import { transact } from '../../db/transact.ts'
import { enqueue } from '../../src/jobs.ts'
import { newId, now } from '../../src/values.ts'
import { letTimePass } from '../support/jobs.ts'
import { expect, startService, test } from '../support/service.ts'
import { openReceiver } from '../support/webhook-server.ts'

test('an alert that is sent again has the id of the first', async () => {
  const receiver = await openReceiver()
  const { deps, queue, close } = await startService({ env: { WEBHOOK_URL: receiver.url } })
  const run_id = newId()
  await deps.db
    .insertInto('sync_runs')
    .values({
      id: run_id,
      kind: 'estat',
      source_id: 'somewhere',
      scheduled_for: '2026-04-01',
      attempt: 1,
      started_at: now(),
      ended_at: now(),
      outcome: 'failed',
      rows_read: 0,
      rows_added: 0,
      rows_changed: 0,
      published: '',
      vintage: null,
      error_code: null,
      error_message: null,
      instance: 'api-1',
      decision: null,
      decided_at: null,
    })
    .execute()
  await transact(deps.db, async (trx) => {
    for (const state of ['failing', 'ok'] as const) {
      await enqueue(trx, 'call_webhook', { run_id, state })
    }
  })
  receiver.plan({ status: 500 }, 'reset')
  await queue.runDue()
  expect(await letTimePass(deps.db)).toBe(2)
  await queue.runDue()
  const idsOf = (state: string) =>
    receiver.calls.filter(({ body }) => JSON.parse(body).state === state).map(({ id }) => id)
  const [failing, ok] = [idsOf('failing'), idsOf('ok')]
  expect(failing).toEqual([failing[0], failing[0]])
  expect(ok).toEqual([ok[0], ok[0]])
  expect(new Set([...failing, ...ok]).size).toBe(2)
  for (const id of [failing[0], ok[0]]) expect(id).toMatch(/^[\da-f-]{36}$/)
  await close()
  await receiver.close()
})
