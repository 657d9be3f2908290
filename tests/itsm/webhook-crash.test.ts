import { setTimeout as sleep } from 'node:timers/promises'
import { webhooks } from '../support/itsm-desk.ts'
import { newPlace, startServer } from '../support/process.ts'
import { describe, expect, test } from '../support/service.ts'
import { isSignedBy, openReceiver } from '../support/webhook-server.ts'

const headers = {
  authorization: 'Bearer mock-access-token-dev-12345',
  'content-type': 'application/json',
}

type Created = { id: string; secret: string }

async function post<Answer>(url: string, body?: object): Promise<Answer> {
  const response = await fetch(url, {
    method: 'POST',
    headers,
    body: JSON.stringify(body ?? {}),
  })
  expect(response.status).toBeLessThan(300)
  return (await response.json()) as Answer
}

describe('kill -9 while a webhook is called', () => {
  test('has it called again by the same id, so that the receiver may drop the second', async () => {
    const { env, drop } = await newPlace({ withStatistics: true })
    const receiver = await openReceiver()
    const settings = {
      ...env,
      WEBHOOK_ALLOWED_HOSTS: receiver.place,
      JOB_LEASE: '1s',
      LOG_LEVEL: 'silent',
    }
    const heard = async (count: number) => {
      for (const end = Date.now() + 45_000; receiver.calls.length < count && Date.now() < end; ) {
        await sleep(50)
      }
      return receiver.calls
    }
    const first = await startServer(settings)
    const hook = { name: '監視', url: receiver.url, events: ['*'] }
    const { id, secret } = await post<Created>(first.url + webhooks, hook)
    receiver.plan('hang')
    const delivery = await post<Created>(`${first.url}${webhooks}/${id}/test`)
    expect(await heard(1)).toHaveLength(1)
    first.child.kill('SIGKILL')
    expect(await first.ended).toBe('SIGKILL')

    const second = await startServer(settings)
    const [before, again] = await heard(2)
    expect(again).toMatchObject({ id: delivery.id, body: before?.body })
    expect(before?.id).toBe(delivery.id)
    for (const call of receiver.calls) expect(isSignedBy(call, secret)).toBe(true)
    const other = await post<Created>(`${second.url}${webhooks}/${id}/test`)
    expect((await heard(3)).map((call) => call.id)).toEqual([delivery.id, delivery.id, other.id])
    expect(other.id).not.toBe(delivery.id)
    second.child.kill('SIGTERM')
    expect(await second.ended).toBe(0)
    expect(receiver.calls).toHaveLength(3)
    await receiver.close()
    await drop()
  })
})
