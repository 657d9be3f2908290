import { PassThrough } from 'node:stream'
import type { Static } from '@sinclair/typebox'
import type { ChatEventName } from '../../../schemas/analysis/chat.ts'

const heartbeatMs = 15_000

export type EventStream = {
  stream: PassThrough
  send(event: Static<typeof ChatEventName>, data: object): void
  end(): void
}

/** Events for a browser or a program (HTML standard, 9.2), with a comment now and then to keep the line open. */
export function createEventStream(): EventStream {
  const stream = new PassThrough()
  const write = (text: string) => {
    if (!stream.destroyed && !stream.writableEnded) stream.write(text)
  }
  const heartbeat = setInterval(() => write(':\n\n'), heartbeatMs)
  heartbeat.unref()
  stream.on('close', () => clearInterval(heartbeat))
  // Whoever left has no use for the rest.
  stream.on('error', () => {})
  return {
    stream,
    send: (event, data) => write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`),
    end() {
      clearInterval(heartbeat)
      if (!stream.destroyed) stream.end()
    },
  }
}
