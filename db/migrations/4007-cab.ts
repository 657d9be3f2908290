import { type Kysely, sql } from 'kysely'

const indexes: [table: string, ...columns: string[]][] = [
  ['cab_members', 'user_id', 'board_id'],
  ['cab_delegates', 'board_id', 'starts_at'],
  ['cab_delegates', 'delegate_id'],
  ['change_decisions', 'board_id'],
  ['cab_meetings', 'starts_at', 'id'],
  ['cab_meetings', 'board_id', 'starts_at', 'id'],
  ['cab_agenda', 'change_id'],
]

export async function up(db: Kysely<unknown>): Promise<void> {
  await createBoards(db)
  await createVotes(db)
  await createMeetings(db)
  for (const [table, ...columns] of indexes) {
    await db.schema
      .createIndex(`${table}_${columns.join('_')}_idx`)
      .on(table)
      .columns(columns)
      .execute()
  }
  await db.schema
    .createIndex('cab_boards_default_key')
    .on('cab_boards')
    .column('is_default')
    .unique()
    .where(sql.ref('is_default'), '=', sql.lit(1))
    .execute()
}

async function createBoards(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('cab_boards')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('name_key', 'text', (column) => column.notNull().unique())
    .addColumn('is_default', 'integer', (column) => column.notNull())
    .addColumn('rule', 'text', (column) => column.notNull())
    .addColumn('quorum', 'double precision', (column) => column.notNull())
    .addColumn('version', 'integer', (column) => column.notNull())
    .addColumn('created_at', 'timestamptz', (column) => column.notNull())
    .addColumn('updated_at', 'timestamptz', (column) => column.notNull())
    .execute()
  await db.schema
    .createTable('cab_members')
    .addColumn('board_id', 'text', (column) =>
      column.notNull().references('cab_boards.id').onDelete('cascade'),
    )
    .addColumn('user_id', 'text', (column) => column.notNull().references('users.id'))
    .addColumn('role', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('cab_members_pkey', ['board_id', 'user_id'])
    .execute()
  await db.schema
    .createTable('cab_delegates')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('board_id', 'text', (column) =>
      column.notNull().references('cab_boards.id').onDelete('cascade'),
    )
    .addColumn('user_id', 'text', (column) => column.notNull().references('users.id'))
    .addColumn('delegate_id', 'text', (column) => column.notNull().references('users.id'))
    .addColumn('starts_at', 'timestamptz', (column) => column.notNull())
    .addColumn('ends_at', 'timestamptz', (column) => column.notNull())
    .execute()
}

async function createVotes(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('change_votes')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('change_id', 'text', (column) =>
      column.notNull().references('changes.id').onDelete('cascade'),
    )
    .addColumn('round', 'integer', (column) => column.notNull())
    .addColumn('user_id', 'text', (column) => column.notNull().references('users.id'))
    .addColumn('cast_by', 'text', (column) => column.notNull().references('users.id'))
    .addColumn('decision', 'text', (column) => column.notNull())
    .addColumn('comments', 'text')
    .addColumn('conditions', 'text', (column) => column.notNull())
    .addColumn('created_at', 'timestamptz', (column) => column.notNull())
    .addColumn('updated_at', 'timestamptz', (column) => column.notNull())
    .addUniqueConstraint('change_votes_seat_key', ['change_id', 'round', 'user_id'])
    .execute()
  await db.schema
    .createTable('change_decisions')
    .addColumn('change_id', 'text', (column) =>
      column.notNull().references('changes.id').onDelete('cascade'),
    )
    .addColumn('round', 'integer', (column) => column.notNull())
    .addColumn('decision', 'text', (column) => column.notNull())
    .addColumn('board_id', 'text', (column) =>
      column.references('cab_boards.id').onDelete('set null'),
    )
    .addColumn('board_name', 'text')
    .addColumn('tally', 'text', (column) => column.notNull())
    .addColumn('decided_at', 'timestamptz', (column) => column.notNull())
    .addPrimaryKeyConstraint('change_decisions_pkey', ['change_id', 'round'])
    .execute()
  await db.schema
    .createTable('change_conditions')
    .addColumn('change_id', 'text', (column) =>
      column.notNull().references('changes.id').onDelete('cascade'),
    )
    .addColumn('n', 'integer', (column) => column.notNull())
    .addColumn('round', 'integer', (column) => column.notNull())
    .addColumn('user_id', 'text', (column) => column.notNull().references('users.id'))
    .addColumn('text', 'text', (column) => column.notNull())
    .addColumn('done_by', 'text', (column) => column.references('users.id'))
    .addColumn('done_at', 'timestamptz')
    .addColumn('created_at', 'timestamptz', (column) => column.notNull())
    .addPrimaryKeyConstraint('change_conditions_pkey', ['change_id', 'n'])
    .execute()
}

async function createMeetings(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('cab_meetings')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('board_id', 'text', (column) => column.notNull().references('cab_boards.id'))
    .addColumn('title', 'text', (column) => column.notNull())
    .addColumn('starts_at', 'timestamptz', (column) => column.notNull())
    .addColumn('ends_at', 'timestamptz', (column) => column.notNull())
    .addColumn('place', 'text')
    .addColumn('minutes', 'text')
    .addColumn('closed_at', 'timestamptz')
    .addColumn('created_by', 'text', (column) => column.notNull().references('users.id'))
    .addColumn('version', 'integer', (column) => column.notNull())
    .addColumn('created_at', 'timestamptz', (column) => column.notNull())
    .addColumn('updated_at', 'timestamptz', (column) => column.notNull())
    .execute()
  await db.schema
    .createTable('cab_agenda')
    .addColumn('meeting_id', 'text', (column) =>
      column.notNull().references('cab_meetings.id').onDelete('cascade'),
    )
    .addColumn('position', 'integer', (column) => column.notNull())
    .addColumn('change_id', 'text', (column) =>
      column.notNull().references('changes.id').onDelete('cascade'),
    )
    .addColumn('minutes', 'integer')
    .addPrimaryKeyConstraint('cab_agenda_pkey', ['meeting_id', 'position'])
    .execute()
  await db.schema
    .createTable('cab_attendees')
    .addColumn('meeting_id', 'text', (column) =>
      column.notNull().references('cab_meetings.id').onDelete('cascade'),
    )
    .addColumn('user_id', 'text', (column) => column.notNull().references('users.id'))
    .addPrimaryKeyConstraint('cab_attendees_pkey', ['meeting_id', 'user_id'])
    .execute()
}

export async function down(db: Kysely<unknown>): Promise<void> {
  for (const table of [
    'cab_attendees',
    'cab_agenda',
    'cab_meetings',
    'change_conditions',
    'change_decisions',
    'change_votes',
    'cab_delegates',
    'cab_members',
    'cab_boards',
  ]) {
    await db.schema.dropTable(table).execute()
  }
}
