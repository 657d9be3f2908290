import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { connect as connectByTls, type SecureVersion } from 'node:tls'

import { test as base, describe, expect, vi } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { startNginx } from '../support/nginx.ts'
import { freePort } from '../support/process.ts'
import { exchange } from '../support/wire.ts'

type Seen = { url: string; headers: IncomingHttpHeaders; bytes: number; isWhole: boolean }
type Proxy = Awaited<ReturnType<typeof startNginx>> & { seen: Seen[]; behind: number }

const patience = { timeout: 30_000, interval: 20 }
const megabyte = 1024 * 1024

/** nginx in front of a server that notes what it is asked. */
const test = base.extend<{ proxy: Proxy }>({
  proxy: [
    // biome-ignore lint/correctness/noEmptyPattern: vitest reads the fixtures from the pattern
    async ({}, use) => {
      const seen: Seen[] = []
      const server = createServer((asked, answer) => {
        const { url = '', headers } = asked
        const each: Seen = { url, headers, bytes: 0, isWhole: false }
        seen.push(each)
        asked.on('data', (chunk) => {
          each.bytes += chunk.length
        })
        asked.on('end', () => {
          each.isWhole = true
          answer.setHeader('strict-transport-security', 'max-age=1')
          answer.setHeader('content-type', 'application/json')
          if (url.endsWith('/chat')) return void answer.write('data: 1\n\n')
          if (url.startsWith('/long') || url.startsWith('/api/v1/auth/long')) {
            return void answer.end(JSON.stringify({ text: 'long '.repeat(1000) }))
          }
          answer.end(JSON.stringify({ url }))
        })
      })
      const sockets = new WebSocketServer({ server })
      sockets.on('connection', (socket) => socket.on('message', (text) => socket.send(`${text}!`)))
      server.listen(0, '127.0.0.1')
      await once(server, 'listening')
      const { port } = server.address() as AddressInfo
      const nginx = await startNginx(await freePort(), [port, port])
      await use(Object.assign(nginx, { seen, behind: port }))
      await nginx.close()
      server.closeAllConnections()
      server.close()
    },
    { scope: 'file' },
  ],
})

const post = (url: string, megabytes: number) =>
  fetch(url, { method: 'POST', body: new Uint8Array(megabytes * megabyte) })

describe('nginx.conf', () => {
  test('is one that nginx takes without a warning', ({ proxy }) => {
    expect(proxy.checked.status, proxy.checked.stderr).toBe(0)
    expect(proxy.checked.stderr).not.toContain('[warn]')
  })

  test('lets WebSockets through', async ({ proxy }) => {
    const socket = new WebSocket(`${proxy.url.replace('http', 'ws')}/ws/general?token=open-sesame`)
    await once(socket, 'open')
    socket.send('hello')
    const [text] = await once(socket, 'message')
    expect(String(text)).toBe('hello!')
    socket.close()
    await once(socket, 'close')
  })

  test.for([
    ['/api/v1/items', 2, 413],
    ['/api/v1/upload/files', 11, 200],
    ['/api/v1/upload/files', 13, 413],
    ['/api/v1/upload/files/multiple', 20, 200],
    ['/api/v1/upload/files/multiple', 111, 413],
    ['/api/v1/sessions/018f/upload', 120, 200],
    ['/api/v1/submission/sessions/018f/upload', 20, 200],
    ['/api/v1/sessions/018f', 2, 413],
    ['/api/v1/upload/resumable', 20, 200],
    ['/api/v1/upload/resumable/018f', 20, 200],
  ] as const)('has for %s with %i MB: %i', async ([path, megabytes, status], { proxy }) => {
    // A body that is refused may not be read to its end, and then no answer may be.
    const response = await vi.waitFor(() => post(`${proxy.url}${path}`, megabytes), patience)
    expect(response.status).toBe(status)
    if (status === 200) return void (await response.text())
    expect(response.headers.get('content-type')).toBe('application/problem+json')
    expect(await response.json()).toMatchObject({ status: 413, code: 'body_too_large' })
  })

  test.for([
    ['/api/v1/upload/resumable', true],
    ['/api/v1/upload/files', false],
  ] as const)('passes %s on while it arrives: %s', async ([path, isPassedOn], { proxy }) => {
    const url = `${proxy.url}${path}?part=${isPassedOn}`
    const sending = request(url, {
      method: 'POST',
      headers: { 'content-length': 2 * megabyte },
    })
    const answered = once(sending, 'response')
    sending.write(new Uint8Array(megabyte))
    const asked = () => proxy.seen.find((each) => each.url.endsWith(`?part=${isPassedOn}`))
    if (isPassedOn) {
      await vi.waitFor(() => expect(asked()?.bytes).toBe(megabyte), patience)
      expect(asked()?.isWhole).toBe(false)
    }
    // What comes after it is there, and it is not: it waits for its end.
    else {
      await fetch(`${proxy.url}/after`)
      expect(asked()).toBeUndefined()
    }
    sending.end(new Uint8Array(megabyte))
    await answered
    expect(asked()).toMatchObject({ bytes: 2 * megabyte, isWhole: true })
  })

  test('says itself where a request comes from', async ({ proxy }) => {
    const lies = {
      'x-forwarded-for': '203.0.113.9',
      'x-forwarded-host': 'evil.example',
      'x-real-ip': '203.0.113.9',
      forwarded: 'for=203.0.113.9',
      'x-request-id': 'not "an" id',
    }
    await fetch(`${proxy.url}/static/who.js`, { headers: lies })
    const { headers } = proxy.seen.find(({ url }) => url === '/static/who.js') as Seen
    expect(headers['x-forwarded-for']).toBe('127.0.0.1')
    expect(headers['x-forwarded-proto']).toBe('http')
    for (const name of ['x-forwarded-host', 'x-real-ip', 'forwarded', 'x-request-id']) {
      expect(headers[name], name).toBeUndefined()
    }
  })

  test('passes on the trace that a request belongs to', async ({ proxy }) => {
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
    await fetch(`${proxy.url}/static/trace.js`, { headers: { traceparent } })
    const { headers } = proxy.seen.find(({ url }) => url === '/static/trace.js') as Seen
    expect(headers.traceparent).toBe(traceparent)
  })

  test('keeps figures of the service to those inside', async ({ proxy }) => {
    expect((await fetch(`${proxy.url}/metrics`)).status).toBe(404)
  })

  test('passes a turn of a chat on while it is said', async ({ proxy }) => {
    const turn = await fetch(`${proxy.url}/api/v1/analysis/session/018f/chat`, { method: 'POST' })
    // The rest of it never comes.
    const said = await turn.body?.getReader().read()
    expect(new TextDecoder().decode(said?.value)).toBe('data: 1\n\n')
    await turn.body?.cancel().catch(() => {})
  })

  test.for([
    ['/long', 'gzip'],
    ['/short', null],
    ['/api/v1/auth/long', null],
  ] as const)('compresses %s: %s', async ([path, encoding], { proxy }) => {
    const answer = await fetch(proxy.url + path, { headers: { 'accept-encoding': 'gzip' } })
    expect(answer.headers.get('content-encoding')).toBe(encoding)
    expect(await answer.json()).toBeTruthy()
  })

  test('asks the next instance when one is gone, and sends nothing twice', async ({ proxy }) => {
    const nobody = await freePort()
    const nginx = await startNginx(await freePort(), [nobody, proxy.behind])
    for (const method of ['GET', 'POST', 'GET', 'POST']) {
      expect((await fetch(`${nginx.url}/again?method=${method}`, { method })).status).toBe(200)
    }
    expect(proxy.seen.filter(({ url }) => url.startsWith('/again'))).toHaveLength(4)
    await nginx.close()
  })

  test('speaks TLS once it is given a certificate, and nothing else', async ({ proxy }) => {
    const tlsPort = await freePort()
    const nginx = await startNginx(await freePort(), [proxy.behind, proxy.behind], { tlsPort })
    expect(nginx.checked.stderr).not.toContain('[warn]')
    const plain = await fetch(`${nginx.url}/a?b=1`, { redirect: 'manual' })
    expect([plain.status, plain.headers.get('location')]).toEqual([308, 'https://127.0.0.1/a?b=1'])
    for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
      const said = await overTls(tlsPort, version)
      expect(said).toMatch(/^HTTP\/1.1 200/)
      // The instance's own is not there as well.
      expect(said.match(/^strict-transport-security: .*$/gim)).toEqual([
        'Strict-Transport-Security: max-age=31536000; includeSubDomains',
      ])
      expect(proxy.seen.at(-1)?.headers['x-forwarded-proto']).toBe('https')
    }
    await expect(overTls(tlsPort, 'TLSv1.1')).rejects.toThrow()
    await nginx.close()
  })

  test('never writes a query down, not even when nobody answers', async () => {
    const nobody = await freePort()
    const nginx = await startNginx(await freePort(), [nobody, nobody])
    const response = await fetch(`${nginx.url}/ws/general?token=open-sesame`)
    expect(response.status).toBe(503)
    expect(response.headers.get('retry-after')).toBe('5')
    expect(await response.json()).toMatchObject({ status: 503, code: 'unavailable' })
    await post(`${nginx.url}/api/v1/items?token=open-sesame`, 2).catch(() => {})
    await vi.waitFor(async () => {
      expect(await nginx.logged()).toMatch(/"GET \/ws\/general" 503 /)
    }, patience)
    expect(await nginx.logged()).not.toContain('open-sesame')
    await nginx.close()
  })

  test('writes down no id that lets somebody in', async ({ proxy }) => {
    const id = crypto.randomUUID()
    for (const path of [`sessions/${id}`, `submission/sessions/${id}/upload`]) {
      await fetch(`${proxy.url}/api/v1/${path}`)
    }
    await vi.waitFor(async () => {
      const logged = await proxy.logged()
      expect(logged).toContain('"GET /api/v1/sessions/*"')
      expect(logged).toContain('"GET /api/v1/submission/sessions/*/upload"')
    }, patience)
    expect(await proxy.logged()).not.toContain(id)
  })

  test('passes no request on that hides another', async ({ proxy }) => {
    const { port } = new URL(proxy.url)
    const host = 'Host: a\r\n'
    const hidden = 'GET /hidden HTTP/1.1\r\nHost: a\r\n\r\n'
    const attempts = [
      `POST /a HTTP/1.1\r\n${host}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${hidden}`,
      `POST /a HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n\r\n0\r\n\r\n${hidden}`,
      `POST /a HTTP/1.1\r\n${host}Content-Length: 0\r\nContent-Length: ${hidden.length}\r\n\r\n${hidden}`,
      `POST /a HTTP/1.1\r\n${host}Transfer-Encoding:\r\n chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n${hidden}`,
      `POST /a HTTP/1.1\r\n${host}Transfer-Encoding: \x0bchunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n${hidden}`,
    ]
    for (const attempt of attempts) {
      const said = await exchange(Number(port), attempt)
      expect(said, attempt).toMatch(/^HTTP\/1\.1 (400|501) /)
      expect(said.match(/^HTTP\/1\.1 /gm), attempt).toHaveLength(1)
    }
    expect(proxy.seen.filter(({ url }) => url === '/a' || url === '/hidden')).toEqual([])
  })

  test('writes down who asked for what, without its query', async ({ proxy }) => {
    await fetch(`${proxy.url}/api/v1/items?search=open-sesame`)
    await vi.waitFor(async () => {
      expect(await proxy.logged()).toMatch(/127\.0\.0\.1 \[.*"GET \/api\/v1\/items" 200 /)
    }, patience)
    expect(await proxy.logged()).not.toContain('open-sesame')
  })
})

/** The whole answer to a GET in this version of TLS; the certificate is one of the test. */
async function overTls(port: number, version: SecureVersion): Promise<string> {
  const socket = connectByTls({
    port,
    host: '127.0.0.1',
    rejectUnauthorized: false,
    minVersion: version,
    maxVersion: version,
    // Node itself would refuse the older versions otherwise.
    ciphers: 'DEFAULT@SECLEVEL=0',
  })
  await once(socket, 'secureConnect')
  socket.write('GET /tls HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n')
  return text(socket)
}
