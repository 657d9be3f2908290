import { later, now } from '../values.ts'

const longestSeconds = 30 * 60

/** Full jitter: up to 2 s, 4 s, 8 s … half an hour, so that those that failed together part. */
export function backoffMs(tries: number, random = Math.random()): number {
  const most = Math.min(longestSeconds, 2 ** Math.min(tries, 30)) * 1000
  return Math.max(500, Math.round(most * random))
}

type Retry = { tries: number; retryAfterMs?: number | undefined }

/** When to try again; no sooner than whoever refused has asked for. */
export function retryAt({ tries, retryAfterMs = 0 }: Retry, at = now()): string {
  return later(at, (retryAfterMs + backoffMs(tries)) / 1000)
}

/** When to look again for room, sooner the fewer there are that look as well. */
export function turnAt(waiting: number, at = now(), random = Math.random()): string {
  return later(at, 0.5 + random * Math.min(30, waiting / 8))
}
