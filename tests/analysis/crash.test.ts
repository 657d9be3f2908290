import { readdirSync, readFileSync } from 'node:fs'
import { mkdir, readdir, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { openDb } from '../../db/open.ts'
import { transact } from '../../db/transact.ts'
import { forgetIncoming } from '../../src/incoming.ts'
import { enqueue } from '../../src/jobs.ts'
import { diskStorage } from '../../src/storage.ts'
import { later, now } from '../../src/values.ts'
import { insertSession, sessionsUrl } from '../support/analysis.ts'
import { modelEnv } from '../support/analysis-chat.ts'
import { furnishSession, tryRegister } from '../support/analysis-files.ts'
import { tablesIn } from '../support/analysis-sessions.ts'
import { calling, saying, startModel } from '../support/model-server.ts'
import { newPlace, type Running, startServer } from '../support/process.ts'
import { filesUrl as projectFilesUrl } from '../support/project-files.ts'
import { insertProject } from '../support/projects.ts'
import { expect, test } from '../support/service.ts'
import { formOf } from '../support/uploads.ts'

const small = '店,売上\n東京,100\n大阪,200\n'

/** A CSV file that takes a while to read. */
const slow = `番号,月,値\n${Array.from({ length: 60_000 }, (_, n) => `店${n},4月,${n}`).join('\n')}\n`

const authorization = 'Bearer mock-access-token-dev-12345'

type Answer = { status: number; body: ReturnType<typeof JSON.parse> }

async function send({ url }: Running, path: string, init: RequestInit = {}): Promise<Answer> {
  const response = await fetch(url + path, {
    ...init,
    headers: { authorization, 'accept-language': 'en', ...init.headers },
  })
  return { status: response.status, body: await response.json() }
}

const post = (server: Running, path: string, body: object) =>
  send(server, path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })

async function uploaded(server: Running, project: string, body: string): Promise<string> {
  const { payload, headers } = formOf([{ name: 'file', filename: `${body.length}.csv`, body }])
  const form = { method: 'POST', headers, body: new Uint8Array(payload) }
  return (await send(server, projectFilesUrl(project), form)).body.id
}

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + 50_000
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error('It did not come to pass.')
    await sleep(2)
  }
}

const namesIn = (folder: string) => readdir(folder).catch((): string[] => [])

/** The processes that a process has started. */
function childrenOf(pid: number | undefined): number[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return []
    try {
      const [, parent] = readFileSync(`/proc/${name}/stat`, 'utf8')
        .replace(/^.*\)/s, '')
        .trim()
        .split(' ')
      return Number(parent) === pid ? [Number(name)] : []
    } catch {
      return []
    }
  })
}

test('a reading process that is killed is told of, and everything else goes on', async ({
  signIn,
  app,
  db,
  service,
}) => {
  const ann = await signIn()
  const place = await furnishSession(db, ann)
  const parsing = join(service.deps.config.dataDir, 'parsing')
  const reading = tryRegister(ann, place, 'slow.csv', slow)
  await until(async () => (await namesIn(parsing)).length > 0)
  await until(() => childrenOf(process.pid).length > 0)
  expect((await app.inject('/health')).statusCode).toBe(200)
  for (const id of childrenOf(process.pid)) process.kill(id, 'SIGKILL')
  const told = await reading
  expect([told.statusCode, told.json().code]).toEqual([422, 'workbook_too_large'])
  expect([await namesIn(parsing), await tablesIn(service)]).toEqual([[], []])
  expect((await tryRegister(ann, place, 'small.csv', small)).statusCode).toBe(201)

  // What a service leaves behind that is killed itself is removed once it is old.
  for (const [name, hours] of [
    ['old', 2],
    ['new', 0],
  ] as const) {
    await mkdir(join(parsing, name))
    const at = new Date(Date.now() - hours * 3_600_000)
    await utimes(join(parsing, name), at, at)
  }
  await transact(db, (trx) => enqueue(trx, 'clean_up', {}))
  await service.queue.runDue()
  expect([await namesIn(parsing), service.faults]).toEqual([['new'], []])
})

test('kill -9 while a table is put away and a model is asked leaves nothing half done', async () => {
  const { env, drop } = await newPlace({ withStatistics: true })
  const model = await startModel()
  const settings = { ...env, ...modelEnv(model), LOG_LEVEL: 'silent' }
  const tables = join(env.DATA_DIR, 'files/analysis-tables')
  const { db } = await openDb(env.DATABASE_URL)
  const project = await insertProject(db)
  const { session_id } = await insertSession(db, project)
  await db.destroy()
  const url = `${sessionsUrl}/${session_id}`

  const first = await startServer(settings)
  const [smallId, slowId] = [
    await uploaded(first, project, small),
    await uploaded(first, project, slow),
  ]
  const { body: file } = await post(first, `${url}/file`, { project_file_id: smallId })
  expect((await post(first, `${url}/input`, { file_id: file.id })).status).toBe(200)

  // The service itself is ended, while it puts a table away and while a model has not yet answered.
  const added = { name: 'a', type: 'filter', input: 'original', config: {} }
  model.plan([calling({ name: 'add_step', arguments: added }), { kind: 'silent' }])
  const broken = () => 'broken'
  const asking = post(first, `${url}/chat`, { message: '抽出して' }).catch(broken)
  await until(() => model.requests.length === 2)
  const again = post(first, `${url}/file`, { project_file_id: slowId }).catch(broken)
  await until(async () => (await namesIn(tables)).length > 1)
  const children = childrenOf(first.child.pid)
  first.child.kill('SIGKILL')
  expect([await asking, await again, await first.ended]).toEqual(['broken', 'broken', 'SIGKILL'])
  await until(() => children.every((id) => !isAlive(id)))

  const after = await openDb(env.DATABASE_URL)
  const rows = await Promise.all([
    after.db.selectFrom('analysis_files').select('id').execute(),
    after.db.selectFrom('analysis_sheets').select('key').execute(),
    after.db.selectFrom('analysis_snapshots').select('reason').orderBy('id').execute(),
    after.db.selectFrom('analysis_step_versions').selectAll().execute(),
    after.db.selectFrom('analysis_chats').selectAll().execute(),
  ])
  const [[sheet]] = [rows[1]]
  expect(rows).toEqual([
    [{ id: file.id }],
    [{ key: expect.any(String) }],
    [{ reason: 'created' }, { reason: 'input' }],
    [],
    [],
  ])
  expect(await namesIn(tables)).toHaveLength(2)
  await forgetIncoming(after.db, diskStorage(join(env.DATA_DIR, 'files')), later(now(), 25 * 3600))
  expect((await namesIn(tables)).map((name) => `analysis-tables/${name}`)).toEqual([sheet?.key])
  // The turn that has died holds its place for a minute at most.
  const { chat_until } = await after.db
    .selectFrom('analysis_sessions')
    .select('chat_until')
    .executeTakeFirstOrThrow()
  expect(Date.parse(chat_until ?? '')).toBeLessThanOrEqual(Date.now() + 60_000)
  await after.db.updateTable('analysis_sessions').set({ chat_until: now() }).execute()
  await after.db.destroy()

  const second = await startServer(settings)
  model.plan([calling({ name: 'add_step', arguments: added }), saying('できました。')])
  const turn = await post(second, `${url}/chat`, { message: '抽出して' })
  expect([turn.status, turn.body.steps_added?.length]).toEqual([200, 1])
  expect((await post(second, `${url}/file`, { project_file_id: smallId })).status).toBe(201)
  expect(await namesIn(tables)).toHaveLength(2)
  second.child.kill('SIGTERM')
  expect(await second.ended).toBe(0)
  await model.close()
  await drop()
}, 120_000)

function isAlive(id: number): boolean {
  try {
    return process.kill(id, 0)
  } catch {
    return false
  }
}
