import { type EstatError, estatError } from './faults.ts'

export type Semaphore = {
  /** Does `work` when there is room; waiting ends with the signal. */
  run: <T>(work: () => Promise<T>, signal?: AbortSignal) => Promise<T>
}

/** Lets at most `size` pieces of work run at a time, the others in order of arrival. */
export function createSemaphore(size: number): Semaphore {
  let running = 0
  const waiting: (() => void)[] = []

  const enter = (signal?: AbortSignal) =>
    new Promise<void>((resolve, reject) => {
      if (signal?.aborted) return reject(abortedError())
      if (running < size) {
        running += 1
        return resolve()
      }
      const start = () => {
        signal?.removeEventListener('abort', leave)
        resolve()
      }
      const leave = () => {
        waiting.splice(waiting.indexOf(start), 1)
        reject(abortedError())
      }
      waiting.push(start)
      signal?.addEventListener('abort', leave, { once: true })
    })

  return {
    run: async (work, signal) => {
      await enter(signal)
      try {
        return await work()
      } finally {
        // The place passes on without becoming free.
        const next = waiting.shift()
        if (next) next()
        else running -= 1
      }
    },
  }
}

export function abortedError(): EstatError {
  return estatError({ fault: 'aborted', message: 'the caller gave up' })
}
