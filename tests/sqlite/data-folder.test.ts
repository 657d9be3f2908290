import { randomBytes } from 'node:crypto'
import { chmod, copyFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { newFolder, newPlace, run, startServer } from '../support/process.ts'

/** Rights count for nothing where everything may be done. */
const asNobody =
  process.getuid?.() === 0
    ? ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', '--']
    : []

const secrets = {
  JWT_SECRET: randomBytes(48).toString('base64'),
  SECRETS_KEY: randomBytes(32).toString('base64'),
}

async function folderOf(mode: number): Promise<string> {
  const folder = await newFolder()
  await chmod(folder, mode)
  return folder
}

describe('a folder that may not be written', () => {
  test.for([
    ['DATA_DIR', {}],
    ['DATABASE_URL', secrets],
  ] as const)('is named by %s when a service does not start', async ([setting, more]) => {
    const DATA_DIR = await folderOf(0o555)
    const { ended, said } = run('server', [], { DATA_DIR, ...more }, asNobody)
    expect(await ended).toBe(1)
    expect(said.err).toContain(`${setting}: ${DATA_DIR} cannot be used`)
    expect(said.err).toContain(`${setting}: ${DATA_DIR} を使えません`)
    expect(said.err).not.toContain('    at ')
  })

  test('is no folder at all', async () => {
    const DATA_DIR = join(await folderOf(0o777), 'file')
    await writeFile(DATA_DIR, '')
    const { ended, said } = run('server', [], { DATA_DIR }, asNobody)
    expect(await ended).toBe(1)
    expect(said.err).toContain(`DATA_DIR: ${DATA_DIR} cannot be used`)
  })

  test('keeps files out, with a problem that names no path, and nothing else', async () => {
    const [DATA_DIR, closed] = [await folderOf(0o777), await folderOf(0o555)]
    const STORAGE_URL = `file://${closed}`
    const { env: made, drop } = await newPlace({ withStatistics: true })
    await copyFile(made.DATABASE_URL.slice(7), join(DATA_DIR, 'kaname.db'))
    await chmod(join(DATA_DIR, 'kaname.db'), 0o666)
    await drop()
    const env = { ...secrets, DATA_DIR, STORAGE_URL, LOG_LEVEL: 'fatal', AUTH_MODE: 'development' }
    const { url, child, ended } = await startServer(env, asNobody)
    const headers = { authorization: 'Bearer mock-access-token-dev-12345' }
    const body = new FormData()
    body.append('file', new Blob(['%PDF-1.4\n'], { type: 'application/pdf' }), 'a.pdf')
    const sent = await fetch(`${url}/api/v1/upload/files`, { method: 'POST', headers, body })
    const said = await sent.text()
    expect(sent.status, said).toBe(503)
    expect(JSON.parse(said)).toMatchObject({ code: 'unavailable', status: 503 })
    expect(said).not.toContain(closed)
    const item = await fetch(`${url}/api/v1/items`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify({ title: '議事録' }),
    })
    expect(item.status).toBe(201)
    child.kill('SIGTERM')
    expect(await ended).toBe(0)
  })
})
