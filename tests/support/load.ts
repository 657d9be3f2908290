import { Agent, request as send } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { retryAfterOf } from '../../src/backoff.ts'

export type Sent = {
  method: 'GET' | 'POST' | 'PATCH'
  path: string
  body?: { type: string; bytes: Buffer }
  headers?: Record<string, string>
}

export type Received = { status: number; headers: Record<string, unknown>; text: string }

/** What came of a request, however often it had to be sent; no answer where patience ran out. */
export type Outcome = { answer: Received | undefined; tries: number }

type Options = { url: string; authorization: string; patienceMs: number }

/** The longest pause between two tries: shorter than servers ask for, which is the harder test. */
const longestPauseMs = 500
const tryMs = 20_000

/** How often, how fast, and how long nobody answered. */
export type Timings = ReturnType<ReturnType<typeof createClient>['timings']>

/**
 * A client as it should be: what broke off, and what answers 502, 503 or 504, or 409 for a key that is
 * in use, is sent again as it was, with the same `Idempotency-Key`, until its patience ends.
 */
export function createClient({ url, authorization, patienceMs }: Options) {
  const agent = new Agent({ keepAlive: true })
  const times: number[] = []
  const gaps: number[] = []
  const count = { asked: 0, answered: 0, retried: 0, failed: 0, broken: 0 }
  const statuses = new Map<number, number>()
  let lastAnswer = performance.now()

  async function ask(sent: Sent): Promise<Outcome> {
    count.asked += 1
    const begun = performance.now()
    for (let tries = 1; ; tries += 1) {
      const answer = await once({ url, authorization, agent }, sent).catch(() => undefined)
      if (!answer) count.broken += 1
      else if (answer.status !== 502 && answer.status !== 503 && answer.status !== 504) heard()
      statuses.set(answer?.status ?? 0, (statuses.get(answer?.status ?? 0) ?? 0) + 1)
      if (answer && !isPassing(answer)) {
        count.answered += 1
        times.push(performance.now() - begun)
        return { answer, tries }
      }
      if (performance.now() - begun > patienceMs) {
        count.failed += 1
        return { answer, tries }
      }
      count.retried += 1
      const asked = retryAfterOf(String(answer?.headers['retry-after'] ?? ''), Date.now())
      await sleep(Math.min(asked ?? 50 * tries, longestPauseMs))
    }
  }

  function heard(): void {
    gaps.push(performance.now() - lastAnswer)
    lastAnswer = performance.now()
  }

  return {
    ask,
    timings() {
      const sorted = [...times].sort((a, b) => a - b)
      const at = (share: number) => Math.round(sorted[Math.floor(sorted.length * share)] ?? 0)
      return {
        ...count,
        statuses: Object.fromEntries(statuses),
        p50: at(0.5),
        p95: at(0.95),
        p99: at(0.99),
        max: Math.round(sorted.at(-1) ?? 0),
        longestGap: Math.round(Math.max(0, ...gaps, performance.now() - lastAnswer)),
      }
    },
    close: () => agent.destroy(),
  }
}

function isPassing({ status, text }: Received): boolean {
  if (status === 409)
    return text.includes('"idempotency_key_in_use"') && !text.includes('"subject_id":"')
  return status === 502 || status === 503 || status === 504
}

function once(
  { url, authorization, agent }: Pick<Options, 'url' | 'authorization'> & { agent: Agent },
  { method, path, body, headers = {} }: Sent,
): Promise<Received> {
  return new Promise((resolve, reject) => {
    const request = send(
      new URL(path, url),
      {
        method,
        agent,
        timeout: tryMs,
        headers: {
          authorization,
          ...(body && { 'content-type': body.type, 'content-length': body.bytes.length }),
          ...headers,
        },
      },
      (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk) => chunks.push(chunk))
        response.on('error', reject)
        response.on('end', () =>
          response.complete
            ? resolve({
                status: response.statusCode ?? 0,
                headers: response.headers,
                text: Buffer.concat(chunks).toString(),
              })
            : reject(new Error('The answer broke off.')),
        )
      },
    )
    request.on('timeout', () => request.destroy(new Error('No answer in time.')))
    request.on('error', reject)
    request.end(body?.bytes)
  })
}
