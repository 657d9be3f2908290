import { engineOf } from '../../db/open.ts'
import type { Trx } from '../../db/tables.ts'
import type { Caller } from '../access.ts'
import { failure } from '../failure.ts'

/**
 * Lets nobody change these users until the transaction ends, and answers which of them are not deactivated. Others may hold
 * them as well: somebody who asks for several things at once does not wait for oneself. Whoever will change them says
 * `toWrite` and holds them alone, as of two who hold the same neither could write. Users are held before projects, and both
 * in the order of their ids: whoever waits for the other is let through.
 */
export async function holdUsers(
  trx: Trx,
  ids: readonly string[],
  { toWrite = false } = {},
): Promise<Set<string>> {
  const query = trx
    .selectFrom('users')
    .select(['id', 'deactivated_at'])
    .where('id', 'in', ids)
    .orderBy('id')
  const held = toWrite ? query.forNoKeyUpdate() : query.forShare()
  // One transaction at a time is what SQLite has anyway.
  const rows = await (engineOf(trx) === 'postgres' ? held : query).execute()
  return new Set(rows.flatMap(({ id, deactivated_at }) => (deactivated_at === null ? [id] : [])))
}

/**
 * Lets nobody deactivate or delete the account of the caller until the transaction ends. Fails with `account_inactive` where
 * that has happened: what they began before would belong to nobody.
 */
export async function holdCaller(trx: Trx, { id }: Caller): Promise<void> {
  if (!(await holdUsers(trx, [id])).has(id)) throw failure('account_inactive')
}
