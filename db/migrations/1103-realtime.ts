import type { Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('rooms')
    .addColumn('name', 'text', (column) => column.primaryKey())
    .addColumn('last_position', 'integer', (column) => column.notNull())
    .addColumn('updated_at', 'timestamptz', (column) => column.notNull())
    .execute()
  await db.schema.createIndex('rooms_updated_at_idx').on('rooms').columns(['updated_at']).execute()

  await db.schema
    .createTable('room_messages')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('room', 'text', (column) =>
      column.notNull().references('rooms.name').onDelete('cascade'),
    )
    .addColumn('position', 'integer', (column) => column.notNull())
    .addColumn('user_id', 'text', (column) =>
      column.notNull().references('users.id').onDelete('cascade'),
    )
    .addColumn('content', 'text', (column) => column.notNull())
    .addColumn('created_at', 'timestamptz', (column) => column.notNull())
    .addUniqueConstraint('room_messages_room_position_key', ['room', 'position'])
    .execute()
  await db.schema
    .createIndex('room_messages_user_id_idx')
    .on('room_messages')
    .columns(['user_id'])
    .execute()

  await db.schema
    .createTable('room_tickets')
    .addColumn('hash', 'text', (column) => column.primaryKey())
    .addColumn('user_id', 'text', (column) =>
      column.notNull().references('users.id').onDelete('cascade'),
    )
    .addColumn('token', 'text', (column) => column.notNull())
    .addColumn('origin', 'text')
    .addColumn('expires_at', 'timestamptz', (column) => column.notNull())
    .execute()
  await db.schema
    .createIndex('room_tickets_user_id_idx')
    .on('room_tickets')
    .columns(['user_id'])
    .execute()
  await db.schema
    .createIndex('room_tickets_expires_at_idx')
    .on('room_tickets')
    .columns(['expires_at'])
    .execute()
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await db.schema.dropTable('room_tickets').execute()
  await db.schema.dropTable('room_messages').execute()
  await db.schema.dropTable('rooms').execute()
}
