import { failure } from './failure.ts'

/** What a worker is told to do, and by when. */
export type Work = {
  task: string
  input: unknown
  timeoutMs: number
  /** Memory that goes to a thread instead of being copied; it is gone here. A process is sent a copy. */
  transfer?: ArrayBuffer[]
}

/** What a worker answers: a value, or what its task has thrown, by its parts. */
export type Answer = { value: unknown } | { thrown: Thrown }

export type Thrown = {
  name: string
  message: string
  stack?: string
  /** The code, detail and members of a failure, or the code of another error. */
  failure?: Parameters<typeof failure>
  code?: unknown
}

/** How a worker is spoken to, and stopped at once. */
export type Line = {
  send: (message: unknown, transfer?: ArrayBuffer[]) => void | Promise<void>
  stop: () => void
}

/** What a worker lets us know. */
export type Signs = {
  heard: (message: unknown) => void
  failed: (error: unknown) => void
  /** It is gone; `why` makes an error of it, with what failed before if anything did. */
  ended: (why: (fault: unknown) => unknown) => void
}

export type Talk = ReturnType<typeof talkWith>

const startMs = 60_000

/** One piece of work at a time for a worker, until it ends. */
export function talkWith(open: (signs: Signs) => Line, onEnd: () => void) {
  let isEnding = false
  let fault: unknown
  let waiting: { resolve: (answer: unknown) => void; reject: (error: unknown) => void } | undefined
  let markEnded = () => {}
  const ended = new Promise<void>((resolve) => {
    markEnded = resolve
  })
  const line = open({
    heard: (message) => waiting?.resolve(message),
    failed: (error) => {
      fault ??= error
    },
    ended: (why) => {
      isEnding = true
      waiting?.reject(Object(fault).failure ? fault : why(fault))
      onEnd()
      markEnded()
    },
  })

  /** Waits for one message; past its time the worker ends, for nothing else stops what it does. */
  function answer(withinMs: number, send?: () => void | Promise<void>): Promise<unknown> {
    let timer: NodeJS.Timeout | undefined
    return new Promise((resolve, reject) => {
      waiting = { resolve, reject }
      void Promise.resolve(send?.()).catch(reject)
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
    line.stop()
    return ended
  }

  const started = answer(startMs)
  return {
    isEnding: () => isEnding,
    end,
    async run({ task, input, timeoutMs, transfer }: Work): Promise<unknown> {
      await started
      const given = await answer(timeoutMs, () => line.send({ task, input }, transfer))
      return outcomeOf(given as Answer)
    },
  }
}

function outcomeOf(answer: Answer): unknown {
  if ('value' in answer) return answer.value
  const { failure: parts, ...rest } = answer.thrown
  if (parts) throw failure(...parts)
  throw Object.assign(new Error(rest.message), rest)
}

/** What starts an entry; unbuilt, TypeScript is taught to the worker first. */
export function codeFor(entry: URL): string {
  const start = `import(${JSON.stringify(entry.href)})`
  if (!entry.href.endsWith('.ts')) return start
  return `import('tsx/esm/api').then(({ register }) => (register(), ${start}))`
}
