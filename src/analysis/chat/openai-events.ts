/** Takes bytes as they come and gives the data of each event that is whole. */
export type EventReader = {
  push(bytes: Uint8Array): string[]
  /** What the last event had when the stream ended in the middle of it, if anything. */
  end(): string[]
}

/**
 * Reads server-sent events (HTML standard, 9.2.6) wherever the bytes are split: within a character,
 * between CR and LF. Comments and fields other than `data` are passed over.
 */
export function createEventReader(): EventReader {
  const decoder = new TextDecoder()
  let pieces: string[] = []
  let data: string[] = []
  let endsWithCr = false

  function take(line: string, found: string[]): void {
    if (line === '') {
      if (data.length > 0) found.push(data.join('\n'))
      data = []
      return
    }
    const [, name, value = ''] = /^([^:]*)(?::? ?([\s\S]*))$/.exec(line) ?? []
    if (name === 'data') data.push(value)
  }

  function read(decoded: string): string[] {
    const text = endsWithCr && decoded.startsWith('\n') ? decoded.slice(1) : decoded
    if (decoded !== '') endsWithCr = decoded.endsWith('\r')
    const [first = '', ...others] = text.split(/\r\n|\r|\n/)
    pieces.push(first)
    const found: string[] = []
    for (const next of others) {
      take(pieces.join(''), found)
      pieces = [next]
    }
    return found
  }

  return {
    push: (bytes) => read(decoder.decode(bytes, { stream: true })),
    end: () => [...read(decoder.decode()), ...read('\n'), ...read('\n')],
  }
}
