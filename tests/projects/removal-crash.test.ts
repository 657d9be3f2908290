import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { openDb } from '../../db/open.ts'
import { transact } from '../../db/transact.ts'
import { enqueue } from '../../src/jobs.ts'
import { newId, now } from '../../src/values.ts'
import { freePort, newPlace, run } from '../support/process.ts'
import { insertProject } from '../support/projects.ts'
import { expect, test } from '../support/service.ts'

const count = 3000

test('kill -9 in the middle of removing a project leaves nothing behind in the end', async () => {
  const { env, drop } = await newPlace({ withStatistics: true })
  const folder = join(env.DATA_DIR, 'files/projects')
  await fill(env.DATABASE_URL, folder)
  const settings = { ...env, JOB_LEASE: '1s', LOG_LEVEL: 'silent' }

  const first = run('server', [], { ...settings, PORT: String(await freePort()) })
  await until(async () => (await readdir(folder)).length < count)
  first.child.kill('SIGKILL')
  expect(await first.ended).toBe('SIGKILL')
  expect((await readdir(folder)).length).toBeGreaterThan(0)

  const second = run('server', [], { ...settings, PORT: String(await freePort()) })
  await until(async () => (await readdir(folder)).length === 0)
  await sleep(500)
  second.child.kill('SIGTERM')
  expect(await second.ended).toBe(0)

  const { db } = await openDb(env.DATABASE_URL)
  const left = await Promise.all([
    db.selectFrom('projects').select('id').execute(),
    db.selectFrom('project_members').select('id').execute(),
    db.selectFrom('project_files').select('id').execute(),
  ])
  expect(left).toEqual([[], [], []])
  await db.destroy()
  await drop()
})

/** A project that was deleted while nobody was there to remove it. */
async function fill(url: string, folder: string): Promise<void> {
  const { db } = await openDb(url)
  const project_id = await insertProject(db)
  const keys = Array.from({ length: count }, () => newId())
  await mkdir(folder, { recursive: true })
  for (const key of keys) await writeFile(join(folder, key), 'a')
  const rows = keys.map((key) => ({
    id: key,
    project_id,
    original_name: `${key}.csv`,
    name_key: `${key}.csv`,
    version: 1,
    is_latest: 1,
    content_type: 'text/csv',
    size: 1,
    sha256: 'ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb',
    key: `projects/${key}`,
    uploaded_by: null,
    created_at: now(),
  }))
  for (let at = 0; at < count; at += 500) {
    await db
      .insertInto('project_files')
      .values(rows.slice(at, at + 500))
      .execute()
  }
  await transact(db, async (trx) => {
    await trx.updateTable('projects').set({ deleted_at: now() }).execute()
    await enqueue(trx, 'remove_project', { project_id })
  })
  await db.destroy()
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 50_000
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error('It did not come to pass.')
    await sleep(5)
  }
}
