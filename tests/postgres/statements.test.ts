import { sql } from 'kysely'
import type { Db } from '../../db/tables.ts'
import { transact } from '../../db/transact.ts'
import { expect, test } from '../support/service.ts'

test('a statement that comes again is prepared, and anew when its table has changed', async ({
  db,
}) => {
  await sql`create table prepared_rows (id text)`.execute(db)
  await sql`insert into prepared_rows values ('a')`.execute(db)
  const read = async (on: Db) =>
    (await sql`select * from prepared_rows where id = ${'a'}`.execute(on)).rows
  await transact(db, async (trx) => {
    for (let n = 0; n < 10; n += 1) expect(await read(trx)).toEqual([{ id: 'a' }])
    const text = '%prepared_rows where%'
    const kept = sql`select name from pg_prepared_statements where statement like ${text}`
    expect((await kept.execute(trx)).rows).toHaveLength(1)
  })

  await sql`alter table prepared_rows add column more text`.execute(db)
  for (let n = 0; n < 10; n += 1) expect(await read(db)).toEqual([{ id: 'a', more: null }])
  await sql`alter table prepared_rows add column most text`.execute(db)
  expect(await transact(db, read)).toEqual([{ id: 'a', more: null, most: null }])
})
