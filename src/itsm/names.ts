import { hold } from '../../db/hold.ts'
import type { Trx } from '../../db/tables.ts'
import { failure } from '../failure.ts'

const codes = { teams: 'team_name_taken', cis: 'ci_name_taken' } as const

/** A name as it is compared: upper or lower case, wide or narrow, with or without more spaces. */
export function nameKeyOf(name: string): string {
  return name.normalize('NFKC').toLowerCase().trim().replace(/\s+/gu, ' ')
}

/** Fails with 409 where another than `id` has the name. Who takes names goes one after the other. */
export async function requireFreeName(
  trx: Trx,
  table: 'teams' | 'cis',
  name: string,
  id: string,
): Promise<void> {
  await hold(trx, `${table}-names`)
  const other = await trx
    .selectFrom(table)
    .select('id')
    .where('name_key', '=', nameKeyOf(name))
    .where('id', '!=', id)
    .executeTakeFirst()
  if (other) throw failure(codes[table], { name })
}
