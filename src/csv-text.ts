import { TextDecoder } from 'node:util'
import type { CsvFaults } from './csv.ts'
import { failure } from './failure.ts'

/** How much is looked at to tell the encodings apart, from the first byte that is not ASCII. */
const enoughBytes = 4096

/**
 * Text of a stream of bytes in UTF-8, with or without a mark, or in Shift_JIS as Windows has it. A
 * file that begins as one of them stays it: what does not fit then is a fault.
 */
export async function* readText(
  bytes: AsyncIterable<Uint8Array>,
  maxBytes: number,
  faults: CsvFaults,
): AsyncGenerator<string> {
  let decoder: TextDecoder | undefined
  let waiting: Uint8Array[] = []
  let [size, unclear, line] = [0, 0, 1]
  const decode = (chunk: Uint8Array | undefined) => {
    try {
      const text = chunk ? decoder?.decode(chunk, { stream: true }) : decoder?.decode()
      line += breaksIn(text ?? '')
      return text ?? ''
    } catch {
      const before = chunk && decoder ? goodLines(chunk, decoder.encoding) : 0
      const at = { line: line + before, column: 1 }
      return faults.stop({ ...at, field: 'file', rule: 'import_encoding' })
    }
  }
  for await (const chunk of bytes) {
    size += chunk.length
    if (size > maxBytes) {
      throw failure('import_too_large', { limit: Math.floor(maxBytes / 2 ** 20) })
    }
    if (decoder) {
      yield decode(chunk)
      continue
    }
    waiting.push(chunk)
    if (unclear > 0 || chunk.some((byte) => byte >= 0x80)) unclear += chunk.length
    if (unclear < enoughBytes) continue
    decoder = decoderFor(waiting)
    for (const each of waiting) yield decode(each)
    waiting = []
  }
  decoder ??= decoderFor(waiting)
  for (const each of waiting) yield decode(each)
  yield decode(undefined)
}

/** How many ends of lines a text has. */
export function breaksIn(text: string): number {
  let breaks = 0
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) breaks += 1
  return breaks
}

/** The lines before the one that does not fit: no byte of a longer character is the end of a line. */
function goodLines(chunk: Uint8Array, encoding: string): number {
  const decoder = new TextDecoder(encoding, { fatal: true })
  let [start, lines] = [chunk.indexOf(0x0a) + 1, 1]
  for (; start > 0 && start < chunk.length; lines += 1) {
    const end = chunk.indexOf(0x0a, start)
    try {
      decoder.decode(chunk.subarray(start, end < 0 ? chunk.length : end), { stream: end < 0 })
    } catch {
      return lines
    }
    start = end + 1
  }
  return 0
}

function decoderFor(chunks: readonly Uint8Array[]): TextDecoder {
  try {
    const probe = new TextDecoder('utf-8', { fatal: true })
    for (const chunk of chunks) probe.decode(chunk, { stream: true })
    return new TextDecoder('utf-8', { fatal: true })
  } catch {
    return new TextDecoder('shift_jis', { fatal: true })
  }
}
