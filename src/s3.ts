import type { Readable } from 'node:stream'
import type { PutObjectCommandOutput, S3 } from '@aws-sdk/client-s3'
import type { ByteRange } from './storage.ts'
import { storageGone } from './storage.ts'
import type { StoragePlace } from './storage-url.ts'

export type S3Place = Omit<Extract<StoragePlace, { kind: 's3' }>, 'insecure'> & {
  credentials: { accessKeyId: string; secretAccessKey: string }
}

/** In milliseconds, of one try each; there are three. */
export type S3Patience = { connect: number; answer: number; transfer: number; check: number }

const usual: S3Patience = { connect: 3000, answer: 15_000, transfer: 60_000, check: 3000 }

/** Bytes to send, with their MD5 in hexadecimal. */
export type Bytes = { bytes: Buffer; md5: string }
export type Part = { ETag: string; PartNumber: number }
export type Found = { size: number; etag: string; isEncrypted: boolean }
type Opened = { body: Readable; size: number | undefined }
export type Unfinished = { name: string; id: string; startedAt: Date }

export type Bucket = ReturnType<typeof openBucket>

/**
 * The few things that are asked of a bucket. The SDK is loaded by the first of them, tries again by
 * itself, and follows nobody elsewhere. What cannot be had is `unavailable`, with the reason as cause.
 */
export function openBucket(place: S3Place, patience: S3Patience = usual) {
  const { bucket: Bucket } = place
  const quick = { requestTimeout: patience.answer }
  const slow = { requestTimeout: patience.transfer }
  let loading: Promise<S3> | undefined

  /** What `or` names by its code is an answer, and no failure. */
  async function ask<Answer, Other = never>(
    question: (s3: S3) => Promise<Answer>,
    or: Record<string, Other> = {},
  ): Promise<Answer | Other> {
    loading ??= connect(place, patience)
    const s3 = await loading
    try {
      return await question(s3)
    } catch (error) {
      const code = String(Object(error).name)
      if (Object.hasOwn(or, code)) return or[code] as Other
      throw storageGone(reasonOf(error, code, place))
    }
  }

  async function find(Key: string): Promise<Found | undefined> {
    const answer = await ask((s3) => s3.headObject({ Bucket, Key }, quick), { NotFound: undefined })
    if (!answer) return undefined
    const { ContentLength: size, ETag } = answer
    if (size === undefined)
      throw storageGone(new Error(`The object store gives no size of ${Key}.`))
    return { size, etag: unquoted(ETag), isEncrypted: isEncrypted(answer) }
  }

  return {
    find,

    /** Sent with two checksums: what was damaged on its way is refused. */
    async put(Key: string, { bytes, md5 }: Bytes): Promise<void> {
      const object = { Bucket, Key, Body: bytes, ContentMD5: base64(md5) }
      const answer = await ask((s3) => s3.putObject(object, slow))
      if (unquoted(answer.ETag) === md5) return
      if (isEncrypted(answer) && (await find(Key))?.size === bytes.length) return
      throw storageGone(new Error(`The object store has kept something else as ${Key}.`))
    },

    get: (Key: string, range?: ByteRange): Promise<Opened | 'missing' | 'beyond'> =>
      ask(
        async (s3) => {
          const Range = range && `bytes=${range.start}-${range.end}`
          const answer = await s3.getObject({ Bucket, Key, ...(Range && { Range }) }, quick)
          const body = answer.Body as Readable
          const size = range ? partIn(answer.ContentRange, range.start) : answer.ContentLength
          if (!range || size !== undefined) return { body, size }
          body.destroy()
          throw new Error(`It gives another part of ${Key} than was asked for.`)
        },
        { NoSuchKey: 'missing' as const, InvalidRange: 'beyond' as const },
      ),

    async remove(Key: string): Promise<void> {
      await ask((s3) => s3.deleteObject({ Bucket, Key }, quick), { NoSuchKey: undefined })
    },

    async startUpload(Key: string): Promise<string> {
      const { UploadId } = await ask((s3) => s3.createMultipartUpload({ Bucket, Key }, quick))
      if (UploadId) return UploadId
      throw storageGone(new Error('The object store has given a multipart upload no id.'))
    },

    async putPart(Key: string, UploadId: string, PartNumber: number, { bytes, md5 }: Bytes) {
      const part = { Bucket, Key, UploadId, PartNumber, Body: bytes, ContentMD5: base64(md5) }
      const { ETag = '' } = await ask((s3) => s3.uploadPart(part, slow))
      return { PartNumber, ETag }
    },

    /** Undefined where there is no such upload: never was, was dropped, or has just been ended. */
    endUpload: async (
      Key: string,
      UploadId: string,
      Parts: Part[],
    ): Promise<string | undefined> => {
      const upload = { Bucket, Key, UploadId, MultipartUpload: { Parts } }
      const answer = await ask((s3) => s3.completeMultipartUpload(upload, slow), {
        NoSuchUpload: undefined,
      })
      return answer && unquoted(answer.ETag)
    },

    async dropUpload(Key: string, UploadId: string): Promise<void> {
      const upload = { Bucket, Key, UploadId }
      await ask((s3) => s3.abortMultipartUpload(upload, quick), { NoSuchUpload: undefined })
    },

    async *listUploads(Prefix: string): AsyncGenerator<Unfinished> {
      let after: { KeyMarker?: string | undefined; UploadIdMarker?: string | undefined } = {}
      for (let isMore = true; isMore; ) {
        const page = await ask((s3) => s3.listMultipartUploads({ Bucket, Prefix, ...after }, quick))
        for (const { Key = '', UploadId = '', Initiated = new Date() } of page.Uploads ?? []) {
          yield { name: Key, id: UploadId, startedAt: Initiated }
        }
        after = { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker }
        isMore = page.IsTruncated === true && page.NextKeyMarker !== undefined
      }
    },

    /** Asks for a list, as only that says in words what is wrong. */
    async check(Prefix: string): Promise<void> {
      const abortSignal = AbortSignal.timeout(patience.check)
      await ask((s3) => s3.listObjectsV2({ Bucket, Prefix, MaxKeys: 1 }, { abortSignal }))
    },
  }
}

async function connect(place: S3Place, { connect, answer }: S3Patience): Promise<S3> {
  const { S3 } = await import('@aws-sdk/client-s3')
  const { endpoint, region, forcePathStyle, credentials } = place
  return new S3({
    endpoint,
    region,
    forcePathStyle,
    credentials,
    // Its own checksums come as trailers, which not every store knows to take off again.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    // Left out, these would be looked for in the environment and in files of whoever runs this.
    retryMode: 'standard',
    maxAttempts: 3,
    useFipsEndpoint: false,
    useDualstackEndpoint: false,
    useArnRegion: false,
    disableS3ExpressSessionAuth: true,
    disableMultiregionAccessPoints: true,
    followRegionRedirects: false,
    requestHandler: {
      connectionTimeout: connect,
      requestTimeout: answer,
      throwOnRequestTimeout: true,
    },
  })
}

const remedies: Record<string, string> = {
  AbortError: 'It does not answer in time. Check the endpoint in STORAGE_URL.',
  AccessDenied: 'The policy of the key must let it list, read, write and delete in the bucket.',
  AuthorizationHeaderMalformed: 'Check the region in STORAGE_URL.',
  InvalidAccessKeyId: 'Check AWS_ACCESS_KEY_ID.',
  NoSuchBucket: 'Make the bucket, or correct STORAGE_URL.',
  PermanentRedirect: 'Check endpoint and region in STORAGE_URL.',
  RequestTimeTooSkewed: 'Set the clock of this machine right.',
  SignatureDoesNotMatch: 'Check AWS_SECRET_ACCESS_KEY, and the region in STORAGE_URL.',
}

/** In words for the log, without what the SDK drags along: requests, headers and signatures. */
function reasonOf(error: unknown, code: string, { bucket, endpoint }: S3Place): Error {
  const { message, code: system } = Object(error)
  const what = [code, system, message].filter((each) => each && each !== 'Error').join(': ')
  const remedy = remedies[code] ?? ''
  return new Error(`Object store ${endpoint}, bucket ${bucket}: ${what}. ${remedy}`.trim())
}

/** How many bytes come, of those from `start` on. */
function partIn(contentRange = '', start: number): number | undefined {
  const [, first, last] = /^bytes (\d+)-(\d+)\//.exec(contentRange) ?? []
  return Number(first) === start ? Number(last) - start + 1 : undefined
}

/** Where a store encrypts with a key of its own, tags are no checksums. */
function isEncrypted(
  answer: Pick<PutObjectCommandOutput, 'ServerSideEncryption' | 'SSECustomerAlgorithm'>,
) {
  const { ServerSideEncryption: kind, SSECustomerAlgorithm: own } = answer
  return own !== undefined || kind !== undefined
}

function unquoted(tag = ''): string {
  return tag.replace(/^"|"$/g, '')
}

function base64(hex: string): string {
  return Buffer.from(hex, 'hex').toString('base64')
}
