import type { Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('analysis_sessions')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('project_id', 'text', (column) => column.notNull().references('projects.id'))
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('issue_id', 'text', (column) => column.notNull())
    .addColumn('issue_name', 'text', (column) => column.notNull())
    .addColumn('validation_id', 'text', (column) => column.notNull())
    .addColumn('validation_name', 'text', (column) => column.notNull())
    .addColumn('agent_prompt', 'text', (column) => column.notNull())
    .addColumn('is_active', 'integer', (column) => column.notNull())
    .addColumn('current_snapshot_id', 'text', (column) => column.notNull())
    .addColumn('version', 'integer', (column) => column.notNull())
    .addColumn('chat_id', 'text')
    .addColumn('chat_until', 'timestamptz')
    .addColumn('created_by', 'text', (column) => column.references('users.id'))
    .addColumn('created_at', 'timestamptz', (column) => column.notNull())
    .addColumn('updated_at', 'timestamptz', (column) => column.notNull())
    .execute()
  await createFiles(db)
  await createSnapshots(db)
  for (const [table, ...columns] of [
    ['analysis_sessions', 'project_id', 'id'],
    ['analysis_sessions', 'project_id', 'is_active', 'id'],
    ['analysis_sessions', 'project_id', 'issue_id', 'id'],
    ['analysis_files', 'session_id', 'id'],
    ['analysis_files', 'project_file_id'],
    ['analysis_sheets', 'file_id', 'position'],
    ['analysis_snapshots', 'file_id'],
    ['analysis_step_versions', 'session_id', 'step_id'],
    ['analysis_snapshot_steps', 'version_id'],
    ['analysis_chats', 'session_id', 'id'],
    ['analysis_chats', 'snapshot_id', 'id'],
  ] as [string, ...string[]][]) {
    await db.schema
      .createIndex(`${table}_${columns.join('_')}_idx`)
      .on(table)
      .columns(columns)
      .execute()
  }
}

async function createFiles(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('analysis_files')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('session_id', 'text', (column) =>
      column.notNull().references('analysis_sessions.id').onDelete('cascade'),
    )
    .addColumn('project_file_id', 'text', (column) =>
      column.notNull().references('project_files.id'),
    )
    .addColumn('sheet_id', 'text')
    .addColumn('created_by', 'text', (column) => column.references('users.id'))
    .addColumn('created_at', 'timestamptz', (column) => column.notNull())
    .execute()
  await db.schema
    .createTable('analysis_sheets')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('file_id', 'text', (column) =>
      column.notNull().references('analysis_files.id').onDelete('cascade'),
    )
    .addColumn('position', 'integer', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('layout', 'text')
    .addColumn('row_count', 'integer', (column) => column.notNull())
    .addColumn('columns', 'text', (column) => column.notNull())
    .addColumn('notes', 'text', (column) => column.notNull())
    .addColumn('skipped_reason', 'text')
    .addColumn('key', 'text')
    .execute()
}

async function createSnapshots(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('analysis_snapshots')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('session_id', 'text', (column) =>
      column.notNull().references('analysis_sessions.id').onDelete('cascade'),
    )
    .addColumn('parent_id', 'text')
    .addColumn('snapshot_order', 'integer', (column) => column.notNull())
    .addColumn('reason', 'text', (column) => column.notNull())
    .addColumn('input', 'text')
    .addColumn('file_id', 'text')
    .addColumn('created_by', 'text', (column) => column.references('users.id'))
    .addColumn('created_at', 'timestamptz', (column) => column.notNull())
    .addUniqueConstraint('analysis_snapshots_session_id_snapshot_order_key', [
      'session_id',
      'snapshot_order',
    ])
    .execute()
  await db.schema
    .createTable('analysis_step_versions')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('session_id', 'text', (column) =>
      column.notNull().references('analysis_sessions.id').onDelete('cascade'),
    )
    .addColumn('step_id', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('type', 'text', (column) => column.notNull())
    .addColumn('input', 'text', (column) => column.notNull())
    .addColumn('config', 'text', (column) => column.notNull())
    .addColumn('created_at', 'timestamptz', (column) => column.notNull())
    .execute()
  await db.schema
    .createTable('analysis_snapshot_steps')
    .addColumn('snapshot_id', 'text', (column) =>
      column.notNull().references('analysis_snapshots.id').onDelete('cascade'),
    )
    .addColumn('position', 'integer', (column) => column.notNull())
    .addColumn('version_id', 'text', (column) =>
      column.notNull().references('analysis_step_versions.id').onDelete('cascade'),
    )
    .addPrimaryKeyConstraint('analysis_snapshot_steps_pkey', ['snapshot_id', 'position'])
    .execute()
  await db.schema
    .createTable('analysis_chats')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('session_id', 'text', (column) =>
      column.notNull().references('analysis_sessions.id').onDelete('cascade'),
    )
    .addColumn('snapshot_id', 'text', (column) =>
      column.notNull().references('analysis_snapshots.id').onDelete('cascade'),
    )
    .addColumn('role', 'text', (column) => column.notNull())
    .addColumn('message', 'text', (column) => column.notNull())
    .addColumn('tool_calls', 'text', (column) => column.notNull())
    .addColumn('created_by', 'text', (column) => column.references('users.id'))
    .addColumn('created_at', 'timestamptz', (column) => column.notNull())
    .execute()
}

export async function down(db: Kysely<unknown>): Promise<void> {
  for (const table of [
    'analysis_chats',
    'analysis_snapshot_steps',
    'analysis_step_versions',
    'analysis_snapshots',
    'analysis_sheets',
    'analysis_files',
    'analysis_sessions',
  ]) {
    await db.schema.dropTable(table).execute()
  }
}
