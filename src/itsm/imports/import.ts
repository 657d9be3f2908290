import { setImmediate as turn } from 'node:timers/promises'
import { transact } from '../../../db/transact.ts'
import type { ImportError } from '../../../schemas/itsm/incident-imports.ts'
import { recordAudit } from '../../audit.ts'
import type { CsvFaults, CsvRecord } from '../../csv.ts'
import { type Failure, type FailureCode, failure } from '../../failure.ts'
import type { Deps } from '../../fastify.ts'
import { enqueue } from '../../jobs.ts'
import { fill, messages } from '../../messages.ts'
import { newId, now } from '../../values.ts'
import { readEvent, stageEvents } from './events.ts'
import { columnsOf, eventFields, incidentFields } from './fields.ts'
import { writeHistories } from './histories.ts'
import { type Sender, writeIncidents } from './incidents.ts'
import type { ImportOptions } from './options.ts'
import { createNames, type Names } from './people.ts'
import { advance, errorOf, holdImport, type ImportRow, readImport } from './progress.ts'
import { batchesOf, recordsOf } from './records.ts'
import { readRow } from './rows.ts'
import { type ReadTime, timeReader } from './times.ts'

type ImportDeps = Pick<Deps, 'db' | 'storage' | 'workers'>

type Run = {
  deps: ImportDeps
  row: ImportRow
  sender: Sender
  options: ImportOptions
  readTime: ReadTime
  names: Names
  /** The numbers that a dry run would have imported: they are in no table. */
  seen: Set<string>
  signal: AbortSignal
}

/** Records that are written down together. */
const batchSize = 1000

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

/** Whether they were read to their end. */
async function readIncidents(run: Run): Promise<boolean> {
  const { deps, row, options, sender, names, seen } = run
  const { values, mapping, dry_run } = options
  const records = recordsOf(deps, row.file_key ?? '', options.is_workbook, csvFaults)
  const header = await firstOf(records)
  const wanted = { known: incidentFields, required: ['title', 'opened_at'] as const, mapping }
  const { places, ignored } = columnsOf(header, wanted, csvFaults)
  const found = {
    fields: JSON.stringify([...places.keys()]),
    ignored_columns: JSON.stringify(ignored),
  }
  await deps.db.updateTable('incident_imports').set(found).where('id', '=', row.id).execute()
  const how = { values, readTime: run.readTime, at: sender.at }
  return eachBatch(
    run,
    records,
    'rows_read',
    async (batch, end, at) => {
      const read = batch.map((record) => readRow(record, places, how))
      const faults = read.flatMap((each) => ('faults' in each ? each.faults : []))
      const refused = read.filter((each) => 'faults' in each).length
      const all = read.flatMap((each) => ('candidate' in each ? [each.candidate] : []))
      const candidates = all.filter(({ number }) => number === null || !seen.has(number))
      const isHeld = await transact(deps.db, async (trx) => {
        const held = await holdImport(trx, row.id, 'rows_read', at)
        if (!held) return false
        const written = await writeIncidents(trx, sender, candidates, names, dry_run)
        const skipped = written.skipped + all.length - candidates.length
        const errors = faults.map((fault) => errorOf('incidents', fault))
        await advance(trx, held, { ...written, skipped, refused }, errors, { rows_read: end })
        return true
      })
      if (dry_run) for (const { number } of candidates) if (number !== null) seen.add(number)
      return isHeld
    },
    'rows_done',
  )
}

async function readEvents(run: Run): Promise<boolean> {
  const { deps, row, options, sender, names, seen } = run
  if (row.events_key === null) return true
  const records = recordsOf(deps, row.events_key, false, csvFaults)
  const header = await firstOf(records)
  const required = ['number', 'at', 'new'] as const
  const aliases = { status: 'new', time: 'at', old_value: 'old', new_value: 'new' } as const
  const { places } = columnsOf(header, { known: eventFields, required, aliases }, csvFaults)
  const how = { values: options.values, readTime: run.readTime, at: sender.at }
  const isDry = options.dry_run
  return eachBatch(
    run,
    records,
    'events_read',
    (batch, end, at) => {
      const read = batch.map((record) => readEvent(record, places, how))
      const events = read.flatMap((each) => ('event' in each ? [each.event] : []))
      const faults = read.flatMap((each) => ('faults' in each ? each.faults : []))
      const wrong = batch.length - events.length
      return transact(deps.db, async (trx) => {
        const held = await holdImport(trx, row.id, 'events_read', at)
        if (!held) return false
        const staged = await stageEvents(trx, row.id, events, names, { isDry, seen })
        const { unknown_people } = staged
        const errors = [...faults, ...staged.faults].map((fault) => errorOf('events', fault))
        const events_refused = wrong + staged.faults.length
        const events_imported = isDry ? staged.staged : 0
        const counts = { events_refused, events_imported, unknown_people }
        await advance(trx, held, counts, errors, { events_read: end })
        return true
      })
    },
    'events_done',
  )
}

/** Goes on where it was left. False when another run took over, or it was cancelled. */
async function eachBatch(
  { deps, row, signal }: Run,
  records: AsyncGenerator<CsvRecord>,
  cursor: 'rows_read' | 'events_read',
  write: (batch: CsvRecord[], end: number, at: number) => Promise<boolean>,
  done: 'rows_done' | 'events_done',
): Promise<boolean> {
  let at = row[cursor]
  for await (const { records: batch, end } of batchesOf(records, at, batchSize)) {
    signal.throwIfAborted()
    if (!(await write(batch, end, at))) return false
    at = end
    await turn()
  }
  await deps.db
    .updateTable('incident_imports')
    .set({ [done]: 1 })
    .where('id', '=', row.id)
    .execute()
  return true
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

const csvFaults: CsvFaults = {
  stop(fault) {
    throw failure('import_malformed', undefined, { errors: [fault] })
  },
}

async function firstOf(records: AsyncGenerator<CsvRecord>): Promise<CsvRecord> {
  const { done, value } = await records.next()
  if (!done) return value
  return csvFaults.stop({ line: 1, column: 1, field: 'file', rule: 'required' })
}

function errorsOf(file: ImportError['file'], fault: Failure): ImportError[] {
  if (fault.extra?.errors) return fault.extra.errors.map((each) => errorOf(file, each))
  const { ja, en } = messages[fault.failure]
  return [{ file, line: null, field: null, ja: fill(ja, fault.detail), en: fill(en, fault.detail) }]
}
