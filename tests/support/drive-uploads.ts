import { createHash, type Hash, randomBytes } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { type Answer, errorAnswer, masked, refuse } from './drive-answers.ts'
import type { DriveFault } from './drive-faults.ts'
import { type DriveFile, type DriveTree, fileFields } from './drive-tree.ts'

/** Of everything but the end of a file. */
const unit = 256 * 1024

export type DriveUpload = {
  id: string
  email: string
  metadata: Partial<DriveFile> & { name: string; mimeType: string; parents: string[] }
  fields: string | null
  /** As the client said it at first. */
  total: number | undefined
  kept: number
  hashes: { md5: Hash; sha256: Hash }
  file?: DriveFile
  expired?: 404 | 410
}

/** Resumable uploads: sessions, chunks, and what of them has been kept. */
export function createUploads(tree: DriveTree) {
  const uploads = new Map<string, DriveUpload>()

  function begin(
    email: string,
    metadata: DriveUpload['metadata'],
    { fields, length }: { fields: string | null; length: string | undefined },
  ): Answer {
    const id = randomBytes(32).toString('base64url')
    const total = length === undefined ? undefined : Number(length)
    const hashes = { md5: createHash('md5'), sha256: createHash('sha256') }
    uploads.set(id, { id, email, metadata, fields, total, kept: 0, hashes })
    const location = `https://www.googleapis.com/upload/drive/v3/files?uploadType=resumable&upload_id=${id}`
    return { status: 200, headers: { location, 'x-guploader-uploadid': id } }
  }

  function finish(upload: DriveUpload): Answer {
    const { metadata, hashes, kept, email } = upload
    upload.file ??= tree.add(metadata, {
      size: String(kept),
      md5Checksum: hashes.md5.digest('hex'),
      sha256Checksum: hashes.sha256.digest('hex'),
      appProperties: metadata.appProperties ?? {},
    })
    const { file, fields } = upload
    const body = masked(tree.shown(email, file), fields, 'kind,id,name,mimeType', fileFields)
    return { status: 200, body }
  }

  function progressOf({ kept }: DriveUpload): Answer {
    return { status: 308, headers: kept > 0 ? { range: `bytes=0-${kept - 1}` } : {} }
  }

  /** Whole units are kept as they come; what is less waits for the end of the file. */
  async function take(
    upload: DriveUpload,
    request: IncomingMessage,
    end: number,
    fault: DriveFault,
  ) {
    let rest = Buffer.alloc(0)
    const stopAt = upload.kept + (fault.keep ?? Number.POSITIVE_INFINITY)
    const keep = (bytes: Buffer) => {
      if (bytes.length === 0 || upload.kept + bytes.length > stopAt) return
      const taken = Buffer.from(bytes)
      if (fault.corrupt) taken.writeUInt8(taken.readUInt8(0) ^ 0xff, 0)
      for (const hash of [upload.hashes.md5, upload.hashes.sha256]) hash.update(taken)
      upload.kept += bytes.length
    }
    let seen = 0
    const half = (end - upload.kept) / 2
    try {
      for await (const chunk of request) {
        seen += chunk.length
        rest = Buffer.concat([rest, chunk])
        while (rest.length >= unit) {
          keep(rest.subarray(0, unit))
          rest = rest.subarray(unit)
        }
        if (fault.reset === 'during' && seen >= half) return
      }
    } catch {
      // The client went away; what came is kept.
      return
    }
    if (upload.kept + rest.length === upload.total) keep(rest)
  }

  /** The next bytes of a file, or a question how many have come. */
  async function put(id: string, request: IncomingMessage, fault: DriveFault): Promise<Answer> {
    const upload = uploads.get(id)
    const gone = upload?.expired ?? (upload ? undefined : 404)
    if (!upload || gone) return errorAnswer(gone ?? 404, 'notFound', 'Upload session not found.')
    const range = /^bytes (?:(\d+)-(\d+)|\*)\/(\d+|\*)$/.exec(
      String(request.headers['content-range'] ?? `bytes */*`),
    )
    if (!range) throw refuse(400, 'badRequest', 'Failed to parse Content-Range header.')
    const [, first, last, total] = range
    if (total !== '*' && upload.total === undefined) upload.total = Number(total)
    if (total !== '*' && Number(total) !== upload.total) {
      throw refuse(400, 'badRequest', 'The length is not the one that was announced.')
    }
    if (upload.file && first !== undefined) {
      throw refuse(400, 'badRequest', 'The upload has been finished.')
    }
    if (first === undefined) return isWhole(upload) ? finish(upload) : progressOf(upload)
    const end = Number(last) + 1
    const size = end - Number(first)
    const isLast = end === upload.total
    if (Number(first) !== upload.kept) throw refuse(400, 'badRequest', 'Invalid offset.')
    if (end > (upload.total ?? end)) throw refuse(400, 'badRequest', 'Beyond the end.')
    if (!isLast && size % unit !== 0) {
      throw refuse(400, 'badRequest', 'Chunks must be multiples of 256 KiB.')
    }
    if (Number(request.headers['content-length'] ?? size) !== size) {
      throw refuse(400, 'badRequest', 'Content-Length does not match Content-Range.')
    }
    await take(upload, request, end, fault)
    return isWhole(upload) ? finish(upload) : progressOf(upload)
  }

  return {
    uploads,
    begin,
    put,
    expire: (status: 404 | 410 = 404) => {
      for (const upload of uploads.values()) upload.expired = status
    },
  }
}

function isWhole({ kept, total }: DriveUpload): boolean {
  return kept === total
}
