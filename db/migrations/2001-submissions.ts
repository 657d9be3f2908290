import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('submission_sessions')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('submitter_name', 'text', (column) => column.notNull())
    .addColumn('submitter_email', 'text', (column) => column.notNull())
    .addColumn('submission_type', 'text', (column) => column.notNull())
    .addColumn('description', 'text')
    .addColumn('requirements', 'text')
    .addColumn('status', 'text', (column) => column.notNull())
    .addColumn('comment', 'text')
    .addColumn('due_date', 'text')
    .addColumn('closed_at', 'timestamptz')
    .addColumn('received_at', 'timestamptz')
    .addColumn('reviewed_at', 'timestamptz')
    .addColumn('reminded_at', 'timestamptz')
    .addColumn('google_drive_folder_id', 'text')
    .addColumn('owner_id', 'text', (column) => column.notNull().references('users.id'))
    .addColumn('version', 'integer', (column) => column.notNull())
    .addColumn('created_at', 'timestamptz', (column) => column.notNull())
    .addColumn('updated_at', 'timestamptz', (column) => column.notNull())
    .execute()
  for (const columns of [
    ['owner_id', 'created_at desc', 'id desc'],
    ['created_at desc', 'id desc'],
    ['owner_id', 'status', 'created_at desc', 'id desc'],
    ['status', 'created_at desc', 'id desc'],
    ['due_date', 'id'],
  ]) {
    const name = columns.map((column) => column.split(' ')[0]).join('_')
    await db.schema
      .createIndex(`submission_sessions_${name}_idx`)
      .on('submission_sessions')
      .expression(sql.raw(columns.join(', ')))
      .execute()
  }
  await db.schema
    .createTable('submission_files')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('session_id', 'text', (column) =>
      column.notNull().references('submission_sessions.id').onDelete('cascade'),
    )
    .addColumn('filename', 'text', (column) => column.notNull())
    .addColumn('key', 'text', (column) => column.notNull())
    .addColumn('size', 'bigint', (column) => column.notNull())
    .addColumn('mime_type', 'text', (column) => column.notNull())
    .addColumn('sha256', 'text', (column) => column.notNull())
    .addColumn('document_type', 'text')
    .addColumn('comment', 'text')
    .addColumn('review', 'text', (column) => column.notNull())
    .addColumn('review_comment', 'text')
    .addColumn('reviewed_by', 'text')
    .addColumn('reviewed_at', 'timestamptz')
    .addColumn('drive_status', 'text', (column) => column.notNull())
    .addColumn('drive_error', 'text')
    .addColumn('google_drive_file_id', 'text')
    .addColumn('uploaded_by', 'text')
    .addColumn('uploaded_at', 'timestamptz', (column) => column.notNull())
    .execute()
  await db.schema
    .createIndex('submission_files_session_id_id_idx')
    .on('submission_files')
    .columns(['session_id', 'id'])
    .execute()
  await db.schema
    .createTable('document_types')
    .addColumn('submission_type', 'text', (column) => column.notNull())
    .addColumn('document_type', 'text', (column) => column.notNull())
    .addColumn('name_ja', 'text', (column) => column.notNull())
    .addColumn('name_en', 'text', (column) => column.notNull())
    .addColumn('required', 'integer', (column) => column.notNull())
    .addColumn('max_files', 'integer', (column) => column.notNull())
    .addColumn('formats', 'text', (column) => column.notNull())
    .addColumn('max_mb', 'integer', (column) => column.notNull())
    .addColumn('validity_days', 'integer')
    .addColumn('position', 'integer', (column) => column.notNull())
    .addPrimaryKeyConstraint('document_types_pkey', ['submission_type', 'document_type'])
    .execute()
  await db.schema
    .createTable('drive_settings')
    .addColumn('id', 'integer', (column) => column.primaryKey())
    .addColumn('enabled', 'integer', (column) => column.notNull())
    .addColumn('parent_folder_id', 'text', (column) => column.notNull())
    .addColumn('folder_name_format', 'text', (column) => column.notNull())
    .addColumn('auto_create_folders', 'integer', (column) => column.notNull())
    .addColumn('share_with_submitter', 'integer', (column) => column.notNull())
    .addColumn('version', 'integer', (column) => column.notNull())
    .addColumn('updated_at', 'timestamptz', (column) => column.notNull())
    .execute()
  await db.schema
    .createTable('drive_credentials')
    .addColumn('id', 'integer', (column) => column.primaryKey())
    .addColumn('sealed', 'text', (column) => column.notNull())
    .addColumn('client_email', 'text', (column) => column.notNull())
    .addColumn('project_id', 'text', (column) => column.notNull())
    .addColumn('fingerprint', 'text', (column) => column.notNull())
    .addColumn('uploaded_by', 'text', (column) => column.notNull())
    .addColumn('uploaded_at', 'timestamptz', (column) => column.notNull())
    .execute()
}

export async function down(db: Kysely<unknown>): Promise<void> {
  for (const table of [
    'drive_credentials',
    'drive_settings',
    'document_types',
    'submission_files',
    'submission_sessions',
  ]) {
    await db.schema.dropTable(table).execute()
  }
}
