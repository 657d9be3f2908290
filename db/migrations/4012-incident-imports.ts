import { type Kysely, PostgresAdapter, sql } from 'kysely'

const counts = [
  'rows_read',
  'rows_done',
  'imported',
  'skipped',
  'refused',
  'events_read',
  'events_done',
  'events_imported',
  'events_skipped',
  'events_refused',
  'unknown_people',
  'unknown_teams',
]

export async function up(db: Kysely<unknown>): Promise<void> {
  let imports = db.schema
    .createTable('incident_imports')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('dry_run', 'integer', (column) => column.notNull())
    .addColumn('file_name', 'text', (column) => column.notNull())
    .addColumn('file_key', 'text')
    .addColumn('events_key', 'text')
    .addColumn('options', 'text', (column) => column.notNull())
    .addColumn('fields', 'text')
    .addColumn('ignored_columns', 'text', (column) => column.notNull())
    .addColumn('errors', 'text', (column) => column.notNull())
    .addColumn('created_by', 'text', (column) => column.notNull())
    .addColumn('created_at', 'timestamptz', (column) => column.notNull())
    .addColumn('started_at', 'timestamptz')
    .addColumn('cancelled_at', 'timestamptz')
    .addColumn('finished_at', 'timestamptz')
  for (const name of counts) {
    imports = imports.addColumn(name, 'integer', (column) => column.notNull())
  }
  await imports.execute()
  await db.schema
    .createTable('incident_import_pending')
    .addColumn('import_id', 'text', (column) => column.notNull())
    .addColumn('incident_id', 'text', (column) =>
      column.notNull().references('incidents.id').onDelete('cascade'),
    )
    .addColumn('is_new', 'integer', (column) => column.notNull())
    .addColumn('state_by_events', 'integer', (column) => column.notNull())
    .addPrimaryKeyConstraint('incident_import_pending_pkey', ['import_id', 'incident_id'])
    .execute()
  const isPostgres = db.getExecutor().adapter instanceof PostgresAdapter
  // Hundreds of thousands of rows that are gone an hour later: one tree, and nothing that looks after it.
  await db.schema
    .createTable('incident_import_events')
    .addColumn('import_id', 'text', (column) => column.notNull())
    .addColumn('incident_id', 'text', (column) => column.notNull())
    .addColumn('seq', 'integer', (column) => column.notNull())
    .addColumn('field', 'text', (column) => column.notNull())
    .addColumn('old_value', 'text')
    .addColumn('new_value', 'text')
    .addColumn('changed_by', 'text')
    .addColumn('changed_at', 'timestamptz', (column) => column.notNull())
    .addPrimaryKeyConstraint('incident_import_events_pkey', ['import_id', 'incident_id', 'seq'])
    .$call((table) => (isPostgres ? table : table.modifyEnd(sql`without rowid`)))
    .execute()
  await db.schema
    .createIndex('incident_import_pending_incident_id_idx')
    .on('incident_import_pending')
    .column('incident_id')
    .execute()
}

export async function down(db: Kysely<unknown>): Promise<void> {
  for (const table of ['incident_import_events', 'incident_import_pending', 'incident_imports']) {
    await db.schema.dropTable(table).execute()
  }
}
