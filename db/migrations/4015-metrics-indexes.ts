import { type Kysely, sql } from 'kysely'

/** Figures find what was answered by when it was resolved, but for what was resolved before. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create index incidents_late_response_idx on incidents (responded_at, id)
    where responded_at > resolved_at`.execute(db)
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await db.schema.dropIndex('incidents_late_response_idx').execute()
}
