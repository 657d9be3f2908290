export type Random = () => number

/**
 * Numbers in [0, 1) that are the same for the same seed, so that what is drawn can be drawn again:
 * Mulberry32 (T. Ettinger 2017), which has 2^32 states and passes gjrand.
 */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let bits = Math.imul(state ^ (state >>> 15), state | 1)
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61)
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32
  }
}
