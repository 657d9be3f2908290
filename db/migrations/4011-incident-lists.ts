import { type Kysely, PostgresAdapter, sql } from 'kysely'

/** What each list filters by comes first in its index, then what it is sorted by. */
const indexes = [
  ['opened_at', 'id'],
  ['updated_at', 'id'],
  ['resolved_at', 'id'],
  ['priority_rank', 'id'],
  ['status', 'opened_at', 'id'],
  ['assignee_id', 'status', 'opened_at', 'id'],
  ['assignee_id', 'opened_at', 'id'],
  ['team_id', 'status', 'opened_at', 'id'],
  ['team_id', 'opened_at', 'id'],
  ['reporter_id', 'opened_at', 'id'],
  ['category', 'opened_at', 'id'],
  ['sla_phase', 'next_due_at', 'id'],
  ['sla_phase', 'next_risk_at', 'id'],
]

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const columns of indexes) {
    const name = `incidents_${columns.join('_')}_idx`
    await db.schema.createIndex(name).on('incidents').columns(columns).execute()
  }
  // Those without a target come last: see `orders` in src/itsm/incidents/listing.ts.
  await sql`create index incidents_due_idx on incidents (
    (coalesce(next_due_at, '9999-12-31T00:00:00.000Z')), id)`.execute(db)
  await sql`create index incidents_major_idx on incidents (opened_at, id) where major = 1`.execute(
    db,
  )
  await db.schema
    .createTable('incident_searches')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('user_id', 'text', (column) =>
      column.notNull().references('users.id').onDelete('cascade'),
    )
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('name_key', 'text', (column) => column.notNull())
    .addColumn('query', 'text', (column) => column.notNull())
    .addColumn('shared', 'integer', (column) => column.notNull())
    .addColumn('version', 'integer', (column) => column.notNull())
    .addColumn('created_at', 'timestamptz', (column) => column.notNull())
    .addColumn('updated_at', 'timestamptz', (column) => column.notNull())
    .addUniqueConstraint('incident_searches_user_id_name_key_key', ['user_id', 'name_key'])
    .execute()
  await db.schema
    .createIndex('incident_searches_shared_id_idx')
    .on('incident_searches')
    .columns(['shared', 'id'])
    .execute()
  if (db.getExecutor().adapter instanceof PostgresAdapter) await indexSubstrings(db)
}

/** Where pg_trgm may be had, searches of three characters and more use it; elsewhere they scan. */
async function indexSubstrings(db: Kysely<unknown>): Promise<void> {
  await sql`
    do $$ begin
      create extension if not exists pg_trgm;
      create index incidents_search_trgm_idx on incidents using gin (search_text gin_trgm_ops);
      create index incident_notes_search_trgm_idx on incident_notes using gin (search_text gin_trgm_ops);
    exception when others then
      raise notice 'Searches of incidents go without pg_trgm: %', sqlerrm;
    end $$`.execute(db)
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await db.schema.dropTable('incident_searches').execute()
  const names = [...indexes.map((columns) => `${columns.join('_')}_idx`), 'due_idx', 'major_idx']
  for (const name of names) await db.schema.dropIndex(`incidents_${name}`).execute()
  await sql`drop index if exists incidents_search_trgm_idx`.execute(db)
  await sql`drop index if exists incident_notes_search_trgm_idx`.execute(db)
}
