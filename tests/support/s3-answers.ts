import type { IncomingHttpHeaders } from 'node:http'
import type { Objects, StoredObject } from './s3-objects.ts'
import { type Refusal, refuse } from './s3-signature.ts'

export type Operation =
  | ('PutObject' | 'GetObject' | 'HeadObject' | 'DeleteObject' | 'ListObjectsV2' | 'HeadBucket')
  | ('CreateMultipartUpload' | 'UploadPart' | 'CompleteMultipartUpload' | 'AbortMultipartUpload')
  | ('ListMultipartUploads' | 'ListParts' | 'Unknown')

export type Question = {
  operation: Operation
  key: string
  query: URLSearchParams
  headers: IncomingHttpHeaders
  body: Buffer
}

type Answer = { status: number; headers: Record<string, string>; body: Buffer }

/** Which operation a request is: its method, and what its query has. */
export function nameOf(method: string, { pathname, searchParams }: URL): Operation {
  const isBucket = /^\/[^/]*\/?$/.test(pathname)
  const names = Object.entries({
    GET: isBucket
      ? searchParams.has('uploads')
        ? 'ListMultipartUploads'
        : searchParams.has('list-type') && 'ListObjectsV2'
      : searchParams.has('uploadId')
        ? 'ListParts'
        : 'GetObject',
    HEAD: isBucket ? 'HeadBucket' : 'HeadObject',
    PUT: !isBucket && (searchParams.has('partNumber') ? 'UploadPart' : 'PutObject'),
    DELETE: !isBucket && (searchParams.has('uploadId') ? 'AbortMultipartUpload' : 'DeleteObject'),
    POST:
      !isBucket &&
      (searchParams.has('uploads') ? 'CreateMultipartUpload' : 'CompleteMultipartUpload'),
  } as const)
  return names.find(([name]) => name === method)?.[1] || 'Unknown'
}

export function answer(store: Objects, question: Question): Answer | Refusal {
  const { operation, key, query, body } = question
  const upload = store.find(key, String(query.get('uploadId')))
  if (query.has('uploadId') && !upload) return refuse(404, 'NoSuchUpload')
  const object = store.objects.get(key)

  switch (operation) {
    case 'PutObject':
      return { ...empty, headers: { etag: store.put(key, body).etag } }
    case 'GetObject':
    case 'HeadObject':
      return object ? read(object, question) : refuse(404, 'NoSuchKey')
    case 'DeleteObject':
      store.objects.delete(key)
      return { ...empty, status: 204 }
    case 'HeadBucket':
      return empty
    case 'ListObjectsV2': {
      const keys = [...store.objects.keys()].filter((each) => each.startsWith(prefixIn(query)))
      return xml(
        'ListBucketResult',
        keys.map((each) => `<Contents><Key>${each}</Key></Contents>`),
      )
    }
    case 'CreateMultipartUpload':
      return xml('InitiateMultipartUploadResult', [`<UploadId>${store.start(key).id}</UploadId>`])
    case 'ListMultipartUploads':
      return listUploads(store, query)
    default:
      return upload ? ofUpload(store, upload, question) : refuse(405, 'MethodNotAllowed')
  }
}

type Upload = ReturnType<Objects['start']>

function ofUpload(store: Objects, upload: Upload, { operation, query, body }: Question) {
  switch (operation) {
    case 'UploadPart': {
      const number = Number(query.get('partNumber'))
      if (!(number >= 1 && number <= 10_000)) return refuse(400, 'InvalidArgument')
      return { ...empty, headers: { etag: store.putPart(upload, number, body).etag } }
    }
    case 'ListParts':
      return xml(
        'ListPartsResult',
        [...upload.parts].map(
          ([
            number,
            {
              etag,
              body: { length },
            },
          ]) =>
            `<Part><PartNumber>${number}</PartNumber><ETag>${etag}</ETag><Size>${length}</Size></Part>`,
        ),
      )
    case 'AbortMultipartUpload':
      store.uploads.delete(upload.id)
      return { ...empty, status: 204 }
    case 'CompleteMultipartUpload': {
      const parts = [...body.toString().matchAll(/<Part>(.*?)<\/Part>/gs)].map(([, part = '']) => ({
        number: Number(/<PartNumber>(\d+)</.exec(part)?.[1]),
        etag: String(/<ETag>(.*?)</.exec(part)?.[1]).replaceAll('&quot;', ''),
      }))
      const ended = store.end(upload, parts)
      return 'code' in ended
        ? ended
        : xml('CompleteMultipartUploadResult', [`<ETag>${ended.etag}</ETag>`])
    }
    default:
      return refuse(405, 'MethodNotAllowed')
  }
}

/** Two to a page, so that whoever lists turns pages. */
function listUploads(store: Objects, query: URLSearchParams): Answer {
  const after = query.get('key-marker') ?? ''
  const afterId = query.get('upload-id-marker') ?? ''
  const all = [...store.uploads.values()]
    .filter(({ key }) => key.startsWith(prefixIn(query)))
    .sort((a, b) => (a.key + a.id < b.key + b.id ? -1 : 1))
    .filter(({ key, id }) => key > after || (key === after && id > afterId))
  const page = all.slice(0, 2)
  const last = page.at(-1)
  return xml('ListMultipartUploadsResult', [
    `<IsTruncated>${all.length > page.length}</IsTruncated>`,
    ...(last && all.length > page.length
      ? [
          `<NextKeyMarker>${last.key}</NextKeyMarker><NextUploadIdMarker>${last.id}</NextUploadIdMarker>`,
        ]
      : []),
    ...page.map(
      ({ key, id, startedAt }) =>
        `<Upload><Key>${key}</Key><UploadId>${id}</UploadId><Initiated>${startedAt.toISOString()}</Initiated></Upload>`,
    ),
  ])
}

/** The whole, or the one range of bytes that is asked for. */
function read({ body, etag, at }: StoredObject, { headers }: Question): Answer | Refusal {
  if (headers['if-match'] && headers['if-match'] !== etag) return refuse(412, 'PreconditionFailed')
  const about = { etag, 'last-modified': at.toUTCString(), 'accept-ranges': 'bytes' }
  const [, from = '', to = ''] = /^bytes=(\d*)-(\d*)$/.exec(headers.range ?? '') ?? []
  if (!from && !to) return { status: 200, headers: about, body }
  const start = from ? Number(from) : Math.max(body.length - Number(to), 0)
  const end = Math.min(from && to ? Number(to) : body.length - 1, body.length - 1)
  if (start > end) return refuse(416, 'InvalidRange')
  const range = `bytes ${start}-${end}/${body.length}`
  return {
    status: 206,
    headers: { ...about, 'content-range': range },
    body: body.subarray(start, end + 1),
  }
}

const empty: Answer = { status: 200, headers: {}, body: Buffer.alloc(0) }
const prefixIn = (query: URLSearchParams) => query.get('prefix') ?? ''

function xml(name: string, parts: string[]): Answer {
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<${name} xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${parts.join('')}</${name}>`
  return { status: 200, headers: { 'content-type': 'application/xml' }, body: Buffer.from(body) }
}
