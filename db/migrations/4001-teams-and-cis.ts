import type { Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('teams')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('name_key', 'text', (column) => column.notNull().unique())
    .addColumn('description', 'text')
    .addColumn('lead_id', 'text', (column) => column.references('users.id'))
    .addColumn('manager_id', 'text', (column) => column.references('users.id'))
    .addColumn('version', 'integer', (column) => column.notNull())
    .addColumn('created_at', 'timestamptz', (column) => column.notNull())
    .addColumn('updated_at', 'timestamptz', (column) => column.notNull())
    .execute()
  await db.schema
    .createTable('team_members')
    .addColumn('team_id', 'text', (column) =>
      column.notNull().references('teams.id').onDelete('cascade'),
    )
    .addColumn('user_id', 'text', (column) => column.notNull().references('users.id'))
    .addPrimaryKeyConstraint('team_members_pkey', ['team_id', 'user_id'])
    .execute()
  await db.schema
    .createTable('cis')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('name_key', 'text', (column) => column.notNull().unique())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('description', 'text')
    .addColumn('owner_team_id', 'text', (column) => column.references('teams.id'))
    .addColumn('version', 'integer', (column) => column.notNull())
    .addColumn('created_at', 'timestamptz', (column) => column.notNull())
    .addColumn('updated_at', 'timestamptz', (column) => column.notNull())
    .execute()
  await db.schema
    .createTable('ci_dependencies')
    .addColumn('ci_id', 'text', (column) =>
      column.notNull().references('cis.id').onDelete('cascade'),
    )
    .addColumn('depends_on_id', 'text', (column) =>
      column.notNull().references('cis.id').onDelete('cascade'),
    )
    .addPrimaryKeyConstraint('ci_dependencies_pkey', ['ci_id', 'depends_on_id'])
    .execute()
  for (const [table, ...columns] of [
    ['team_members', 'user_id', 'team_id'],
    ['teams', 'lead_id'],
    ['teams', 'manager_id'],
    ['cis', 'kind', 'name_key'],
    ['cis', 'owner_team_id'],
    ['ci_dependencies', 'depends_on_id', 'ci_id'],
  ] as [string, ...string[]][]) {
    await db.schema
      .createIndex(`${table}_${columns.join('_')}_idx`)
      .on(table)
      .columns(columns)
      .execute()
  }
}

export async function down(db: Kysely<unknown>): Promise<void> {
  for (const table of ['ci_dependencies', 'cis', 'team_members', 'teams']) {
    await db.schema.dropTable(table).execute()
  }
}
