import type { Kysely } from 'kysely'

/** The times that figures go by. */
const times = ['opened_at', 'responded_at', 'resolved_at']

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const time of times) {
    await db.schema
      .createIndex(`incidents_figures_${time}_idx`)
      .on('incidents')
      .columns([time, 'id'])
      .execute()
  }
}

export async function down(db: Kysely<unknown>): Promise<void> {
  for (const time of times) await db.schema.dropIndex(`incidents_figures_${time}_idx`).execute()
}
