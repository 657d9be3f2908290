import { threadId } from 'node:worker_threads'
import { failure } from '../../src/failure.ts'
import { serveTasks } from '../../src/workers/serve.ts'

/** The entry of a worker whose tasks do whatever a task should not do. */
const tasks = {
  echo: (input: unknown) => input,
  add: ({ a, b }: { a: number; b: number }) => a + b,
  who: () => threadId,
  arguments: () => process.execArgv,
  surroundings: () => Object.keys(process.env),
  bytes: (length: number) => new Uint8Array(length).fill(7),
  refuse: (limit: number) => {
    throw failure('export_too_large', { limit }, { most: limit })
  },
  fail: (code: string) => {
    throw Object.assign(new RangeError('out of range'), { code })
  },
  answerNothingSendable: () => () => 1,
  spin: () => {
    for (;;);
  },
  hang: () => new Promise<void>(() => {}),
  hoard: () => {
    const hoarded: object[] = []
    for (;;) hoarded.push({ more: [1, 2, 3] })
  },
  /** Memory that is no part of the heap. */
  hoardBytes: () => {
    const hoarded: Uint8Array[] = []
    for (;;) hoarded.push(new Uint8Array(8_000_000).fill(1))
  },
  /** One text after the other, each twice as long: no heap is ever large enough. */
  hoardText: () => {
    const hoarded: string[] = []
    for (let text = 'a'; ; text = `${text}${hoarded.length}`.repeat(2).slice(0, 400_000_000)) {
      hoarded.push(text.replaceAll('a', 'ab'))
    }
  },
  process: () => process.pid,
  kill: (signal: NodeJS.Signals) => {
    process.kill(process.pid, signal)
    return new Promise<void>(() => {})
  },
  endure: (signal: NodeJS.Signals) => {
    process.kill(process.pid, signal)
    return new Promise<string>((resolve) => setTimeout(resolve, 50, 'still there'))
  },
  abort: () => process.abort(),
  leave: (code: number) => process.exit(code),
  throwLater: () => {
    setTimeout(() => {
      throw Object.assign(new Error('too late'), { code: 'ECONNRESET', statusCode: 404 })
    })
    return new Promise<void>(() => {})
  },
  /** Says that it has begun, and goes on when it is let go. */
  hold: ({ begun, letGo }: Held) => {
    const mine = Atomics.add(begun, 0, 1) + 1
    Atomics.wait(letGo, 0, 0)
    return mine
  },
}

export type Held = { begun: Int32Array; letGo: Int32Array }
export type UnrulyTasks = typeof tasks

serveTasks(tasks)
