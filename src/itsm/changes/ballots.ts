import type { Trx } from '../../../db/tables.ts'
import type { ChangeRow } from './access.ts'

/** Asks those who may vote on a change, in the transaction that submits it or opens it to votes again. */
export async function requestVotes(_trx: Trx, _by: string, _change: ChangeRow): Promise<void> {}
