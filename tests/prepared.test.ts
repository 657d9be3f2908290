import { sql } from 'kysely'
import { isAmong, type Placeholders, prepare } from '../db/prepared.ts'
import type { Db } from '../db/tables.ts'
import { transact } from '../db/transact.ts'
import { describe, expect, test } from './support/service.ts'

describe('a prepared query', () => {
  const findNames = prepare(
    (db: Db, { ids, role }: Placeholders<{ ids: string[]; role: string }>) =>
      db
        .selectFrom('users')
        .select(['id', 'username'])
        .where(isAmong(db, 'id', ids))
        .where(sql<string>`roles`, '=', role)
        .where('version', '>', 0)
        .orderBy('id'),
  )
  const role = '["User"]'

  test('answers each time for the values of that time, in any length', async ({ db, signIn }) => {
    const [ann, ben] = [await signIn(), await signIn()]
    const idsOf = async (ids: string[]) => (await findNames(db, { ids, role })).map(({ id }) => id)
    expect(await idsOf([ann.id])).toEqual([ann.id])
    expect(await idsOf([])).toEqual([])
    expect(await idsOf([ben.id, 'nobody', ann.id])).toEqual([ann.id, ben.id])
    expect(await findNames(db, { ids: [ann.id], role: '["Auditor"]' })).toEqual([])
  })

  test('reads what its transaction has written', async ({ db, signIn }) => {
    const ann = await signIn()
    await transact(db, async (trx) => {
      await trx.updateTable('users').set({ username: 'x' }).where('id', '=', ann.id).execute()
      const [row] = await findNames(trx, { ids: [ann.id], role })
      expect(row?.username).toBe('x')
      await trx.updateTable('users').set({ username: null }).where('id', '=', ann.id).execute()
    })
  })
})
