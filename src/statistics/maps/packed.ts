import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { preferencesIn, varyOn } from '../../http.ts'
import { isSeen } from '../../version.ts'

const compress = promisify(gzip)

export type Packed = {
  /** Names the bytes: the same key never stands for others. */
  key: string
  type: string
  /** Whether the address names these bytes as well, and so holds for good. */
  isLasting: boolean
  make: () => Uint8Array
}

const lasting = 'public, max-age=31536000, immutable'
const daily = 'public, max-age=86400, stale-while-revalidate=604800'

/** Answers bytes that are made once, compressed once, and tagged; 204 where there are none. */
export async function answerPacked(
  request: FastifyRequest,
  reply: FastifyReply,
  { key, type, isLasting, make }: Packed,
): Promise<FastifyReply> {
  const { cache } = request.server
  const isCompressed = takesGzip(request.headers['accept-encoding'])
  const etag = `"${key}${isCompressed ? '-gzip' : ''}"`
  varyOn(reply, 'Accept-Encoding')
    .header('cache-control', isLasting ? lasting : daily)
    .header('etag', etag)
  if (isSeen(request.headers, etag)) return reply.code(304).send()
  const plain = () => cache.remember(`geo:${key}`, async () => Buffer.from(make()))
  const bytes = isCompressed
    ? await cache.remember(`geo:${key}:gzip`, async () => {
        const made = await plain()
        return made.length > 0 ? compress(made, { level: 9 }) : made
      })
    : await plain()
  if (bytes.length === 0) return reply.code(204).send()
  if (isCompressed) reply.header('content-encoding', 'gzip')
  return reply.type(type).header('content-length', bytes.length).send(bytes)
}

/** What `Accept-Encoding` says of gzip (RFC 9110, 12.5.3); a client that says nothing gets it plain. */
export function takesGzip(accepted = ''): boolean {
  const weights = preferencesIn(accepted)
  return (weights.get('gzip') ?? weights.get('*') ?? 0) > 0
}
