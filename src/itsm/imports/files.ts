import { setImmediate as turn } from 'node:timers/promises'
import { engineOf } from '../../../db/open.ts'
import { transact } from '../../../db/transact.ts'
import type { CsvFaults, CsvRecord } from '../../csv.ts'
import { failure } from '../../failure.ts'
import type { Deps } from '../../fastify.ts'
import { readEvent, stageEvents } from './events.ts'
import { columnsOf, eventFields, incidentFields } from './fields.ts'
import { type Sender, writeIncidents } from './incidents.ts'
import type { ImportOptions } from './options.ts'
import type { Names } from './people.ts'
import { advance, errorOf, holdImport, type ImportRow } from './progress.ts'
import { batchesOf, recordsOf } from './records.ts'
import { readRow } from './rows.ts'
import type { ReadTime } from './times.ts'

export type ImportDeps = Pick<Deps, 'db' | 'storage' | 'workers'>

export type Run = {
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

/** Records that are written down together: on SQLite a moment in which nothing else runs. */
const batchSizes = { sqlite: 200, postgres: 1000 }

/** Whether they were read to their end. */
export async function readIncidents(run: Run): Promise<boolean> {
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

export async function readEvents(run: Run): Promise<boolean> {
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
  const size = batchSizes[engineOf(deps.db)]
  for await (const { records: batch, end } of batchesOf(records, at, size)) {
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
