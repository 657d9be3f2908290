import type { IncomingMessage } from 'node:http'
import { describe, expect, test } from 'vitest'
import { authenticate } from '../support/s3-signature.ts'

/** The examples of Amazon's "Authenticating Requests: Using the Authorization Header". */
const key = {
  id: 'AKIAIOSFODNN7EXAMPLE',
  secret: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  region: 'us-east-1',
}
const at = Date.parse('2013-05-24T00:00:00Z')
const nothing = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'

function headersOf(signed: string, signature: string, headers: Record<string, string>) {
  const scope = `${key.id}/20130524/us-east-1/s3/aws4_request`
  return {
    'x-amz-date': '20130524T000000Z',
    ...headers,
    authorization: `AWS4-HMAC-SHA256 Credential=${scope},SignedHeaders=${signed},Signature=${signature}`,
  }
}

const ask = (method: string, url: string, headers: Record<string, string>, sent = '') =>
  authenticate({ method, url, headers } as unknown as IncomingMessage, Buffer.from(sent), key, at)

const getHeaders = headersOf(
  'host;range;x-amz-content-sha256;x-amz-date',
  'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
  {
    host: 'examplebucket.s3.amazonaws.com',
    range: 'bytes=0-9',
    'x-amz-content-sha256': nothing,
  },
)

describe('the object store of the tests', () => {
  test('knows a signature as Amazon makes it', () => {
    expect(ask('GET', '/test.txt', getHeaders)).toEqual({ body: Buffer.alloc(0) })
  })

  test.each([
    ['another path', '/test2.txt', {}, 'SignatureDoesNotMatch'],
    ['another query', '/test.txt?acl', {}, 'SignatureDoesNotMatch'],
    ['another header', '/test.txt', { range: 'bytes=0-10' }, 'SignatureDoesNotMatch'],
    ['a header that was not signed', '/test.txt', { 'x-amz-acl': 'public-read' }, 'AccessDenied'],
    ['no signature', '/test.txt', { authorization: '' }, 'AccessDenied'],
    ['another day', '/test.txt', { 'x-amz-date': '20130525T000000Z' }, 'RequestTimeTooSkewed'],
  ])('refuses %s', (_, url, change, code) => {
    expect(ask('GET', url, { ...getHeaders, ...change })).toMatchObject({ refusal: { code } })
  })

  test('refuses a body that is not the one that was signed', () => {
    expect(ask('GET', '/test.txt', getHeaders, 'more')).toMatchObject({
      refusal: { code: 'XAmzContentSHA256Mismatch' },
    })
  })

  const chunk = (length: number, signature: string) =>
    `${length.toString(16)};chunk-signature=${signature}\r\n${'a'.repeat(length)}\r\n`
  const putHeaders = headersOf(
    'content-encoding;content-length;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;x-amz-storage-class',
    '4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9',
    {
      host: 's3.amazonaws.com',
      'x-amz-storage-class': 'REDUCED_REDUNDANCY',
      'x-amz-content-sha256': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
      'content-encoding': 'aws-chunked',
      'x-amz-decoded-content-length': '66560',
      'content-length': '66824',
    },
  )
  const signatures = [
    'ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648',
    '0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497',
    'b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9',
  ] as const

  test('takes chunks apart that are signed one by one', () => {
    const sent = chunk(65_536, signatures[0]) + chunk(1024, signatures[1]) + chunk(0, signatures[2])
    expect(sent).toHaveLength(66_824)
    expect(ask('PUT', '/examplebucket/chunkObject.txt', putHeaders, sent)).toEqual({
      body: Buffer.alloc(66_560, 'a'),
    })
  })

  test('refuses a chunk in the wrong place', () => {
    const sent = chunk(65_536, signatures[1]) + chunk(1024, signatures[0]) + chunk(0, signatures[2])
    expect(ask('PUT', '/examplebucket/chunkObject.txt', putHeaders, sent)).toMatchObject({
      refusal: { code: 'SignatureDoesNotMatch' },
    })
  })
})
