import { type ColumnDefinitionBuilder, type Kysely, PostgresAdapter, sql } from 'kysely'

const indexes: [table: string, ...columns: string[]][] = [
  ['known_errors', 'created_at', 'id'],
  ['known_errors', 'updated_at', 'id'],
  ['known_errors', 'category', 'created_at', 'id'],
  ['known_errors', 'is_published', 'created_at', 'id'],
  ['known_errors', 'usage_count', 'id'],
  ['known_errors', 'problem_id'],
  ['known_error_cis', 'known_error_id'],
  ['known_error_grams', 'known_error_id'],
  ['known_error_uses', 'incident_id'],
  ['known_error_uses', 'used_at'],
]

const tables = ['known_error_uses', 'known_error_grams', 'known_error_cis', 'known_errors']

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('known_errors')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('problem_id', 'text', (column) =>
      column.references('problems.id').onDelete('set null'),
    )
    .addColumn('title', 'text', (column) => column.notNull())
    .addColumn('symptoms', 'text', (column) => column.notNull())
    .addColumn('root_cause', 'text')
    .addColumn('workaround', 'text')
    .addColumn('solution', 'text')
    .addColumn('category', 'text', (column) => column.notNull())
    .addColumn('tags', 'text', (column) => column.notNull())
    .addColumn('keywords', 'text', (column) => column.notNull())
    .addColumn('search_text', 'text', (column) => column.notNull())
    .addColumn('length', 'integer', (column) => column.notNull())
    .addColumn('is_published', 'integer', (column) => column.notNull())
    .addColumn('usage_count', 'integer', (column) => column.notNull())
    .addColumn('last_used_at', 'timestamptz')
    .addColumn('created_by', 'text')
    .addColumn('version', 'integer', (column) => column.notNull())
    .addColumn('created_at', 'timestamptz', (column) => column.notNull())
    .addColumn('updated_at', 'timestamptz', (column) => column.notNull())
    .execute()
  const knownError = (column: ColumnDefinitionBuilder) =>
    column.notNull().references('known_errors.id').onDelete('cascade')
  await db.schema
    .createTable('known_error_cis')
    .addColumn('ci_id', 'text', (column) =>
      column.notNull().references('cis.id').onDelete('cascade'),
    )
    .addColumn('known_error_id', 'text', knownError)
    .addPrimaryKeyConstraint('known_error_cis_pkey', ['ci_id', 'known_error_id'])
    .execute()
  await db.schema
    .createTable('known_error_grams')
    .addColumn('gram', 'text', (column) => column.notNull())
    .addColumn('known_error_id', 'text', knownError)
    .addColumn('weight', 'integer', (column) => column.notNull())
    .addPrimaryKeyConstraint('known_error_grams_pkey', ['gram', 'known_error_id'])
    // In the order in which it is read: what a search needs of a gram lies together.
    .$call((table) =>
      db.getExecutor().adapter instanceof PostgresAdapter
        ? table
        : table.modifyEnd(sql`without rowid`),
    )
    .execute()
  await db.schema
    .createTable('known_error_uses')
    .addColumn('known_error_id', 'text', knownError)
    .addColumn('incident_id', 'text', (column) =>
      column.notNull().references('incidents.id').onDelete('cascade'),
    )
    .addColumn('used_by', 'text')
    .addColumn('used_at', 'timestamptz', (column) => column.notNull())
    .addColumn('note_id', 'text')
    .addPrimaryKeyConstraint('known_error_uses_pkey', ['known_error_id', 'incident_id'])
    .execute()
  for (const [table, ...columns] of indexes) {
    await db.schema
      .createIndex(`${table}_${columns.join('_')}_idx`)
      .on(table)
      .columns(columns)
      .execute()
  }
}

export async function down(db: Kysely<unknown>): Promise<void> {
  for (const table of tables) await db.schema.dropTable(table).execute()
}
