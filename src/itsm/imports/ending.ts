import type { Trx } from '../../../db/tables.ts'
import type { ImportError } from '../../../schemas/itsm/incident-imports.ts'
import { recordAudit } from '../../audit.ts'
import { type Failure, failure } from '../../failure.ts'
import { enqueue } from '../../jobs.ts'
import { fill, messages } from '../../messages.ts'
import { newId, now } from '../../values.ts'
import { advance, errorOf } from './progress.ts'

/** Ends an import that runs, with what was wrong with its files as a whole, if anything was. */
export async function finish(trx: Trx, import_id: string, fault: ImportError[]): Promise<void> {
  const held = await trx
    .updateTable('incident_imports')
    .set({ finished_at: now() })
    .where('id', '=', import_id)
    .where('state', 'in', ['waiting', 'running'])
    .returningAll()
    .executeTakeFirst()
  if (!held) return
  const { id, created_by, file_key, events_key } = held
  // Of incidents that were deleted meanwhile, or of an import that was given up.
  await trx.deleteFrom('incident_import_events').where('import_id', '=', id).execute()
  const isCut = held.cancelled_at !== null && (!held.rows_done || !held.events_done)
  const state = fault.length > 0 ? 'failed' : isCut ? 'cancelled' : 'done'
  await advance(trx, held, {}, fault, { state, file_key: null, events_key: null })
  for (const key of [file_key, events_key]) {
    if (key !== null) await enqueue(trx, 'remove_file', { key })
  }
  const { rows_read, imported, skipped, refused, events_imported } = held
  const counts = { rows_read, imported, skipped, refused, events_imported }
  const actor = { id: created_by, ip: null, user_agent: null, request_id: newId() }
  await recordAudit(trx, actor, 'incident_import.ended', id, { state, ...counts })
}

/**
 * Ends an import whose job was tried too often, so that it does not run for ever. What it has stays; who
 * sends the files again gets the rest, and the past of those that lack it.
 */
export async function giveUpImport(trx: Trx, import_id: string): Promise<void> {
  const file = 'incidents'
  await finish(trx, import_id, errorsOf(file, failure('incident_import_given_up')))
}

export function errorsOf(file: ImportError['file'], fault: Failure): ImportError[] {
  if (fault.extra?.errors) return fault.extra.errors.map((each) => errorOf(file, each))
  const { ja, en } = messages[fault.failure]
  return [{ file, line: null, field: null, ja: fill(ja, fault.detail), en: fill(en, fault.detail) }]
}
