import { transact } from '../../db/transact.ts'
import type { SheetColumn } from '../../schemas/analysis/files.ts'
import { touchSession } from '../../src/analysis/sessions/access.ts'
import { readDraft, saveSnapshot } from '../../src/analysis/snapshots/drafts.ts'
import type { Draft, SnapshotInput } from '../../src/analysis/steps/model.ts'
import type { Deps } from '../../src/fastify.ts'
import { newId, now } from '../../src/values.ts'
import { insertSession, stepOf } from './analysis.ts'
import { sales, storeTable } from './analysis-chat.ts'
import { callerOf } from './analysis-sessions.ts'
import { uploadTo } from './project-files.ts'
import { insertProject } from './projects.ts'
import type { Client } from './service.ts'

type People = { manager: Client; moderator?: Client; member?: Client; viewer?: Client }

export type AnalysisPlace = Awaited<ReturnType<typeof furnishAnalysis>>

/** A project with people in each role and a session that has one of everything, by the names of path parameters. */
export async function furnishAnalysis(deps: Deps, people: People) {
  const { manager, moderator, member, viewer } = people
  const project_id = await insertProject(deps.db, {
    project_manager: manager,
    ...(moderator && { project_moderator: moderator }),
    ...(member && { member }),
    ...(viewer && { viewer }),
  })
  const { id: project_file_id } = await uploadTo(manager, project_id, '実績.txt')
  return fillSession(deps, manager, { project_id, project_file_id })
}

/** Another session in a project, with a file, one more that is the input, and steps in three snapshots. */
export async function fillSession(
  deps: Deps,
  owner: Client,
  of: { project_id: string; project_file_id: string },
) {
  const { session_id, snapshot_id: first_id } = await insertSession(deps.db, of.project_id, {
    created_by: owner.id,
  })
  const input = await insertTable(deps, session_id, of.project_file_id)
  const { file_id } = await insertTable(deps, session_id, of.project_file_id)
  const filter = stepOf('filter', { category_filter: { 科目: ['売上'] } })
  const axes = { x_axis: '年度', y_axis: '値', legend_axis: '部門' }
  const summary = stepOf(
    'summary',
    {
      chart_config: { graph_type: 'bar', ...axes },
      table_config: { show_source_data: true, table_name: '売上' },
    },
    filter.step_id,
  )
  const aside = stepOf('filter', {})
  const snapshot_id = await keep(deps, owner, session_id, (draft) => ({
    input,
    steps: [...draft.steps, filter, summary, aside],
  }))
  const other_id = await keep(deps, owner, session_id, (draft) => ({
    ...draft,
    steps: draft.steps.with(1, { ...summary, name: '売上の推移' }),
  }))
  return {
    ...of,
    session_id,
    file_id,
    input_file_id: input.file_id,
    first_id,
    snapshot_id,
    other_id,
    filter_id: filter.step_id,
    aside_id: aside.step_id,
    step_id: summary.step_id,
  }
}

/** A file of the project as it is registered with a session, with a table that the engine reads. */
async function insertTable(
  deps: Deps,
  session_id: string,
  project_file_id: string,
): Promise<SnapshotInput> {
  const input = await copyTable(deps)
  const { file_id, sheet_id, sheet_name, layout, key } = input
  const file = { session_id, project_file_id, created_by: null, created_at: now() }
  await deps.db
    .insertInto('analysis_files')
    .values({ ...file, id: file_id, sheet_id })
    .execute()
  const columns: SheetColumn[] = input.columns.map(({ name, role }) => ({
    ...{ name, role, role_guess: role },
    ...{ items: ['1'], text_cells: 0 },
  }))
  const sheet = { position: 0, notes: '[]', skipped_reason: null, row_count: sales.length }
  await deps.db
    .insertInto('analysis_sheets')
    .values({
      ...{ ...sheet, id: sheet_id, file_id, name: sheet_name, layout, key },
      columns: JSON.stringify(columns),
    })
    .execute()
  return input
}

const written = new WeakMap<Deps['storage'], Promise<SnapshotInput>>()

/** The same table each time, at a place of its own; it is written once. */
async function copyTable(deps: Deps): Promise<SnapshotInput> {
  const { storage } = deps
  const first = written.get(storage) ?? storeTable(deps, sales)
  written.set(storage, first)
  const table = await first
  const key = `analysis-tables/${newId()}`
  await storage.put(key, await storage.get(table.key), 2 ** 20)
  return { ...table, file_id: newId(), sheet_id: newId(), key }
}

/** Makes a snapshot of what is current, changed; answers its id. */
function keep(
  { db }: Deps,
  owner: Client,
  sessionId: string,
  change: (draft: Draft) => Draft,
): Promise<string> {
  return transact(db, async (trx) => {
    const session = await touchSession(trx, callerOf(owner), sessionId)
    const parent_id = session.current_snapshot_id
    const draft = change(await readDraft(trx, parent_id))
    const made = { parent_id, reason: 'step_changed', draft } as const
    return (await saveSnapshot(trx, callerOf(owner), session, made)).id
  })
}
