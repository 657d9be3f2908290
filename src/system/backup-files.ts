import { sql } from 'kysely'
import type { TableShape } from '../../db/catalogue.ts'
import type { Db } from '../../db/tables.ts'

/**
 * Every column that says where a file is in the storage. Files on their way (`incoming_files`) are nobody's
 * yet, and thumbnails are made anew from their pictures; neither is in a backup.
 */
export const fileColumns: Readonly<Record<string, readonly string[]>> = {
  analysis_sheets: ['key'],
  driver_tree_files: ['key'],
  driver_tree_sheets: ['key'],
  incident_files: ['key'],
  incident_imports: ['file_key', 'events_key'],
  project_files: ['key'],
  resumable_parts: ['key'],
  submission_files: ['key'],
  uploads: ['key'],
}

/** The keys that a row, as an array of values, has for files. */
export function createKeyFinder({ name, columns }: Pick<TableShape, 'name' | 'columns'>) {
  const places = (fileColumns[name] ?? []).map((column) =>
    columns.findIndex((each) => each.name === column),
  )
  return (row: readonly unknown[]): string[] =>
    places.flatMap((at) => (typeof row[at] === 'string' ? [row[at]] : []))
}

/** Whether a row still names a file. */
export async function isNamed(db: Db, key: string): Promise<boolean> {
  for (const [table, columns] of Object.entries(fileColumns)) {
    for (const column of columns) {
      const { rows } = await sql`
        select 1 from ${sql.table(table)} where ${sql.ref(column)} = ${key} limit 1`.execute(db)
      if (rows.length > 0) return true
    }
  }
  return false
}

/** All keys that a database names, as far as it has the tables for them. */
export async function keysIn(db: Db, tables: readonly TableShape[]): Promise<Set<string>> {
  const keys = new Set<string>()
  for (const { name, columns } of tables) {
    for (const column of fileColumns[name] ?? []) {
      if (!columns.some((each) => each.name === column)) continue
      const { rows } = await sql<{ key: string }>`
        select ${sql.ref(column)} as key from ${sql.table(name)}
        where ${sql.ref(column)} is not null`.execute(db)
      for (const { key } of rows) keys.add(key)
    }
  }
  return keys
}
