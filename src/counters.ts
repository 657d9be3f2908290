import { ticks } from './values.ts'

/** How often something happened in a window of time, and how long the window still lasts. */
export type Count = { count: number; ttlMs: number }

/** After `free` attempts each further one must wait: 1 s, 2 s, 4 s … up to `maxDelayMs`. */
export type Throttle = { free: number; windowMs: number; maxDelayMs: number }

/** Counts by key, in this process or, through Redis, over all instances. */
export type Counters = {
  /** Counts one more, in a window that begins with the first. */
  hit(key: string, windowMs: number): Promise<Count>
  /**
   * Counts one more attempt and answers 0, or answers how many milliseconds to wait and counts
   * nothing. Of any number that come at once no more than `free` get through.
   */
  attempt(key: string, throttle: Throttle): Promise<number>
  /** Takes one attempt back, since it turned out to be a good one. */
  forgive(key: string): Promise<void>
  /** Forgets all attempts. */
  clear(key: string): Promise<void>
}

export function delayAfter(attempts: number, { free, maxDelayMs }: Throttle): number {
  return attempts < free ? 0 : Math.min(1000 * 2 ** (attempts - free), maxDelayMs)
}

type Entry = { count: number; expiresAt: number; blockedUntil: number }

/** Keys that a flood of addresses may leave behind; the oldest go first. */
const maxEntries = 100_000

export function createCounters(clock: () => number = ticks): Counters {
  const entries = new Map<string, Entry>()

  function entryOf(key: string, windowMs: number): Entry {
    const known = entries.get(key)
    if (known && known.expiresAt > clock()) return known
    const entry = { count: 0, expiresAt: clock() + windowMs, blockedUntil: 0 }
    entries.delete(key)
    entries.set(key, entry)
    for (const oldest of entries.keys()) {
      if (entries.size <= maxEntries) break
      entries.delete(oldest)
    }
    return entry
  }

  return {
    async hit(key, windowMs) {
      const entry = entryOf(key, windowMs)
      entry.count += 1
      return { count: entry.count, ttlMs: entry.expiresAt - clock() }
    },

    async attempt(key, throttle) {
      const entry = entryOf(key, throttle.windowMs)
      const wait = entry.blockedUntil - clock()
      if (wait > 0) return wait
      entry.count += 1
      const delay = delayAfter(entry.count, throttle)
      entry.blockedUntil = clock() + delay
      entry.expiresAt = entry.blockedUntil + throttle.windowMs
      return 0
    },

    async forgive(key) {
      const entry = entries.get(key)
      if (!entry) return
      entry.count = Math.max(0, entry.count - 1)
      entry.blockedUntil = 0
    },

    async clear(key) {
      entries.delete(key)
    },
  }
}

/** Asks `shared`, and while that cannot be reached counts for this instance alone. */
export function withFallback(shared: Counters, local: Counters): Counters {
  return {
    hit: (key, windowMs) => shared.hit(key, windowMs).catch(() => local.hit(key, windowMs)),
    attempt: (key, throttle) =>
      shared.attempt(key, throttle).catch(() => local.attempt(key, throttle)),
    forgive: (key) => shared.forgive(key).catch(() => local.forgive(key)),
    clear: (key) => shared.clear(key).catch(() => local.clear(key)),
  }
}
