import { Readable } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { failure } from './failure.ts'
import type { Deps } from './fastify.ts'
import { dispositionOf } from './file-names.ts'
import { isKnown, isSame, rangeIn } from './file-ranges.ts'

/** What is written down of a file. */
type Row = {
  key: string
  original_name: string
  content_type: string
  size: number
  sha256: string
  created_at: string
}

type Shown = { inline?: boolean }

const shownInline = ['image/jpeg', 'image/png', 'image/gif', 'application/pdf']

/** Sends a file, or the part of it that is asked for, so that a browser never runs what is in it. */
export async function sendFile(
  { storage }: Pick<Deps, 'storage'>,
  { method, headers }: FastifyRequest,
  reply: FastifyReply,
  row: Row,
  { inline = false }: Shown,
): Promise<FastifyReply> {
  const { key, size, content_type } = row
  const tags = { etag: `"${row.sha256}"`, modified: new Date(row.created_at).toUTCString() }
  const isInline = inline && shownInline.includes(content_type)
  reply.headers({
    etag: tags.etag,
    'last-modified': tags.modified,
    'accept-ranges': 'bytes',
    'cache-control': 'private, no-cache',
    'content-disposition': dispositionOf(isInline ? 'inline' : 'attachment', row.original_name),
    'content-security-policy': policyOf(isInline ? content_type : ''),
  })
  if (isKnown(headers, tags)) return reply.code(304).send()

  const isPart = method === 'GET' && isSame(headers, tags)
  const range = isPart ? rangeIn(headers.range, size) : undefined
  if (range === 'beyond') {
    reply.header('content-range', `bytes */${size}`).removeHeader('content-disposition')
    throw failure('range_not_satisfiable', { size })
  }
  const { start, end } = range ?? { start: 0, end: size - 1 }
  // Of a HEAD nothing would be sent, and yet the file be read.
  const body = method === 'HEAD' ? Readable.from([]) : await storage.get(key, range)
  reply.type(content_type).header('content-length', end - start + 1)
  if (range) reply.code(206).header('content-range', `bytes ${start}-${end}/${size}`)
  return reply.send(body)
}

/** Nothing in it may run or load anything. Chrome shows no PDF in a sandbox. */
function policyOf(inlineType: string): string {
  return inlineType === 'application/pdf' ? "default-src 'none'" : "default-src 'none'; sandbox"
}
