import type { Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('kpis')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('name_ja', 'text', (column) => column.notNull())
    .addColumn('name_en', 'text')
    .addColumn('description', 'text')
    .addColumn('category', 'text', (column) => column.notNull())
    .addColumn('indicator', 'text', (column) => column.notNull())
    .addColumn('area_code', 'text', (column) => column.notNull())
    .addColumn('direction', 'text')
    .addColumn('target_value', 'double precision')
    .addColumn('target_year', 'integer')
    .addColumn('tolerance', 'double precision', (column) => column.notNull())
    .addColumn('position', 'integer', (column) => column.notNull())
    .addColumn('version', 'integer', (column) => column.notNull())
    .addColumn('created_at', 'timestamptz', (column) => column.notNull())
    .addColumn('updated_at', 'timestamptz', (column) => column.notNull())
    .execute()
  await db.schema
    .createIndex('kpis_position_id_idx')
    .on('kpis')
    .columns(['position', 'id'])
    .execute()
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await db.schema.dropTable('kpis').execute()
}
