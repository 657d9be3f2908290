import type { Db } from '../../../db/tables.ts'
import type { FileUse } from '../../projects/parts.ts'

/** The sessions that these files of a project are registered with. */
export async function sessionsUsing(_db: Db, _fileIds: readonly string[]): Promise<FileUse[]> {
  return []
}
