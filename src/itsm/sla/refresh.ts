import type { Trx } from '../../../db/tables.ts'

/**
 * Computes the clocks of incidents anew from their events, and writes what lists and figures read of
 * them: `sla_phase`, `next_due_at` and their neighbours. In the transaction of each event.
 */
export async function refreshClocks(
  _trx: Trx,
  _ids: readonly string[],
  _at: string,
): Promise<void> {}
