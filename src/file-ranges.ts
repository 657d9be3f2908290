import type { IncomingHttpHeaders } from 'node:http'
import type { ByteRange } from './storage.ts'
import { isSeen } from './version.ts'

/** What tells one state of a file from another. */
type Tags = { etag: string; modified: string }

/**
 * The part of a file that `Range` asks for (RFC 9110, 14.1.2): nothing when it asks for the whole,
 * for several parts at once or in a way that nobody understands, all of which get the whole.
 */
export function rangeIn(range: string | undefined, size: number): ByteRange | 'beyond' | undefined {
  const [, from = '', to = ''] = /^bytes\s*=\s*(\d*)\s*-\s*(\d*)\s*$/i.exec(range ?? '') ?? []
  if (from === '' && to === '') return undefined
  const [first, last] = [Number(from), Number(to)]
  if (from === '') return last === 0 ? 'beyond' : { start: Math.max(0, size - last), end: size - 1 }
  if (to !== '' && last < first) return undefined
  if (first >= size) return 'beyond'
  return { start: first, end: to === '' ? size - 1 : Math.min(last, size - 1) }
}

/** Whether a range still belongs to what the client has (RFC 9110, 13.1.5). */
export function isSame(
  { 'if-range': ifRange }: IncomingHttpHeaders,
  { etag, modified }: Tags,
): boolean {
  return ifRange === undefined || ifRange === etag || ifRange === modified
}

/** Whether a client has this already; a tag that it names counts more than a time. */
export function isKnown(headers: IncomingHttpHeaders, { etag, modified }: Tags): boolean {
  if (headers['if-none-match'] !== undefined) return isSeen(headers, etag)
  return Date.parse(headers['if-modified-since'] ?? '') >= Date.parse(modified)
}
