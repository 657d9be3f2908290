import { sql } from 'kysely'
import { engineOf } from './open.ts'
import type { Db } from './tables.ts'

export const columnTypes = ['text', 'integer', 'bigint', 'double precision', 'timestamptz'] as const
export type ColumnType = (typeof columnTypes)[number]

export type TableShape = {
  name: string
  columns: { name: string; type: ColumnType }[]
  /** The columns of its primary key, in their order. */
  key: string[]
}

type ColumnRow = { table: string; name: string; type: string; at: number }

/** All tables of ours as the database has them, without what an engine or the migrator keeps for itself. */
export async function describeTables(db: Db): Promise<TableShape[]> {
  const { rows } = await (engineOf(db) === 'sqlite' ? columnsOfSqlite(db) : columnsOfPostgres(db))
  const names = [...new Set(rows.map(({ table }) => table))].sort()
  return names.map((name) => {
    const columns = rows.filter(({ table }) => table === name)
    const keys = columns.filter(({ at }) => at > 0).sort((a, b) => a.at - b.at)
    return {
      name,
      columns: columns.map((each) => ({ name: each.name, type: typeOf(each) })),
      key: keys.map((each) => each.name),
    }
  })
}

/** The names of the migrations that a database has; nothing where there is no schema yet. */
export async function migrationsIn(db: Db): Promise<string[] | undefined> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true })
  if (!tables.some(({ name }) => name === 'kysely_migration')) return undefined
  const { rows } = await sql<{ name: string }>`
    select name from kysely_migration order by name`.execute(db)
  return rows.map(({ name }) => name)
}

function columnsOfSqlite(db: Db) {
  return sql<ColumnRow>`
    select l.name as "table", c.name, c.type, c.pk as at
    from pragma_table_list l, pragma_table_info(l.name) c
    where l.schema = 'main' and l.type = 'table'
      and l.name not like 'sqlite\\_%' escape '\\' and l.name not like 'kysely\\_%' escape '\\'
    order by l.name, c.cid`.execute(db)
}

function columnsOfPostgres(db: Db) {
  return sql<ColumnRow>`
    select t.relname as "table", c.attname as name, format_type(c.atttypid, c.atttypmod) as type,
      coalesce(array_position((k.indkey::int2[])[0:k.indnkeyatts - 1], c.attnum), 0) as at
    from pg_class t
    join pg_attribute c on c.attrelid = t.oid and c.attnum > 0 and not c.attisdropped
    left join pg_index k on k.indrelid = t.oid and k.indisprimary
    where t.relkind = 'r' and t.relnamespace = current_schema()::regnamespace
      and t.relname not like 'kysely\\_%' escape '\\'
    order by t.relname, c.attnum`.execute(db)
}

function typeOf({ table, name, type }: ColumnRow): ColumnType {
  const known = type === 'timestamp with time zone' ? 'timestamptz' : type.toLowerCase()
  const found = columnTypes.find((each) => each === known)
  if (!found) throw new Error(`${table}.${name} is of a type that backups do not know: ${type}.`)
  return found
}
