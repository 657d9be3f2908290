import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { transact } from '../../db/transact.ts'
import type { AnalysisSession } from '../../schemas/analysis/sessions.ts'
import type { SnapshotReason } from '../../schemas/analysis/snapshots.ts'
import type { Caller } from '../../src/access.ts'
import { touchSession } from '../../src/analysis/sessions/access.ts'
import { readDraft, type SnapshotRow, saveSnapshot } from '../../src/analysis/snapshots/drafts.ts'
import type { Draft, SnapshotInput } from '../../src/analysis/steps/model.ts'
import { newId, now } from '../../src/values.ts'
import { sessionsUrl } from './analysis.ts'
import { type Client, expect, type Service } from './service.ts'

type Db = Service['deps']['db']

/** A question and its theme, for one project or for all. */
export async function insertIssue(
  db: Db,
  project_id: string | null = null,
  name = 'どの商品が伸びているか',
) {
  const [issue_id, validation_id, at] = [newId(), newId(), now()]
  const row = { project_id, version: 1, created_by: null, created_at: at, updated_at: at }
  await db
    .insertInto('analysis_validations')
    .values({ ...row, id: validation_id, name: '売上の拡大', validation_order: 1000 })
    .execute()
  await db
    .insertInto('analysis_issues')
    .values({
      ...row,
      id: issue_id,
      validation_id,
      name,
      issue_order: 1,
      description: '',
      agent_prompt: 'Only a model reads this.',
      initial_msg: '売上の表を選んでください。',
      initial_axis: '[]',
      dummy_hint: '',
      sample: null,
      dummy_formula: '[]',
      dummy_chart: '[]',
    })
    .execute()
  return { issue_id, validation_id }
}

/** A session, opened as people open it. */
export async function openSession(
  client: Client,
  project_id: string,
  issue: { issue_id: string; validation_id: string },
  name?: string,
): Promise<AnalysisSession> {
  const response = await client.post(sessionsUrl, { project_id, ...issue, ...(name && { name }) })
  expect(response.statusCode, response.body).toBe(201)
  return response.json()
}

/** A file of the project as it is registered with a session: two sheets, the first of which has a table. */
export async function insertSessionFile(
  { db, storage }: Service['deps'],
  session_id: string,
  project_file_id: string,
): Promise<SnapshotInput> {
  const [file_id, sheet_id, at] = [newId(), newId(), now()]
  const key = `analysis-tables/${newId()}`
  await storage.put(key, bytesOf(`table of ${file_id}`), 1000)
  const row = { session_id, project_file_id, created_by: null, created_at: at }
  await db
    .insertInto('analysis_files')
    .values({ ...row, id: file_id, sheet_id })
    .execute()
  const columns = [
    { name: '年度', role: '推移' as const, is_number: false },
    { name: '売上', role: '値' as const, is_number: true },
  ]
  const kept = columns.map(({ name, role }) => ({
    ...{ name, role, role_guess: role },
    ...{ items: ['1'], text_cells: 0 },
  }))
  const sheet = { file_id, notes: '[]', row_count: 2 }
  await db
    .insertInto('analysis_sheets')
    .values([
      {
        ...{ ...sheet, id: sheet_id, position: 0, name: '実績', layout: 'flat' },
        ...{ columns: JSON.stringify(kept), skipped_reason: null, key },
      },
      {
        ...{ ...sheet, id: newId(), position: 1, name: '表紙', layout: null },
        ...{ columns: '[]', skipped_reason: 'no_table', key: null },
      },
    ])
    .execute()
  return { file_id, sheet_id, sheet_name: '実績', key, layout: 'flat', columns }
}

async function* bytesOf(text: string) {
  yield Buffer.from(text)
}

/** What somebody does who is signed in as this client. */
export function callerOf({ id, roles }: Client): Caller {
  const origin = { request_id: newId(), ip: null, user_agent: null }
  return { ...origin, id, roles } as Caller
}

/** Work that makes a snapshot: what is current, changed. */
export async function work(
  db: Db,
  client: Client,
  sessionId: string,
  change: (draft: Draft) => Draft,
  { reason = 'step_changed', version }: { reason?: SnapshotReason; version?: number } = {},
): Promise<SnapshotRow> {
  const caller = callerOf(client)
  return transact(db, async (trx) => {
    const session = await touchSession(trx, caller, sessionId, version)
    const parent_id = session.current_snapshot_id
    const draft = change(await readDraft(trx, parent_id))
    return saveSnapshot(trx, caller, session, { parent_id, reason, draft })
  })
}

/** A turn of the chat, on a snapshot. */
export async function say(
  db: Db,
  { session_id, id: snapshot_id }: Pick<SnapshotRow, 'session_id' | 'id'>,
  client: Client,
  message: string,
  answer: string,
): Promise<void> {
  const row = { session_id, snapshot_id, tool_calls: '[]', created_at: now() }
  await db
    .insertInto('analysis_chats')
    .values([
      { ...row, id: newId(), role: 'user', message, created_by: client.id },
      { ...row, id: newId(), role: 'assistant', message: answer, created_by: null },
    ])
    .execute()
}

/** Everything that a session is in the database. */
export async function rowsOf(db: Db, sessionId: string) {
  const inSession = (table: 'analysis_files' | 'analysis_snapshots' | 'analysis_chats') =>
    db.selectFrom(table).selectAll().where('session_id', '=', sessionId).orderBy('id').execute()
  return {
    session: await db
      .selectFrom('analysis_sessions')
      .selectAll()
      .where('id', '=', sessionId)
      .execute(),
    files: await inSession('analysis_files'),
    sheets: await db
      .selectFrom('analysis_sheets')
      .innerJoin('analysis_files as file', 'file.id', 'file_id')
      .selectAll('analysis_sheets')
      .where('session_id', '=', sessionId)
      .orderBy('analysis_sheets.id')
      .execute(),
    snapshots: await inSession('analysis_snapshots'),
    versions: await db
      .selectFrom('analysis_step_versions')
      .selectAll()
      .where('session_id', '=', sessionId)
      .orderBy('id')
      .execute(),
    links: await db
      .selectFrom('analysis_snapshot_steps as link')
      .innerJoin('analysis_snapshots as snapshot', 'snapshot.id', 'snapshot_id')
      .selectAll('link')
      .where('session_id', '=', sessionId)
      .orderBy('snapshot_id')
      .orderBy('position')
      .execute(),
    chats: await inSession('analysis_chats'),
  }
}

/** That the numbers of snapshots have no gaps, and all hang together. */
export async function requireWhole(db: Db, sessionId: string): Promise<void> {
  const { session, snapshots, versions, links } = await rowsOf(db, sessionId)
  const ids = new Set(snapshots.map(({ id }) => id))
  const orders = snapshots.map(({ snapshot_order }) => snapshot_order).sort((a, b) => a - b)
  expect(orders).toEqual(orders.map((_, n) => n))
  expect(ids).toContain(session[0]?.current_snapshot_id)
  const orderOf = new Map(snapshots.map((each) => [each.id, each.snapshot_order]))
  for (const { snapshot_order, parent_id } of snapshots) {
    if (snapshot_order === 0) expect(parent_id).toBeNull()
    else expect(orderOf.get(parent_id ?? '')).toBeLessThan(snapshot_order)
  }
  const known = new Set(versions.map(({ id }) => id))
  for (const { version_id } of links) expect(known).toContain(version_id)
}

/** The keys of all tables of analyses that the storage holds. */
export async function tablesIn({ deps }: Pick<Service, 'deps'>): Promise<string[]> {
  const folder = join(deps.config.dataDir, 'files/analysis-tables')
  const names = await readdir(folder).catch(() => [])
  return names.map((name) => `analysis-tables/${name}`).sort()
}
