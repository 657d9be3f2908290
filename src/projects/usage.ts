import type { Db } from '../../db/tables.ts'
import type { ProjectFileUsage } from '../../schemas/projects/files.ts'
import type { Caller } from '../access.ts'
import type { Deps } from '../fastify.ts'
import { getStoredProjectFile, versionsOf } from './files.ts'
import type { FileUse } from './parts.ts'

/** Where a file is used, over all versions of its name. */
export async function getProjectFileUsage(
  { db, projectParts }: Pick<Deps, 'db' | 'projectParts'>,
  caller: Caller,
  projectId: string,
  id: string,
): Promise<ProjectFileUsage> {
  const { name_key } = await getStoredProjectFile(db, caller, projectId, id)
  const versions = await versionsOf(db, projectId, name_key).execute()
  const ids = versions.map((version) => version.id)
  return { uses: await usesOf(db, projectParts, ids) }
}

/** Where these versions of files are used, whatever area it is. */
export async function usesOf(
  db: Db,
  { usesOf: areas }: Deps['projectParts'],
  fileIds: readonly string[],
): Promise<FileUse[]> {
  const uses: FileUse[] = []
  for (const usesIn of areas) uses.push(...(await usesIn(db, fileIds)))
  return uses
}
