import { join } from 'node:path'
import { openDb } from '../../db/open.ts'
import { s3Storage } from '../../src/storage-s3.ts'
import { checkBackup } from '../../src/system/backup-check.ts'
import { bytesOf, cli, envOf, furnish, keysIn, rowsIn } from '../support/backups.ts'
import { newFolder, newPlace } from '../support/process.ts'
import { startS3 } from '../support/s3-server.ts'
import { expect, startService, test } from '../support/service.ts'

test('a backup goes from PostgreSQL to SQLite and an object store, and back', async () => {
  const service = await startService()
  await furnish(service)
  const folder = await newFolder()
  const [first, second] = [join(folder, 'first.tar.gz'), join(folder, 'second.tar')]
  const env = envOf(service)
  expect(await cli(['backup', '--out', first], env)).toMatchObject({ code: 0 })
  const before = await rowsIn(service.deps)

  const store = await startS3()
  const sqlite = {
    ...env,
    DATA_DIR: folder,
    DATABASE_URL: `sqlite:${folder}/a.db`,
    STORAGE_URL: store.url(),
    AWS_ACCESS_KEY_ID: store.key.id,
    AWS_SECRET_ACCESS_KEY: store.key.secret,
  }
  const there = await cli(['restore', '--from', first], sqlite)
  expect(there, there.err).toMatchObject({ code: 0 })
  const { db } = await openDb(sqlite.DATABASE_URL)
  expect(await rowsIn({ db })).toEqual(before)
  await db.destroy()
  const { manifest } = await checkBackup(first, service.deps.secrets)
  const bytes = await bytesOf(service.deps.storage, keysIn(manifest))
  expect(await bytesOf(s3Storage(store.place()), keysIn(manifest))).toEqual(bytes)

  expect(await cli(['backup', '--out', second], sqlite)).toMatchObject({ code: 0 })
  const { env: last, drop } = await newPlace()
  const back = await cli(['restore', '--from', second], { ...env, ...last })
  expect(back, back.err).toMatchObject({ code: 0 })
  const { db: again } = await openDb(last.DATABASE_URL)
  expect(await rowsIn({ db: again })).toEqual(before)
  await again.destroy()
  await store.close()
  await service.close()
  await drop()
})
