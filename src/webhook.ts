/** Resolves when the other side has taken it; rejects when it has not, so that a job tries again. */
export type CallWebhook = (body: object) => Promise<void>

const timeoutMs = 10_000

/** Posts JSON to one address, which may hold a secret: no error names it. Redirects are refused. */
export function httpWebhook(url: string): CallWebhook {
  return async (body) => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
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
