import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { App, Deps } from '../../src/fastify.ts'
import type { Client } from './service.ts'

export const resumablePath = '/api/v1/upload/resumable'
export const tus = { 'tus-resumable': '1.0.0' }

/** A document of exactly this size. */
export function pdf(size: number, fill = '要'): Buffer {
  const bytes = Buffer.alloc(size, fill)
  bytes.write('%PDF-1.7\n')
  bytes.write('\n%%EOF\n', size - 7)
  return bytes
}

export function metadataOf(values: Record<string, string | Buffer>): string {
  return Object.entries(values)
    .map(([key, value]) => `${key} ${Buffer.from(value as string).toString('base64')}`)
    .join(',')
}

/** The address of a new upload. */
export async function begin(client: Client, size: number, filename = '契約書.pdf') {
  const response = await client.post(resumablePath, undefined, {
    ...tus,
    'upload-length': String(size),
    'upload-metadata': metadataOf({ filename }),
  })
  return String(response.headers.location)
}

export function send(
  client: Client,
  url: string,
  offset: number,
  bytes: Buffer,
  headers: Record<string, string> = {},
) {
  return client.patch(url, bytes, {
    ...tus,
    'content-type': 'application/offset+octet-stream',
    'upload-offset': String(offset),
    ...headers,
  })
}

export function head(app: App, client: Client, url: string) {
  const headers = { ...tus, authorization: client.authorization }
  return app.inject({ method: 'HEAD', url, headers })
}

export const idOf = (url: string) => url.split('/').at(-1) as string

/** The keys in a folder of the storage, without what broke off on its way there. */
export async function keysIn(dataDir: string, folder: string): Promise<string[]> {
  const path = join(dataDir, 'files', folder)
  if (!existsSync(path)) return []
  const names = (await readdir(path)).filter((name) => !name.includes('.'))
  return names.map((name) => `${folder}/${name}`)
}

/** What there is of an upload in the database. */
export async function partsOf(db: Deps['db'], url: string) {
  return db
    .selectFrom('resumable_parts')
    .select(['start', 'size', 'key'])
    .where('upload_id', '=', idOf(url))
    .orderBy('start')
    .execute()
}

export const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')

/** Asks until the answer is as it should be, on a machine however slow. */
export async function until<Value>(
  ask: () => Promise<Value>,
  isRight: (value: Value) => boolean,
): Promise<Value> {
  const end = Date.now() + 30_000
  for (;;) {
    const value = await ask()
    if (isRight(value)) return value
    if (Date.now() > end) throw new Error(`It stayed ${JSON.stringify(value)}.`)
    await new Promise((resolve) => setTimeout(resolve, 30))
  }
}
