import { failure } from './failure.ts'

export type Turns = <Result>(work: () => Promise<Result>) => Promise<Result>

type Limits = {
  atOnce: number
  waiting: number
  /** How long one waits for its turn at most; without it, as long as it takes. */
  patienceMs?: number
}

/**
 * Lets some pieces of work run at a time and some wait, in order. Those beyond, and who has waited too
 * long, are `too_busy`.
 */
export function createTurns({ atOnce, waiting, patienceMs }: Limits): Turns {
  let running = 0
  const queue = new Set<() => void>()

  function wait(): Promise<void> {
    return new Promise((resolve, reject) => {
      const start = () => {
        clearTimeout(timer)
        resolve()
      }
      const giveUp = () => {
        queue.delete(start)
        reject(busy())
      }
      const timer = patienceMs === undefined ? undefined : setTimeout(giveUp, patienceMs).unref()
      queue.add(start)
    })
  }

  /** The place passes on without becoming free. */
  function leave(): void {
    const [next] = queue
    if (!next) running -= 1
    else {
      queue.delete(next)
      next()
    }
  }

  return async (work) => {
    if (running < atOnce) running += 1
    else if (queue.size >= waiting) throw busy()
    else await wait()
    try {
      return await work()
    } finally {
      leave()
    }
  }
}

export type Lines = <Result>(key: string, work: () => Promise<Result>) => Promise<Result>

/** Turns of each key by itself: what concerns one thing waits for nothing that concerns another. */
export function createLines(limits: Limits): Lines {
  const lines = new Map<string, { inTurn: Turns; count: number }>()
  return async (key, work) => {
    const line = lines.get(key) ?? { inTurn: createTurns(limits), count: 0 }
    lines.set(key, line)
    line.count += 1
    try {
      return await line.inTurn(work)
    } finally {
      line.count -= 1
      if (line.count === 0) lines.delete(key)
    }
  }
}

function busy() {
  return failure('too_busy', undefined, { retry_after: 5 })
}
