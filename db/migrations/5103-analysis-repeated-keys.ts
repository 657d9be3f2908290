import type { Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('analysis_sheets').addColumn('repeated_keys', 'text').execute()
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('analysis_sheets').dropColumn('repeated_keys').execute()
}
