import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { inFolder } from './folder.ts'
import { isSqlite, pathIn } from './open.ts'

/**
 * Keeps an SQLite database for this process until it calls the answered function or ends, however
 * it ends: the operating system drops the lock of a dead process. Throws when another process has
 * it. PostgreSQL needs no such lock.
 */
export async function lockDb(url: string): Promise<() => void> {
  if (!isSqlite(url) || pathIn(url) === ':memory:') return () => {}
  const path = pathIn(url)
  const { default: Sqlite } = await import('better-sqlite3')
  const folder = dirname(path)
  const lock = inFolder('DATABASE_URL', folder, () => {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    return new Sqlite(`${path}.lock`, { timeout: 0 })
  })
  try {
    inFolder('DATABASE_URL', folder, () => lock.exec('begin exclusive'))
  } catch (error) {
    lock.close()
    if (Object(error).code !== 'SQLITE_BUSY') throw error
    throw new Error(
      `Another process of this service uses ${path}. Stop it first, or use PostgreSQL.\n` +
        `別のプロセスが ${path} を使用中です。先に停止するか、PostgreSQL を使ってください。`,
      { cause: error },
    )
  }
  return () => void lock.close()
}
