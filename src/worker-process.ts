import { spawn } from 'node:child_process'
import { failure } from './failure.ts'
import { hearParts, sendInParts } from './worker-parts.ts'
import { codeFor, type Talk, talkWith } from './worker-talk.ts'

/** What a process may take: its heap, and all of its memory, what lies beside the heap included. */
export type ProcessMemory = { heapMb: number; residentMb: number }

/** As much of what a process says of its own end as goes into a log. */
const wordsKept = 2000

/**
 * A process with memory and a life of its own, that does one piece of work at a time until it ends. It
 * knows nothing of our environment, and whatever it does to itself, we live on.
 */
export function startProcess(entry: URL, memory: ProcessMemory, onEnd: () => void): Talk {
  return talkWith(({ heard, failed, ended }) => {
    const child = spawn(process.execPath, argumentsFor(entry, memory), {
      env: {},
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      windowsHide: true,
    })
    let words = ''
    let isOver = false
    const finish = (code: number | null, signal: string | null) => {
      if (isOver) return
      isOver = true
      ended((fault) => endOf(fault, code, signal, words))
    }
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      words = (words + text).slice(0, wordsKept)
    })
    child.on('message', hearParts(heard))
    child.on('close', finish)
    child.on('error', (error) => {
      failed(error)
      if (child.pid === undefined) finish(null, null)
    })
    child.unref()
    child.channel?.unref()
    Object(child.stderr).unref?.()
    return {
      // Whoever cannot be reached has ended, and that is told above.
      send: (message) => sendInParts((part, sent) => child.send(part, sent), message),
      stop: () => void child.kill('SIGKILL'),
    }
  }, onEnd)
}

/**
 * Buffers and strings from outside lie beside the heap, where no flag bounds them. So a thread looks at
 * the whole process, and ends it as well when nobody is left to answer to: a busy process would not notice.
 */
const watch = `
const { workerData: { most, parent } } = require('node:worker_threads')
setInterval(() => {
  if (process.memoryUsage.rss() > most || process.ppid !== parent) process.kill(process.pid, 'SIGKILL')
}, 20)`

function argumentsFor(entry: URL, { heapMb, residentMb }: ProcessMemory): string[] {
  const workerData = { most: residentMb * 1024 * 1024, parent: process.pid }
  const options = { eval: true, env: {}, execArgv: [], workerData }
  const code = `
const { Worker } = require('node:worker_threads')
new Worker(${JSON.stringify(watch)}, ${JSON.stringify(options)}).unref()
${codeFor(entry)}`
  return [`--max-old-space-size=${heapMb}`, '--no-warnings', '-e', code]
}

/** Node ends itself like this where a heap is full, and a system without signals says it by a number. */
const abortCodes = [134, 0xc0000409]

/** Why a process ended under way: nothing but its memory ends it by a signal. */
function endOf(fault: unknown, code: number | null, signal: string | null, words: string): unknown {
  if (signal !== null || abortCodes.includes(Number(code))) return failure('task_too_large')
  const why = fault === undefined ? `code ${code}` : Object(fault).message
  const more = words.trim() === '' ? '' : `: ${words.trim()}`
  return new Error(`A worker process ended with ${why}${more}`, { cause: fault })
}
