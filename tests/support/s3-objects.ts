import { createHash } from 'node:crypto'
import { type Refusal, refuse } from './s3-signature.ts'

export type StoredObject = { body: Buffer; etag: string; at: Date }
type Upload = { key: string; id: string; startedAt: Date; parts: Map<number, StoredObject> }

export type Objects = ReturnType<typeof createObjects>

const leastPart = 5 * 2 ** 20
const md5Of = (body: Buffer) => createHash('md5').update(body)

const stored = (body: Buffer, etag = md5Of(body).digest('hex')): StoredObject => ({
  body,
  etag: `"${etag}"`,
  at: new Date(),
})

/** What a bucket holds: objects, and uploads that nobody has ended. */
export function createObjects() {
  const objects = new Map<string, StoredObject>()
  const uploads = new Map<string, Upload>()

  return {
    objects,
    uploads,

    put(key: string, body: Buffer): StoredObject {
      const object = stored(body)
      objects.set(key, object)
      return object
    },

    start(key: string): Upload {
      const upload = { key, id: crypto.randomUUID(), startedAt: new Date(), parts: new Map() }
      uploads.set(upload.id, upload)
      return upload
    },

    find(key: string, id: string): Upload | undefined {
      const upload = uploads.get(id)
      return upload?.key === key ? upload : undefined
    },

    putPart(upload: Upload, number: number, body: Buffer): StoredObject {
      const part = stored(body)
      upload.parts.set(number, part)
      return part
    },

    /** Puts the parts that are named together, each of them as it was tagged when it came. */
    end(upload: Upload, named: { number: number; etag: string }[]): StoredObject | Refusal {
      const parts = named.map(({ number, etag }) => {
        const part = upload.parts.get(number)
        return part && part.etag.replaceAll('"', '') === etag.replaceAll('"', '') ? part : undefined
      })
      if (parts.length === 0) return refuse(400, 'MalformedXML')
      if (!parts.every((part) => part !== undefined)) return refuse(400, 'InvalidPart')
      if (named.some(({ number }, at) => number <= (named[at - 1]?.number ?? 0))) {
        return refuse(400, 'InvalidPartOrder')
      }
      if (parts.slice(0, -1).some(({ body }) => body.length < leastPart)) {
        return refuse(400, 'EntityTooSmall')
      }
      const md5s = Buffer.concat(parts.map(({ body }) => md5Of(body).digest()))
      const etag = `${md5Of(md5s).digest('hex')}-${parts.length}`
      const object = stored(Buffer.concat(parts.map(({ body }) => body)), etag)
      objects.set(upload.key, object)
      uploads.delete(upload.id)
      return object
    },
  }
}
