import { describeTables } from '../../db/catalogue.ts'
import { migrate } from '../../db/migrate.ts'
import { openDb } from '../../db/open.ts'
import { expect, test } from '../support/service.ts'

test('tables have the same columns, and are told apart by the same, on either engine', async ({
  db,
}) => {
  const sqlite = await openDb('sqlite::memory:')
  await migrate(sqlite.db)
  const shapes = (tables: Awaited<ReturnType<typeof describeTables>>) =>
    new Map(
      tables.map(({ name, columns, key }) => [
        name,
        { columns: columns.map((each) => each.name).sort(), key },
      ]),
    )
  const here = shapes(await describeTables(db))
  const there = shapes(await describeTables(sqlite.db))
  await sqlite.db.destroy()
  for (const [name, shape] of there) expect(here.get(name), name).toEqual(shape)
  expect(here.get('known_error_grams')?.key).toEqual(['gram', 'known_error_id'])
})
