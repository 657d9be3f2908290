/** What goes over a channel at once, as neither side does anything else meanwhile. */
const partBytes = 2 ** 20

/** Bytes that are so few that they go with their message. */
const smallBytes = 2 ** 16

/** How deep bytes may stand in a message. */
const maxDepth = 4

type Path = readonly string[]

/** Bytes that came before the message, and where they belong in it. */
type Place = { path: Path; parts: number }

type Whole = { body: unknown; places: Place[] }

/** Sends a message whose large bytes go before it, a part at a time; it stops where the other side is gone. */
export async function sendInParts(
  send: (message: Whole | { part: Uint8Array }, sent: (error: Error | null) => void) => void,
  message: unknown,
): Promise<void> {
  const places: Place[] = []
  const sending: Uint8Array[] = []
  const body = withoutBytes(message, [], (bytes, path) => {
    places.push({ path, parts: Math.ceil(bytes.length / partBytes) })
    sending.push(bytes)
  })
  for (const bytes of sending) {
    for (let at = 0; at < bytes.length; at += partBytes) {
      const part = bytes.subarray(at, at + partBytes)
      const error = await new Promise((resolve) => send({ part }, resolve))
      if (error) return
    }
  }
  send({ body, places }, () => {})
}

/** Hears what `sendInParts` sends. */
export function hearParts(hear: (message: unknown) => void): (message: unknown) => void {
  const waiting: Uint8Array[] = []
  return (message) => {
    const { part, body, places } = message as Whole & { part?: Uint8Array }
    if (part) {
      waiting.push(part)
      return
    }
    for (const { path, parts } of places) put(body, path, Buffer.concat(waiting.splice(0, parts)))
    hear(body)
  }
}

type Take = (bytes: Uint8Array, path: Path) => void

/** A copy, as far as bytes are taken out of it. */
function withoutBytes(message: unknown, path: Path, take: Take): unknown {
  if (message instanceof Uint8Array) {
    if (message.length <= smallBytes) return message
    take(message, path)
    return null
  }
  const isMade = typeof message === 'object' && message !== null
  if (!isMade || path.length === maxDepth) return message
  const inside = (value: unknown, key: string) => withoutBytes(value, [...path, key], take)
  if (Array.isArray(message)) return message.map((value, at) => inside(value, String(at)))
  if (Object.getPrototypeOf(message) !== Object.prototype) return message
  const entries = Object.entries(message)
  return Object.fromEntries(entries.map(([key, value]) => [key, inside(value, key)]))
}

function put(body: unknown, path: Path, bytes: Uint8Array): void {
  const last = path.at(-1) as string
  let parent = Object(body)
  for (const key of path.slice(0, -1)) {
    if (!Object.hasOwn(parent, key)) return
    parent = Object(parent[key])
  }
  if (Object.hasOwn(parent, last)) parent[last] = bytes
}
