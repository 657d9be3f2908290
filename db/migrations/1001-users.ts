import type { Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('users')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('username', 'text')
    .addColumn('username_key', 'text', (column) => column.unique())
    .addColumn('email', 'text', (column) => column.notNull())
    .addColumn('email_key', 'text', (column) => column.notNull().unique())
    .addColumn('display_name', 'text', (column) => column.notNull())
    .addColumn('full_name', 'text')
    .addColumn('bio', 'text')
    .addColumn('profile_image', 'text')
    .addColumn('azure_oid', 'text', (column) => column.unique())
    .addColumn('password_hash', 'text')
    .addColumn('roles', 'text', (column) => column.notNull())
    .addColumn('deactivated_at', 'timestamptz')
    .addColumn('deleted_at', 'timestamptz')
    .addColumn('last_login', 'timestamptz')
    .addColumn('version', 'integer', (column) => column.notNull())
    .addColumn('created_at', 'timestamptz', (column) => column.notNull())
    .addColumn('updated_at', 'timestamptz', (column) => column.notNull())
    .execute()
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await db.schema.dropTable('users').execute()
}
