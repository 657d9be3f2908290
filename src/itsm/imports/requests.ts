import type { Db, Trx } from '../../../db/tables.ts'
import { transact } from '../../../db/transact.ts'
import type { IncidentImport } from '../../../schemas/itsm/incident-imports.ts'
import type { PageQuery } from '../../../schemas/pages.ts'
import type { Caller } from '../../access.ts'
import { recordAudit } from '../../audit.ts'
import { failure, invalid } from '../../failure.ts'
import type { Deps } from '../../fastify.ts'
import { extensionOf } from '../../file-content.ts'
import { nameOf } from '../../file-names.ts'
import { bringIn, claimIncoming, dropIncoming, type Kept, settle } from '../../incoming.ts'
import { enqueue } from '../../jobs.ts'
import type { FilesForm } from '../../multipart.ts'
import { paginate } from '../../page.ts'
import { newId, now } from '../../values.ts'
import { optionsIn } from './options.ts'
import { type ImportRow, readImport } from './progress.ts'
import { maxFileBytes } from './records.ts'

type Sent = { name: string; extension: string; kept: Kept }

/** Takes the files of an import in, and has a job read them. Fails with 422 for a form that is wrong. */
export async function startImport(
  deps: Pick<Deps, 'db' | 'storage'>,
  caller: Caller,
  { files, texts }: Pick<FilesForm, 'files' | 'texts'>,
): Promise<IncidentImport> {
  const sent = await takeIn(deps, files)
  const kept = [...sent.values()].map((each) => each.kept)
  return settle(deps, kept, async (trx) => {
    const file = sent.get('file')
    if (!file) throw invalid({ field: 'file', rule: 'required' })
    const options = { ...optionsIn(texts), is_workbook: file.extension === '.xlsx' }
    for (const each of kept) await claimIncoming(trx, each)
    const row = newImport(caller, file, sent.get('events')?.kept.key ?? null, options)
    await trx.insertInto('incident_imports').values(row).execute()
    await enqueue(trx, 'import_incidents', { import_id: row.id }, { from: caller })
    const { dry_run } = options
    await recordAudit(trx, caller, 'incident_import.started', row.id, { name: file.name, dry_run })
    return toImport(row, 0)
  })
}

/** Newest first. */
export async function listImports(db: Db, page: PageQuery) {
  const query = db.selectFrom('incident_imports').selectAll().orderBy('id', 'desc')
  const { imports, ...rest } = await paginate(query, page, 'imports')
  const pending = await pendingOf(
    db,
    imports.map(({ id }) => id),
  )
  return { imports: imports.map((row) => toImport(row, pending.get(row.id) ?? 0)), ...rest }
}

export async function getImport(db: Db, id: string): Promise<IncidentImport> {
  const row = await readImport(db, id)
  if (!row) throw failure('incident_import_not_found', { id })
  return toImport(row, (await pendingOf(db, [id])).get(id) ?? 0)
}

/** What was imported stays, and gets its history and clocks; nothing more is read. */
export async function cancelImport(db: Db, caller: Caller, id: string): Promise<IncidentImport> {
  return transact(db, async (trx) => {
    const row = await cancel(trx, id)
    if (!row) {
      const { state } = await getImport(trx, id)
      throw failure('incident_import_over', { state })
    }
    await recordAudit(trx, caller, 'incident_import.cancelled', id)
    return getImport(trx, id)
  })
}

function cancel(trx: Trx, id: string) {
  return trx
    .updateTable('incident_imports')
    .set({ cancelled_at: now() })
    .where('id', '=', id)
    .where('state', 'in', ['waiting', 'running'])
    .returning('id')
    .executeTakeFirst()
}

/** Each file by its field; when one of them is wrong, none stays. */
async function takeIn(deps: Pick<Deps, 'db' | 'storage'>, files: FilesForm['files']) {
  const sent = new Map<string, Sent>()
  try {
    for await (const { field, name: sentName, body } of files) {
      if (sent.has(field)) throw invalid({ field, rule: 'once' })
      const name = nameOf(sentName, field)
      const extension = extensionOf(name, ['.csv', '.xlsx'])
      if (field === 'events' && extension !== '.csv') {
        throw invalid({ field, rule: 'import_events_csv' })
      }
      const kept = await bringIn(deps, { folder: 'imports', maxBytes: maxFileBytes }, body)
      sent.set(field, { name, extension, kept })
    }
  } catch (error) {
    await dropIncoming(
      deps,
      [...sent.values()].map(({ kept }) => kept),
    )
    throw error
  }
  return sent
}

function newImport(
  { id: created_by }: Caller,
  { name, kept }: Sent,
  events_key: string | null,
  options: { dry_run: boolean },
): ImportRow {
  return {
    id: newId(),
    state: 'waiting',
    dry_run: options.dry_run ? 1 : 0,
    file_name: name,
    file_key: kept.key,
    events_key,
    options: JSON.stringify(options),
    fields: null,
    ignored_columns: '[]',
    rows_read: 0,
    rows_done: 0,
    imported: 0,
    skipped: 0,
    refused: 0,
    events_read: 0,
    events_done: events_key === null ? 1 : 0,
    events_imported: 0,
    events_skipped: 0,
    events_refused: 0,
    unknown_people: 0,
    unknown_teams: 0,
    errors: '[]',
    created_by,
    created_at: now(),
    started_at: null,
    cancelled_at: null,
    finished_at: null,
  }
}

async function pendingOf(db: Db, ids: string[]): Promise<Map<string, number>> {
  if (ids.length === 0) return new Map()
  const rows = await db
    .selectFrom('incident_import_pending')
    .select((eb) => ['import_id' as const, eb.fn.countAll<number>().as('count')])
    .where('import_id', 'in', ids)
    .groupBy('import_id')
    .execute()
  return new Map(rows.map(({ import_id, count }) => [import_id, count]))
}

function toImport(row: ImportRow, pending: number): IncidentImport {
  const { file_key, events_key, options, rows_done, events_done, cancelled_at, ...shown } = row
  return {
    ...shown,
    dry_run: row.dry_run === 1,
    fields: row.fields === null ? null : JSON.parse(row.fields),
    ignored_columns: JSON.parse(row.ignored_columns),
    errors: JSON.parse(row.errors),
    pending,
  }
}
