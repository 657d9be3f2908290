import type { Trx } from '../../db/tables.ts'
import type { Deps } from '../fastify.ts'
import type { ProjectFileRow } from './files.ts'

/**
 * Lets one transaction at a time change the files of a project, and none while it is deleted: whoever
 * comes next sees what this one did.
 */
export async function holdFiles(trx: Trx, projectId: string): Promise<void> {
  await trx
    .updateTable('projects')
    .set((eb) => ({ version: eb.ref('version') }))
    .where('id', '=', projectId)
    .execute()
}

/** Tells the room of a project, after the transaction, what happened to a file. */
export function tellOfFile(
  { channels }: Pick<Deps, 'channels'>,
  event: 'project.file_uploaded' | 'project.file_deleted',
  { id, project_id, original_name, version }: ProjectFileRow,
): void {
  const data = { id: project_id, file_id: id, file_name: original_name, version }
  channels.publish(`project:${project_id}`, { type: 'event', event, data })
}

/** Files for trees that were taken from these keep what was read of them, and forget the file. */
export async function forgetSources(trx: Trx, fileIds: readonly string[]): Promise<void> {
  await trx
    .updateTable('driver_tree_files')
    .set({ project_file_id: null })
    .where('project_file_id', 'in', fileIds)
    .execute()
}

/** Whether the database refused to delete what something else refers to; numbers are PostgreSQL's. */
export function isReferred(error: unknown): boolean {
  return ['23503', 'SQLITE_CONSTRAINT_FOREIGNKEY'].includes(Object(error).code)
}
