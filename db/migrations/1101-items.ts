import { type Kysely, PostgresAdapter, sql } from 'kysely'

/**
 * What each list filters by comes first in its index, then what it is sorted by; `title_key` last, so
 * that a search reads the index alone.
 */
const indexes: [table: string, ...columns: string[]][] = [
  ['items', 'status', 'id', 'title_key'],
  ['items', 'status', 'updated_at', 'id', 'title_key'],
  ['items', 'status', 'title_key', 'id'],
  ['items', 'owner_id', 'status', 'id'],
  ['items', 'owner_id', 'status', 'updated_at', 'id'],
  ['items', 'owner_id', 'status', 'title_key', 'id'],
  ['item_tags', 'tag', 'status', 'id', 'title_key'],
  ['item_tags', 'tag', 'status', 'updated_at', 'id', 'title_key'],
  ['item_tags', 'tag', 'status', 'title_key', 'id'],
  ['item_tags', 'owner_id', 'tag', 'status', 'id'],
]

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('items')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('title', 'text', (column) => column.notNull())
    .addColumn('title_key', 'text', (column) => column.notNull())
    .addColumn('description', 'text')
    .addColumn('status', 'text', (column) => column.notNull())
    .addColumn('tags', 'text', (column) => column.notNull())
    .addColumn('owner_id', 'text', (column) => column.notNull().references('users.id'))
    .addColumn('version', 'integer', (column) => column.notNull())
    .addColumn('created_at', 'timestamptz', (column) => column.notNull())
    .addColumn('updated_at', 'timestamptz', (column) => column.notNull())
    .execute()
  await db.schema
    .createTable('item_tags')
    .addColumn('id', 'text', (column) =>
      column.notNull().references('items.id').onDelete('cascade'),
    )
    .addColumn('tag', 'text', (column) => column.notNull())
    .addColumn('owner_id', 'text', (column) => column.notNull())
    .addColumn('status', 'text', (column) => column.notNull())
    .addColumn('title_key', 'text', (column) => column.notNull())
    .addColumn('updated_at', 'timestamptz', (column) => column.notNull())
    .addPrimaryKeyConstraint('item_tags_pkey', ['id', 'tag'])
    .execute()
  await db.schema
    .createTable('item_counts')
    .addColumn('tag', 'text', (column) => column.notNull())
    .addColumn('owner_id', 'text', (column) => column.notNull())
    .addColumn('status', 'text', (column) => column.notNull())
    .addColumn('shard', 'integer', (column) => column.notNull())
    .addColumn('n', 'integer', (column) => column.notNull())
    .addPrimaryKeyConstraint('item_counts_pkey', ['tag', 'owner_id', 'status', 'shard'])
    .execute()
  for (const [table, ...columns] of indexes) {
    const name = `${table}_${columns.join('_')}_idx`
    await db.schema.createIndex(name).on(table).columns(columns).execute()
  }
  if (db.getExecutor().adapter instanceof PostgresAdapter) await indexSubstrings(db)
}

/** Where pg_trgm may be had, searches of three characters and more use it; elsewhere they scan. */
async function indexSubstrings(db: Kysely<unknown>): Promise<void> {
  await sql`
    do $$ begin
      create extension if not exists pg_trgm;
      create index items_title_key_trgm_idx on items using gin (title_key gin_trgm_ops);
    exception when others then
      raise notice 'Searches of items go without pg_trgm: %', sqlerrm;
    end $$`.execute(db)
}

export async function down(db: Kysely<unknown>): Promise<void> {
  for (const table of ['item_counts', 'item_tags', 'items']) {
    await db.schema.dropTable(table).execute()
  }
}
