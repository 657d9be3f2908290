import { randomBytes } from 'node:crypto'
import { chmodSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { migrate } from '../../db/migrate.ts'
import { openDb } from '../../db/open.ts'
import { newId } from '../../src/values.ts'
import { createPostgres, ownerOf } from '../support/postgres-daemon.ts'
import { newFolder } from '../support/process.ts'
import { programs } from '../support/programs.ts'
import { describe, expect, type Service, signInTo, test } from '../support/service.ts'
import { smallDisk } from '../support/small-disk.ts'

/** An instance on a PostgreSQL whose database has a disk of its own. */
async function startOnSmallDisk({ twin }: Service) {
  const folder = await newFolder()
  chmodSync(folder, 0o755)
  const place = join(folder, 'disk')
  mkdirSync(place)
  const owner = ownerOf() ?? { uid: Number(process.getuid?.()), gid: Number(process.getgid?.()) }
  const disk = smallDisk(place, 128, { owner })
  const postgres = await createPostgres(folder, {
    disk: { through: disk.through, folder: place },
  })
  onTestFinished(async () => {
    await postgres.stop()
    rmSync(folder, { recursive: true })
  })
  await postgres.start()
  await postgres.prepare()
  const { db, poolUse } = await openDb(postgres.url)
  onTestFinished(() => db.destroy())
  await migrate(db)
  const app = await twin({ db, poolUse })
  return {
    app,
    ann: await signInTo(app),
    fill: () => disk.fill(postgres.mainPid()),
    clear: () => disk.clear(postgres.mainPid()),
  }
}

describe.runIf(programs.postgres && programs.initdb)('PostgreSQL whose disk is full', () => {
  test('refuses what it cannot keep, is read, and takes it when there is room', async ({
    service,
  }) => {
    const { app, ann, fill, clear } = await startOnSmallDisk(service)
    const description = randomBytes(2500).toString('hex')
    const create = (title: string) =>
      ann.post('/api/v1/items', { title, description }, { 'idempotency-key': title })
    const kept = [newId()]
    expect((await create(kept[0] as string)).statusCode).toBe(201)

    await fill()
    const refused: string[] = []
    while (refused.length < 10) {
      const title = newId()
      const response = await create(title)
      if (response.statusCode === 201) kept.push(title)
      else {
        expect(response.json()).toMatchObject({ status: 507, code: 'storage_full' })
        expect(Number(response.headers['retry-after'])).toBeGreaterThan(0)
        refused.push(title)
      }
    }
    const list = async () => (await ann.get('/api/v1/items?limit=1')).json()
    expect(await list()).toMatchObject({
      meta: { total: kept.length },
      data: [{ title: kept.at(-1) }],
    })
    expect((await app.inject('/health')).json().status).toBe('healthy')

    await clear()
    for (const title of refused) expect((await create(title)).statusCode).toBe(201)
    expect((await list()).meta.total).toBe(kept.length + refused.length)
  })
})
