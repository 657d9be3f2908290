import type { ColumnDefinitionBuilder, Kysely } from 'kysely'

const indexes: [table: string, ...columns: string[]][] = [
  ['problems', 'created_at', 'id'],
  ['problems', 'updated_at', 'id'],
  ['problems', 'status', 'created_at', 'id'],
  ['problems', 'category', 'created_at', 'id'],
  ['problems', 'priority_rank', 'created_at', 'id'],
  ['problems', 'assignee_id', 'created_at', 'id'],
  ['problems', 'team_id', 'created_at', 'id'],
  ['problems', 'resolved_at'],
  ['problem_cis', 'ci_id', 'problem_id'],
  ['problem_changes', 'change_id', 'problem_id'],
  ['problem_findings', 'problem_id', 'id'],
  ['problem_messages', 'incident_id'],
]

const tables = [
  'problem_messages',
  'problem_findings',
  'problem_rca',
  'problem_changes',
  'problem_cis',
  'problems',
]

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('problems')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('number', 'integer', (column) => column.notNull().unique())
    .addColumn('title', 'text', (column) => column.notNull())
    .addColumn('description', 'text')
    .addColumn('search_text', 'text', (column) => column.notNull())
    .addColumn('status', 'text', (column) => column.notNull())
    .addColumn('status_reason', 'text')
    .addColumn('priority', 'text', (column) => column.notNull())
    .addColumn('priority_rank', 'integer', (column) => column.notNull())
    .addColumn('category', 'text', (column) => column.notNull())
    .addColumn('business_impact', 'text', (column) => column.notNull())
    .addColumn('impact_analysis', 'text')
    .addColumn('root_cause', 'text')
    .addColumn('root_cause_status', 'text', (column) => column.notNull())
    .addColumn('root_cause_reason', 'text')
    .addColumn('root_cause_at', 'timestamptz')
    .addColumn('workaround', 'text')
    .addColumn('known_error', 'integer', (column) => column.notNull())
    .addColumn('permanent_solution', 'text')
    .addColumn('affected_services', 'text', (column) => column.notNull())
    .addColumn('assignee_id', 'text', (column) => column.references('users.id'))
    .addColumn('team_id', 'text', (column) => column.references('teams.id'))
    .addColumn('rca_phase', 'text', (column) => column.notNull())
    .addColumn('resolved_at', 'timestamptz')
    .addColumn('closed_at', 'timestamptz')
    .addColumn('first_closed_at', 'timestamptz')
    .addColumn('reopen_count', 'integer', (column) => column.notNull())
    .addColumn('created_by', 'text')
    .addColumn('version', 'integer', (column) => column.notNull())
    .addColumn('created_at', 'timestamptz', (column) => column.notNull())
    .addColumn('updated_at', 'timestamptz', (column) => column.notNull())
    .execute()
  const problem = (column: ColumnDefinitionBuilder) =>
    column.notNull().references('problems.id').onDelete('cascade')
  await db.schema
    .createTable('problem_cis')
    .addColumn('problem_id', 'text', problem)
    .addColumn('ci_id', 'text', (column) =>
      column.notNull().references('cis.id').onDelete('cascade'),
    )
    .addPrimaryKeyConstraint('problem_cis_pkey', ['problem_id', 'ci_id'])
    .execute()
  await db.schema
    .createTable('problem_changes')
    .addColumn('problem_id', 'text', problem)
    // The table of changes is of a later migration; functions look after it.
    .addColumn('change_id', 'text', (column) => column.notNull())
    .addColumn('created_by', 'text')
    .addColumn('created_at', 'timestamptz', (column) => column.notNull())
    .addPrimaryKeyConstraint('problem_changes_pkey', ['problem_id', 'change_id'])
    .execute()
  await db.schema
    .createTable('problem_rca')
    .addColumn('problem_id', 'text', problem)
    .addColumn('method', 'text', (column) => column.notNull())
    .addColumn('version', 'integer', (column) => column.notNull())
    .addColumn('document', 'text', (column) => column.notNull())
    .addColumn('saved_by', 'text')
    .addColumn('saved_at', 'timestamptz', (column) => column.notNull())
    .addPrimaryKeyConstraint('problem_rca_pkey', ['problem_id', 'method', 'version'])
    .execute()
  await db.schema
    .createTable('problem_findings')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('problem_id', 'text', problem)
    .addColumn('finding_type', 'text', (column) => column.notNull())
    .addColumn('description', 'text', (column) => column.notNull())
    .addColumn('evidence', 'text')
    .addColumn('impact', 'text')
    .addColumn('recommendation', 'text')
    .addColumn('version', 'integer', (column) => column.notNull())
    .addColumn('created_by', 'text')
    .addColumn('created_at', 'timestamptz', (column) => column.notNull())
    .addColumn('updated_at', 'timestamptz', (column) => column.notNull())
    .execute()
  await db.schema
    .createTable('problem_messages')
    .addColumn('problem_id', 'text', problem)
    .addColumn('incident_id', 'text', (column) =>
      column.notNull().references('incidents.id').onDelete('cascade'),
    )
    .addColumn('hash', 'text', (column) => column.notNull())
    .addColumn('created_at', 'timestamptz', (column) => column.notNull())
    .addPrimaryKeyConstraint('problem_messages_pkey', ['problem_id', 'incident_id', 'hash'])
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
  for (const table of tables) await db.schema.dropTable(table).execute()
}
