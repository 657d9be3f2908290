/**
 * Cuts a stream into streams of at most `size` bytes, none of them empty. Each has to be read to its
 * end before the next is asked for. `see` is shown every chunk.
 */
export async function* cut(
  body: AsyncIterable<Buffer>,
  size: number,
  see: (chunk: Buffer) => void = () => {},
): AsyncGenerator<AsyncIterable<Buffer>> {
  const source = body[Symbol.asyncIterator]()
  let rest = await next()
  while (rest.length > 0) {
    yield piece()
    if (rest.length === 0) rest = await next()
  }

  /** Nothing when there is no more. */
  async function next(): Promise<Buffer> {
    for (;;) {
      const { value, done } = await source.next()
      if (done) return Buffer.alloc(0)
      if (value.length === 0) continue
      see(value)
      return value
    }
  }

  async function* piece(): AsyncGenerator<Buffer> {
    let left = size
    while (left > 0 && rest.length > 0) {
      const chunk = rest.subarray(0, left)
      rest = rest.subarray(chunk.length)
      left -= chunk.length
      yield chunk
      if (rest.length === 0 && left > 0) rest = await next()
    }
  }
}
