import { Worker } from 'node:worker_threads'
import { failure } from './failure.ts'

/** What a thread is told to do, and by when. */
export type Work = {
  task: string
  input: unknown
  timeoutMs: number
  /** Memory that goes to the thread instead of being copied; it is gone here. */
  transfer?: ArrayBuffer[]
}

/** What a thread answers: a value, or what its task has thrown, by its parts. */
export type Answer = { value: unknown } | { thrown: Thrown }

export type Thrown = {
  name: string
  message: string
  stack?: string
  /** The code, detail and members of a failure, or the code of another error. */
  failure?: Parameters<typeof failure>
  code?: unknown
}

export type Thread = ReturnType<typeof startThread>

const startMs = 60_000

/** A thread with a heap of its own, that does one piece of work at a time until it ends. */
export function startThread(entry: URL, heapMb: number, onEnd: () => void) {
  const worker = new Worker(codeFor(entry), {
    eval: true,
    env: {},
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: heapMb },
  })
  let isEnding = false
  let fault: unknown
  let waiting: { resolve: (answer: unknown) => void; reject: (error: unknown) => void } | undefined
  const ended = new Promise<void>((resolve) => {
    worker.on('exit', (code) => {
      isEnding = true
      waiting?.reject(endOf(fault, code))
      onEnd()
      resolve()
    })
  })
  worker.on('error', (error) => {
    fault ??= error
  })
  worker.on('message', (answer) => waiting?.resolve(answer))
  worker.unref()

  /** Waits for one message; past its time the thread ends, for nothing else stops what it does. */
  function answer(withinMs: number, send?: () => void): Promise<unknown> {
    let timer: NodeJS.Timeout | undefined
    return new Promise((resolve, reject) => {
      waiting = { resolve, reject }
      send?.()
      timer = setTimeout(() => {
        reject(failure('task_too_slow', { seconds: withinMs / 1000 }))
        end()
      }, withinMs)
    }).finally(() => {
      clearTimeout(timer)
      waiting = undefined
    })
  }

  function end(): Promise<void> {
    isEnding = true
    fault ??= failure('unavailable')
    void worker.terminate()
    return ended
  }

  const started = answer(startMs)
  return {
    heapMb,
    isEnding: () => isEnding,
    end,
    async run({ task, input, timeoutMs, transfer }: Work): Promise<unknown> {
      await started
      const given = await answer(timeoutMs, () => worker.postMessage({ task, input }, transfer))
      return outcomeOf(given as Answer)
    },
  }
}

/** Unbuilt, TypeScript is taught to the thread first. */
function codeFor(entry: URL): string {
  const start = `import(${JSON.stringify(entry.href)})`
  if (!entry.href.endsWith('.ts')) return start
  return `import('tsx/esm/api').then(({ register }) => (register(), ${start}))`
}

/** Why a thread ended under way. An error nobody caught is no answer: it keeps neither code nor status. */
function endOf(fault: unknown, code: number): unknown {
  const { failure: isOurs, code: reason } = Object(fault)
  if (isOurs) return fault
  if (reason === 'ERR_WORKER_OUT_OF_MEMORY') return failure('task_too_large')
  if (fault === undefined) return new Error(`A worker ended with code ${code}`)
  return new Error(`A worker crashed: ${Object(fault).message ?? fault}`, { cause: fault })
}

function outcomeOf(answer: Answer): unknown {
  if ('value' in answer) return answer.value
  const { failure: parts, ...rest } = answer.thrown
  if (parts) throw failure(...parts)
  throw Object.assign(new Error(rest.message), rest)
}
