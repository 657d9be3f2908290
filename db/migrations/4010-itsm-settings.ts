import type { Kysely } from 'kysely'

const row = {
  id: 'itsm',
  reopen_window_days: 14,
  version: 1,
  updated_at: '2026-01-01T00:00:00.000Z',
}

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('itsm_settings')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('reopen_window_days', 'integer', (column) => column.notNull())
    .addColumn('version', 'integer', (column) => column.notNull())
    .addColumn('updated_at', 'timestamptz', (column) => column.notNull())
    .execute()
  await db
    .insertInto('itsm_settings' as never)
    .values(row as never)
    .execute()
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await db.schema.dropTable('itsm_settings').execute()
}
