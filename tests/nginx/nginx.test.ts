import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test as base, describe, expect, vi } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { startNginx } from '../support/nginx.ts'
import { freePort } from '../support/process.ts'

type Seen = { url: string; headers: IncomingHttpHeaders; bytes: number; isWhole: boolean }
type Proxy = Awaited<ReturnType<typeof startNginx>> & { seen: Seen[] }

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
          answer.end(JSON.stringify({ url }))
        })
      })
      const sockets = new WebSocketServer({ server })
      sockets.on('connection', (socket) => socket.on('message', (text) => socket.send(`${text}!`)))
      server.listen(0, '127.0.0.1')
      await once(server, 'listening')
      const nginx = await startNginx(await freePort(), (server.address() as AddressInfo).port)
      await use({ ...nginx, seen })
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

  test('keeps figures of the service to those inside', async ({ proxy }) => {
    expect((await fetch(`${proxy.url}/metrics`)).status).toBe(404)
  })

  test('never writes a query down, not even when nobody answers', async () => {
    const nobody = await freePort()
    const nginx = await startNginx(await freePort(), nobody)
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

  test('writes down who asked for what, without its query', async ({ proxy }) => {
    await fetch(`${proxy.url}/api/v1/items?search=open-sesame`)
    await vi.waitFor(async () => {
      expect(await proxy.logged()).toMatch(/127\.0\.0\.1 \[.*"GET \/api\/v1\/items" 200 /)
    }, patience)
    expect(await proxy.logged()).not.toContain('open-sesame')
  })
})
