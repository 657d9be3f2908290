import type { Tables, Trx } from '../../db/tables.ts'

type Kind = Tables['itsm_numbers']['kind']

const prefixes: Record<Kind, string> = { incident: 'INC', problem: 'PRB', change: 'CHG' }

/**
 * The first of `count` numbers in a row that nobody else gets. Whoever else wants one waits for the end of
 * the transaction, and a transaction that fails gives them back: none is left out.
 */
export async function takeNumbers(trx: Trx, kind: Kind, count = 1): Promise<number> {
  const { last } = await trx
    .updateTable('itsm_numbers')
    .set((eb) => ({ last: eb('last', '+', count) }))
    .where('kind', '=', kind)
    .returning('last')
    .executeTakeFirstOrThrow()
  return last - count + 1
}

/** `INC00000042`. */
export function numberText(kind: Kind, number: number): string {
  return `${prefixes[kind]}${String(number).padStart(8, '0')}`
}
