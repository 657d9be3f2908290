import { sql } from 'kysely'
import { engineOf } from './open.ts'
import type { Db } from './tables.ts'

/**
 * The time by the one clock that all instances have in common, so that one whose own is wrong neither
 * takes the jobs of others nor puts off its own: PostgreSQL's. SQLite has one process, and its clock.
 */
export async function clockOf(db: Db): Promise<string> {
  if (engineOf(db) === 'sqlite') return new Date().toISOString()
  const { rows } = await sql<{ at: string }>`select clock_timestamp() as at`.execute(db)
  return String(rows[0]?.at)
}
