import { failure } from './failure.ts'

export type Turns = <Result>(work: () => Promise<Result>) => Promise<Result>

type Limits = { atOnce: number; waiting: number }

/** Lets some pieces of work run at a time and some wait, in order; further ones are `too_busy`. */
export function createTurns({ atOnce, waiting }: Limits): Turns {
  let running = 0
  const queue: (() => void)[] = []

  return async (work) => {
    if (running < atOnce) running += 1
    else if (queue.length >= waiting) throw failure('too_busy', undefined, { retry_after: 5 })
    else await new Promise<void>((start) => queue.push(start))
    try {
      return await work()
    } finally {
      // The place passes on without becoming free.
      const next = queue.shift()
      if (next) next()
      else running -= 1
    }
  }
}
