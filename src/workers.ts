import { availableParallelism } from 'node:os'
import { failure } from './failure.ts'
import type { SheetFile, Workbook } from './sheets.ts'
import { startThread, type Thread, type Work } from './worker-thread.ts'

/**
 * What worker threads can do: pure functions that take and give plain data. Areas add what is theirs,
 * where they define it; `workers/entry.ts` has the functions.
 */
export interface Tasks {
  write_workbook: (book: Workbook) => Promise<Uint8Array>
  read_workbook: (file: SheetFile) => Promise<Uint8Array[]>
}

type Table<All> = { [Name in keyof All]: (input: never) => unknown }

export type Workers<All extends Table<All> = Tasks> = {
  /**
   * Runs a task in a thread of its own. Fails as the task does, or with `task_too_slow` past its time
   * (counted from when it begins), `task_too_large` past its heap, `too_busy` where too many wait.
   */
  run: <Name extends keyof All & string>(
    task: Name,
    input: Parameters<All[Name]>[0],
    limits: Limits,
  ) => Promise<Awaited<ReturnType<All[Name]>>>
  close: () => Promise<void>
}

type Limits = Pick<Work, 'timeoutMs' | 'transfer'> & { heapMb: number }

type Waiting = Work & {
  heapMb: number
  resolve: (value: never) => void
  reject: (error: unknown) => void
}

declare module './fastify.ts' {
  interface Deps {
    workers: Workers
  }
}

const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'

const defaults = {
  entry: new URL(`./workers/entry.${extension}`, import.meta.url),
  threads: Math.min(4, Math.max(2, availableParallelism() - 1)),
  waiting: 16,
  idleMs: 30_000,
}

/** A few threads, started when there is work and ended when there has been none for a while. */
export function createWorkers<All extends Table<All> = Tasks>(
  options: Partial<typeof defaults> = {},
): Workers<All> {
  const { entry, threads, waiting, idleMs } = { ...defaults, ...options }
  const all = new Set<Thread>()
  const idle = new Map<Thread, NodeJS.Timeout>()
  const queue: Waiting[] = []
  let isClosed = false

  function start(heapMb: number): Thread {
    const thread = startThread(entry, heapMb, () => {
      rouse(thread)
      all.delete(thread)
      next()
    })
    all.add(thread)
    return thread
  }

  function rouse(thread: Thread): void {
    clearTimeout(idle.get(thread))
    idle.delete(thread)
  }

  function retire(thread: Thread): void {
    rouse(thread)
    void thread.end()
  }

  /** Whoever has waited longest goes first, to a thread with a heap of the size that is asked for. */
  function next(): void {
    const [first] = queue
    if (!first) return
    const rested = [...idle.keys()]
    const fitting = rested.find(({ heapMb }) => heapMb === first.heapMb)
    if (!fitting && all.size >= threads) {
      if (rested[0]) retire(rested[0])
      return
    }
    queue.shift()
    void serve(fitting ?? start(first.heapMb), first)
    next()
  }

  async function serve(thread: Thread, work: Waiting): Promise<void> {
    rouse(thread)
    await thread.run(work).then(work.resolve as (value: unknown) => void, work.reject)
    if (thread.isEnding()) return
    idle.set(thread, setTimeout(retire, idleMs, thread).unref())
    next()
  }

  return {
    run: (task, input, limits) =>
      new Promise((resolve, reject) => {
        if (isClosed) throw failure('unavailable')
        queue.push({ ...limits, task, input, resolve, reject })
        next()
        if (queue.length <= waiting) return
        queue.pop()
        throw failure('too_busy', undefined, { retry_after: 5 })
      }),
    async close() {
      isClosed = true
      for (const { reject } of queue.splice(0)) reject(failure('unavailable'))
      await Promise.all([...all].map((thread) => thread.end()))
    },
  }
}
