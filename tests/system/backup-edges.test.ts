import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { insertMany } from '../../db/bulk.ts'
import { migrate, migrateDown } from '../../db/migrate.ts'
import { migrations } from '../../db/migrations/index.ts'
import { openDb } from '../../db/open.ts'
import { transact } from '../../db/transact.ts'
import { createUser } from '../../src/accounts/registration.ts'
import type { Storage } from '../../src/storage.ts'
import { writeBackup } from '../../src/system/backup.ts'
import { createArchive } from '../../src/system/backup-archive.ts'
import { checkBackup } from '../../src/system/backup-check.ts'
import { newId } from '../../src/values.ts'
import { bringRows, forgedFrom, heldIn } from '../support/archives.ts'
import { archiveOf, keysIn, rowsIn } from '../support/backups.ts'
import { create } from '../support/items.ts'
import { newFolder, newPlace } from '../support/process.ts'
import { describe, expect, signInTo, test } from '../support/service.ts'
import { samples, sendFile } from '../support/uploads.ts'

/** More than two of the largest batches. */
const many = 10_500

describe('a backup', () => {
  test('without a file has a long table in parts, and all of it comes back', async ({
    service,
  }) => {
    const { deps, app } = service
    const { id: user_id } = await signInTo(app)
    const rows = Array.from({ length: many }, (_, position) => ({
      ...{ id: newId(), room: 'lobby', position, user_id },
      ...{ content: `“${position}”`, created_at: '2026-01-02T03:04:05.678Z' },
    }))
    const columns = ['id', 'room', 'position', 'user_id', 'content', 'created_at'] as const
    const room = { name: 'lobby', last_position: many, updated_at: '2026-01-02T03:04:05.678Z' }
    await deps.db.insertInto('rooms').values(room).execute()
    await transact(deps.db, (trx) => insertMany(trx, 'room_messages', columns, rows))
    const path = await archiveOf(service)
    const { manifest } = await checkBackup(path, deps.secrets)
    expect(keysIn(manifest)).toEqual([])
    expect(manifest.rows.room_messages).toBe(many)
    const parts = manifest.entries.filter(({ name }) => name.startsWith('tables/room_messages/'))
    expect(parts.length).toBeGreaterThan(2)
    const { env, drop } = await newPlace()
    await bringRows(env.DATABASE_URL, path, deps.secrets)
    expect((await heldIn(env.DATABASE_URL)).rows).toEqual(await rowsIn(deps))
    await deps.db.deleteFrom('room_messages').execute()
    await drop()
  })

  test('of an older version is brought up to date', async ({ service: { deps } }) => {
    const { env, drop } = await newPlace()
    const { db } = await openDb(env.DATABASE_URL)
    await migrate(db)
    const [undone] = await migrateDown(db)
    const path = join(await newFolder(), 'older.tar')
    await writeBackup({ ...deps, db }, createArchive(createWriteStream(path)))
    const before = await rowsIn({ db })
    await db.destroy()
    const { header } = await checkBackup(path, deps.secrets)
    expect(header.migrations).not.toContain(undone)
    const target = await newPlace()
    await bringRows(target.env.DATABASE_URL, path, deps.secrets)
    const held = await heldIn(target.env.DATABASE_URL)
    expect(held.migrations).toEqual(Object.keys(migrations).sort())
    expect(Object.keys(held.rows)).toEqual(expect.arrayContaining(Object.keys(before)))
    await drop()
    await target.drop()
  })

  test('lists a file that is deleted while it runs', async ({ service }) => {
    const { deps, app } = service
    const desk = await signInTo(app)
    await sendFile(desk, 'kept.pdf', samples.pdf)
    await sendFile(desk, 'gone.pdf', samples.pdf)
    const { key } = await deps.db
      .selectFrom('uploads')
      .select('key')
      .where('original_name', '=', 'gone.pdf')
      .executeTakeFirstOrThrow()
    let removal: Promise<unknown> | undefined
    const remove = async () => {
      await deps.db.deleteFrom('uploads').where('key', '=', key).execute()
      await deps.storage.remove(key)
    }
    const storage: Storage = {
      ...deps.storage,
      stat: async (asked) => {
        removal ??= remove()
        await removal
        return deps.storage.stat(asked)
      },
    }
    const path = join(await newFolder(), 'meanwhile.tar')
    await writeBackup({ ...deps, storage }, createArchive(createWriteStream(path)))
    const { manifest } = await checkBackup(path, deps.secrets)
    expect(manifest.missing).toEqual([{ key, reason: 'deleted_meanwhile' }])
    expect(keysIn(manifest)).toHaveLength(1)
    expect(manifest.rows.uploads).toBe(2)
  })
})

describe('a restore', () => {
  const firstOf = (text: string) => `${text.split('\n')[0]}\n`
  const ids = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g

  test.for([
    ['is there twice', 'tables/users/', firstOf],
    [
      'names somebody who is not there',
      'tables/items/',
      (text: string) => firstOf(text).replaceAll(ids, newId()),
    ],
  ] as const)('changes nothing when a row %s', async ([, start, another], { service }) => {
    const { deps, app } = service
    await create(await signInTo(app), { title: '議事録' })
    const made = await archiveOf(service)
    const path = await forgedFrom(made, deps.secrets, start, (text) => text + another(text))
    const { env, drop } = await newPlace()
    const { db } = await openDb(env.DATABASE_URL)
    await migrate(db)
    await transact(db, (trx) =>
      createUser(trx, { username: 'before', email: 'before@example.jp', roles: ['User'] }),
    )
    await db.destroy()
    const before = await heldIn(env.DATABASE_URL)
    expect(before.rows.users).toHaveLength(1)
    await expect(bringRows(env.DATABASE_URL, path, deps.secrets)).rejects.toThrow(
      /unique|foreign key|refers to/i,
    )
    expect(await heldIn(env.DATABASE_URL)).toEqual(before)
    await drop()
  })
})
