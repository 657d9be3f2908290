import type { Db, Trx } from '../../../db/tables.ts'
import { failure, invalid } from '../../failure.ts'
import type { BoardRow } from './seats.ts'

export async function getBoardRow(db: Db, id: string): Promise<BoardRow> {
  return db
    .selectFrom('cab_boards')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirstOrThrow(() => failure('board_not_found', { id }))
}

/** Holds the row until the transaction ends, so that what is read of it here stays true. */
export async function holdBoard(trx: Trx, id: string, version?: number): Promise<BoardRow> {
  const row = await touchBoard(trx, id)
  if (!row) throw failure('board_not_found', { id })
  if (version !== undefined && version !== row.version) throw failure('stale_version')
  return row
}

/** Fails with 422 and the field unless it is the id of a board, or none; it is not deleted meanwhile. */
export async function requireBoard(trx: Trx, id: string | null | undefined): Promise<void> {
  if (!id) return
  if (!(await touchBoard(trx, id))) throw invalid({ field: 'board_id', rule: 'unknown_board' })
}

function touchBoard(trx: Trx, id: string): Promise<BoardRow | undefined> {
  return trx
    .updateTable('cab_boards')
    .set((eb) => ({ version: eb.ref('version') }))
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirst()
}
