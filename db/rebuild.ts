import { sql } from 'kysely'
import { describeTables } from './catalogue.ts'
import { migrations } from './migrations/index.ts'
import { engineOf } from './open.ts'
import type { Db, Trx } from './tables.ts'

/**
 * Drops every table of the schema and makes it as it was with these migrations, without a row. Kysely's
 * migrator has transactions of its own; here the caller's makes all of it undone if something fails later.
 */
export async function rebuildSchema(trx: Trx, names: readonly string[]): Promise<void> {
  await dropTables(trx)
  await trx.schema
    .createTable('kysely_migration')
    .addColumn('name', 'varchar(255)', (column) => column.notNull().primaryKey())
    .addColumn('timestamp', 'varchar(255)', (column) => column.notNull())
    .execute()
  await runMigrations(trx, names)
  // Migrations bring rows of their own.
  const tables = (await describeTables(trx)).map(({ name }) => sql.table(name))
  if (engineOf(trx) === 'postgres') await sql`truncate ${sql.join(tables)}`.execute(trx)
  else for (const table of tables) await sql`delete from ${table}`.execute(trx)
}

/** Runs those of all migrations that are not among `names`, in their order. */
export async function completeSchema(trx: Trx, names: readonly string[]): Promise<void> {
  const missing = Object.keys(migrations).filter((name) => !names.includes(name))
  await runMigrations(trx, missing)
}

async function runMigrations(trx: Trx, names: readonly string[]): Promise<void> {
  const at = new Date().toISOString()
  for (const name of [...names].sort()) {
    await migrations[name]?.up(trx as never)
    await sql`insert into kysely_migration (name, timestamp) values (${name}, ${at})`.execute(trx)
  }
}

/** Nothing on SQLite, where a schema is rebuilt in a file of its own. */
async function dropTables(trx: Trx): Promise<void> {
  if (engineOf(trx) === 'sqlite') return
  const { rows } = await sql<{ name: string }>`
    select quote_ident(relname) as name from pg_class
    where relkind = 'r' and relnamespace = current_schema()::regnamespace`.execute(trx)
  const names = rows.map(({ name }) => name).join(', ')
  if (names !== '') await sql`drop table ${sql.raw(names)} cascade`.execute(trx)
}

type ForeignKey = { table: string; name: string; definition: string }

/**
 * Lets rows come in any order. The answered function looks at all of them at once, and throws if one refers
 * to what is not there.
 */
export async function setForeignKeysAside(trx: Trx): Promise<() => Promise<void>> {
  if (engineOf(trx) === 'sqlite') return () => checkForeignKeys(trx)
  const { rows } = await sql<ForeignKey>`
    select conrelid::regclass::text as "table", quote_ident(conname) as name,
      pg_get_constraintdef(oid) as definition
    from pg_constraint
    where contype = 'f' and connamespace = current_schema()::regnamespace`.execute(trx)
  for (const { table, name } of rows) {
    await sql`alter table ${sql.raw(table)} drop constraint ${sql.raw(name)}`.execute(trx)
  }
  return async () => {
    for (const { table, name, definition } of rows) {
      await sql`alter table ${sql.raw(table)} add constraint ${sql.raw(`${name} ${definition}`)}`.execute(
        trx,
      )
    }
  }
}

async function checkForeignKeys(trx: Db): Promise<void> {
  const { rows } = await sql<{ table: string; parent: string }>`
    select "table", parent from pragma_foreign_key_check limit 1`.execute(trx)
  for (const { table, parent } of rows) {
    throw new Error(`A row of ${table} refers to one of ${parent} that is not there.`)
  }
}
