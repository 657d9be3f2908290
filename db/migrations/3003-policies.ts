import type { Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('policies')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('name_ja', 'text', (column) => column.notNull())
    .addColumn('name_en', 'text')
    .addColumn('description', 'text')
    .addColumn('indicator', 'text', (column) => column.notNull())
    .addColumn('direction', 'text', (column) => column.notNull())
    .addColumn('target_value', 'double precision')
    .addColumn('target_year', 'integer')
    .addColumn('starts_on', 'text', (column) => column.notNull())
    .addColumn('ends_on', 'text')
    .addColumn('control_level', 'text')
    .addColumn('budget_yen', 'bigint')
    .addColumn('owner', 'text')
    .addColumn('phases', 'text', (column) => column.notNull())
    .addColumn('links', 'text', (column) => column.notNull())
    .addColumn('version', 'integer', (column) => column.notNull())
    .addColumn('created_at', 'timestamptz', (column) => column.notNull())
    .addColumn('updated_at', 'timestamptz', (column) => column.notNull())
    .execute()
  await db.schema
    .createIndex('policies_indicator_id_idx')
    .on('policies')
    .columns(['indicator', 'id'])
    .execute()

  await db.schema
    .createTable('policy_areas')
    .addColumn('policy_id', 'text', (column) =>
      column.notNull().references('policies.id').onDelete('cascade'),
    )
    .addColumn('area_code', 'text', (column) => column.notNull())
    .addColumn('role', 'text', (column) => column.notNull())
    .addColumn('position', 'integer', (column) => column.notNull())
    .addPrimaryKeyConstraint('policy_areas_pkey', ['policy_id', 'area_code'])
    .execute()
  await db.schema
    .createIndex('policy_areas_area_code_role_idx')
    .on('policy_areas')
    .columns(['area_code', 'role', 'policy_id'])
    .execute()
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await db.schema.dropTable('policy_areas').execute()
  await db.schema.dropTable('policies').execute()
}
