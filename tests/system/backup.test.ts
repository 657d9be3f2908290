import { execFileSync, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { onTestFinished, vi } from 'vitest'
import { describeTables } from '../../db/catalogue.ts'
import { migrate } from '../../db/migrate.ts'
import { openDb } from '../../db/open.ts'
import { transact } from '../../db/transact.ts'
import { verifyAudit } from '../../src/accounts/audit-chain.ts'
import { createUser } from '../../src/accounts/registration.ts'
import { createSecrets } from '../../src/secrets.ts'
import { diskStorage } from '../../src/storage.ts'
import { checkBackup } from '../../src/system/backup-check.ts'
import { fileColumns } from '../../src/system/backup-files.ts'
import { bringRows, heldIn } from '../support/archives.ts'
import { bytesOf, cli, envOf, furnish, keysIn, root, rowsIn } from '../support/backups.ts'
import { create } from '../support/items.ts'
import { newFolder, newPlace, run, startServer } from '../support/process.ts'
import {
  test as base,
  describe,
  expect,
  type Service,
  signInTo,
  startService,
} from '../support/service.ts'

/** One furnished service that others of this file only read, or add to. */
const test = base.extend<{ furnished: Service; archive: string }>({
  furnished: [
    // biome-ignore lint/correctness/noEmptyPattern: vitest reads the fixtures from the pattern
    async ({}, use) => {
      const service = await startService({ withStatistics: true })
      await furnish(service)
      await use(service)
      await service.close()
    },
    { scope: 'file' },
  ],
  archive: [
    async ({ furnished }, use) => {
      const out = join(await newFolder(), 'a.tar.gz')
      const made = await cli(['backup', '--out', out], envOf(furnished))
      expect(made, made.err).toMatchObject({ code: 0, out: '' })
      await use(out)
    },
    { scope: 'file' },
  ],
})

const keysOf = async (path: string, { deps }: Service) => {
  const { manifest } = await checkBackup(path, deps.secrets)
  return keysIn(manifest)
}

/** Lets a row name another file; the answered function takes that back. */
async function moveFile({ deps: { db } }: Service, key: string) {
  const named = await db
    .selectFrom('uploads')
    .select(['id', 'key'])
    .where('original_name', '=', 'note.pdf')
    .executeTakeFirstOrThrow()
  const move = (to: string) =>
    db.updateTable('uploads').set({ key: to }).where('id', '=', named.id).execute()
  await move(key)
  return () => move(named.key)
}

describe('a restored backup', () => {
  test('has every row and every file, and serves', { timeout: 120_000 }, async ({
    furnished,
    archive,
  }) => {
    const { env, drop } = await newPlace()
    const target = { ...envOf(furnished), ...env }
    const restored = await cli(['restore', '--from', archive], target)
    expect(restored, restored.err).toMatchObject({ code: 0 })
    const { db } = await openDb(env.DATABASE_URL)
    expect(await rowsIn({ db })).toEqual(await rowsIn(furnished.deps))
    const keys = await keysOf(archive, furnished)
    expect(new Set(keys.map((key) => key.split('/')[0]))).toEqual(
      new Set([
        'analysis-tables',
        'incidents',
        'projects',
        'submissions',
        'tree-files',
        'tree-tables',
        'uploads',
      ]),
    )
    const storage = diskStorage(join(env.DATA_DIR, 'files'))
    expect(await bytesOf(storage, keys)).toEqual(await bytesOf(furnished.deps.storage, keys))
    expect(await verifyAudit(db, furnished.deps.secrets)).toMatchObject({ valid: true })

    const server = await startServer(target)
    onTestFinished(() => void server.child.kill('SIGKILL'))
    const ask = (path: string, init: RequestInit = {}) => fetch(`${server.url}/api/v1${path}`, init)
    const login = await ask('/auth/login', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username: root.username, password: root.password }),
    })
    const { access_token } = (await login.json()) as { access_token: string }
    const headers = { authorization: `Bearer ${access_token}` }
    const found = await ask(`/incidents?search=${encodeURIComponent('メール')}`, { headers })
    expect(JSON.stringify(await found.json())).toContain('庁内メールが送信できない')
    const { stored_name } = await db
      .selectFrom('uploads')
      .select('stored_name')
      .where('original_name', '=', 'picture.png')
      .executeTakeFirstOrThrow()
    const file = await ask(`/upload/files/${stored_name}`, { headers })
    expect((await file.arrayBuffer()).byteLength).toBe(70)
    const open = db.selectFrom('jobs').select('finished_at').where('kind', '=', 'remove_file')
    await vi.waitFor(
      async () => expect((await open.executeTakeFirst())?.finished_at).toEqual(expect.any(String)),
      { timeout: 40_000, interval: 100 },
    )
    server.child.kill('SIGTERM')
    await server.ended
    await db.destroy()
    await drop()
  })

  test('is one moment of a service that goes on writing', async ({ furnished }) => {
    const { deps, app } = furnished
    const writer = await signInTo(app)
    let isOver = false
    const write = async () => {
      while (!isOver) {
        await create(writer, { title: 'つづき', tags: ['x', 'y'], status: 'published' })
        await sleep(1)
      }
    }
    const out = join(await newFolder(), 'live.tar')
    const writing = Promise.all([write(), write(), write()])
    const made = await cli(['backup', '--out', out], envOf(furnished))
    isOver = true
    await writing
    expect(made, made.err).toMatchObject({ code: 0 })
    const { env, drop } = await newPlace()
    await bringRows(env.DATABASE_URL, out, deps.secrets)
    const { db } = await openDb(env.DATABASE_URL)
    const of = (table: 'items' | 'item_tags' | 'audit_log') =>
      db
        .selectFrom(table)
        .select((eb) => eb.fn.countAll<number>().as('n'))
        .$if(table === 'audit_log', (query) =>
          query.where('action' as never, '=', 'item.created' as never),
        )
        .executeTakeFirstOrThrow()
    const [items, tags, events] = [await of('items'), await of('item_tags'), await of('audit_log')]
    expect(tags.n).toBe(items.n * 2)
    expect(events.n).toBe(items.n)
    const now = await deps.db.selectFrom('items').select('id').execute()
    expect(items.n).toBeLessThan(now.length)
    expect(await verifyAudit(db, deps.secrets)).toMatchObject({ valid: true })
    await db.destroy()
    await drop()
  })
})

describe('backup', () => {
  test('replaces no file unless it is told to, and keeps it to its owner', async ({
    furnished,
    archive,
  }) => {
    expect((await stat(archive)).mode & 0o777).toBe(0o600)
    const again = await cli(['backup', '--out', archive], envOf(furnished))
    expect(again).toMatchObject({ code: 1, err: expect.stringContaining('is there already') })
    expect(await readdir(join(archive, '..'))).toEqual(['a.tar.gz'])
  })

  test('leaves nothing of that name when it is killed', async ({ furnished }) => {
    const moveBack = await moveFile(furnished, 'uploads/zz-pipe')
    // Whoever opens a pipe waits for somebody who writes into it.
    execFileSync('mkfifo', [join(furnished.deps.config.dataDir, 'files/uploads/zz-pipe')])
    const out = join(await newFolder(), 'b.tar')
    const { child, ended } = run('cli', ['backup', '--out', out], envOf(furnished))
    await vi.waitFor(() => expect(existsSync(`${out}.part`)).toBe(true), { timeout: 50_000 })
    child.kill('SIGKILL')
    expect(await ended).toBe('SIGKILL')
    await moveBack()
    expect(existsSync(out)).toBe(false)
    const again = await cli(['backup', '--out', out], envOf(furnished))
    expect(again.code).toBe(0)
    expect(existsSync(`${out}.part`)).toBe(false)
  })

  test('gives nothing the name of another one that has begun meanwhile', async ({ furnished }) => {
    const moveBack = await moveFile(furnished, 'uploads/zy-pipe')
    const pipe = join(furnished.deps.config.dataDir, 'files/uploads/zy-pipe')
    execFileSync('mkfifo', [pipe])
    const out = join(await newFolder(), 'b.tar')
    const { ended, said } = run('cli', ['backup', '--out', out], envOf(furnished))
    await vi.waitFor(() => expect(existsSync(`${out}.part`)).toBe(true), { timeout: 50_000 })
    await rm(`${out}.part`)
    await writeFile(`${out}.part`, 'of the other')
    const writer = spawn('sh', ['-c', 'while :; do : > "$0"; done', pipe])
    expect(await ended).toBe(1)
    writer.kill()
    await moveBack()
    expect(said.err).toContain('Another backup has begun to write')
    expect(existsSync(out)).toBe(false)
    expect(await readFile(`${out}.part`, 'utf8')).toBe('of the other')
  })

  test('says which files are not in the storage, and does without them', async ({ furnished }) => {
    const moveBack = await moveFile(furnished, 'uploads/lost')
    const out = join(await newFolder(), 'c.tar')
    const made = await cli(['backup', '--out', out], envOf(furnished))
    await moveBack()
    expect(made).toMatchObject({
      code: 2,
      err: expect.stringContaining('uploads/lost (not_in_storage)'),
    })
    const { manifest } = await checkBackup(out, furnished.deps.secrets)
    expect(manifest.missing).toEqual([{ key: 'uploads/lost', reason: 'not_in_storage' }])
  })

  test('knows every column that names a file', async ({ furnished }) => {
    const others = [
      ...['email_key', 'external_key', 'label_key', 'name_key', 'title_key', 'username_key'],
      ...['idempotency_keys.key', 'incoming_files.key', 'jobs.key'],
    ]
    const tables = await describeTables(furnished.deps.db)
    const keys = tables.flatMap(({ name, columns }) =>
      columns
        .map((each) => each.name)
        .filter((each) => /(^|_)key$/.test(each))
        .map((each) => `${name}.${each}`),
    )
    const isOther = (each: string) =>
      others.includes(each) || others.includes(each.split('.')[1] ?? '')
    const known = Object.entries(fileColumns).flatMap(([name, columns]) =>
      columns.map((each) => `${name}.${each}`),
    )
    expect(keys.filter((each) => !isOther(each)).sort()).toEqual(known.sort())
  })
})

describe('restore', () => {
  test('touches nothing that is not empty, unless it is told to', async ({
    furnished,
    archive,
  }) => {
    const { env, drop } = await newPlace()
    const { db } = await openDb(env.DATABASE_URL)
    await migrate(db)
    await transact(db, (trx) =>
      createUser(trx, { username: 'before', email: 'before@example.jp', roles: ['User'] }),
    )
    await db.destroy()
    const before = await heldIn(env.DATABASE_URL)
    const refused = await cli(['restore', '--from', archive], { ...envOf(furnished), ...env })
    expect(refused).toMatchObject({ code: 1, err: expect.stringContaining('is not empty') })
    expect(await heldIn(env.DATABASE_URL)).toEqual(before)
    await drop()
  })

  test('wants the key that the backup was made with', async ({ furnished, archive }) => {
    const wrong = createSecrets(Buffer.alloc(32, 7))
    await expect(checkBackup(archive, wrong)).rejects.toMatchObject({ refusal: 'other_key' })
    const both = createSecrets(Buffer.alloc(32, 7), [furnished.deps.config.secretsKey])
    expect((await checkBackup(archive, both)).header.format).toBe(1)
    const { env, drop } = await newPlace()
    const other = { ...env, SECRETS_KEY: Buffer.alloc(32, 7).toString('base64') }
    const refused = await cli(['restore', '--from', archive], other)
    expect(refused).toMatchObject({ code: 1, err: expect.stringContaining('another SECRETS_KEY') })
    const all = await cli(['restore', '--from', archive, '--without-key'], other)
    expect(all, all.err).toMatchObject({ code: 0 })
    const { db } = await openDb(env.DATABASE_URL)
    expect(await db.selectFrom('users').select('id').execute()).not.toEqual([])
    expect(await verifyAudit(db, wrong)).toMatchObject({ valid: false })
    await db.destroy()
    await drop()
  })

  test('leaves nothing behind when it fails in the middle', async ({ furnished, archive }) => {
    const { env, drop } = await newPlace()
    // A file where a folder has to be: the storage fails at the first file of that folder.
    const { db } = await openDb(env.DATABASE_URL)
    await migrate(db)
    await db.destroy()
    const folder = join(env.DATA_DIR, 'files')
    await mkdir(folder)
    await writeFile(join(folder, 'uploads'), '')
    const failed = await cli(['restore', '--from', archive], { ...envOf(furnished), ...env })
    expect(failed.code).toBe(1)
    const left = await readdir(folder, { recursive: true, withFileTypes: true })
    expect(left.filter((each) => each.isFile()).map(({ name }) => name)).toEqual(['uploads'])
    expect((await heldIn(env.DATABASE_URL)).rows.users).toEqual([])
    await drop()
  })
})
