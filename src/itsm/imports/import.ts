import { setImmediate as turn } from 'node:timers/promises'
import { engineOf } from '../../../db/open.ts'
import { transact } from '../../../db/transact.ts'
import type { ImportError } from '../../../schemas/itsm/incident-imports.ts'
import type { Failure, FailureCode } from '../../failure.ts'
import { now } from '../../values.ts'
import { errorsOf, finish } from './ending.ts'
import { type ImportDeps, type Run, readEvents, readIncidents } from './files.ts'
import { writeHistories } from './histories.ts'
import type { ImportOptions } from './options.ts'
import { createNames } from './people.ts'
import { advance, type ImportRow, readImport } from './progress.ts'
import { timeReader } from './times.ts'

/** Incidents whose past is written at once: each may have many events, and on SQLite nothing else runs. */
const historiesInBatch = { sqlite: 50, postgres: 200 }

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
  await transact(deps.db, (trx) => finish(trx, import_id, fault))
}

const nothingYet = {
  rows_read: 0,
  imported: 0,
  skipped: 0,
  refused: 0,
  events_read: 0,
  events_imported: 0,
  events_skipped: 0,
  events_refused: 0,
  unknown_people: 0,
  unknown_teams: 0,
}

async function begin({ db }: ImportDeps, id: string): Promise<ImportRow | undefined> {
  await db
    .updateTable('incident_imports')
    .set({ state: 'running', started_at: now() })
    .where('id', '=', id)
    .where('state', '=', 'waiting')
    .execute()
  // What a dry run has seen is in no table: it begins anew.
  await db
    .updateTable('incident_imports')
    .set((eb) => ({
      rows_done: 0,
      events_done: eb
        .case()
        .when('events_key', 'is', null)
        .then(1 as const)
        .else(0 as const)
        .end(),
      errors: '[]',
      ...nothingYet,
    }))
    .where('id', '=', id)
    .where('state', '=', 'running')
    .where('dry_run', '=', 1)
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
        historiesInBatch[engineOf(deps.db)],
      )
      await advance(trx, held, { events_imported: events, events_skipped: skipped }, [])
      return incidents
    })
    if (left === undefined) return false
    if (left === 0) return true
    await turn()
  }
}
