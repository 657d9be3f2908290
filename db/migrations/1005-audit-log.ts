import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('audit_log')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('actor_id', 'text')
    .addColumn('action', 'text', (column) => column.notNull())
    .addColumn('subject_id', 'text')
    .addColumn('changes', 'text', (column) => column.notNull())
    .addColumn('ip', 'text')
    .addColumn('user_agent', 'text')
    .addColumn('request_id', 'text', (column) => column.notNull())
    .addColumn('created_at', 'timestamptz', (column) => column.notNull())
    .addColumn('seq', 'bigint', (column) => column.unique())
    .addColumn('previous_hash', 'text')
    .addColumn('hash', 'text')
    .execute()
  for (const column of ['actor_id', 'action', 'subject_id'] as const) {
    await db.schema
      .createIndex(`audit_log_${column}_id_idx`)
      .on('audit_log')
      .columns([column, 'id'])
      .execute()
  }
  await db.schema
    .createIndex('audit_log_unchained_idx')
    .on('audit_log')
    .column('id')
    .where(sql.ref('seq'), 'is', null)
    .execute()

  await db.schema
    .createTable('audit_heads')
    .addColumn('id', 'integer', (column) => column.primaryKey())
    .addColumn('length', 'bigint', (column) => column.notNull())
    .addColumn('hash', 'text', (column) => column.notNull())
    .addColumn('signature', 'text', (column) => column.notNull())
    .addColumn('updated_at', 'timestamptz', (column) => column.notNull())
    .execute()
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await db.schema.dropTable('audit_heads').execute()
  await db.schema.dropTable('audit_log').execute()
}
