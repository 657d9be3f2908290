import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { expectTypeOf } from 'vitest'
import { hold } from '../db/hold.ts'
import { lockDb } from '../db/lock.ts'
import { migrate, migrateDown, pendingMigrations } from '../db/migrate.ts'
import { migrations } from '../db/migrations/index.ts'
import { engineOf, isSqlite, openDb } from '../db/open.ts'
import type { Db } from '../db/tables.ts'
import { contains } from '../db/text.ts'
import { transact } from '../db/transact.ts'
import { newId } from '../src/values.ts'
import { createDatabase } from './support/database.ts'
import { describe, expect, test } from './support/service.ts'

const at = '2026-01-02T03:04:05.678Z'

const newUser = () => {
  const id = newId()
  return {
    id,
    username: null,
    username_key: null,
    email: `${id}@example.org`,
    email_key: `${id}@example.org`,
    display_name: id,
    full_name: null,
    bio: null,
    profile_image: null,
    azure_oid: null,
    password_hash: null,
    roles: '["User"]',
    deactivated_at: null,
    deleted_at: null,
    last_login: null,
    version: 1,
    created_at: at,
    updated_at: at,
  }
}

describe('both engines', () => {
  test('answer with the strings and numbers they were given', async ({ db }) => {
    const user = newUser()
    await db.insertInto('users').values(user).execute()

    const mine = db.selectFrom('users').where('id', '=', user.id)
    expect(await mine.selectAll().executeTakeFirst()).toEqual(user)
    const count = mine.select((eb) => eb.fn.countAll<number>().as('n'))
    expect(await count.executeTakeFirst()).toEqual({ n: 1 })
  })

  test('let an inner transaction fail with the outer one', async ({ db }) => {
    const user = newUser()
    const change = transact(db, async (trx) => {
      await transact(trx, (inner) => inner.insertInto('users').values(user).execute())
      throw new Error('after all')
    })
    await expect(change).rejects.toThrow('after all')

    const found = await db.selectFrom('users').select('id').where('id', '=', user.id).execute()
    expect(found).toEqual([])
  })

  test('run a transaction again that lost against another, and not for ever', async ({ db }) => {
    const deadlock = () => Object.assign(new Error('deadlock detected'), { code: '40P01' })
    let runs = 0
    const second = await transact(db, async () => {
      runs += 1
      if (runs < 2) throw deadlock()
      return runs
    })
    expect(second).toBe(2)
    const never = transact(db, async () => {
      runs += 1
      throw deadlock()
    })
    await expect(never).rejects.toThrow('deadlock')
    expect(runs).toBe(2 + 3)
  })

  test('let one transaction at a time hold a name', async ({ db }) => {
    const user = newUser()
    await db.insertInto('users').values(user).execute()
    const countUp = () =>
      transact(db, async (trx) => {
        await hold(trx, 'test')
        const { version } = await trx
          .selectFrom('users')
          .select('version')
          .where('id', '=', user.id)
          .executeTakeFirstOrThrow()
        await new Promise((resolve) => setTimeout(resolve, 5))
        await trx
          .updateTable('users')
          .set({ version: version + 1 })
          .where('id', '=', user.id)
          .execute()
      })
    await Promise.all(Array.from({ length: 10 }, countUp))
    const { version } = await db
      .selectFrom('users')
      .select('version')
      .where('id', '=', user.id)
      .executeTakeFirstOrThrow()
    expect(version).toBe(11)
  })

  test('search alike in every script', async ({ db }) => {
    const display_name = `Ärger-ＡＢＣ-東京都_${newId()}`
    await db
      .insertInto('users')
      .values({ ...newUser(), display_name })
      .execute()
    const find = (text: string) =>
      db
        .selectFrom('users')
        .select('display_name')
        .where((eb) => contains(eb.ref('display_name'), text))
        .execute()

    for (const text of ['äRGER', 'ａｂｃ', '京都_']) {
      expect(await find(text)).toEqual([{ display_name }])
    }
    expect(await find('京都%')).toEqual([])
  })

  test('go all the way back and up again', async () => {
    const { url, drop } = await createDatabase()
    const { db } = await openDb(url)
    await migrate(db)
    expect(await pendingMigrations(db)).toEqual([])
    for (const _ of Object.keys(migrations)) expect(await migrateDown(db)).toHaveLength(1)
    const tables = await db.introspection.getTables()
    const ours = tables.filter(({ schema }) => schema !== 'graphile_worker')
    expect(ours.map(({ name }) => name)).toEqual([])
    expect(await pendingMigrations(db)).toEqual(Object.keys(migrations))
    expect(await migrate(db)).toEqual(Object.keys(migrations))
    await db.destroy()
    await drop()
  })

  test('are served as well when a later version has migrated them', async () => {
    const { url, drop } = await createDatabase()
    const { db } = await openDb(url)
    await migrate(db)
    await sql`insert into kysely_migration (name, timestamp)
      values ('9999-of-a-later-version', '2026-01-01T00:00:00.000Z')`.execute(db)
    expect(await pendingMigrations(db)).toEqual([])
    expect(await migrate(db)).toEqual([])
    // Only the version that made it can take it back.
    await expect(migrateDown(db)).rejects.toThrow('9999-of-a-later-version')
    await db.destroy()
    await drop()
  })

  test('know which of the two they are', ({ service }) => {
    const { db, config } = service.deps
    expect(engineOf(db)).toBe(isSqlite(config.databaseUrl) ? 'sqlite' : 'postgres')
  })
})

test('what must not happen alone does not compile with the pool', () => {
  expectTypeOf<Db>().not.toExtend<Parameters<typeof hold>[0]>()
})

describe('the lock of an SQLite database', () => {
  test('is held by one, says so to the next, and is free when the first lets go', async () => {
    const url = `sqlite:${join(mkdtempSync(join(tmpdir(), 'lock-')), 'a.db')}`
    const unlock = await lockDb(url)
    await expect(lockDb(url)).rejects.toThrow(/Another process.*\n.*別のプロセス/)
    unlock()
    const again = await lockDb(url)
    again()
  })

  test('is not needed in memory or on PostgreSQL', async () => {
    for (const url of ['sqlite::memory:', 'postgres://a@b/c']) {
      for (const unlock of [await lockDb(url), await lockDb(url)]) unlock()
    }
  })
})
