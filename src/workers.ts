import { availableParallelism } from 'node:os'
import { failure } from './failure.ts'
import type { SheetRead, TableFile } from './sheet-tables.ts'
import type { SheetFile, Workbook } from './sheets.ts'
import { startProcess } from './worker-process.ts'
import type { Talk, Work } from './worker-talk.ts'
import { startThread } from './worker-thread.ts'

/**
 * What workers can do: pure functions that take and give plain data. Areas add what is theirs,
 * where they define it; `workers/entry.ts` has the functions.
 */
export interface Tasks {
  write_workbook: (book: Workbook) => Promise<Uint8Array>
  read_workbook: (file: SheetFile) => Promise<Uint8Array[]>
  read_tables: (file: TableFile) => Promise<SheetRead[]>
}

type Table<All> = { [Name in keyof All]: (input: never) => unknown }

export type Workers<All extends Table<All> = Tasks> = {
  /**
   * Runs a task in a thread or a process of its own. Fails as the task does, or with `task_too_slow` past
   * its time (counted from when it begins), `task_too_large` past its memory, `too_busy` where too many wait.
   */
  run: <Name extends keyof All & string>(
    task: Name,
    input: Parameters<All[Name]>[0],
    limits: Limits,
  ) => Promise<Awaited<ReturnType<All[Name]>>>
  close: () => Promise<void>
}

type Limits = Pick<Work, 'timeoutMs' | 'transfer'> & {
  heapMb: number
  /**
   * A thread starts sooner and takes memory over. What may bring down whoever does it, such as reading
   * what strangers send, is for a process: some ways to run out of memory end all threads at once.
   */
  isolation?: 'thread' | 'process'
  /** What a process may take in all; three times its heap unless it says so. */
  residentMb?: number
}

type Waiting = Work & {
  kind: Kind
  resolve: (value: never) => void
  reject: (error: unknown) => void
}

/** What one worker can do for several tasks is told by these. */
type Kind = Required<Pick<Limits, 'isolation' | 'heapMb' | 'residentMb'>>

type Worker = Talk & { kind: Kind }

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

/** A few workers, started when there is work and ended when there has been none for a while. */
export function createWorkers<All extends Table<All> = Tasks>(
  options: Partial<typeof defaults> = {},
): Workers<All> {
  const { entry, threads, waiting, idleMs } = { ...defaults, ...options }
  const all = new Set<Worker>()
  const idle = new Map<Worker, NodeJS.Timeout>()
  const queue: Waiting[] = []
  let isClosed = false

  function start(kind: Kind): Worker {
    const onEnd = () => {
      rouse(worker)
      all.delete(worker)
      next()
    }
    const worker = { ...open(entry, kind, onEnd), kind }
    all.add(worker)
    return worker
  }

  function rouse(worker: Worker): void {
    clearTimeout(idle.get(worker))
    idle.delete(worker)
  }

  function retire(worker: Worker): void {
    rouse(worker)
    void worker.end()
  }

  /** Whoever has waited longest goes first, to a worker of the kind that is asked for. */
  function next(): void {
    const [first] = queue
    if (!first) return
    const rested = [...idle.keys()]
    const fitting = rested.find(({ kind }) => isSame(kind, first.kind))
    if (!fitting && all.size >= threads) {
      if (rested[0]) retire(rested[0])
      return
    }
    queue.shift()
    try {
      void serve(fitting ?? start(first.kind), first)
    } catch (error) {
      first.reject(error)
    }
    next()
  }

  async function serve(worker: Worker, work: Waiting): Promise<void> {
    rouse(worker)
    await worker.run(work).then(work.resolve as (value: unknown) => void, work.reject)
    if (worker.isEnding()) return
    idle.set(worker, setTimeout(retire, idleMs, worker).unref())
    next()
  }

  return {
    run: (task, input, limits) =>
      new Promise((resolve, reject) => {
        if (isClosed) throw failure('unavailable')
        queue.push({ ...limits, kind: kindOf(limits), task, input, resolve, reject })
        next()
        if (queue.length <= waiting) return
        queue.pop()
        throw failure('too_busy', undefined, { retry_after: 5 })
      }),
    async close() {
      isClosed = true
      for (const { reject } of queue.splice(0)) reject(failure('unavailable'))
      await Promise.all([...all].map((worker) => worker.end()))
    },
  }
}

function open(entry: URL, kind: Kind, onEnd: () => void): Talk {
  if (kind.isolation === 'process') return startProcess(entry, kind, onEnd)
  return startThread(entry, kind.heapMb, onEnd)
}

function kindOf({ isolation = 'thread', heapMb, residentMb = 3 * heapMb }: Limits): Kind {
  return { isolation, heapMb, residentMb }
}

function isSame(one: Kind, other: Kind): boolean {
  return (
    one.isolation === other.isolation &&
    one.heapMb === other.heapMb &&
    one.residentMb === other.residentMb
  )
}
