import type { Updateable } from 'kysely'
import type { Tables, Trx } from '../../../db/tables.ts'
import { diff } from '../../audit.ts'
import { touched } from '../../version.ts'
import { recordHistory } from '../history.ts'
import { refreshClocks } from '../sla/refresh.ts'
import type { IncidentRow } from './access.ts'

/** What is told apart from what is only kept beside it. */
const unrecorded = ['search_text', 'priority_rank', 'reopen_count', 'reassignment_count'] as const

/**
 * Changes fields of an incident that is held by the transaction, with its history and its clocks. Every
 * change of an incident goes through this. `by` is null for the service itself; `at` is when it takes
 * effect, which for something that came about by itself may be a little while ago.
 */
export async function changeIncident(
  trx: Trx,
  by: string | null,
  before: IncidentRow,
  wanted: Updateable<Tables['incidents']>,
  at: string,
): Promise<IncidentRow> {
  await trx
    .updateTable('incidents')
    .set({ ...wanted, ...touched() })
    .where('id', '=', before.id)
    .execute()
  const changes = Object.entries(diff<object>(before, wanted)).filter(
    ([field]) => !unrecorded.some((each) => each === field),
  )
  await recordHistory(trx, before.id, by, Object.fromEntries(changes), at)
  await refreshClocks(trx, [before.id], at)
  return trx
    .selectFrom('incidents')
    .selectAll()
    .where('id', '=', before.id)
    .executeTakeFirstOrThrow()
}
