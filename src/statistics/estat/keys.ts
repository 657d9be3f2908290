/** Keys with the text that came first for each. */
export type KeySet = {
  /** Whether the key is `new`, or was there with the `same` text or with another one. */
  add: (key: string, text: string) => 'new' | 'same' | 'conflict'
}

/**
 * Remembers up to `capacity` keys in 24 bytes each instead of the strings, by 64 bits of each:
 * two of two million keys agree by chance once in ten million tables. Hashing is FNV-1a (Fowler,
 * Noll, Vo 1991) twice, mixed as in MurmurHash3 (Appleby 2011).
 */
export function createKeySet(capacity: number): KeySet {
  const size = 2 ** Math.ceil(Math.log2(Math.max(16, capacity * 1.5)))
  const high = new Uint32Array(size)
  const low = new Uint32Array(size)
  const texts = new Uint32Array(size)
  return {
    add: (key, text) => {
      const first = hash(key, 0x811c9dc5)
      // Zero marks a free place.
      const second = hash(key, 0x9747b28c) || 1
      const seen = hash(text, 0x811c9dc5)
      let at = first & (size - 1)
      for (let tried = 0; tried < size; tried += 1) {
        if (low[at] === 0) break
        if (high[at] === first && low[at] === second)
          return texts[at] === seen ? 'same' : 'conflict'
        at = (at + 1) & (size - 1)
      }
      high[at] = first
      low[at] = second
      texts[at] = seen
      return 'new'
    },
  }
}

function hash(text: string, seed: number): number {
  let bits = seed
  for (let at = 0; at < text.length; at += 1)
    bits = Math.imul(bits ^ text.charCodeAt(at), 0x01000193)
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b)
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35)
  return (bits ^ (bits >>> 16)) >>> 0
}
