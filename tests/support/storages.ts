import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { diskStorage, type Storage } from '../../src/storage.ts'
import { s3Storage } from '../../src/storage-s3.ts'
import { startS3 } from './s3-server.ts'

type Opened = {
  storage: Storage
  /** Whatever is there, finished or not. */
  held: () => Promise<string[]>
  drop: () => Promise<void>
}

export async function openDisk() {
  const root = await mkdtemp(join(tmpdir(), 'storage-'))
  const held = async () => {
    const entries = await readdir(root, { recursive: true, withFileTypes: true })
    const files = entries.filter((each) => each.isFile())
    return files.map(({ parentPath, name }) => relative(root, join(parentPath, name)))
  }
  return { root, storage: diskStorage(root), held, drop: () => rm(root, { recursive: true }) }
}

const patient = { connect: 10_000, answer: 20_000, transfer: 30_000, check: 20_000, idle: 20_000 }

/** For stores that do not answer: a try costs a second. */
export const impatient = { connect: 1000, answer: 1000, transfer: 1000, check: 1000, idle: 1000 }

export async function openS3(patience = patient) {
  const server = await startS3()
  const { objects, uploads, close } = server
  const held = async () =>
    [...objects.keys(), ...[...uploads.values()].map(({ key }) => key)].map((name) =>
      name.replace(/^files\//, ''),
    )
  return { server, storage: s3Storage(server.place(), patience), held, drop: close }
}

/** Every way there is to keep files. */
export const storages: { name: string; openStorage: () => Promise<Opened> }[] = [
  { name: 'a folder', openStorage: openDisk },
  { name: 'an object store', openStorage: () => openS3() },
]

export async function* chunks(...parts: (string | Buffer)[]) {
  for (const part of parts) yield Buffer.from(part)
}

/** So many mebibytes, each unlike the one before, in chunks as a socket gives them. */
export async function* mebibytes(count: number, onChunk: () => void = () => {}) {
  const size = 64 * 1024
  for (let n = 0; n < count * 16; n += 1) {
    onChunk()
    const chunk = Buffer.alloc(size, n % 251)
    chunk.writeUInt32BE(n)
    yield chunk
  }
}
