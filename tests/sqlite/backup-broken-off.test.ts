import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { vi } from 'vitest'
import { checkBackup } from '../../src/system/backup-check.ts'
import { cli, envOf, keysIn } from '../support/backups.ts'
import { newFolder, run } from '../support/process.ts'
import type { S3Server } from '../support/s3-server.ts'
import {
  test as base,
  describe,
  expect,
  type Service,
  signInTo,
  startService,
} from '../support/service.ts'
import { smallDisk } from '../support/small-disk.ts'
import { openS3 } from '../support/storages.ts'
import { pdfOf, sendFile } from '../support/uploads.ts'

type Place = { service: Service; store: S3Server; env: Record<string, string> }

/** A database in a file, with one file of 3 MB in an object store. */
const test = base.extend<{ place: Place }>({
  place: [
    // biome-ignore lint/correctness/noEmptyPattern: vitest reads the fixtures from the pattern
    async ({}, use) => {
      const { server: store, storage, drop } = await openS3()
      const service = await startService({ withStatistics: true, changes: { storage } })
      await service.deps.db.deleteFrom('observations').execute()
      await sendFile(await signInTo(service.app), 'note.pdf', pdfOf(3_000_000))
      const env = {
        ...envOf(service),
        STORAGE_URL: store.url(),
        AWS_ACCESS_KEY_ID: store.key.id,
        AWS_SECRET_ACCESS_KEY: store.key.secret,
      }
      await use({ service, store, env })
      await service.close()
      await drop()
    },
    { scope: 'file' },
  ],
})

describe('a backup', () => {
  test('to stdout is the archive, and nothing else', async ({ place }) => {
    const file = join(await newFolder(), 'stdout')
    const into = ['sh', '-c', 'exec "$@" > "$0"', file]
    const { ended, said } = run('cli', ['backup', '--out', '-'], place.env, into)
    expect(await ended, said.err).toBe(0)
    expect(said.err).toContain('rows')
    const { manifest } = await checkBackup(file, place.service.deps.secrets)
    expect(keysIn(manifest)).toHaveLength(1)
  })

  test('to stdout ends with a word when its reader leaves', async ({ place }) => {
    const { child, ended, said } = run('cli', ['backup', '--out', '-'], place.env)
    child.stdout.once('data', () => child.stdout.destroy())
    expect(await ended).toBe(1)
    expect(said.err).toContain('Whoever read stdout has ended')
    expect(said.err).toContain('標準出力の受け手')
    expect(said.err).not.toContain('    at ')
  })

  test('for which there is no room leaves nothing, and says so', async ({ place }) => {
    const folder = await newFolder()
    const { through } = smallDisk(folder, 1, { kept: { from: 'package.json', as: 'kept' } })
    const look = ['sh', '-c', '"$@"; code=$?; ls -A "$0"; exit $code', folder]
    const args = ['backup', '--out', join(folder, 'a.tar')]
    const { ended, said } = run('cli', args, place.env, [...through, ...look])
    expect(await ended, said.err).toBe(1)
    expect(said.out).toBe('kept\n')
    expect(said.err).toContain('There is no room left to write')
    expect(said.err).toContain('書く空きがありません')
    expect(said.err).not.toContain('    at ')
  })

  test.for(['SIGTERM', 'SIGINT'] as const)(
    'that %s stops while it waits for a file leaves nothing',
    async (signal, { place: { env, store } }) => {
      const folder = await newFolder()
      const gate = store.gate('GetObject')
      const args = ['backup', '--out', join(folder, 'a.tar.gz')]
      const { child, ended, said } = run('cli', args, env)
      await vi.waitFor(() => expect(gate.count.underWay).toBe(1), { timeout: 50_000 })
      expect(existsSync(join(folder, 'a.tar.gz.part'))).toBe(true)
      child.kill(signal)
      expect(await ended).toBe(1)
      gate.open()
      expect(await readdir(folder)).toEqual([])
      expect(said.err).toContain('No backup was made')
      expect(said.err).toContain('停止の指示')
    },
  )

  test('into a folder that is not there, and one out of a folder, say what to check', async ({
    place: { env },
  }) => {
    const folder = await newFolder()
    const made = await cli(['backup', '--out', join(folder, 'none/a.tar')], env)
    expect(made).toMatchObject({ code: 1, err: expect.stringContaining('Check the folder') })
    const read = await cli(['restore', '--from', folder, '--check'], env)
    expect(read).toMatchObject({ code: 1, err: expect.stringContaining('Check --from') })
  })
})
