import { setImmediate } from 'node:timers/promises'

/** How long work may keep others waiting. */
const sliceMs = 8

/** Lets others run when the work since the last time has taken long. */
export type Pause = () => Promise<void>

export function createPause(): Pause {
  let begun = performance.now()
  return async () => {
    if (performance.now() - begun < sliceMs) return
    await setImmediate()
    begun = performance.now()
  }
}
