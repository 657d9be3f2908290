import { createHmac, randomBytes } from 'node:crypto'

const prefix = 'whsec_'

/** A secret as Standard Webhooks writes it: 256 random bits in base64. */
export function newWebhookSecret(): string {
  return `${prefix}${randomBytes(32).toString('base64')}`
}

/**
 * The headers that let a receiver tell that a message is ours and not an old one (Standard Webhooks
 * 1.0): HMAC-SHA-256 over id, time and body, once for each secret that is good.
 */
export function signedHeaders(
  secrets: readonly string[],
  id: string,
  body: string,
  at: string,
): Record<string, string> {
  const timestamp = String(Math.floor(Date.parse(at) / 1000))
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.slice(prefix.length), 'base64')
    const mac = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')
    return `v1,${mac}`
  })
  return {
    'content-type': 'application/json',
    'user-agent': 'Kaname-Webhooks/1',
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': signatures.join(' '),
  }
}
