import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('jobs')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('payload', 'text', (column) => column.notNull())
    .addColumn('key', 'text', (column) => column.unique())
    .addColumn('attempts', 'integer', (column) => column.notNull())
    .addColumn('max_attempts', 'integer', (column) => column.notNull())
    .addColumn('run_at', 'timestamptz', (column) => column.notNull())
    .addColumn('started_at', 'timestamptz')
    .addColumn('locked_until', 'timestamptz')
    .addColumn('finished_at', 'timestamptz')
    .addColumn('failed_at', 'timestamptz')
    .addColumn('last_error', 'text')
    .addColumn('created_at', 'timestamptz', (column) => column.notNull())
    .execute()
  await db.schema.createIndex('jobs_kind_id_idx').on('jobs').columns(['kind', 'id']).execute()
  await db.schema
    .createIndex('jobs_open_idx')
    .on('jobs')
    .columns(['run_at', 'id'])
    .where(sql.ref('finished_at'), 'is', null)
    .where(sql.ref('failed_at'), 'is', null)
    .execute()
  for (const end of ['finished_at', 'failed_at'] as const) {
    await db.schema
      .createIndex(`jobs_${end}_idx`)
      .on('jobs')
      .column(end)
      .where(sql.ref(end), 'is not', null)
      .execute()
  }

  await db.schema
    .createTable('schedules')
    .addColumn('name', 'text', (column) => column.primaryKey())
    .addColumn('last_slot', 'timestamptz', (column) => column.notNull())
    .execute()
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await db.schema.dropTable('schedules').execute()
  await db.schema.dropTable('jobs').execute()
}
