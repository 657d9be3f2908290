import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { PassThrough, Readable } from 'node:stream'
import type { ServerOptions, Upload } from '@tus/server'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Caller } from '../access.ts'
import { type Failure, failure } from '../failure.ts'
import type { Deps } from '../fastify.ts'
import { pathOf } from '../values.ts'
import { createResumable, deleteResumable, getResumable, lifeSeconds } from './resumable.ts'
import { type Checksum, receiveParts } from './resumable-parts.ts'

export type TusDeps = Pick<Deps, 'db' | 'storage' | 'config'>

export type TusAnswer = { status: number; headers: Record<string, string> }

export type TusRequest = {
  method: string
  path: string
  headers: IncomingHttpHeaders
  /** The bytes of a PATCH. */
  body?: Readable | undefined
}

export const tusPath = '/api/v1/upload/resumable'
export const pieceType = 'application/offset+octet-stream'

const version = '1.0.0'
const extensions = ['creation', 'termination', 'expiration', 'checksum']
const algorithms = ['sha1', 'sha256', 'md5'] as const

/** What the service speaks, for `OPTIONS`. */
export function tusAbilities({ config }: Pick<Deps, 'config'>): Record<string, string> {
  return {
    'tus-version': version,
    'tus-extension': extensions.join(),
    'tus-max-size': String(config.resumableMaxBytes),
    'tus-checksum-algorithm': algorithms.join(),
  }
}

/** The handler of every route that tus describes. */
export async function handleTus(request: FastifyRequest, reply: FastifyReply) {
  const { server, caller, method, url, headers, raw } = request
  const body = method === 'PATCH' ? arriving(raw) : undefined
  const answer = await answerTus(server, caller, { method, path: pathOf(url), headers, body })
  return reply.code(answer.status).headers(answer.headers).send()
}

/**
 * Answers a request of the tus protocol for this caller. The protocol is @tus/server's; all state is
 * in the database and the storage, so that any instance can go on where another has died.
 */
export async function answerTus(
  deps: TusDeps,
  caller: Caller,
  request: TusRequest,
): Promise<TusAnswer> {
  requireVersion(request.headers)
  const checksum = checksumIn(request.headers)
  const { Server } = await import('@tus/server')
  let refusal: unknown
  let storedName: string | null = null
  const server = new Server({
    path: tusPath,
    relativeLocation: true,
    maxSize: deps.config.resumableMaxBytes,
    namingFunction: () => crypto.randomUUID(),
    locker: nobodyWaits,
    datastore: await storeFor(deps, caller, request.headers, checksum),
    onResponseError: (_request, error) => {
      refusal = error
      return undefined
    },
  })
  const { status, headers } = await server.handleWeb(requestFor(request))
  if (status >= 400) throw problemOf(deps, request.method, status, refusal)
  if (request.method !== 'DELETE' && request.method !== 'POST') {
    storedName = (await getResumable(deps.db, caller, idIn(request.path))).stored_name
  }
  return {
    status,
    headers: { ...chosen(headers), ...(storedName && { 'upload-stored-name': storedName }) },
  }
}

/**
 * Offsets are compared and set in the database, so a request never waits for one whose connection
 * is gone and does not know it yet; of two that really race the later one gets a 409.
 */
const nobodyWaits: ServerOptions['locker'] = {
  newLock: () => ({ lock: async () => {}, unlock: async () => {} }),
}

/** Our database and storage as @tus/server wants to see them, in the hands of one caller. */
async function storeFor(
  deps: TusDeps,
  caller: Caller,
  headers: IncomingHttpHeaders,
  checksum: Checksum | undefined,
) {
  const { DataStore, Metadata, Upload } = await import('@tus/server')
  return Object.assign(new DataStore(), {
    extensions,
    getExpiration: () => lifeSeconds * 1000,

    async create(upload: Upload): Promise<Upload> {
      await createResumable(deps, caller, {
        id: upload.id,
        size: upload.size ?? 0,
        metadata: String(headers['upload-metadata'] ?? ''),
        claims: upload.metadata ?? {},
      })
      return upload
    },

    async getUpload(id: string): Promise<Upload> {
      const row = await getResumable(deps.db, caller, id)
      return new Upload({
        id,
        size: row.size,
        offset: row.received,
        metadata: Metadata.parse(row.metadata),
        creation_date: row.created_at,
      })
    },

    async write(body: Readable, id: string, offset: number): Promise<number> {
      const upload = await getResumable(deps.db, caller, id)
      if (upload.received !== offset) throw failure('upload_offset_conflict')
      return receiveParts(deps, caller, upload, body, checksum)
    },

    remove: (id: string) => deleteResumable(deps.db, caller, id),
  })
}

function requireVersion(headers: IncomingHttpHeaders): void {
  if (headers['tus-resumable'] !== version) throw failure('tus_version_unsupported')
  if (headers['upload-concat'] !== undefined || headers['upload-defer-length'] !== undefined) {
    throw failure('tus_extension_unsupported', { extensions })
  }
}

function checksumIn(headers: IncomingHttpHeaders): Checksum | undefined {
  const said = headers['upload-checksum']
  if (said === undefined) return undefined
  const [name = '', value = ''] = String(said).split(' ')
  const algorithm = algorithms.find((each) => each === name)
  if (!algorithm || !/^[\w+/]+={0,2}$/.test(value)) {
    throw failure('upload_checksum_malformed', { algorithms })
  }
  return { algorithm, digest: Buffer.from(value, 'base64') }
}

/** Only what concerns the protocol: neither a token nor where the request came from. */
function requestFor({ method, path, headers, body }: TusRequest): Request {
  const names = ['tus-resumable', 'upload-length', 'upload-metadata', 'upload-offset']
  const known = names.flatMap((name) =>
    headers[name] === undefined ? [] : [[name, String(headers[name])] as [string, string]],
  )
  const init = { method, headers: new Headers(known) }
  const url = `http://kaname${path}`
  if (method !== 'PATCH') return new Request(url, init)
  init.headers.set('content-type', pieceType)
  const length = headers['content-length']
  if (length !== undefined) init.headers.set('content-length', length)
  const stream = Readable.toWeb(body ?? Readable.from([]))
  return new Request(url, { ...init, body: stream, duplex: 'half' } as RequestInit)
}

/** Ends without an error where a connection breaks: what has come by then counts. */
export function arriving(raw: IncomingMessage): Readable {
  const body = new PassThrough()
  raw.on('error', () => {})
  raw.once('close', () => void (body.writableEnded || body.end()))
  return raw.pipe(body)
}

function idIn(path: string): string {
  return path.split('/').at(-1) as string
}

/** CORS is ours, and so is every other header that the package would like to send. */
function chosen(headers: Headers): Record<string, string> {
  const isOurs = ([name]: [string, string]) => /^(location|upload-.*)$/.test(name)
  return Object.fromEntries([...headers].filter(isOurs))
}

function problemOf(
  { config }: TusDeps,
  method: string,
  status: number,
  refusal: unknown,
): Failure | Error {
  if (Object(refusal).failure) return refusal as Failure
  if (refusal instanceof Error && !('status_code' in refusal)) return refusal
  const creates = method === 'POST'
  if (status === 413 && creates) {
    return failure('file_too_large', { limit: config.resumableMaxBytes })
  }
  if (status === 413) return failure('upload_longer_than_announced')
  if (status === 409) return failure('upload_offset_conflict')
  if (status === 410) return failure('resumable_upload_expired')
  if (status === 404) return failure('resumable_upload_not_found')
  return failure(creates ? 'upload_metadata_malformed' : 'malformed_request')
}
