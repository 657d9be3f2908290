import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import type { Bytes } from './s3.ts'
import { storageGone } from './storage.ts'

/** What is sent at a time; of one file two of them are in memory at most. Stores want 5 MiB or more. */
const partBytes = 8 * 2 ** 20

/** Only the last one may be short, or empty where the file is. */
export async function* partsOf(
  chunks: AsyncIterable<Buffer>,
): AsyncGenerator<Bytes & { isLast: boolean }> {
  let part = newPart()
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length; ) {
      if (part.size() === partBytes) {
        yield { ...part.take(), isLast: false }
        part = newPart()
      }
      at += part.add(chunk, at)
    }
  }
  yield { ...part.take(), isLast: true }
}

/** Copies: a body may come in millions of crumbs, each of them heavier than what it carries. */
function newPart() {
  const md5 = createHash('md5')
  let bytes = Buffer.allocUnsafe(64 * 1024)
  let size = 0
  return {
    size: () => size,
    add(chunk: Buffer, from: number): number {
      const taken = chunk.subarray(from, from + partBytes - size)
      if (size + taken.length > bytes.length) {
        const room = Math.max(bytes.length * 2, size + taken.length)
        const larger = Buffer.allocUnsafe(Math.min(room, partBytes))
        bytes.copy(larger, 0, 0, size)
        bytes = larger
      }
      taken.copy(bytes, size)
      md5.update(taken)
      size += taken.length
      return taken.length
    },
    take: (): Bytes => ({ bytes: bytes.subarray(0, size), md5: md5.digest('hex') }),
  }
}

/** A body that stops short is an error to its reader, and so is one that stands still. */
export function whole(body: Readable, size: number | undefined, idle: number): Readable {
  let seen = 0
  let isOver = false
  let timer: NodeJS.Timeout | undefined
  const fail = (reason: unknown) => void reader.destroy(storageGone(reason))
  const rest = () => {
    clearTimeout(timer)
    timer = undefined
  }
  const reader = new Readable({
    read() {
      // Only while the reader waits: one that is slow itself is in nobody's way.
      timer ??= setTimeout(() => fail(new Error('The object store stands still.')), idle)
      body.resume()
    },
    destroy(error, done) {
      isOver = true
      rest()
      body.destroy()
      done(error)
    },
  })
  body.on('data', (chunk: Buffer) => {
    rest()
    seen += chunk.length
    if (!reader.push(chunk)) body.pause()
  })
  body.on('error', fail)
  body.on('end', () => {
    rest()
    if (size !== undefined && seen !== size) return fail(new Error('A file came short.'))
    isOver = true
    reader.push(null)
  })
  body.on('close', () => {
    if (!isOver) fail(new Error('A file broke off.'))
  })
  body.pause()
  return reader
}
