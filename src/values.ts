import { createHash, randomBytes, randomFillSync } from 'node:crypto'

export function now(): string {
  return new Date().toISOString()
}

/** Milliseconds by a clock that nobody sets: good for how long something took, not for when it was. */
export function ticks(): number {
  return Math.round(performance.now())
}

/** The time `seconds` after `at`, or before it. */
export function later(at: string, seconds: number): string {
  return new Date(Date.parse(at) + seconds * 1000).toISOString()
}

/** The part of a URL that may stand in logs and answers. */
export function pathOf(url: string): string {
  return url.split('?', 1)[0] as string
}

/** 256 random bits, for what must not be guessed: tokens and links. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url')
}

/** What is kept of a secret that we made ourselves, and that needs no salt for being random. */
export function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url')
}

/** Up to 16 random bytes, for the ids of traces; enough to differ, too few to be a secret. */
export function randomHex(bytes: number): string {
  return takeRandom().toString('hex', 0, bytes)
}

let lastAt = 0
let sequence = 0

/** Random bytes for some hundred ids, as asking for few of them takes as long as for many. */
const pool = Buffer.alloc(16 * 256)
let used = pool.length

function takeRandom(): Buffer {
  if (used === pool.length) {
    randomFillSync(pool)
    used = 0
  }
  used += 16
  return pool.subarray(used - 16, used)
}

/**
 * A UUIDv7 greater than every one before it, also within a millisecond and when the clock steps
 * back: sorting by id is sorting by creation. An id is not a secret: half of it can be guessed.
 */
export function newId(): string {
  const at = Date.now()
  sequence = at > lastAt ? 0 : sequence + 1
  lastAt = Math.max(at, lastAt)
  if (sequence > 0x0fff) {
    sequence = 0
    lastAt += 1
  }

  const bytes = takeRandom()
  bytes.writeUIntBE(lastAt, 0, 6)
  bytes.writeUInt16BE(0x7000 | sequence, 6)
  bytes.writeUInt8(0x80 | (bytes.readUInt8(8) & 0x3f), 8)
  const hex = bytes.toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

/** An id no greater than any that was made since a time. */
export function firstIdOf(at: string): string {
  const time = Date.parse(at).toString(16).padStart(12, '0')
  return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-000000000000`
}

/** Like `Map.groupBy`, which Node 20 has not. */
export function groupBy<Each, Key>(all: Iterable<Each>, keyOf: (each: Each) => Key) {
  const groups = new Map<Key, Each[]>()
  for (const each of all) {
    const key = keyOf(each)
    const group = groups.get(key)
    if (group) group.push(each)
    else groups.set(key, [each])
  }
  return groups
}
