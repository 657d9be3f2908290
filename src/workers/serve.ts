import { parentPort } from 'node:worker_threads'
import type { Answer, Thrown } from '../worker-thread.ts'

type Message = { task: string; input: never }

/** Does what comes, one task after the other, and says that it is ready for the first. */
export function serveTasks(tasks: Record<string, (input: never) => unknown>): void {
  const port = parentPort
  if (!port) throw new Error('This is the entry of a worker thread.')

  async function answer({ task, input }: Message): Promise<Answer> {
    try {
      const work = tasks[task]
      if (!work) throw new Error(`There is no task ${task}`)
      return { value: await work(input) }
    } catch (error) {
      return { thrown: partsOf(error) }
    }
  }

  port.on('message', async (message: Message) => {
    const given = await answer(message)
    try {
      port.postMessage(given, memoryOf(given))
    } catch (error) {
      // What cannot be sent is the task's fault as well.
      port.postMessage({ thrown: partsOf(error) })
    }
  })
  port.postMessage('ready')
}

/** Errors lose everything but their words on the way between threads. */
function partsOf(error: unknown): Thrown {
  const {
    name = 'Error',
    message = String(error),
    stack,
    code,
    failure,
    detail,
    extra,
  } = Object(error)
  return {
    name,
    message,
    ...(stack && { stack }),
    ...(code !== undefined && { code }),
    ...(failure && { failure: [failure, detail, extra] }),
  }
}

/** Bytes that fill memory of their own need not be copied. */
function memoryOf(answer: Answer): ArrayBuffer[] {
  const bytes = 'value' in answer ? answer.value : undefined
  if (!(bytes instanceof Uint8Array) || !(bytes.buffer instanceof ArrayBuffer)) return []
  return bytes.byteLength === bytes.buffer.byteLength ? [bytes.buffer] : []
}
