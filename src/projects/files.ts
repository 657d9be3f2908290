import { type Selectable, type SqlBool, sql } from 'kysely'
import type { Db, Tables } from '../../db/tables.ts'
import { patternOf } from '../../db/text.ts'
import type { PageQuery } from '../../schemas/pages.ts'
import type { ProjectFile, ProjectFileQuery } from '../../schemas/projects/files.ts'
import type { Caller } from '../access.ts'
import { failure } from '../failure.ts'
import { paginate } from '../page.ts'
import { requireProject } from './access.ts'

export type ProjectFileRow = Selectable<Tables['project_files']>

/** A name as it is compared: files whose names have the same key are versions of one. */
export function nameKeyOf(name: string): string {
  return name.normalize('NFKC').toLowerCase()
}

/** The last version of each name, the newest first. Fails with 404 for a project one is not in. */
export async function listProjectFiles(
  db: Db,
  caller: Caller,
  projectId: string,
  { search, ...page }: ProjectFileQuery,
) {
  await requireProject(db, caller, projectId, 'read')
  let query = filesOf(db, projectId).where('is_latest', '=', 1).orderBy('id', 'desc')
  if (search) query = query.where(keyContains(search))
  const { files, ...rest } = await paginate(query, page, 'files')
  return { files: files.map(toProjectFile), ...rest, project_id: projectId }
}

export async function getProjectFile(
  db: Db,
  caller: Caller,
  projectId: string,
  id: string,
): Promise<ProjectFile> {
  return toProjectFile(await getStoredProjectFile(db, caller, projectId, id))
}

/** A file with its place in the storage. Fails with 404 `project_file_not_found`. */
export async function getStoredProjectFile(
  db: Db,
  caller: Caller,
  projectId: string,
  id: string,
): Promise<ProjectFileRow> {
  await requireProject(db, caller, projectId, 'read')
  return readProjectFile(db, projectId, id)
}

/** All versions of the name that a file has, the newest first. */
export async function listProjectFileVersions(
  db: Db,
  caller: Caller,
  projectId: string,
  id: string,
  page: PageQuery,
) {
  const { name_key } = await getStoredProjectFile(db, caller, projectId, id)
  const query = versionsOf(db, projectId, name_key).orderBy('version', 'desc')
  const { versions, ...rest } = await paginate(query, page, 'versions')
  return { versions: versions.map(toProjectFile), ...rest }
}

/** Asks nobody whether they may. */
export function readProjectFile(db: Db, projectId: string, id: string): Promise<ProjectFileRow> {
  return filesOf(db, projectId)
    .where('id', '=', id)
    .executeTakeFirstOrThrow(() => failure('project_file_not_found', { id }))
}

export function versionsOf(db: Db, projectId: string, nameKey: string) {
  return filesOf(db, projectId).where('name_key', '=', nameKey)
}

export function toProjectFile(row: ProjectFileRow): ProjectFile {
  const { key: _, name_key, original_name: file_name, size: file_size, is_latest, ...rest } = row
  return { ...rest, file_name, file_size, is_latest: is_latest === 1 }
}

/** Both sides are in small letters already. */
function keyContains(search: string) {
  return sql<SqlBool>`name_key like ${patternOf(nameKeyOf(search))} escape '\\'`
}

function filesOf(db: Db, projectId: string) {
  return db.selectFrom('project_files').selectAll().where('project_id', '=', projectId)
}
