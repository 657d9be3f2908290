import type { Updateable } from 'kysely'
import type { Tables, Trx } from '../../../db/tables.ts'
import type { Caller } from '../../access.ts'
import { diff, recordAudit } from '../../audit.ts'
import { failure } from '../../failure.ts'
import { can } from '../../permissions.ts'
import { type ChangeRow, holdChange } from './access.ts'
import { reviseChange } from './revise.ts'

/** Whether somebody looks after a change: its requester, its implementer, or a change manager. */
export function mayEdit(caller: Caller, change: ChangeRow): boolean {
  const { requester_id, implementer_id } = change
  return [requester_id, implementer_id].includes(caller.id) || can(caller, 'change.manage')
}

/**
 * Holds a change for somebody who looks after it, until the transaction ends. Fails with 404, 403 for
 * others, and 412 where it is no longer of the version that was seen.
 */
export async function holdOwnChange(
  trx: Trx,
  caller: Caller,
  id: string,
  version?: number,
): Promise<ChangeRow> {
  const row = await holdChange(trx, id)
  if (!mayEdit(caller, row)) throw failure('change_editor_required')
  if (version !== undefined && version !== row.version) throw failure('stale_version')
  return row
}

/** Changes fields of a change that is held, with their history and their trace. */
export async function moveChange(
  trx: Trx,
  caller: Caller,
  before: ChangeRow,
  action: `change.${string}`,
  wanted: Updateable<Tables['changes']>,
  at: string,
): Promise<ChangeRow> {
  const row = await reviseChange(trx, caller.id, before, wanted, at)
  await recordAudit(trx, caller, action, before.id, diff<object>(before, wanted))
  return row
}
