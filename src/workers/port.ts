import { writeFileSync } from 'node:fs'
import { parentPort } from 'node:worker_threads'
import { hearParts, sendInParts } from '../worker-parts.ts'

/** How a worker speaks with whoever has started it. */
export type Port = {
  post: (message: unknown, memory: ArrayBuffer[]) => void | Promise<void>
  listen: (hear: (message: never) => void) => void
}

/** The port of this thread, or of this process where it was started as a worker. */
export function ownPort(): Port {
  const port = parentPort
  if (port) {
    return {
      post: (message, memory) => port.postMessage(message, memory),
      listen: (hear) => void port.on('message', hear as (message: unknown) => void),
    }
  }
  if (!process.send) throw new Error('This is the entry of a worker.')
  settleIn()
  return {
    post: (message) =>
      sendInParts((part, sent) => process.send?.(part, undefined, undefined, sent), message),
    listen: (hear) => void process.on('message', hearParts(hear as (message: unknown) => void)),
  }
}

/** A process that lives and dies with the service: what asks the service to end is not for it. */
function settleIn(): void {
  process.on('disconnect', () => process.exit())
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {})
  try {
    // Where the system runs out of memory, it ends this process rather than the service.
    writeFileSync('/proc/self/oom_score_adj', '1000')
  } catch {
    // Only Linux has it.
  }
}
