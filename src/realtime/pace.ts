import { ticks } from '../values.ts'

export const messagesPerSecond = 20

/** So many messages refused without a calm second between them, and it is a flood. */
const maxRefused = 500

export type Pace = ReturnType<typeof createPace>

/** How fast one connection may talk: a bucket that fills again by so many a second. */
export function createPace(clock: () => number = ticks) {
  let left = messagesPerSecond
  let at = clock()
  let refused = 0
  let toldAt = Number.NEGATIVE_INFINITY

  return {
    /** Whether one more is taken; of those refused, one a second is `told`, and many are `flood`. */
    take(): 'taken' | 'told' | 'refused' | 'flood' {
      const time = clock()
      left = Math.min(messagesPerSecond, left + ((time - at) / 1000) * messagesPerSecond)
      at = time
      if (left === messagesPerSecond) refused = 0
      if (left >= 1) {
        left -= 1
        return 'taken'
      }
      refused += 1
      if (refused > maxRefused) return 'flood'
      if (time - toldAt < 1000) return 'refused'
      toldAt = time
      return 'told'
    },
  }
}
