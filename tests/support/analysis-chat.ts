import { createReadStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createParquetWriter } from '../../src/analysis/engine.ts'
import type { SnapshotInput } from '../../src/analysis/steps/model.ts'
import type { Deps } from '../../src/fastify.ts'
import { newId } from '../../src/values.ts'
import { insertSession, sessionsUrl } from './analysis.ts'
import { type ModelScript, type ModelServer, startModel } from './model-server.ts'
import { test as base, type Client, expect, type Service, startService } from './service.ts'
import { setUp } from './tree-work.ts'

type Row = (string | number | null)[]

export const columns: SnapshotInput['columns'] = [
  { name: '年度', role: '推移', is_number: false },
  { name: '部門', role: '軸', is_number: false },
  { name: '売上', role: '値', is_number: true },
  { name: 'コスト', role: '値', is_number: true },
]

/** Sales of three departments in two years: 1.2 million at most, 0.3 at least. */
export const sales: Row[] = [
  ['2022', '営業', 1_000_000, 400_000],
  ['2022', '開発', 300_000, 250_000],
  ['2022', '管理', 500_000, 100_000],
  ['2023', '営業', 1_200_000, 500_000],
  ['2023', '開発', 350_000, 260_000],
  ['2023', '管理', 400_000, 110_000],
]

/** A table in the storage, as the reading of a file leaves it. */
export async function storeTable(
  { storage }: Pick<Deps, 'storage'>,
  rows: readonly Row[],
  of = columns,
): Promise<SnapshotInput> {
  const folder = await mkdtemp(join(tmpdir(), 'kaname-table-'))
  const path = join(folder, 'table.parquet')
  const writer = await createParquetWriter(
    path,
    of.map(({ is_number }, at) => ({ name: `c${at}`, is_number })),
  )
  await writer.append(of.map((_, at) => rows.map((row) => row[at] ?? null)))
  await writer.close()
  const key = `analysis/${newId()}.parquet`
  await storage.put(key, createReadStream(path), 2 ** 30)
  await rm(folder, { recursive: true })
  const ids = { file_id: newId(), sheet_id: newId() }
  return { ...ids, sheet_name: '売上表', key, layout: 'flat', columns: [...of] }
}

type Fixtures = { model: ModelServer }

/** What a service is told to use a model with. */
export function modelEnv({ url, key }: { url: string; key: string }): Record<string, string> {
  return { LLM_BASE_URL: url, LLM_API_KEY: key, LLM_MODEL: 'a-model', LLM_MAX_ROWS: '5' }
}

/** A service whose chats a scripted model takes part in. */
export const test = base.extend<Fixtures & { service: Service }>({
  model: [
    // biome-ignore lint/correctness/noEmptyPattern: vitest reads the fixtures from the pattern
    async ({}, use) => {
      const model = await startModel()
      await use(model)
      await model.close()
    },
    { scope: 'file' },
  ],
  service: [
    async ({ model }, use) => {
      const service = await startService({ env: modelEnv(model) })
      await use(service)
      await service.close()
    },
    { scope: 'file' },
  ],
})

/** A session that has a table, in a project with somebody in each role. */
export async function openChat(
  deps: Pick<Deps, 'db' | 'storage'>,
  signIn: () => Promise<Client>,
  rows: readonly Row[] = sales,
) {
  const people = await setUp(deps.db, signIn)
  const { session_id, snapshot_id } = await insertSession(deps.db, people.project)
  const input = await storeTable(deps, rows)
  await deps.db
    .updateTable('analysis_snapshots')
    .set({ input: JSON.stringify(input), file_id: input.file_id })
    .where('id', '=', snapshot_id)
    .execute()
  const url = `${sessionsUrl}/${session_id}/chat`
  return { ...people, session_id, snapshot_id, url }
}

/** Everything that a session is in the database, but the turn that is under way. */
export async function sessionRows(db: Deps['db'], sessionId: string) {
  const of = (table: 'analysis_snapshots' | 'analysis_step_versions' | 'analysis_chats') =>
    db.selectFrom(table).selectAll().where('session_id', '=', sessionId).orderBy('id').execute()
  const sessions = await db
    .selectFrom('analysis_sessions')
    .selectAll()
    .where('id', '=', sessionId)
    .execute()
  return {
    sessions: sessions.map(({ chat_until: _, ...session }) => session),
    snapshots: await of('analysis_snapshots'),
    steps: await of('analysis_step_versions'),
    chats: await of('analysis_chats'),
    audits: await db
      .selectFrom('audit_log')
      .select('id')
      .where('subject_id', '=', sessionId)
      .execute(),
  }
}

/** Says something and expects it to work. */
export async function say(client: Client, url: string, message: string) {
  const response = await client.post(url, { message })
  expect(response.statusCode, response.body).toBe(200)
  return response.json()
}

/** Answers of tools that a model was sent with its last request, as JSON. */
export function toolAnswers({ requests }: ModelServer) {
  const messages: { role: string; content: string }[] = requests.at(-1)?.body.messages ?? []
  return messages.filter(({ role }) => role === 'tool').map(({ content }) => JSON.parse(content))
}

export type { ModelScript }
