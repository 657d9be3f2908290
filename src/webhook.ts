import { type Trace, traceHeaders } from './trace.ts'

/**
 * Resolves when the other side has taken it; rejects when it has not, so that a job tries again. By
 * `id` a call that comes again is known for the same.
 */
export type CallWebhook = (body: object, trace?: Trace, id?: string) => Promise<void>

const timeoutMs = 10_000

/** Posts JSON to one address, which may hold a secret: no error names it. Redirects are refused. */
export function httpWebhook(url: string, send: typeof fetch = fetch): CallWebhook {
  return async (body, trace, id) => {
    const response = await send(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(id && { 'webhook-id': id }),
        ...traceHeaders(trace),
      },
      body: JSON.stringify(body),
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    }).catch(({ name, cause }) => {
      throw new Error(`The webhook cannot be reached (${Object(cause).code ?? name}).`)
    })
    await response.body?.cancel()
    if (!response.ok) throw new Error(`The webhook answered ${response.status}.`)
  }
}
