import type { Kysely } from 'kysely'

const indexes: [table: string, ...columns: string[]][] = [
  ['change_tasks', 'change_id', 'position'],
  ['change_task_dependencies', 'depends_on_id'],
  ['change_templates', 'active', 'name_key'],
  ['changes', 'category', 'actual_end'],
  ['changes', 'template_id'],
  ['changes', 'risk_score', 'id'],
]

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('change_templates')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('name_key', 'text', (column) => column.notNull().unique())
    .addColumn('description', 'text', (column) => column.notNull())
    .addColumn('justification', 'text', (column) => column.notNull())
    .addColumn('implementation_plan', 'text', (column) => column.notNull())
    .addColumn('rollback_plan', 'text', (column) => column.notNull())
    .addColumn('test_plan', 'text', (column) => column.notNull())
    .addColumn('impact', 'text', (column) => column.notNull())
    .addColumn('likelihood', 'text', (column) => column.notNull())
    .addColumn('category', 'text')
    .addColumn('active', 'integer', (column) => column.notNull())
    .addColumn('version', 'integer', (column) => column.notNull())
    .addColumn('created_by', 'text')
    .addColumn('created_at', 'timestamptz', (column) => column.notNull())
    .addColumn('updated_at', 'timestamptz', (column) => column.notNull())
    .execute()
  await db.schema
    .createTable('change_tasks')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('change_id', 'text', (column) =>
      column.notNull().references('changes.id').onDelete('cascade'),
    )
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('assignee_id', 'text', (column) => column.references('users.id'))
    .addColumn('status', 'text', (column) => column.notNull())
    .addColumn('planned_start', 'timestamptz')
    .addColumn('planned_end', 'timestamptz')
    .addColumn('actual_start', 'timestamptz')
    .addColumn('actual_end', 'timestamptz')
    .addColumn('position', 'integer', (column) => column.notNull())
    .addColumn('version', 'integer', (column) => column.notNull())
    .addColumn('created_at', 'timestamptz', (column) => column.notNull())
    .addColumn('updated_at', 'timestamptz', (column) => column.notNull())
    .execute()
  await db.schema
    .createTable('change_task_dependencies')
    .addColumn('task_id', 'text', (column) =>
      column.notNull().references('change_tasks.id').onDelete('cascade'),
    )
    .addColumn('depends_on_id', 'text', (column) =>
      column.notNull().references('change_tasks.id').onDelete('cascade'),
    )
    .addPrimaryKeyConstraint('change_task_dependencies_pkey', ['task_id', 'depends_on_id'])
    .execute()
  await db.schema
    .createTable('change_review_reminders')
    .addColumn('change_id', 'text', (column) =>
      column.primaryKey().references('changes.id').onDelete('cascade'),
    )
    .addColumn('day', 'text', (column) => column.notNull())
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
  for (const columns of [['category', 'actual_end'], ['template_id'], ['risk_score', 'id']]) {
    await db.schema.dropIndex(`changes_${columns.join('_')}_idx`).execute()
  }
  for (const table of [
    'change_review_reminders',
    'change_task_dependencies',
    'change_tasks',
    'change_templates',
  ]) {
    await db.schema.dropTable(table).execute()
  }
}
