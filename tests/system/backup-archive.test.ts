import { createWriteStream } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import tar from 'tar-stream'
import { readEntries, wholeOf } from '../../src/system/backup-archive.ts'
import { checkBackup } from '../../src/system/backup-check.ts'
import { archiveOf } from '../support/backups.ts'
import { newFolder } from '../support/process.ts'
import { test as base, describe, expect, signInTo } from '../support/service.ts'
import { samples, sendFile } from '../support/uploads.ts'

type Entry = { name: string; body: Buffer; type?: 'symlink' | 'directory' }

const test = base.extend<{ path: string; entries: Entry[] }>({
  path: [
    async ({ service }, use) => {
      await sendFile(await signInTo(service.app), 'note.pdf', samples.pdf)
      await use(await archiveOf(service))
    },
    { scope: 'file' },
  ],
  entries: [
    async ({ path }, use) => {
      const entries: Entry[] = []
      for await (const entry of readEntries(path)) {
        entries.push({ name: entry.name, body: await wholeOf(entry, 2 ** 24) })
      }
      await use(entries)
    },
    { scope: 'file' },
  ],
})

async function written(bytes: Buffer): Promise<string> {
  const path = join(await newFolder(), 'b.tar')
  await writeFile(path, bytes)
  return path
}

/** Packed by somebody else. */
async function packed(entries: Entry[]): Promise<string> {
  const path = join(await newFolder(), 'c.tar')
  const pack = tar.pack()
  for (const { name, body, type = 'file' } of entries) {
    if (type === 'file') pack.entry({ name }, body)
    else pack.entry({ name, type, linkname: '/etc/passwd' })
  }
  pack.finalize()
  await pipeline(pack, createWriteStream(path))
  return path
}

const broken = { refusal: 'not_an_archive' }

describe('an archive', () => {
  test('is whole as it was written', async ({ path, service, entries }) => {
    const { manifest } = await checkBackup(path, service.deps.secrets)
    expect(manifest.entries.map(({ name }) => name)).toEqual(
      entries.slice(0, -1).map(({ name }) => name),
    )
    expect(entries.map(({ name }) => name.split('/')[0])).toContain('files')
    expect(manifest.missing).toEqual([])
    await expect(checkBackup(await packed(entries), service.deps.secrets)).resolves.toBeDefined()
  })

  test('that is cut off anywhere is refused', async ({ path, service }) => {
    const bytes = await readFile(path)
    const ends = [0, 100, 512, 4096, bytes.length >> 1, bytes.length - 2048, bytes.length - 1536]
    for (const end of ends) {
      const check = checkBackup(await written(bytes.subarray(0, end)), service.deps.secrets)
      await expect(check, `${end} of ${bytes.length}`).rejects.toMatchObject(broken)
    }
  })

  test.for(['header.json', 'tables/users/', 'files/', 'manifest.json'])(
    'with one other byte in %s is refused',
    async (start, { entries, service }) => {
      for (const share of [0.3, 0.6, 0.95]) {
        const changed = entries.map((entry) => {
          if (!entry.name.startsWith(start)) return entry
          const body = Buffer.from(entry.body)
          const at = Math.floor(body.length * share)
          body[at] = (body[at] as number) ^ 1
          return { ...entry, body }
        })
        const check = checkBackup(await packed(changed), service.deps.secrets)
        await expect(check).rejects.toHaveProperty('refusal')
      }
    },
  )

  test('of a newer version is refused', async ({ entries, service }) => {
    for (const change of [{ format: 2 }, { migrations: ['9999-later'] }]) {
      const [header, ...rest] = entries as [Entry, ...Entry[]]
      const body = Buffer.from(JSON.stringify({ ...JSON.parse(header.body.toString()), ...change }))
      const check = checkBackup(await packed([{ ...header, body }, ...rest]), service.deps.secrets)
      await expect(check).rejects.toMatchObject({ refusal: 'too_new' })
    }
  })

  test('has nothing in it but what belongs there', async ({ entries, service }) => {
    const file = entries.find(({ name }) => name.startsWith('files/')) as Entry
    const row = entries.find(({ name }) => name.startsWith('tables/users/')) as Entry
    const body = Buffer.from('x')
    const strangers: Entry[] = [
      { name: 'files/../../x', body },
      { name: '/etc/passwd', body },
      { name: 'files/uploads/other', body },
      { name: 'tables/users/000002.ndjson', body: Buffer.from('[1]\n') },
      { name: 'tables/strangers/000001.ndjson', body },
      { name: 'other', body },
      { name: 'files/uploads/link', body, type: 'symlink' },
      { name: 'files', body, type: 'directory' },
      file,
      row,
    ]
    for (const stranger of strangers) {
      const all = [...entries.slice(0, -1), stranger, ...entries.slice(-1)]
      const check = checkBackup(await packed(all), service.deps.secrets)
      await expect(check, stranger.name).rejects.toMatchObject(broken)
    }
    const without = checkBackup(
      await packed(entries.filter((each) => each !== file)),
      service.deps.secrets,
    )
    await expect(without).rejects.toMatchObject(broken)
  })

  test('is no text file and no folder', async ({ service }) => {
    const check = checkBackup(await written(Buffer.from('not a tar')), service.deps.secrets)
    await expect(check).rejects.toMatchObject(broken)
  })
})
