import type { Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('drive_deliveries')
    .addColumn('file_id', 'text', (column) =>
      column.primaryKey().references('submission_files.id').onDelete('cascade'),
    )
    .addColumn('tries', 'integer', (column) => column.notNull())
    .addColumn('mismatches', 'integer', (column) => column.notNull())
    .addColumn('sealed_upload', 'text')
    .addColumn('sent_bytes', 'bigint', (column) => column.notNull())
    .addColumn('created_at', 'timestamptz', (column) => column.notNull())
    .execute()
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await db.schema.dropTable('drive_deliveries').execute()
}
