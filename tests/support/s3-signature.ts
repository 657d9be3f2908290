import { createHash, createHmac } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

export type Key = { id: string; secret: string; region: string }

/** A refusal as S3 words it: its code, and the status it comes with. */
export type Refusal = { status: number; code: string; message: string }

export const refuse = (status: number, code: string, message = code): Refusal => ({
  status,
  code,
  message,
})

const hashOf = (data: string | Buffer) => createHash('sha256').update(data).digest('hex')
const sign = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest()
const skewMs = 15 * 60 * 1000

/**
 * Signature Version 4 in the Authorization header, as "Authenticating Requests" of the S3 API
 * reference describes it. Answers the body without its framing, or why the request is refused.
 */
export function authenticate(
  request: IncomingMessage,
  sent: Buffer,
  key: Key,
  at = Date.now(),
): { body: Buffer } | { refusal: Refusal } {
  const header = request.headers.authorization ?? ''
  const form =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, ?SignedHeaders=([a-z\d;-]+), ?Signature=([\da-f]{64})$/
  const [, id, day = '', region = '', names = '', signature = ''] = form.exec(header) ?? []
  if (!header) return { refusal: refuse(403, 'AccessDenied') }
  if (!id) return { refusal: refuse(400, 'AuthorizationHeaderMalformed') }
  if (id !== key.id) return { refusal: refuse(403, 'InvalidAccessKeyId') }
  if (region !== key.region) return { refusal: refuse(400, 'AuthorizationHeaderMalformed') }
  const stamp = String(request.headers['x-amz-date'])
  const time = Date.parse(
    stamp.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'),
  )
  if (!(Math.abs(at - time) < skewMs)) return { refusal: refuse(403, 'RequestTimeTooSkewed') }

  const signed = names.split(';')
  const must = ['host', ...Object.keys(request.headers).filter((name) => name.startsWith('x-amz-'))]
  if (!must.every((name) => signed.includes(name)) || !stamp.startsWith(day)) {
    return {
      refusal: refuse(403, 'AccessDenied', 'There were headers present that were not signed'),
    }
  }
  const payload = String(request.headers['x-amz-content-sha256'])
  const canonical = [
    request.method,
    ...canonicalUrlOf(String(request.url)),
    ...signed.map((name) => `${name}:${String(request.headers[name]).trim().replace(/ +/g, ' ')}`),
    '',
    names,
    payload,
  ].join('\n')
  const scope = `${day}/${region}/s3/aws4_request`
  const signing = [day, region, 's3', 'aws4_request'].reduce<string | Buffer>(
    (secret, part) => sign(secret, part),
    `AWS4${key.secret}`,
  )
  const text = ['AWS4-HMAC-SHA256', stamp, scope, hashOf(canonical)].join('\n')
  if (sign(signing, text).toString('hex') !== signature) {
    return { refusal: refuse(403, 'SignatureDoesNotMatch') }
  }
  return readPayload(payload, sent, request, { stamp, scope, signing, seed: signature })
}

/** Decoded and encoded again, so that either side may have spelled it otherwise. */
function canonicalUrlOf(url: string): [path: string, query: string] {
  const { pathname, searchParams } = new URL(url, 'http://store')
  const path = pathname
    .split('/')
    .map((part) => encode(decodeURIComponent(part)))
    .join('/')
  const pairs = [...searchParams].map(([name, value]) => `${encode(name)}=${encode(value)}`)
  return [path, pairs.sort().join('&')]
}

function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

type Chain = { stamp: string; scope: string; signing: string | Buffer; seed: string }

function readPayload(payload: string, sent: Buffer, request: IncomingMessage, chain: Chain) {
  if (payload === 'UNSIGNED-PAYLOAD') return { body: sent }
  if (!payload.startsWith('STREAMING-')) {
    return payload === hashOf(sent)
      ? { body: sent }
      : { refusal: refuse(400, 'XAmzContentSHA256Mismatch') }
  }
  const body = unframe(sent, payload.startsWith('STREAMING-AWS4') ? chain : undefined)
  if (!body) return { refusal: refuse(403, 'SignatureDoesNotMatch') }
  const length = Number(request.headers['x-amz-decoded-content-length'])
  return length === body.length ? { body } : { refusal: refuse(400, 'IncompleteBody') }
}

/** `aws-chunked`: each chunk has its length, and its signature where chunks are signed. */
function unframe(sent: Buffer, chain: Chain | undefined): Buffer | undefined {
  const chunks: Buffer[] = []
  let previous = chain?.seed ?? ''
  for (let at = 0; ; ) {
    const end = sent.indexOf('\r\n', at)
    const [, length = '', signature = ''] =
      /^([\da-f]+)(?:;chunk-signature=([\da-f]{64}))?$/i.exec(sent.toString('latin1', at, end)) ??
      []
    if (end < 0 || !length) return undefined
    const chunk = sent.subarray(end + 2, end + 2 + Number.parseInt(length, 16))
    if (chain) {
      const parts = [previous, hashOf(''), hashOf(chunk)]
      const text = ['AWS4-HMAC-SHA256-PAYLOAD', chain.stamp, chain.scope, ...parts].join('\n')
      if (sign(chain.signing, text).toString('hex') !== signature) return undefined
      previous = signature
    }
    if (chunk.length === 0) return Buffer.concat(chunks)
    chunks.push(chunk)
    at = end + 2 + chunk.length + 2
  }
}
