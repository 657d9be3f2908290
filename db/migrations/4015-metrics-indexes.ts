import type { Kysely } from 'kysely'

/** Figures go by when an incident was opened, answered and resolved; lists need the other two as well. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createIndex('incidents_responded_at_id_idx')
    .on('incidents')
    .columns(['responded_at', 'id'])
    .execute()
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await db.schema.dropIndex('incidents_responded_at_id_idx').execute()
}
