import type { Answer, Thrown } from '../worker-talk.ts'
import { ownPort } from './port.ts'

type Message = { task: string; input: never }

/** Does what comes, one task after the other, and says that it is ready for the first. */
export function serveTasks(tasks: Record<string, (input: never) => unknown>): void {
  const port = ownPort()

  async function answer({ task, input }: Message): Promise<Answer> {
    try {
      const work = tasks[task]
      if (!work) throw new Error(`There is no task ${task}`)
      return { value: await work(input) }
    } catch (error) {
      return { thrown: partsOf(error) }
    }
  }

  port.listen(async (message: Message) => {
    const given = await answer(message)
    try {
      await port.post(given, memoryOf(given))
    } catch (error) {
      // What cannot be sent is the task's fault as well.
      await port.post({ thrown: partsOf(error) }, [])
    }
  })
  void port.post('ready', [])
}

/** Errors lose everything but their words on the way between threads and processes. */
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
