import { driveError } from './drive-faults.ts'

type FetchOptions = {
  /** Stands in for Google; empty for Google itself. */
  rootUrl: string
  /** Of one request, its answer included; more for what takes long to send. */
  timeoutMs: number
  /** Ends everything that is under way. */
  signal?: AbortSignal | undefined
  send?: typeof fetch | undefined
}

/** What a line must carry at least: 64 KB a second. */
const leastBytesPerMs = 64

/** No answer of Google's that we ask for is longer. */
const maxBytes = 4 * 1024 * 1024

/**
 * The one way out to Google, for tokens and for everything else: it goes nowhere but to Google's
 * APIs, follows no redirect, waits and reads only so long.
 */
export function createDriveFetch({
  rootUrl,
  timeoutMs,
  signal: end,
  send = fetch,
}: FetchOptions): typeof fetch {
  return async (input, init = {}) => {
    const { method = 'GET', headers, body, signal } = init
    const url = addressOf(input instanceof Request ? input.url : String(input), rootUrl)
    const late = AbortSignal.timeout(timeoutMs + Math.ceil(sizeOf(body) / leastBytesPerMs))
    const signals = [late, end, signal].filter((each) => each instanceof AbortSignal)
    try {
      const response = await send(url, {
        method,
        ...(headers && { headers }),
        ...(body && { body, duplex: 'half' }),
        redirect: 'manual',
        signal: AbortSignal.any(signals),
      } as RequestInit)
      return await wholeOf(response)
    } catch (error) {
      if ('drive' in Object(error)) throw error
      if (late.aborted || end?.aborted) throw driveError('timeout')
      throw driveError({ fault: 'network', reason: reasonOf(error) })
    }
  }
}

function sizeOf(body: unknown): number {
  return Buffer.isBuffer(body) ? body.length : 0
}

/** Also what Google names as the address of an upload under way must be Google's. */
function addressOf(asked: string, rootUrl: string): URL {
  const url = new URL(asked)
  if (rootUrl && url.origin === new URL(rootUrl).origin) return url
  const isGoogle = url.protocol === 'https:' && /^[a-z\d.-]+\.googleapis\.com$/.test(url.host)
  if (!isGoogle) throw driveError('bad_answer')
  return rootUrl ? new URL(url.pathname + url.search, rootUrl) : url
}

/** 308 is no redirect here: it says how much of an upload has come. */
async function wholeOf(response: Response): Promise<Response> {
  const { status, headers, body } = response
  if (status >= 300 && status < 400 && status !== 308) {
    await body?.cancel()
    throw driveError({ fault: 'bad_answer', status })
  }
  const parts: Uint8Array[] = []
  let bytes = 0
  for await (const part of body ?? []) {
    bytes += part.length
    if (bytes > maxBytes) throw driveError({ fault: 'bad_answer', status })
    parts.push(part)
  }
  const plain = new Headers(headers)
  plain.delete('content-encoding')
  plain.delete('content-length')
  const whole = Buffer.concat(parts)
  if (response.ok && whole.length > 0 && !isJson(whole)) {
    throw driveError({ fault: 'bad_answer', status })
  }
  return new Response(whole.length > 0 ? whole : null, { status, headers: plain })
}

/** What is cut short, or was said by somebody on the way, the library would take for a text. */
function isJson(bytes: Buffer): boolean {
  try {
    return typeof JSON.parse(bytes.toString()) === 'object'
  } catch {
    return false
  }
}

/** A code such as ECONNRESET: never a message, for those may quote addresses. */
function reasonOf(error: unknown): string | undefined {
  for (let each = error; each instanceof Error; each = each.cause) {
    const { code } = each as { code?: unknown }
    if (typeof code === 'string' && /^[A-Z][A-Z0-9_]{2,60}$/.test(code)) return code
  }
  return undefined
}
