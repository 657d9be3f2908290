import type { Kysely } from 'kysely'

const counted = [
  'requests',
  'failures',
  'within_5',
  'within_10',
  'within_25',
  'within_50',
  'within_100',
  'within_200',
  'within_500',
  'within_1000',
  'within_2500',
  'within_10000',
  'slower',
]

export async function up(db: Kysely<unknown>): Promise<void> {
  let levels = db.schema
    .createTable('service_levels')
    .addColumn('seconds', 'integer', (column) => column.notNull())
    .addColumn('starts_at', 'timestamptz', (column) => column.notNull())
    .addColumn('area', 'text', (column) => column.notNull())
    .addColumn('day', 'text', (column) => column.notNull())
  for (const name of counted)
    levels = levels.addColumn(name, 'integer', (column) => column.notNull())
  await levels
    .addPrimaryKeyConstraint('service_levels_pkey', ['seconds', 'starts_at', 'area'])
    .execute()

  await db.schema
    .createTable('service_minutes')
    .addColumn('minute', 'timestamptz', (column) => column.primaryKey())
    .execute()
  await db.schema
    .createIndex('sync_runs_ended_at_idx')
    .on('sync_runs')
    .columns(['ended_at', 'outcome'])
    .execute()
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await db.schema.dropIndex('sync_runs_ended_at_idx').execute()
  await db.schema.dropTable('service_minutes').execute()
  await db.schema.dropTable('service_levels').execute()
}
