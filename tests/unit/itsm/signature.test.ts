import { expect, test } from 'vitest'
import { newWebhookSecret, signedHeaders } from '../../../src/itsm/notices/signature.ts'

test('a message is signed as the example of Standard Webhooks is', () => {
  const headers = signedHeaders(
    ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
    'msg_p5jXN8AQM9LWM0D4loKWxJek',
    '{"test": 2432232314}',
    new Date(1614265330 * 1000).toISOString(),
  )
  expect(headers).toMatchObject({
    'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  })
})

test('each secret signs, in the order they are given, and none is like another', () => {
  const secrets = [newWebhookSecret(), newWebhookSecret()]
  expect(new Set(secrets).size).toBe(2)
  for (const secret of secrets) expect(secret).toMatch(/^whsec_[\w+/]{43}=$/)
  const at = '2026-01-02T03:04:05.678Z'
  const [first, second] = secrets.map((each) => signedHeaders([each], 'a', '{}', at))
  expect(signedHeaders(secrets, 'a', '{}', at)['webhook-signature']).toBe(
    `${first?.['webhook-signature']} ${second?.['webhook-signature']}`,
  )
})
