import { setImmediate as turn } from 'node:timers/promises'
import { transact } from '../../../db/transact.ts'
import type { ImportError } from '../../../schemas/itsm/incident-imports.ts'
import { recordAudit } from '../../audit.ts'
import type { Failure, FailureCode } from '../../failure.ts'
import { enqueue } from '../../jobs.ts'
import { fill, messages } from '../../messages.ts'
import { newId, now } from '../../values.ts'
import { type ImportDeps, type Run, readEvents, readIncidents } from './files.ts'
import { writeHistories } from './histories.ts'
import type { ImportOptions } from './options.ts'
import { createNames } from './people.ts'
import { advance, errorOf, type ImportRow, readImport } from './progress.ts'
import { timeReader } from './times.ts'

/** Incidents whose past is written at once: each may have many events. */
const historiesInBatch = 200

/** What is the file's fault, so that trying again cannot mend it. */
const fileFaults: readonly FailureCode[] = [
  'import_malformed',
  'import_too_large',
  'sheet_unreadable',
  'sheet_too_large',
  'task_too_large',
  'task_too_slow',
  'file_missing',
]

/**
 * Imports what somebody sent: incidents, then what happened to them, then their clocks. Each batch is a
 * transaction with the place where it ends, so that a run that broke off goes on there.
 */
export async function importIncidents(
  deps: ImportDeps,
  { import_id }: { import_id: string },
  signal: AbortSignal,
): Promise<void> {
  const row = await begin(deps, import_id)
  if (!row) return
  const options: ImportOptions = JSON.parse(row.options)
  const { created_by, created_at } = row
  const run: Run = {
    deps,
    row,
    sender: { import_id, created_by, at: created_at },
    options,
    readTime: timeReader(options.time_zone, options.date_format),
    names: createNames(),
    seen: new Set(),
    signal,
  }
  const fault = await readFiles(run)
  if (fault.length === 0 && (await isInOtherHands(run))) return
  if (!options.dry_run && !(await settleHistories(run))) return
  await finish(run, fault)
}

async function begin({ db }: ImportDeps, id: string): Promise<ImportRow | undefined> {
  await db
    .updateTable('incident_imports')
    .set({ state: 'running', started_at: now() })
    .where('id', '=', id)
    .where('state', '=', 'waiting')
    .execute()
  const row = await readImport(db, id)
  return row?.state === 'running' ? row : undefined
}

/** Answers what was wrong with a file as a whole, if anything was. */
async function readFiles(run: Run): Promise<ImportError[]> {
  let file: ImportError['file'] = 'incidents'
  try {
    if (!run.row.rows_done && !(await readIncidents(run))) return []
    file = 'events'
    if (!run.row.events_done) await readEvents(run)
    return []
  } catch (error) {
    if (!fileFaults.includes(Object(error).failure)) throw error
    return errorsOf(file, error as Failure)
  }
}

/** Not read to its end, and not cancelled either: another run goes on with it. */
async function isInOtherHands({ deps, row }: Run): Promise<boolean> {
  const current = await readImport(deps.db, row.id)
  return !current || (current.cancelled_at === null && !(current.rows_done && current.events_done))
}

/** False when another run has brought it to its end. */
async function settleHistories({ deps, row, signal, sender }: Run): Promise<boolean> {
  for (;;) {
    signal.throwIfAborted()
    const left = await transact(deps.db, async (trx) => {
      const held = await trx
        .updateTable('incident_imports')
        .set({ state: 'running' })
        .where('id', '=', row.id)
        .where('state', '=', 'running')
        .returningAll()
        .executeTakeFirst()
      if (!held) return undefined
      const fields: string[] = JSON.parse(held.fields ?? '[]')
      const derived = {
        reopen_count: !fields.includes('reopen_count'),
        reassignment_count: !fields.includes('reassignment_count'),
      }
      const { incidents, events, skipped } = await writeHistories(
        trx,
        row.id,
        derived,
        sender.at,
        historiesInBatch,
      )
      await advance(trx, held, { events_imported: events, events_skipped: skipped }, [])
      return incidents
    })
    if (left === undefined) return false
    if (left === 0) return true
    await turn()
  }
}

async function finish({ deps, row, sender }: Run, fault: ImportError[]): Promise<void> {
  await transact(deps.db, async (trx) => {
    const held = await trx
      .updateTable('incident_imports')
      .set({ finished_at: now(), file_key: null, events_key: null })
      .where('id', '=', row.id)
      .where('state', '=', 'running')
      .returningAll()
      .executeTakeFirst()
    if (!held) return
    const isCut = held.cancelled_at !== null && (!held.rows_done || !held.events_done)
    const state = fault.length > 0 ? 'failed' : isCut ? 'cancelled' : 'done'
    await advance(trx, held, {}, fault, { state })
    for (const key of [row.file_key, row.events_key]) {
      if (key !== null) await enqueue(trx, 'remove_file', { key })
    }
    const { rows_read, imported, skipped, refused, events_imported } = held
    const counts = { rows_read, imported, skipped, refused, events_imported }
    const actor = { id: sender.created_by, ip: null, user_agent: null, request_id: newId() }
    await recordAudit(trx, actor, 'incident_import.ended', row.id, { state, ...counts })
  })
}

function errorsOf(file: ImportError['file'], fault: Failure): ImportError[] {
  if (fault.extra?.errors) return fault.extra.errors.map((each) => errorOf(file, each))
  const { ja, en } = messages[fault.failure]
  return [{ file, line: null, field: null, ja: fill(ja, fault.detail), en: fill(en, fault.detail) }]
}
