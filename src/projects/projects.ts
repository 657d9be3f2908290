import type { Db, Trx } from '../../db/tables.ts'
import { contains } from '../../db/text.ts'
import { transact } from '../../db/transact.ts'
import type {
  NewProject,
  Project,
  ProjectChange,
  ProjectQuery,
} from '../../schemas/projects/projects.ts'
import type { Caller } from '../access.ts'
import { accessChannelOf } from '../accounts/access-changes.ts'
import { holdCaller } from '../accounts/hold.ts'
import { diff } from '../audit.ts'
import { failure } from '../failure.ts'
import type { Deps } from '../fastify.ts'
import { enqueue } from '../jobs.ts'
import { paginate } from '../page.ts'
import { newId, now } from '../values.ts'
import { touched } from '../version.ts'
import {
  getProjectRow,
  holdMembers,
  type ProjectSeen,
  requireRole,
  seenProjects,
  toSeen,
} from './access.ts'
import { recordProjectAudit } from './activity.ts'
import { tellProject } from './tell.ts'

type Told = Pick<Deps, 'db' | 'channels'>

/** Those that the caller is in, the newest first; all of them for a SystemAdmin. */
export async function listProjects(
  db: Db,
  caller: Caller,
  { search, is_active, ...page }: ProjectQuery,
) {
  let query = seenProjects(db, caller).orderBy('projects.id', 'desc')
  if (is_active !== undefined) query = query.where('is_active', '=', is_active ? 1 : 0)
  if (search) {
    query = query.where((eb) =>
      eb.or([
        contains(eb.ref('name'), search),
        contains(eb.ref('code'), search),
        contains(eb.fn.coalesce('description', eb.val('')), search),
      ]),
    )
  }
  const { projects, ...rest } = await paginate(query, page, 'projects')
  return { projects: projects.map((row) => toProject(toSeen(caller, row))), ...rest }
}

export async function getProject(db: Db, caller: Caller, id: string): Promise<Project> {
  return toProject(await getProjectRow(db, caller, id))
}

export async function getProjectByCode(db: Db, caller: Caller, code: string): Promise<Project> {
  const row = await seenProjects(db, caller)
    .where('code', '=', code)
    .executeTakeFirstOrThrow(() => failure('project_not_found', { id: code }))
  return toProject(toSeen(caller, row))
}

/** Whoever creates it is its manager. Fails with 409 for a code that is taken. */
export function createProject(
  db: Db,
  caller: Caller,
  { code, description = null, ...input }: NewProject,
): Promise<Project> {
  const name = input.name.trim()
  return transact(db, async (trx) => {
    const [id, at, { id: user_id }] = [newId(), now(), caller]
    await holdCaller(trx, caller)
    const created = await trx
      .insertInto('projects')
      .values({
        id,
        name,
        code,
        description,
        is_active: 1,
        created_by: user_id,
        version: 1,
        members_version: 1,
        deleted_at: null,
        created_at: at,
        updated_at: at,
      })
      .onConflict((conflict) => conflict.column('code').doNothing())
      .returning('id')
      .executeTakeFirst()
    if (!created) throw failure('project_code_taken', { code })
    const role = 'project_manager'
    await trx
      .insertInto('project_members')
      .values({ id: newId(), project_id: id, user_id, role, joined_at: at, added_by: null })
      .execute()
    await recordProjectAudit(trx, caller, id, 'project.created', id, { name, code, description })
    return getProject(trx, caller, id)
  })
}

/**
 * For managers. With a `version`, changes that one or fails. One that is archived takes no change that does not
 * bring it back.
 */
export async function updateProject(
  told: Told,
  caller: Caller,
  id: string,
  { is_active, ...change }: ProjectChange,
  version?: number,
): Promise<Project> {
  const texts = { ...change, ...(change.name !== undefined && { name: change.name.trim() }) }
  const after = await transact(told.db, async (trx) => {
    const before = await holdForEdit(trx, caller, id, version)
    if (before.is_active === 0 && is_active !== true) throw failure('project_archived')
    await trx
      .updateTable('projects')
      .set({ ...texts, ...(is_active !== undefined && { is_active: Number(is_active) }) })
      .set(touched())
      .where('id', '=', id)
      .execute()
    const changes = diff<object>(toProject(before), {
      ...texts,
      ...(is_active !== undefined && { is_active }),
    })
    await recordProjectAudit(trx, caller, id, 'project.updated', id, changes)
    return getProject(trx, caller, id)
  })
  tellProject(told, id, 'project.updated', { version: after.version })
  return after
}

/** For managers. Nobody sees it any more, its code is free, and a job removes what is in it. */
export async function deleteProject(
  told: Told,
  caller: Caller,
  id: string,
  version?: number,
): Promise<void> {
  const members = await transact(told.db, async (trx) => {
    const before = await holdForEdit(trx, caller, id, version)
    if (before.is_active === 0) throw failure('project_archived')
    await trx
      .updateTable('projects')
      .set({ code: id, deleted_at: now(), ...touched() })
      .where('id', '=', id)
      .execute()
    await enqueue(
      trx,
      'remove_project',
      { project_id: id },
      { key: `remove_project:${id}`, from: caller },
    )
    const { name, code } = before
    await recordProjectAudit(trx, caller, id, 'project.deleted', id, { name, code })
    return trx
      .selectFrom('project_members')
      .select('user_id')
      .where('project_id', '=', id)
      .execute()
  })
  tellProject(told, id, 'project.deleted')
  for (const { user_id } of members) {
    told.channels.publish(accessChannelOf(user_id), { type: 'access_changed' })
  }
}

/** What is shown of a project, and which of it changes without its version. */
export function projectEtag({ version, role }: Project): string {
  return `"${version}.${role}"`
}

/** Who may edit is looked at again when nobody else can change it any more. */
async function holdForEdit(
  trx: Trx,
  caller: Caller,
  id: string,
  version?: number,
): Promise<ProjectSeen> {
  requireRole(await getProjectRow(trx, caller, id), 'edit')
  await holdMembers(trx, id)
  const before = await getProjectRow(trx, caller, id)
  requireRole(before, 'edit')
  if (version !== undefined && before.version !== version) throw failure('stale_version')
  return before
}

function toProject({
  is_active,
  members_version: _,
  deleted_at: __,
  ...row
}: ProjectSeen): Project {
  return { ...row, is_active: is_active === 1 }
}
