import { randomInt } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import type { Pauses } from '../../backoff.ts'
import { abortedError } from './semaphore.ts'

export type Backoff = Pauses & {
  tries: number
  sleep: (ms: number, signal?: AbortSignal) => Promise<void>
  /** Milliseconds since 1970. */
  now: () => number
}

export const defaultBackoff: Backoff = {
  tries: 4,
  baseMs: 500,
  maxMs: 20_000,
  maxRetryAfterMs: 120_000,
  random: () => randomInt(2 ** 32) / 2 ** 32,
  now: Date.now,
  sleep: async (ms, signal) => {
    await wait(ms, undefined, signal ? { signal } : {}).catch(() => {
      throw abortedError()
    })
  },
}
