import { Worker } from 'node:worker_threads'
import { failure } from './failure.ts'
import { codeFor, type Talk, talkWith } from './worker-talk.ts'

/** A thread with a heap of its own, that does one piece of work at a time until it ends. */
export function startThread(entry: URL, heapMb: number, onEnd: () => void): Talk {
  return talkWith(({ heard, failed, ended }) => {
    const worker = new Worker(codeFor(entry), {
      eval: true,
      env: {},
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: heapMb },
    })
    worker.on('exit', (code) => ended((fault) => endOf(fault, code)))
    worker.on('error', failed)
    worker.on('message', heard)
    worker.unref()
    return {
      send: (message, transfer) => worker.postMessage(message, transfer),
      stop: () => void worker.terminate(),
    }
  }, onEnd)
}

/** Why a thread ended under way. An error nobody caught is no answer: it keeps neither code nor status. */
function endOf(fault: unknown, code: number): unknown {
  if (Object(fault).code === 'ERR_WORKER_OUT_OF_MEMORY') return failure('task_too_large')
  if (fault === undefined) return new Error(`A worker ended with code ${code}`)
  return new Error(`A worker crashed: ${Object(fault).message ?? fault}`, { cause: fault })
}
