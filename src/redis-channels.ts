import { type Static, Type } from '@sinclair/typebox'
import { TypeCompiler } from '@sinclair/typebox/compiler'
import type { Hear, Relay } from './channels.ts'
import { newId } from './values.ts'

type Publisher = { publish(channel: string, message: string): Promise<unknown> }

/** A connection that does nothing else, since one that subscribes may hardly do more. */
type Subscriber = {
  subscribe(...channels: string[]): Promise<unknown>
  unsubscribe(...channels: string[]): Promise<unknown>
  ping(): Promise<unknown>
  on(event: 'message', heard: (channel: string, text: string) => void): unknown
  on(event: 'ready', heard: () => void): unknown
}

type Redis = {
  publisher: Publisher
  subscriber: Subscriber
  /** Bytes that Redis has not taken yet. */
  backlog: () => number
}

const Envelope = Type.Object(
  {
    from: Type.String({ minLength: 1, maxLength: 64 }),
    number: Type.Integer({ minimum: 1 }),
    event: Type.Object({}),
  },
  { additionalProperties: false },
)
const envelope = TypeCompiler.Compile(Envelope)

/** Events are small: what is larger has no place in a channel. */
const maxBytes = 1024 * 1024

/** Past this Redis does not keep up, and what it has not taken is not kept here for it. */
const maxBacklog = 16 * 1024 * 1024

const maxSenders = 1000
const chunkSize = 500

/**
 * Publish and subscribe: at most once, in the order of each sender. An instance subscribes to what
 * it follows and passes over what it sent itself.
 */
export function relayOn({ publisher, subscriber, backlog }: Redis, prefix: string): Relay {
  const base = `${prefix}channel:`
  const self = newId()
  const followed = new Set<string>()
  const isNew = createOnce()
  const resumed: (() => void)[] = []
  let sent = 0
  let connections = 0
  let hear: Hear = () => {}

  // A command that fails is made good by the next connection, which begins with all of them.
  const subscribe = (channels: string[]) =>
    void subscriber.subscribe(...channels.map((channel) => base + channel)).catch(() => {})
  // Answered in the order of asking, so after every subscription before it.
  const settled = async () => void (await subscriber.ping().catch(() => {}))
  subscriber.on('ready', () => {
    const channels = [...followed]
    for (let n = 0; n < channels.length; n += chunkSize) subscribe(channels.slice(n, n + chunkSize))
    connections += 1
    if (connections === 1) return
    void settled().then(() => {
      for (const listener of resumed) listener()
    })
  })
  subscriber.on('message', (name, text) => {
    const channel = name.slice(base.length)
    if (!name.startsWith(base) || !followed.has(channel)) return
    const heard = read(text)
    if (!heard || heard.from === self || !isNew(heard)) return
    hear(channel, JSON.stringify(heard.event))
  })

  return {
    follow(channel) {
      followed.add(channel)
      subscribe([channel])
    },
    unfollow(channel) {
      followed.delete(channel)
      void subscriber.unsubscribe(base + channel).catch(() => {})
    },
    async send(channel, message) {
      if (Buffer.byteLength(message) > maxBytes) throw new Error(`Too large for ${channel}.`)
      if (backlog() > maxBacklog) throw new Error('Redis does not keep up.')
      sent += 1
      const text = `{"from":"${self}","number":${sent},"event":${message}}`
      await publisher.publish(base + channel, text)
    },
    settled,
    resumed: (listener) => void resumed.push(listener),
    listen(listener) {
      hear = listener
    },
  }
}

/** Whoever else reaches Redis may have written it. */
function read(text: string): Static<typeof Envelope> | undefined {
  if (Buffer.byteLength(text) > maxBytes + 1024) return undefined
  try {
    const value: unknown = JSON.parse(text)
    return envelope.Check(value) ? value : undefined
  } catch {
    return undefined
  }
}

/** A connection that is lost before the answer sends again what Redis may have had already. */
function createOnce() {
  const last = new Map<string, number>()
  return ({ from, number }: { from: string; number: number }): boolean => {
    if (number <= (last.get(from) ?? 0)) return false
    last.delete(from)
    last.set(from, number)
    for (const oldest of last.keys()) {
      if (last.size <= maxSenders) break
      last.delete(oldest)
    }
    return true
  }
}
