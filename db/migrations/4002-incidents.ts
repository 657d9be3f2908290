import type { ColumnDefinitionBuilder, Kysely } from 'kysely'

const indexes: [table: string, ...columns: string[]][] = [
  ['incident_tags', 'incident_id'],
  ['incident_cis', 'incident_id'],
  ['incident_notes', 'incident_id', 'id'],
  ['incident_links', 'target_id', 'kind', 'incident_id'],
  ['incident_files', 'incident_id', 'id'],
  ['itsm_history', 'subject_id', 'field', 'changed_at', 'id'],
  ['itsm_history', 'subject_id', 'changed_at', 'id'],
  ['incidents', 'next_check_at'],
  ['incidents', 'parent_id'],
]

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('itsm_numbers')
    .addColumn('kind', 'text', (column) => column.primaryKey())
    .addColumn('last', 'integer', (column) => column.notNull())
    .execute()
  await db
    .insertInto('itsm_numbers' as never)
    .values(['incident', 'problem', 'change'].map((kind) => ({ kind, last: 0 })) as never)
    .execute()
  await db.schema
    .createTable('incidents')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('number', 'integer', (column) => column.notNull().unique())
    .addColumn('external_number', 'text', (column) => column.unique())
    .addColumn('title', 'text', (column) => column.notNull())
    .addColumn('description', 'text')
    .addColumn('status', 'text', (column) => column.notNull())
    .addColumn('priority', 'text', (column) => column.notNull())
    .addColumn('priority_rank', 'integer', (column) => column.notNull())
    .addColumn('impact', 'text', (column) => column.notNull())
    .addColumn('urgency', 'text', (column) => column.notNull())
    .addColumn('priority_reason', 'text')
    .addColumn('category', 'text')
    .addColumn('reporter_id', 'text', (column) => column.notNull().references('users.id'))
    .addColumn('assignee_id', 'text', (column) => column.references('users.id'))
    .addColumn('team_id', 'text', (column) => column.references('teams.id'))
    .addColumn('tags', 'text', (column) => column.notNull())
    .addColumn('major', 'integer', (column) => column.notNull())
    .addColumn('resolution', 'text')
    .addColumn('resolution_code', 'text')
    .addColumn('parent_id', 'text', (column) => column.references('incidents.id'))
    .addColumn('reopen_count', 'integer', (column) => column.notNull())
    .addColumn('reassignment_count', 'integer', (column) => column.notNull())
    .addColumn('pending_reason', 'text')
    .addColumn('pending_until', 'timestamptz')
    .addColumn('opened_at', 'timestamptz', (column) => column.notNull())
    .addColumn('resolved_at', 'timestamptz')
    .addColumn('closed_at', 'timestamptz')
    .addColumn('sla_policy_id', 'text')
    .addColumn('sla_phase', 'text', (column) => column.notNull())
    .addColumn('responded_at', 'timestamptz')
    .addColumn('response_due_at', 'timestamptz')
    .addColumn('resolution_due_at', 'timestamptz')
    .addColumn('next_due_at', 'timestamptz')
    .addColumn('next_risk_at', 'timestamptz')
    .addColumn('next_check_at', 'timestamptz')
    .addColumn('response_met', 'integer')
    .addColumn('resolution_met', 'integer')
    .addColumn('response_s', 'bigint')
    .addColumn('resolution_s', 'bigint')
    .addColumn('version', 'integer', (column) => column.notNull())
    .addColumn('created_by', 'text')
    .addColumn('created_at', 'timestamptz', (column) => column.notNull())
    .addColumn('updated_at', 'timestamptz', (column) => column.notNull())
    .execute()
  const incident = (column: ColumnDefinitionBuilder) =>
    column.notNull().references('incidents.id').onDelete('cascade')
  await db.schema
    .createTable('incident_tags')
    .addColumn('tag', 'text', (column) => column.notNull())
    .addColumn('incident_id', 'text', incident)
    .addPrimaryKeyConstraint('incident_tags_pkey', ['tag', 'incident_id'])
    .execute()
  await db.schema
    .createTable('incident_cis')
    .addColumn('ci_id', 'text', (column) =>
      column.notNull().references('cis.id').onDelete('cascade'),
    )
    .addColumn('incident_id', 'text', incident)
    .addPrimaryKeyConstraint('incident_cis_pkey', ['ci_id', 'incident_id'])
    .execute()
  await db.schema
    .createTable('incident_notes')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('incident_id', 'text', incident)
    .addColumn('note_type', 'text', (column) => column.notNull())
    .addColumn('is_public', 'integer', (column) => column.notNull())
    .addColumn('content', 'text', (column) => column.notNull())
    .addColumn('author_id', 'text')
    .addColumn('version', 'integer', (column) => column.notNull())
    .addColumn('created_at', 'timestamptz', (column) => column.notNull())
    .addColumn('updated_at', 'timestamptz', (column) => column.notNull())
    .execute()
  await db.schema
    .createTable('incident_links')
    .addColumn('incident_id', 'text', incident)
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('target_id', 'text', (column) => column.notNull())
    .addColumn('created_by', 'text')
    .addColumn('created_at', 'timestamptz', (column) => column.notNull())
    .addPrimaryKeyConstraint('incident_links_pkey', ['incident_id', 'kind', 'target_id'])
    .execute()
  await db.schema
    .createTable('incident_files')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('incident_id', 'text', incident)
    .addColumn('key', 'text', (column) => column.notNull())
    .addColumn('original_name', 'text', (column) => column.notNull())
    .addColumn('content_type', 'text', (column) => column.notNull())
    .addColumn('size', 'bigint', (column) => column.notNull())
    .addColumn('sha256', 'text', (column) => column.notNull())
    .addColumn('is_public', 'integer', (column) => column.notNull())
    .addColumn('uploaded_by', 'text')
    .addColumn('created_at', 'timestamptz', (column) => column.notNull())
    .execute()
  await db.schema
    .createTable('itsm_history')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('subject_id', 'text', (column) => column.notNull())
    .addColumn('field', 'text', (column) => column.notNull())
    .addColumn('old_value', 'text')
    .addColumn('new_value', 'text')
    .addColumn('changed_by', 'text')
    .addColumn('changed_at', 'timestamptz', (column) => column.notNull())
    .execute()
  for (const [table, ...columns] of indexes) {
    await db.schema
      .createIndex(`${table}_${columns.join('_')}_idx`)
      .on(table)
      .columns(columns)
      .execute()
  }
}

export async function down(db: Kysely<unknown>): Promise<void> {
  for (const table of [
    'itsm_history',
    'incident_files',
    'incident_links',
    'incident_notes',
    'incident_cis',
    'incident_tags',
    'incidents',
    'itsm_numbers',
  ]) {
    await db.schema.dropTable(table).execute()
  }
}
