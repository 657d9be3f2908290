import type { Fault } from './faults.ts'

export type BodyLimits = {
  /** After decompression. */
  maxBytes: number
  maxDepth: number
  /** Objects and arrays: a page of 100,000 values has little more than as many. */
  maxContainers: number
}

const [quote, backslash, openBrace, closeBrace, openBracket, closeBracket] = [
  ...Buffer.from('"\\{}[]'),
] as [number, number, number, number, number, number]

/**
 * Follows JSON as it arrives, before anything is built from it: how deeply it nests, how many
 * objects and arrays it has, and whether it ends where it should (RFC 8259). It tells JSON from other
 * text only by its first byte.
 */
export function createJsonScanner({ maxBytes, maxDepth, maxContainers }: BodyLimits) {
  let bytes = 0
  let depth = 0
  let containers = 0
  let isInText = false
  let isEscaped = false

  return {
    /** The fault that this piece brings, if any. */
    push: (piece: Uint8Array): Fault | undefined => {
      bytes += piece.length
      if (bytes > maxBytes) return { fault: 'too_large', message: `more than ${maxBytes} bytes` }
      for (let at = 0; at < piece.length; at += 1) {
        const byte = piece[at]
        if (isInText) {
          if (isEscaped) isEscaped = false
          else if (byte === backslash) isEscaped = true
          else if (byte === quote) isInText = false
        } else if (byte === quote) isInText = true
        else if (byte === openBrace || byte === openBracket) {
          depth += 1
          containers += 1
          if (depth > maxDepth) return { fault: 'too_deep', message: `deeper than ${maxDepth}` }
        } else if (byte === closeBrace || byte === closeBracket) depth -= 1
      }
      return containers > maxContainers
        ? { fault: 'too_large', message: `more than ${maxContainers} objects` }
        : undefined
    },
    /** Whether the text stopped within something. */
    isOpen: () => isInText || depth > 0,
  }
}

/**
 * The JSON of a response, read within limits. A connection that breaks or a text that ends early is
 * `truncated`, a text that is not JSON is `not_estat`.
 */
export async function readJson(
  pieces: AsyncIterable<Uint8Array>,
  limits: BodyLimits,
): Promise<{ json: unknown } | Fault> {
  const scanner = createJsonScanner(limits)
  const decoder = new TextDecoder('utf-8', { fatal: true })
  const texts: string[] = []
  try {
    for await (const piece of pieces) {
      const fault = scanner.push(piece)
      if (fault) return fault
      texts.push(decoder.decode(piece, { stream: true }))
    }
  } catch (error) {
    const isEncoding = (error as { code?: string }).code === 'ERR_ENCODING_INVALID_ENCODED_DATA'
    return isEncoding
      ? { fault: 'not_estat', message: 'not UTF-8' }
      : { fault: 'truncated', message: `the body broke off${reasonOf(error)}` }
  }
  const text = texts.join('')
  const first = text.trimStart().charAt(0)
  if (first !== '' && first !== '{') return { fault: 'not_estat', message: 'not JSON' }
  if (first === '' || scanner.isOpen()) {
    return { fault: 'truncated', message: 'the JSON ends too early' }
  }
  try {
    return { json: JSON.parse(text) }
  } catch {
    // The message of a SyntaxError quotes the text.
    return { fault: 'not_estat', message: 'not JSON' }
  }
}

/** Codes such as ` (ECONNRESET)`: never a message, for those may quote addresses. */
export function reasonOf(error: unknown): string {
  for (let each = error; each instanceof Error; each = each.cause) {
    const { code } = each as { code?: unknown }
    if (typeof code === 'string' && /^[A-Z][A-Z0-9_]{2,60}$/.test(code)) return ` (${code})`
  }
  return ''
}
