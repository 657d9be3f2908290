import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { openDb } from '../../db/open.ts'
import { maxTreeFiles } from '../../schemas/driver-tree/files.ts'
import { forgetIncoming } from '../../src/incoming.ts'
import { diskStorage } from '../../src/storage.ts'
import { later, newId, now } from '../../src/values.ts'
import { newPlace, startServer } from '../support/process.ts'
import { filesUrl as projectFilesUrl, uploadTo } from '../support/project-files.ts'
import { insertProject } from '../support/projects.ts'
import { expect, type Service, test } from '../support/service.ts'
import { filesUrl, sendTreeFile, treeHoldings } from '../support/tree-files.ts'
import { formOf } from '../support/uploads.ts'

const small = '年度,売上\n2023,1\n2024,2\n'

/** A CSV file that takes a while to read. */
const slow = `番号,月,値\n${Array.from({ length: 150_000 }, (_, n) => `店${n},4月,${n}`).join('\n')}\n`

async function until(isSo: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 50_000
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error('It did not come to pass.')
    await sleep(2)
  }
}

const incomingCount = async ({ deps }: Pick<Service, 'deps'>) =>
  (await deps.db.selectFrom('incoming_files').select('key').execute()).length

test('takes two uploads at once, and turns away what would wait behind too many', async ({
  signIn,
  service,
  db,
}) => {
  const ann = await signIn()
  const both = await Promise.all([1, 2].map(() => sendTreeFile(ann, 'a.csv', small)))
  const ids = both.map((response) => response.json().file_id)
  expect(both.map(({ statusCode }) => statusCode)).toEqual([201, 201])
  expect(new Set(ids).size).toBe(2)

  const first = [1, 2].map(() => sendTreeFile(ann, 'a.csv', slow))
  await until(async () => (await treeHoldings(service)).files.length >= 6)
  const others = await Promise.all(
    Array.from({ length: 24 }, () => sendTreeFile(ann, 'a.csv', small)),
  )
  const all = [...(await Promise.all(first)), ...others]
  const refused = all.filter(({ statusCode }) => statusCode !== 201)
  expect(refused.length).toBeGreaterThan(0)
  for (const response of refused) {
    expect([response.statusCode, response.json().code]).toEqual([503, 'too_busy'])
    expect(response.headers['retry-after']).toBe('5')
  }
  expect((await ann.get(filesUrl)).json().total).toBe(2 + all.length - refused.length)
  expect(await db.selectFrom('incoming_files').select('key').execute()).toEqual([])
})

test('gives the last place to one of two uploads', async ({ signIn, db, service }) => {
  const ann = await signIn()
  const rows = Array.from({ length: maxTreeFiles - 1 }, () => ({
    id: newId(),
    owner_id: ann.id,
    project_file_id: null,
    original_name: 'a.csv',
    content_type: 'text/csv',
    size: 1,
    sha256: '0'.repeat(64),
    key: null,
    sheet_id: null,
    created_at: now(),
  }))
  await db.insertInto('driver_tree_files').values(rows).execute()
  const before = await treeHoldings(service)
  const both = await Promise.all([1, 2].map(() => sendTreeFile(ann, 'a.csv', small)))
  expect(both.map(({ statusCode }) => statusCode).sort()).toEqual([201, 409])
  const full = both.find(({ statusCode }) => statusCode === 409)
  expect(full?.json().code).toBe('tree_files_full')
  const after = await treeHoldings(service)
  expect(after.incoming).toEqual([])
  expect(after.files.length - before.files.length).toBe(2)
})

test('refuses a file of a project that is deleted while it is read', async ({
  signIn,
  service,
}) => {
  const ann = await signIn()
  const project = await insertProject(service.deps.db, { project_manager: ann })
  const { id } = await uploadTo(ann, project, '実績.csv', slow)
  const before = await treeHoldings(service)
  const reading = ann.post(`${filesUrl}/project`, { project_file_id: id })
  // The first table that is put away is noted once the file is read; it is deleted before that.
  await sleep(50)
  expect(await incomingCount(service)).toBe(0)
  expect((await ann.delete(`${projectFilesUrl(project)}/${id}`)).statusCode).toBeLessThan(300)
  await service.queue.runDue()
  const response = await reading
  expect([response.statusCode, response.json().code]).toEqual([404, 'tree_source_not_found'])
  expect(await treeHoldings(service)).toEqual(before)
})

test('kill -9 while a file is read leaves nothing behind in the end', async () => {
  const { env, drop } = await newPlace({ withStatistics: true })
  const server = await startServer({ ...env, LOG_LEVEL: 'silent' })
  const { payload, headers } = formOf([{ name: 'file', filename: 'a.csv', body: slow }])
  const authorization = 'Bearer mock-access-token-dev-12345'
  const sending = fetch(`${server.url}${filesUrl}`, {
    method: 'POST',
    headers: { ...headers, authorization },
    body: new Uint8Array(payload),
  }).then(
    ({ status }) => status,
    () => 'broken',
  )
  const folder = join(env.DATA_DIR, 'files')
  const filesIn = (name: string) => readdir(join(folder, name)).catch((): string[] => [])
  await until(async () => (await filesIn('tree-files')).length > 0)
  server.child.kill('SIGKILL')
  expect([await sending, await server.ended]).toEqual(['broken', 'SIGKILL'])

  const { db } = await openDb(env.DATABASE_URL)
  expect(await db.selectFrom('driver_tree_files').selectAll().execute()).toEqual([])
  expect(await filesIn('tree-files')).toHaveLength(1)
  await forgetIncoming(db, diskStorage(folder), later(now(), 25 * 3600))
  expect([await filesIn('tree-files'), await filesIn('tree-tables')]).toEqual([[], []])
  expect(await db.selectFrom('incoming_files').selectAll().execute()).toEqual([])
  await db.destroy()
  await drop()
})
