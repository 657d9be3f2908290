import type { Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('analysis_validations')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('project_id', 'text', (column) => column.references('projects.id'))
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('validation_order', 'integer', (column) => column.notNull())
    .addColumn('version', 'integer', (column) => column.notNull())
    .addColumn('created_by', 'text', (column) => column.references('users.id'))
    .addColumn('created_at', 'timestamptz', (column) => column.notNull())
    .addColumn('updated_at', 'timestamptz', (column) => column.notNull())
    .execute()
  await db.schema
    .createTable('analysis_issues')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('validation_id', 'text', (column) => column.notNull())
    .addColumn('project_id', 'text', (column) => column.references('projects.id'))
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('issue_order', 'integer', (column) => column.notNull())
    .addColumn('description', 'text', (column) => column.notNull())
    .addColumn('agent_prompt', 'text', (column) => column.notNull())
    .addColumn('initial_msg', 'text', (column) => column.notNull())
    .addColumn('initial_axis', 'text', (column) => column.notNull())
    .addColumn('dummy_hint', 'text', (column) => column.notNull())
    .addColumn('sample', 'text')
    .addColumn('dummy_formula', 'text', (column) => column.notNull())
    .addColumn('dummy_chart', 'text', (column) => column.notNull())
    .addColumn('version', 'integer', (column) => column.notNull())
    .addColumn('created_by', 'text', (column) => column.references('users.id'))
    .addColumn('created_at', 'timestamptz', (column) => column.notNull())
    .addColumn('updated_at', 'timestamptz', (column) => column.notNull())
    .execute()
  for (const [table, ...columns] of [
    ['analysis_validations', 'project_id', 'validation_order'],
    ['analysis_issues', 'project_id', 'validation_id', 'issue_order'],
    ['analysis_issues', 'validation_id', 'issue_order'],
  ] as [string, ...string[]][]) {
    await db.schema
      .createIndex(`${table}_${columns.join('_')}_idx`)
      .on(table)
      .columns(columns)
      .execute()
  }
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await db.schema.dropTable('analysis_issues').execute()
  await db.schema.dropTable('analysis_validations').execute()
}
