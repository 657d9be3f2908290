import { type Kysely, PostgresAdapter, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await rekey(db, sql`include (weight)`)
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await rekey(db, sql``)
}

/**
 * A search reads up to 20,000 entries, which lie wherever their known errors do; the index alone has them
 * together. On SQLite the table is the index.
 */
async function rekey(db: Kysely<unknown>, besides: ReturnType<typeof sql>): Promise<void> {
  if (!(db.getExecutor().adapter instanceof PostgresAdapter)) return
  await sql`
    alter table known_error_grams drop constraint known_error_grams_pkey,
      add constraint known_error_grams_pkey primary key (gram, known_error_id) ${besides}`.execute(
    db,
  )
}
