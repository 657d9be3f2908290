import type { Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('project_activity')
    .addColumn('project_id', 'text', (column) =>
      column.notNull().references('projects.id').onDelete('cascade'),
    )
    .addColumn('id', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('project_activity_pkey', ['project_id', 'id'])
    .execute()
  await db.schema
    .createIndex('project_members_project_id_id_idx')
    .on('project_members')
    .columns(['project_id', 'id'])
    .execute()
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await db.schema.dropIndex('project_members_project_id_id_idx').execute()
  await db.schema.dropTable('project_activity').execute()
}
