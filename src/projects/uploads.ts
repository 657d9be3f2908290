import type { Trx } from '../../db/tables.ts'
import type { ProjectFile } from '../../schemas/projects/files.ts'
import type { Caller } from '../access.ts'
import { holdCaller } from '../accounts/hold.ts'
import { failure } from '../failure.ts'
import type { Deps } from '../fastify.ts'
import { type CheckedFile, checkFile } from '../file-content.ts'
import { type Kept, keepFile } from '../incoming.ts'
import type { ReceivedFile } from '../multipart.ts'
import { newId, now } from '../values.ts'
import { requireProject } from './access.ts'
import { recordProjectAudit } from './activity.ts'
import { holdFiles, tellOfFile } from './file-changes.ts'
import { nameKeyOf, type ProjectFileRow, toProjectFile, versionsOf } from './files.ts'

export const projectFileExtensions = [
  '.jpg',
  '.jpeg',
  '.png',
  '.gif',
  '.pdf',
  '.txt',
  '.csv',
  '.json',
  '.docx',
  '.xlsx',
  '.xls',
] as const

export const maxProjectFileBytes = 100 * 1024 * 1024

/** How many versions one name has at most: they are deleted together. */
export const maxFileVersions = 500

/**
 * Takes a file into a project; one of a name that is there already is its next version. Fails with 403
 * for those who may only read, with 409 in an archived project or when the name has all its versions,
 * and as `checkFile` does. What came of a file that is refused is removed.
 */
export async function uploadProjectFile(
  deps: Pick<Deps, 'db' | 'storage' | 'channels'>,
  caller: Caller,
  projectId: string,
  { name, body }: ReceivedFile,
): Promise<ProjectFile> {
  await requireProject(deps.db, caller, projectId, 'upload')
  const wanted = {
    folder: 'projects',
    maxBytes: maxProjectFileBytes,
    extensions: projectFileExtensions,
  }
  const { file, place, body: checked } = await checkFile(deps.storage, wanted, name, body)
  const row = await keepFile(deps, place, checked, async (trx, kept) => {
    await holdCaller(trx, caller)
    await holdFiles(trx, projectId)
    // The upload took its time: the project may be gone by now, and so may the role in it.
    await requireProject(trx, caller, projectId, 'upload')
    return insertVersion(trx, caller, projectId, file, kept)
  })
  tellOfFile(deps, 'project.file_uploaded', row)
  return toProjectFile(row)
}

/** Takes that the files of the project are held. */
async function insertVersion(
  trx: Trx,
  caller: Caller,
  projectId: string,
  { name, type }: CheckedFile,
  kept: Kept,
): Promise<ProjectFileRow> {
  const name_key = nameKeyOf(name)
  const row: ProjectFileRow = {
    id: newId(),
    project_id: projectId,
    original_name: name,
    name_key,
    version: await nextVersion(trx, projectId, name),
    is_latest: 1,
    content_type: type,
    uploaded_by: caller.id,
    created_at: now(),
    ...kept,
  }
  await trx
    .updateTable('project_files')
    .set({ is_latest: 0 })
    .where('project_id', '=', projectId)
    .where('name_key', '=', name_key)
    .where('is_latest', '=', 1)
    .execute()
  await trx.insertInto('project_files').values(row).execute()
  const { version, size } = row
  const changes = { name, version, size }
  await recordProjectAudit(trx, caller, projectId, 'project_file.uploaded', row.id, changes)
  return row
}

/** The last version of a name is deleted only with all others, so no number is given twice. */
async function nextVersion(trx: Trx, projectId: string, name: string): Promise<number> {
  const { last, count } = await versionsOf(trx, projectId, nameKeyOf(name))
    .clearSelect()
    .select((eb) => [eb.fn.max('version').as('last'), eb.fn.countAll<number>().as('count')])
    .executeTakeFirstOrThrow()
  const limit = maxFileVersions
  if (count >= limit) throw failure('project_file_versions_full', { name, limit })
  return (last ?? 0) + 1
}
