import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import { Readable, type Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import tar from 'tar-stream'
import type { BackupManifest } from '../../schemas/backup.ts'

export type ArchiveEntry = BackupManifest['entries'][number]
type Body = AsyncIterable<Buffer> | Iterable<Buffer>

/** A tar that is written entry by entry, as fast as `out` takes it. */
export function createArchive(out: Writable, signal?: AbortSignal) {
  const pack = tar.pack()
  const mtime = new Date()
  const written = pipeline(Readable.from(pack), out, { ...(signal && { signal }) })
  // Whoever writes waits for whoever reads: when these have failed, nothing else would say so.
  const failed = written.then(() => new Promise<never>(() => {}))
  failed.catch((error) => pack.destroy(error))
  const entries: ArchiveEntry[] = []

  async function add(name: string, size: number, body: Body): Promise<void> {
    const sink = pack.entry({ name, size, mtime, mode: 0o600, type: 'file' })
    // What it has to say, `failed` says as well; unheard it would end the process at once.
    sink.on('error', () => {})
    const hash = createHash('sha256')
    let seen = 0
    for await (const chunk of body) {
      hash.update(chunk)
      seen += chunk.length
      if (seen > size) break
      if (!sink.write(chunk)) await Promise.race([drained(sink), failed])
    }
    if (seen !== size) throw new Error(`${name} is not of the size that it should have.`)
    sink.end(undefined)
    entries.push({ name, size, sha256: hash.digest('hex') })
  }

  return {
    entries,
    /** Rejects when nothing more can be written, whatever is being waited for. */
    failed,
    add,
    addText: (name: string, text: string) => {
      const bytes = Buffer.from(text)
      return add(name, bytes.length, [bytes])
    },
    async finish(): Promise<void> {
      pack.finalize()
      await written
    },
    /** Gives up; what was written so far is worth nothing. */
    async abandon(error: unknown): Promise<void> {
      pack.destroy(error as Error)
      await written.catch(() => {})
    },
  }
}

function drained(sink: { once(event: 'drain', listener: () => void): unknown }): Promise<void> {
  return new Promise((resolve) => void sink.once('drain', () => resolve()))
}

export type EntryRead = { name: string; size: number; body: AsyncIterable<Buffer> }

/** The entries of an archive, one after the other; each is to be read before the next one. */
export async function* readEntries(path: string): AsyncGenerator<EntryRead> {
  const file = await open(path)
  const start = Buffer.alloc(2)
  await file.read(start, 0, 2, 0)
  const bytes = file.createReadStream({ start: 0 })
  const extract = tar.extract()
  const isZipped = start[0] === 0x1f && start[1] === 0x8b
  const fed = isZipped ? pipeline(bytes, createGunzip(), extract) : pipeline(bytes, extract)
  fed.catch((error) => extract.destroy(error))
  try {
    // Not `for await`: leaving it early would wait for a stream that nobody reads any more.
    const entries = extract[Symbol.asyncIterator]()
    for (;;) {
      const { done, value: entry } = await entries.next()
      if (done) break
      const { name, size = 0, type } = entry.header
      if (type !== 'file') throw new Error(`${JSON.stringify(name)} is not a file`)
      yield { name, size, body: entry as AsyncIterable<Buffer> }
      entry.resume()
    }
    await fed
  } finally {
    bytes.destroy()
    extract.destroy()
  }
}

/** The whole of an entry; `limit` keeps one that is not ours from filling the memory. */
export async function wholeOf({ name, size, body }: EntryRead, limit: number): Promise<Buffer> {
  if (size > limit) throw new Error(`${name} is too large`)
  const chunks: Buffer[] = []
  for await (const chunk of body) chunks.push(chunk)
  return Buffer.concat(chunks)
}

/** Hashes what passes through. */
export function hashing(body: AsyncIterable<Buffer>) {
  const hash = createHash('sha256')
  async function* through() {
    for await (const chunk of body) {
      hash.update(chunk)
      yield chunk
    }
  }
  return { body: through(), sha256: () => hash.digest('hex') }
}

export function sha256Of(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}
