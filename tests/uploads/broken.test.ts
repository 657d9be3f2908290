import { once } from 'node:events'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { App } from '../../src/fastify.ts'
import { type Client, describe, expect, type Service, test } from '../support/service.ts'
import { formOf, holdings, pdfOf, samples } from '../support/uploads.ts'

const url = '/api/v1/upload/files'

async function dial(app: App): Promise<Socket> {
  if (!app.server.listening) await app.listen({ port: 0, host: '127.0.0.1' })
  const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1')
  await once(socket, 'connect')
  return socket
}

function requestOf({ authorization }: Client, body: Buffer, path = url, filename = 'a.pdf') {
  const { payload, headers } = formOf([
    { name: path.endsWith('multiple') ? 'files' : 'file', filename, body },
  ])
  const head = [
    `POST ${path} HTTP/1.1`,
    'Host: a',
    `Authorization: ${authorization}`,
    `Content-Type: ${headers['content-type']}`,
    `Content-Length: ${payload.length}`,
    '',
    '',
  ].join('\r\n')
  return Buffer.concat([Buffer.from(head), payload])
}

/** Collects what comes until it contains `count` answers. */
async function answersOn(socket: Socket, count: number): Promise<string[]> {
  let text = ''
  for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
    text += chunk
    const statuses = [...text.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => status as string)
    if (statuses.length >= count) return statuses
  }
  throw new Error(`The connection ended after ${text}`)
}

/** Waits until a service has cleaned up, however slow the machine is. */
async function settled(service: Service, before: object) {
  const end = Date.now() + 30_000
  while (Date.now() < end) {
    const after = await holdings(service)
    if (JSON.stringify(after) === JSON.stringify(before)) return
    await sleep(20)
  }
  expect(await holdings(service)).toEqual(before)
}

/** Waits until a file is on its way. */
async function isComing(service: Service) {
  const end = Date.now() + 30_000
  while ((await holdings(service)).incoming.length === 0) {
    if (Date.now() > end) throw new Error('No file came.')
    await sleep(10)
  }
}

describe('an upload over a socket', () => {
  test.for([url, `${url}/multiple`])(
    'that is cut at half leaves nothing: %s',
    async (path, { app, service, signIn }) => {
      const ann = await signIn()
      const before = await holdings(service)
      const request = requestOf(ann, pdfOf(3_000_000), path)
      const socket = await dial(app)
      socket.write(request.subarray(0, 1_500_000))
      await isComing(service)
      socket.destroy()
      await settled(service, before)
      expect((await ann.get(url)).json().total).toBe(0)
    },
  )

  test('that is refused early leaves the connection fit for the next', async ({ app, signIn }) => {
    const ann = await signIn()
    const socket = await dial(app)
    const program = Buffer.concat([samples.exe, Buffer.alloc(5_000_000)])
    socket.write(requestOf(ann, program, url, 'a.png'))
    expect(await answersOn(socket, 1)).toEqual(['415'])
    socket.write(requestOf(ann, pdfOf(11 * 1024 * 1024)))
    expect(await answersOn(socket, 1)).toEqual(['413'])
    socket.write(requestOf(ann, pdfOf(100_000)))
    expect(await answersOn(socket, 1)).toEqual(['201'])
    socket.destroy()
  })

  test('that comes bit by bit is taken', async ({ app, signIn }) => {
    const ann = await signIn()
    const request = requestOf(ann, samples.docx, url, '契約.docx')
    const socket = await dial(app)
    socket.setNoDelay(true)
    for (let at = 0; at < request.length; at += 37) {
      socket.write(request.subarray(at, at + 37))
      await sleep(1)
    }
    expect(await answersOn(socket, 1)).toEqual(['201'])
    socket.destroy()
    const { files } = (await ann.get(url)).json()
    expect(files).toMatchObject([{ filename: '契約.docx', size: samples.docx.length }])
  })

  test('whose names are written in either way is understood', async ({ signIn }) => {
    const ann = await signIn()
    const nameOf = async (parameter: string) => {
      const disposition = `form-data; name="file"; ${parameter}`
      const form = formOf([{ name: 'file', disposition, type: 'x/y', body: samples.pdf }])
      return (await ann.post(url, form.payload, form.headers)).json().filename
    }
    expect(await nameOf('filename="見積.pdf"')).toBe('見積.pdf')
    expect(await nameOf("filename*=UTF-8''%E8%A6%8B%E7%A9%8D.pdf")).toBe('見積.pdf')
    expect(await nameOf('filename="C:\\\\temp\\\\見積.pdf"')).toBe('見積.pdf')
  })
})

describe('a download over a socket', () => {
  test('that is cut lets the next one through', async ({ app, signIn }) => {
    const ann = await signIn()
    const form = formOf([{ name: 'file', filename: 'a.pdf', body: pdfOf(9_000_000) }])
    const file = (await ann.post(url, form.payload, form.headers)).json()
    const ask = `GET ${file.url} HTTP/1.1\r\nHost: a\r\nAuthorization: ${ann.authorization}\r\n\r\n`
    const socket = await dial(app)
    socket.write(ask)
    await once(socket, 'data')
    socket.destroy()
    expect((await ann.get(file.url)).rawPayload.length).toBe(9_000_000)
  })
})
