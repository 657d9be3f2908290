import type { Trx } from '../../db/tables.ts'
import { transact } from '../../db/transact.ts'
import type { Caller } from '../access.ts'
import { failure } from '../failure.ts'
import type { Deps } from '../fastify.ts'
import { enqueue } from '../jobs.ts'
import { requireProject, requireRole } from './access.ts'
import { recordProjectAudit } from './activity.ts'
import { forgetSources, holdFiles, isReferred, tellOfFile } from './file-changes.ts'
import { type ProjectFileRow, readProjectFile, versionsOf } from './files.ts'
import { usesOf } from './usage.ts'

type Stores = Pick<Deps, 'db' | 'channels' | 'projectParts'>

const maxAttempts = 3

/**
 * Deletes a file with all its versions where `id` is the last of them, and else this version alone.
 * Members delete what is all their own. Fails with 409 `project_file_in_use` where trees or sessions
 * use one that would go.
 */
export async function deleteProjectFile(
  deps: Stores,
  caller: Caller,
  projectId: string,
  id: string,
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const row = await transact(deps.db, (trx) => deleteNow(trx, deps, caller, projectId, id))
      return tellOfFile(deps, 'project.file_deleted', row)
    } catch (error) {
      // Somebody began to use it between the look and the deletion: the next look sees that.
      if (!isReferred(error)) throw error
      if (attempt === maxAttempts) throw failure('project_file_in_use', undefined, { uses: [] })
    }
  }
}

async function deleteNow(
  trx: Trx,
  { projectParts }: Stores,
  caller: Caller,
  projectId: string,
  id: string,
): Promise<ProjectFileRow> {
  await holdFiles(trx, projectId)
  const project = await requireProject(trx, caller, projectId, 'upload')
  const row = await readProjectFile(trx, projectId, id)
  const gone =
    row.is_latest === 1 ? await versionsOf(trx, projectId, row.name_key).execute() : [row]
  const isOwn = gone.every(({ uploaded_by }) => uploaded_by === caller.id)
  if (!isOwn) requireRole(project, 'delete_any_file')
  const ids = gone.map((each) => each.id)
  const uses = await usesOf(trx, projectParts, ids)
  if (uses.length > 0) throw failure('project_file_in_use', undefined, { uses })
  await forgetSources(trx, ids)
  await trx.deleteFrom('project_files').where('id', 'in', ids).execute()
  for (const { key } of gone) await enqueue(trx, 'remove_file', { key }, { from: caller })
  await recordProjectAudit(trx, caller, projectId, 'project_file.deleted', id, {
    name: row.original_name,
    versions: gone.map(({ version }) => version).sort((a, b) => a - b),
  })
  return row
}
