import { isAscii } from 'node:buffer'
import { createJsonCheck } from './file-json.ts'

type Bytes = AsyncIterable<Buffer>

/** Takes the next piece of a text, and fails at what no text has. */
type Check = { take: (text: string) => void; end: () => void }

/** Control characters but tab, the ends of lines and of pages; and what cannot be read. */
const noText = /[^\t\n\f\r -~\xa0-\uffff]/

/**
 * Passes a file on, and calls `refuse` for the error to throw where it is no text in UTF-8, in UTF-16
 * with its mark, or in Shift_JIS as Windows has it.
 */
export async function* asText(chunks: Bytes, refuse: () => Error): AsyncGenerator<Buffer> {
  const plain: Check = {
    take: (text) => {
      if (noText.test(text)) throw refuse()
    },
    end: () => {},
  }
  let reading: Reading[] | undefined
  for await (const chunk of chunks) {
    if (chunk.length > 0) {
      reading ??= encodingsOf(chunk).map((name) => startReading(name, plain))
      reading = await narrow(reading, chunk, refuse)
    }
    yield chunk
  }
  await narrow(reading ?? [], undefined, refuse)
}

/** The same for a file that must be JSON in UTF-8 from its beginning to its end. */
export async function* asJson(chunks: Bytes, refuse: () => Error): AsyncGenerator<Buffer> {
  const reading = [startReading('utf-8', createJsonCheck(refuse))]
  for await (const chunk of chunks) {
    await narrow(reading, chunk, refuse)
    yield chunk
  }
  await narrow(reading, undefined, refuse)
}

type Reading = { read: (chunk: Buffer | undefined) => void }

/** Those for which the file still reads. One of them is enough. */
async function narrow(
  readings: Reading[],
  chunk: Buffer | undefined,
  refuse: () => Error,
): Promise<Reading[]> {
  const left = readings.filter(({ read }) => {
    try {
      read(chunk)
      return true
    } catch {
      return false
    }
  })
  if (left.length === 0) throw refuse()
  return left
}

function startReading(encoding: string, check: Check): Reading {
  const decoder = new TextDecoder(encoding, { fatal: true })
  const isWide = encoding.startsWith('utf-16')
  let isPlain = !isWide
  return {
    read(chunk) {
      // Up to the first byte that is not ASCII nothing has to be decoded.
      isPlain &&= chunk === undefined || isAscii(chunk)
      if (isPlain) check.take(chunk?.toString('latin1') ?? '')
      else check.take(chunk ? decoder.decode(chunk, { stream: true }) : decoder.decode())
      if (chunk === undefined) check.end()
    },
  }
}

/** A file in UTF-16 says so by its first two bytes; the others are told apart by what reads as them. */
function encodingsOf(head: Buffer): string[] {
  const mark = head.toString('hex', 0, 2)
  if (mark === 'fffe') return ['utf-16le']
  if (mark === 'feff') return ['utf-16be']
  return ['utf-8', 'shift_jis']
}
