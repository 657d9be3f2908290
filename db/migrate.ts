import { type MigrationResultSet, Migrator } from 'kysely'
import { migrations } from './migrations/index.ts'
import type { Db } from './tables.ts'

/**
 * Brings the schema up to date. Kysely's migrator holds a lock meanwhile, so that of instances that
 * start together one migrates and the others wait for it.
 */
export async function migrate(db: Db): Promise<string[]> {
  return namesIn(await migratorOf(db).migrateToLatest())
}

/** Takes back the latest migration. */
export async function migrateDown(db: Db): Promise<string[]> {
  return namesIn(await migratorOf(db).migrateDown())
}

/** The names of the migrations this database still lacks. */
export async function pendingMigrations(db: Db): Promise<string[]> {
  const all = await migratorOf(db).getMigrations()
  return all.filter(({ executedAt }) => !executedAt).map(({ name }) => name)
}

/** Names begin with the page of the specification, so a later one may sort before an older one. */
function migratorOf(db: Db): Migrator {
  const provider = { getMigrations: async () => migrations }
  return new Migrator({ db, provider, allowUnorderedMigrations: true })
}

function namesIn({ error, results = [] }: MigrationResultSet): string[] {
  if (error) throw error
  return results.map(({ migrationName }) => migrationName)
}
