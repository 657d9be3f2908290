import { type Kysely, PostgresAdapter, sql } from 'kysely'

/**
 * What each list filters by comes first in its index, then what it is sorted by. What comes after the id
 * is there to be filtered and counted by without the rows themselves.
 */
const indexes = [
  ['opened_at', 'id', 'status', 'priority', 'impact', 'urgency', 'major'],
  ['updated_at', 'id'],
  ['resolved_at', 'id'],
  ['priority_rank', 'id'],
  ['status', 'opened_at', 'id'],
  ['assignee_id', 'status', 'opened_at', 'id'],
  ['assignee_id', 'opened_at', 'id'],
  ['team_id', 'opened_at', 'id', 'status', 'priority'],
  ['reporter_id', 'opened_at', 'id'],
  ['category', 'opened_at', 'id', 'status', 'priority', 'team_id'],
  ['sla_phase', 'opened_at', 'id', 'next_due_at', 'next_risk_at'],
]

function nameOf(columns: readonly string[]): string {
  return `incidents_${columns.slice(0, columns.indexOf('id') + 1).join('_')}_idx`
}

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const columns of indexes) {
    await db.schema.createIndex(nameOf(columns)).on('incidents').columns(columns).execute()
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
  await db.schema
    .createTable('incident_texts')
    .addColumn('number', 'integer', (column) => column.primaryKey())
    .addColumn('incident_id', 'text', (column) =>
      column.notNull().unique().references('incidents.id').onDelete('cascade'),
    )
    .addColumn('public_text', 'text', (column) => column.notNull())
    .addColumn('internal_text', 'text', (column) => column.notNull())
    .execute()
  const isPostgres = db.getExecutor().adapter instanceof PostgresAdapter
  await (isPostgres ? indexSubstrings(db) : indexTrigrams(db))
}

/** Where pg_trgm may be had, searches of three characters and more use it; elsewhere they scan. */
async function indexSubstrings(db: Kysely<unknown>): Promise<void> {
  await sql`
    do $$ begin
      create extension if not exists pg_trgm;
      create index incident_texts_public_idx on incident_texts using gin (public_text gin_trgm_ops);
      create index incident_texts_internal_idx on incident_texts using gin (internal_text gin_trgm_ops);
    exception when others then
      raise notice 'Searches of incidents go without pg_trgm: %', sqlerrm;
    end $$`.execute(db)
}

/**
 * An index over the texts, which stay where they are; their numbers are its row ids, which a VACUUM leaves
 * alone. The texts are in lower case already, by the rules of JavaScript rather than its own.
 */
async function indexTrigrams(db: Kysely<unknown>): Promise<void> {
  await sql`create virtual table incident_texts_trigrams using fts5(
    public_text, internal_text, content = 'incident_texts', content_rowid = 'number',
    tokenize = 'trigram case_sensitive 1')`.execute(db)
  await sql`create virtual table incident_texts_terms
    using fts5vocab (incident_texts_trigrams, row)`.execute(db)
  const add = sql.raw(`insert into incident_texts_trigrams (rowid, public_text, internal_text)
    values (new.number, new.public_text, new.internal_text);`)
  const remove = sql.raw(`insert into incident_texts_trigrams
    (incident_texts_trigrams, rowid, public_text, internal_text)
    values ('delete', old.number, old.public_text, old.internal_text);`)
  await sql`create trigger incident_texts_added after insert on incident_texts
    begin ${add} end`.execute(db)
  await sql`create trigger incident_texts_removed after delete on incident_texts
    begin ${remove} end`.execute(db)
  await sql`create trigger incident_texts_changed after update on incident_texts
    begin ${remove} ${add} end`.execute(db)
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`drop table if exists incident_texts_terms`.execute(db)
  await sql`drop table if exists incident_texts_trigrams`.execute(db)
  await db.schema.dropTable('incident_texts').execute()
  await db.schema.dropTable('incident_searches').execute()
  const names = [...indexes.map(nameOf), 'incidents_due_idx', 'incidents_major_idx']
  for (const name of names) await db.schema.dropIndex(name).execute()
}
