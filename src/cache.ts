import { setTimeout as sleep } from 'node:timers/promises'
import { LRUCache } from 'lru-cache'
import { ticks } from './values.ts'

/** What instances share; each call may fail, and none may be waited for. */
export type SharedCache = {
  get: (key: string) => Promise<Buffer | null>
  set: (key: string, value: Buffer, ttlMs: number) => Promise<void>
}

export type Cache = {
  /** The value under `key`, made once however many ask for it at the same time. */
  remember: (key: string, make: () => Promise<Buffer>) => Promise<Buffer>
  /** Bytes that are kept in this process. */
  size: () => number
}

type Options = {
  maxBytes: number
  shared?: SharedCache | undefined
  /** How long an answer of the shared cache is worth waiting for. */
  patienceMs?: number
  onLook?: (found: Found) => void
}

/** Where a value was: in this process, in what instances share, or nowhere. */
export type Found = 'local' | 'shared' | 'missed'

declare module './fastify.ts' {
  interface Deps {
    cache: Cache
  }
}

/** A key names the version of what it is made of, so nothing is ever wrong, only no longer asked for. */
const sharedTtlMs = 24 * 3600 * 1000

/** Larger values are made again sooner than they are fetched. */
const maxSharedBytes = 1024 * 1024

const restMs = 5000

/**
 * Keeps answers in this process, bounded in bytes, and behind it in what instances share. When that
 * is slow or gone it is left alone for a while: slower, and never a failure.
 */
export function createCache({ maxBytes, shared, patienceMs = 20, onLook }: Options): Cache {
  const local = new LRUCache<string, Buffer>({
    maxSize: maxBytes,
    maxEntrySize: Math.ceil(maxBytes / 4),
    sizeCalculation: (value, key) => value.length + key.length + 100,
  })
  const underWay = new Map<string, Promise<Buffer>>()
  let restUntil = Number.NEGATIVE_INFINITY

  async function ask<Answer>(work: (shared: SharedCache) => Promise<Answer>) {
    if (!shared || ticks() < restUntil) return null
    try {
      return await Promise.race([
        work(shared),
        sleep(patienceMs, undefined, { ref: false }).then(() => Promise.reject(new Error('slow'))),
      ])
    } catch {
      restUntil = ticks() + restMs
      return null
    }
  }

  async function find(key: string, make: () => Promise<Buffer>): Promise<Buffer> {
    const known = await ask((cache) => cache.get(key))
    onLook?.(known ? 'shared' : 'missed')
    const value = known ?? (await make())
    local.set(key, value)
    if (!known && value.length <= maxSharedBytes) {
      void ask((cache) => cache.set(key, value, sharedTtlMs))
    }
    return value
  }

  return {
    remember(key, make) {
      const known = local.get(key)
      if (known) {
        onLook?.('local')
        return Promise.resolve(known)
      }
      const pending = underWay.get(key)
      if (pending) return pending
      const found = find(key, make).finally(() => underWay.delete(key))
      underWay.set(key, found)
      return found
    },
    size: () => local.calculatedSize,
  }
}
