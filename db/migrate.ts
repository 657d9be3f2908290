import { type Migration, type MigrationResultSet, Migrator, sql } from 'kysely'
import { migrations } from './migrations/index.ts'
import type { Db } from './tables.ts'

/**
 * Brings the schema up to date. Kysely's migrator holds a lock meanwhile, so that of instances that
 * start together one migrates and the others wait for it.
 */
export async function migrate(db: Db): Promise<string[]> {
  const later = await migrationsOfLater(db)
  return namesIn(await migratorOf(db, later).migrateToLatest())
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
function migratorOf(db: Db, others: Record<string, Migration> = {}): Migrator {
  const provider = { getMigrations: async () => ({ ...migrations, ...others }) }
  return new Migrator({ db, provider, allowUnorderedMigrations: true })
}

/**
 * What a later version of the service has done to this database. Migrations only add until nobody
 * runs the version before, so that one still starts here: beside the new one, or instead of it again.
 */
async function migrationsOfLater(db: Db): Promise<Record<string, Migration>> {
  const done = await sql<{ name: string }>`select name from kysely_migration`.execute(db).then(
    ({ rows }) => rows.map(({ name }) => name),
    () => [], // the first start of all
  )
  const others = done.filter((name) => !(name in migrations))
  return Object.fromEntries(others.map((name) => [name, { up: async () => {} }]))
}

function namesIn({ error, results = [] }: MigrationResultSet): string[] {
  if (error) throw error
  return results.map(({ migrationName }) => migrationName)
}
