import type { Db } from '../../../db/tables.ts'

/** Where the tables of all files of a session are in the storage. */
export function keysOfSession(db: Db, sessionId: string): Promise<string[]> {
  return keysOf(db, 'analysis_files.session_id', sessionId)
}

/** Where the tables of a file of a session are in the storage. */
export function keysOfFile(db: Db, fileId: string): Promise<string[]> {
  return keysOf(db, 'analysis_files.id', fileId)
}

async function keysOf(
  db: Db,
  column: 'analysis_files.session_id' | 'analysis_files.id',
  id: string,
): Promise<string[]> {
  const sheets = await db
    .selectFrom('analysis_sheets')
    .innerJoin('analysis_files', 'analysis_files.id', 'file_id')
    .select('key')
    .where(column, '=', id)
    .where('key', 'is not', null)
    .orderBy('analysis_sheets.id')
    .execute()
  return sheets.flatMap(({ key }) => key ?? [])
}
