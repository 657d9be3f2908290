import { type Kysely, sql } from 'kysely'

const calendarId = '01937000-0000-7000-8000-000000004003'
const policyId = '01937000-0000-7000-8000-000000014003'

const ranges = [{ from: '09:00', to: '18:00' }]
const calendar = {
  zone: 'Asia/Tokyo',
  round_the_clock: false,
  weekly: { mon: ranges, tue: ranges, wed: ranges, thu: ranges, fri: ranges },
  holiday_sets: ['japan'],
  holidays: [{ from: '12-29', to: '01-03', name: '年末年始' }],
  extra_days: [],
}
const policy = {
  targets: {
    critical: { response_minutes: 15, resolution_minutes: 120 },
    high: { response_minutes: 60, resolution_minutes: 480 },
    medium: { response_minutes: 240, resolution_minutes: 1440 },
    low: { response_minutes: 480, resolution_minutes: 4320 },
  },
  thresholds: { percent: 75, minutes_before: 30 },
  conditions: { categories: [], team_ids: [], priorities: [], tags: [] },
  raise_priority_on: null,
  notify: ['assignee', 'team_lead', 'manager'],
  rules: { on_priority_change: 'new_target', on_reopen: 'continue', first_response: 'either' },
}

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('sla_calendars')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('name_key', 'text', (column) => column.notNull().unique())
    .addColumn('version', 'integer', (column) => column.notNull())
    .addColumn('created_at', 'timestamptz', (column) => column.notNull())
    .addColumn('updated_at', 'timestamptz', (column) => column.notNull())
    .execute()
  await db.schema
    .createTable('sla_calendar_versions')
    .addColumn('calendar_id', 'text', (column) =>
      column.notNull().references('sla_calendars.id').onDelete('cascade'),
    )
    .addColumn('version', 'integer', (column) => column.notNull())
    .addColumn('valid_from', 'timestamptz', (column) => column.notNull())
    .addColumn('definition', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('sla_calendar_versions_pkey', ['calendar_id', 'version'])
    .execute()
  await db.schema
    .createTable('sla_policies')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('name_key', 'text', (column) => column.notNull().unique())
    .addColumn('position', 'integer', (column) => column.notNull())
    .addColumn('is_default', 'integer', (column) => column.notNull())
    .addColumn('active', 'integer', (column) => column.notNull())
    .addColumn('calendar_id', 'text', (column) => column.notNull().references('sla_calendars.id'))
    .addColumn('version', 'integer', (column) => column.notNull())
    .addColumn('created_at', 'timestamptz', (column) => column.notNull())
    .addColumn('updated_at', 'timestamptz', (column) => column.notNull())
    .execute()
  await db.schema
    .createTable('sla_policy_versions')
    .addColumn('policy_id', 'text', (column) =>
      column.notNull().references('sla_policies.id').onDelete('cascade'),
    )
    .addColumn('version', 'integer', (column) => column.notNull())
    .addColumn('valid_from', 'timestamptz', (column) => column.notNull())
    .addColumn('calendar_id', 'text', (column) => column.notNull().references('sla_calendars.id'))
    .addColumn('definition', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('sla_policy_versions_pkey', ['policy_id', 'version'])
    .execute()
  await db.schema
    .createTable('sla_notices')
    .addColumn('incident_id', 'text', (column) =>
      column.notNull().references('incidents.id').onDelete('cascade'),
    )
    .addColumn('target', 'text', (column) => column.notNull())
    .addColumn('level', 'text', (column) => column.notNull())
    .addColumn('due_at', 'timestamptz', (column) => column.notNull())
    .addColumn('noticed_at', 'timestamptz', (column) => column.notNull())
    .addColumn('late', 'integer', (column) => column.notNull())
    .addPrimaryKeyConstraint('sla_notices_pkey', ['incident_id', 'target', 'level'])
    .execute()
  for (const [table, ...columns] of [
    ['sla_policies', 'position', 'id'],
    ['sla_policies', 'calendar_id'],
    ['sla_policy_versions', 'calendar_id'],
    ['incidents', 'sla_policy_id', 'id'],
  ] as [string, ...string[]][]) {
    await db.schema
      .createIndex(`${table}_${columns.join('_')}_idx`)
      .on(table)
      .columns(columns)
      .execute()
  }
  await sql`create unique index sla_policies_default_idx on sla_policies (is_default) where is_default = 1`.execute(
    db,
  )
  await seed(db)
}

/** So that clocks run from the first incident on. */
async function seed(db: Kysely<unknown>): Promise<void> {
  const at = new Date().toISOString()
  const times = { version: 1, created_at: at, updated_at: at }
  const version = { version: 1, valid_from: at }
  const put = (table: string, row: object) =>
    db
      .insertInto(table as never)
      .values(row as never)
      .execute()
  const office = '平日 9–18 時 (日本の祝日を除く)'
  await put('sla_calendars', { id: calendarId, name: office, name_key: office, ...times })
  await put('sla_calendar_versions', {
    calendar_id: calendarId,
    ...version,
    definition: JSON.stringify(calendar),
  })
  await put('sla_policies', {
    id: policyId,
    name: '標準',
    name_key: '標準',
    position: 1000,
    is_default: 1,
    active: 1,
    calendar_id: calendarId,
    ...times,
  })
  await put('sla_policy_versions', {
    policy_id: policyId,
    ...version,
    calendar_id: calendarId,
    definition: JSON.stringify(policy),
  })
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await db.schema.dropIndex('incidents_sla_policy_id_id_idx').execute()
  for (const table of [
    'sla_notices',
    'sla_policy_versions',
    'sla_policies',
    'sla_calendar_versions',
    'sla_calendars',
  ]) {
    await db.schema.dropTable(table).execute()
  }
}
