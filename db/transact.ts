import type { Db, Trx } from './tables.ts'

const maxAttempts = 3

/**
 * PostgreSQL ends one of two transactions that wait for each other, and one that meets the first
 * change of a table since its statements were prepared; they may simply run again.
 */
const retryable = ['40001', '40P01', '0A000']

/**
 * Runs `work` in a transaction, joining the one `db` may already be. The work may run again after
 * a deadlock, so it changes nothing but the database.
 */
export async function transact<Result>(
  db: Db,
  work: (trx: Trx) => Promise<Result>,
): Promise<Result> {
  if (db.isTransaction) return work(db as Trx)
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await db.transaction().execute(work)
    } catch (error) {
      if (attempt === maxAttempts || !retryable.includes(Object(error).code)) throw error
    }
  }
}

/** Runs reads that belong together: each sees the database as it was at the first one. */
export function readTogether<Result>(db: Db, work: (db: Db) => Promise<Result>): Promise<Result> {
  if (db.isTransaction) return work(db)
  return db.transaction().setIsolationLevel('repeatable read').execute(work)
}
