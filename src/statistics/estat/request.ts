import { retryAfterOf } from '../../backoff.ts'
import { type BodyLimits, readJson, reasonOf } from './body.ts'
import { type Fault, isFault } from './faults.ts'
import { resultOf, statusFaultOf } from './parse.ts'

export type Fetch = (url: string, init: RequestInit) => Promise<Response>

export type Transport = {
  fetch: Fetch
  timeoutMs: number
  limits: BodyLimits
  /** Milliseconds since 1970, for dates in Retry-After. */
  now: () => number
}

export type Failed = Fault & { retryAfterMs?: number | undefined }

/** One GET that gives JSON of e-Stat with HTTP 2xx, or the fault that it met. Redirects are faults. */
export async function requestOnce(
  url: string,
  { fetch, timeoutMs, limits, now }: Transport,
  signal?: AbortSignal,
): Promise<{ json: unknown } | Failed> {
  const controller = new AbortController()
  let isLate = false
  const timer = setTimeout(() => {
    isLate = true
    controller.abort()
  }, timeoutMs)
  const stop = () => controller.abort()
  signal?.addEventListener('abort', stop, { once: true })
  if (signal?.aborted) stop()

  try {
    const answered = await answerOf(
      await fetch(url, {
        headers: { accept: 'application/json', 'accept-encoding': 'gzip' },
        redirect: 'manual',
        signal: controller.signal,
      }),
      limits,
      now,
    )
    return isFault(answered) ? blame(answered) : answered
  } catch (error) {
    return blame({ fault: 'network', message: `no answer${reasonOf(error)}` })
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', stop)
    // Lets go of bodies that were not read to their end.
    controller.abort()
  }

  /** An abort of ours looks like a broken connection. */
  function blame(failed: Failed): Failed {
    if (signal?.aborted) return { fault: 'aborted', message: 'the caller gave up' }
    return isLate ? { fault: 'timeout', message: `no whole answer in ${timeoutMs} ms` } : failed
  }
}

async function answerOf(
  response: Response,
  limits: BodyLimits,
  now: () => number,
): Promise<{ json: unknown } | Failed> {
  const { status, headers, ok } = response
  if (status >= 300 && status < 400) return { fault: 'redirected', status }
  if (status === 408 || status === 429 || status >= 500) {
    const retryAfterMs = retryAfterOf(headers.get('retry-after'), now())
    return { fault: status === 429 ? 'throttled' : 'unavailable', status, retryAfterMs }
  }
  const read = response.body ? await readJson(response.body, limits) : undefined
  if (ok) return read ?? { fault: 'truncated', message: 'an empty body' }
  // A refusal of e-Stat has a body that says why; the firewall before it has none of its own.
  const result = read && !isFault(read) ? resultOf(read.json) : undefined
  const refusal = result && statusFaultOf(result)
  return refusal ?? { fault: status === 403 ? 'blocked' : 'unexpected_http', status }
}
