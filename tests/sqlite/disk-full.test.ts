import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import { newId } from '../../src/values.ts'
import { newPlace, startServer } from '../support/process.ts'
import { smallDisk } from '../support/small-disk.ts'

const headers = { authorization: 'Bearer mock-access-token-dev-12345' }
type Answer = {
  status: string
  services: object
  total: number
  data: { title: string }[]
  meta: { total: number }
}

const full = { status: 507, code: 'storage_full' }

/** A service whose database and files share a disk of its own. */
async function startOnSmallDisk() {
  const { env, drop } = await newPlace({ withStatistics: true })
  const { DATA_DIR, DATABASE_URL } = env
  const disk = smallDisk(DATA_DIR, 192, {
    kept: { from: DATABASE_URL.slice(7), as: 'kaname.db' },
  })
  const settings = { DATA_DIR, LOG_LEVEL: 'error', RATE_LIMIT_PER_MINUTE: '1000000' }
  const { url, child, said, ended } = await startServer(settings, disk.through)
  const pid = Number(child.pid)
  return {
    said,
    fill: (leave?: number) => disk.fill(pid, leave),
    clear: () => disk.clear(pid),
    files: async () => {
      const all = await readdir(join(disk.seenFrom(pid), 'files'), { recursive: true })
      return all.filter((name) => /\w{20}/.test(name))
    },
    get: async (path: string) =>
      (await fetch(`${url}${path}`, { headers })).json() as Promise<Answer>,
    createItem: (title: string) =>
      fetch(`${url}/api/v1/items`, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json', 'idempotency-key': title },
        body: JSON.stringify({ title, description: 'x'.repeat(5000) }),
      }),
    upload(bytes: number) {
      const body = new FormData()
      const pdf = Buffer.concat([Buffer.from('%PDF-1.4\n'), Buffer.alloc(bytes, 'x')])
      body.append('file', new Blob([pdf], { type: 'application/pdf' }), 'a.pdf')
      return fetch(`${url}/api/v1/upload/files`, { method: 'POST', headers, body })
    },
    async stop() {
      child.kill('SIGTERM')
      const code = await ended
      await drop()
      await rm(DATA_DIR, { recursive: true, force: true })
      return code
    },
  }
}

describe('a disk that is full', () => {
  test('refuses what it cannot keep, whole, and takes it when there is room', async () => {
    const service = await startOnSmallDisk()
    expect((await service.upload(1000)).status).toBe(201)
    const files = await service.files()
    const acknowledged = [newId()]
    expect((await service.createItem(acknowledged[0] as string)).status).toBe(201)

    await service.fill(100_000)
    const upload = await service.upload(1_000_000)
    expect(await upload.json()).toMatchObject(full)
    expect(await service.files()).toEqual(files)
    expect((await service.get('/api/v1/upload/files')).total).toBe(1)

    await service.fill()
    let refused = 0
    while (refused < 20) {
      const title = newId()
      const response = await service.createItem(title)
      if (response.status === 201) acknowledged.push(title)
      else {
        expect(await response.json()).toMatchObject(full)
        expect(response.headers.get('retry-after')).not.toBeNull()
        refused += 1
      }
    }
    expect((await service.get('/health')).services).toMatchObject({ storage: 'unhealthy' })
    const { data, meta } = await service.get('/api/v1/items?limit=1')
    expect(meta.total).toBe(acknowledged.length)
    expect(data[0]?.title).toBe(acknowledged.at(-1))

    await service.clear()
    const again = newId()
    expect((await service.createItem(again)).status).toBe(201)
    expect((await service.upload(1_000_000)).status).toBe(201)
    expect((await service.get('/api/v1/items?limit=1')).meta.total).toBe(acknowledged.length + 1)
    await vi.waitFor(async () => {
      expect((await service.get('/health')).status).toBe('healthy')
    }, 30_000)
    console.log(
      `disk full: ${acknowledged.length} items kept, ${refused} and an upload of 1 MB refused with 507, nothing half stored`,
    )
    expect(service.said.out).not.toMatch(/uncaughtException|unhandledRejection/)
    expect(await service.stop()).toBe(0)
  })
})
