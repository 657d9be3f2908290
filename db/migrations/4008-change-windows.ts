import type { Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('change_windows')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('severity', 'text')
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('reason', 'text')
    .addColumn('starts_at', 'timestamptz', (column) => column.notNull())
    .addColumn('ends_at', 'timestamptz')
    .addColumn('recurrence', 'text')
    .addColumn('over_at', 'timestamptz')
    .addColumn('created_by', 'text', (column) => column.notNull().references('users.id'))
    .addColumn('version', 'integer', (column) => column.notNull())
    .addColumn('created_at', 'timestamptz', (column) => column.notNull())
    .addColumn('updated_at', 'timestamptz', (column) => column.notNull())
    .execute()
  // Not with the CI: a window that has lost its last one would be for all.
  await db.schema
    .createTable('change_window_cis')
    .addColumn('window_id', 'text', (column) =>
      column.notNull().references('change_windows.id').onDelete('cascade'),
    )
    .addColumn('ci_id', 'text', (column) => column.notNull().references('cis.id'))
    .addPrimaryKeyConstraint('change_window_cis_pkey', ['window_id', 'ci_id'])
    .execute()
  for (const [table, ...columns] of [
    ['change_window_cis', 'ci_id'],
    ['change_windows', 'starts_at', 'id'],
    ['change_windows', 'over_at', 'starts_at'],
    ['change_windows', 'kind', 'starts_at', 'id'],
  ] as [string, ...string[]][]) {
    await db.schema
      .createIndex(`${table}_${columns.join('_')}_idx`)
      .on(table)
      .columns(columns)
      .execute()
  }
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await db.schema.dropTable('change_window_cis').execute()
  await db.schema.dropTable('change_windows').execute()
}
