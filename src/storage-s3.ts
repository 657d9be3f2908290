import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { failure } from './failure.ts'
import { type Bucket, openBucket, type Part, type S3Patience, type S3Place } from './s3.ts'
import { atMost, type Storage, storageGone } from './storage.ts'
import { partsOf, whole } from './storage-streams.ts'

const checkedForMs = 5000

/** How long a store may say nothing in the middle of a file. */
const idleMs = 30_000

export function s3Storage(place: S3Place, patience?: S3Patience & { idle: number }): Storage {
  const bucket = openBucket(place, patience)
  const folder = place.prefix && `${place.prefix}/`
  const nameOf = (key: string) => `${folder}${key}`

  return {
    put: (key, body, maxBytes) => putFile(bucket, nameOf(key), atMost(maxBytes)(body)),

    async get(key, range) {
      const found = await bucket.get(nameOf(key), range)
      if (found === 'missing') throw failure('file_missing')
      if (found === 'beyond') return Readable.from([])
      return whole(found.body, found.size, patience?.idle ?? idleMs)
    },

    async stat(key) {
      const found = await bucket.find(nameOf(key))
      return found && { size: found.size }
    },

    async remove(key) {
      const name = nameOf(key)
      for await (const upload of bucket.listUploads(name)) {
        if (upload.name === name) await bucket.dropUpload(name, upload.id)
      }
      await bucket.remove(name)
    },

    async forgetUnfinished(before) {
      const limit = new Date(before)
      for await (const { name, id, startedAt } of bucket.listUploads(folder)) {
        if (startedAt < limit) await bucket.dropUpload(name, id)
      }
    },

    check: remembered(() => bucket.check(folder), checkedForMs),
  }
}

/** A small file goes at once, a larger one in parts: one on its way while the next one gathers. */
async function putFile(bucket: Bucket, name: string, body: AsyncIterable<Buffer>): Promise<void> {
  let id: string | undefined
  let sending: Promise<unknown> = Promise.resolve()
  const sent: Part[] = []
  const md5s: string[] = []
  let size = 0
  try {
    for await (const { isLast, ...part } of partsOf(body)) {
      if (isLast && id === undefined) return await bucket.put(name, part)
      await sending
      const upload = id ?? (await bucket.startUpload(name))
      id = upload
      md5s.push(part.md5)
      size += part.bytes.length
      sending = bucket.putPart(name, upload, md5s.length, part).then((each) => sent.push(each))
      // It is looked at when the next part is there, which may be long after it has failed.
      sending.catch(() => {})
    }
    await sending
    await endUpload(bucket, name, String(id), { sent, size, tag: tagOf(md5s) })
  } catch (error) {
    await sending.catch(() => {})
    // Where even this fails, `remove` and `forgetUnfinished` come round later.
    if (id !== undefined) await bucket.dropUpload(name, id).catch(() => {})
    throw error
  }
}

type Sent = { sent: Part[]; size: number; tag: string }

/** The answer to the end of an upload may be lost, and asking again then finds no upload any more. */
async function endUpload(bucket: Bucket, name: string, id: string, { sent, size, tag }: Sent) {
  const answered = await bucket.endUpload(name, id, sent)
  if (answered === tag) return
  const found = await bucket.find(name)
  const isOfParts = found?.etag.endsWith(`-${sent.length}`) || found?.isEncrypted
  if (found?.size === size && (found.etag === tag || isOfParts)) return
  throw storageGone(new Error(`The object store has not put ${name} together.`))
}

/** The tag of an object that came in parts: the MD5 of their MD5s, and how many there were. */
function tagOf(md5s: string[]): string {
  const hash = createHash('md5').update(Buffer.from(md5s.join(''), 'hex'))
  return `${hash.digest('hex')}-${md5s.length}`
}

/** Those who ask at the same time share an answer, and a good one serves those after them. */
function remembered(ask: () => Promise<void>, forMs: number): () => Promise<void> {
  let answer: Promise<void> | undefined
  const forget = () => {
    answer = undefined
  }
  return () => {
    if (answer) return answer
    const asked = ask()
    asked.then(() => void setTimeout(forget, forMs).unref(), forget)
    answer = asked
    return asked
  }
}
