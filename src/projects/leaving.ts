import type { ExpressionBuilder } from 'kysely'
import { sql } from 'kysely'
import type { Db, Tables, Trx } from '../../db/tables.ts'
import type { Actor } from '../access.ts'
import { holdUsers } from '../accounts/hold.ts'
import { recordAudit } from '../audit.ts'
import { failure } from '../failure.ts'

/** How many projects a refusal names. */
const maxNamed = 100

/**
 * Fails with 409 `last_project_manager`, and the projects, where somebody is the last active manager of one.
 * Holds them, so that it stays so until the transaction ends.
 */
export async function requireOtherManagers(trx: Trx, userId: string): Promise<void> {
  await holdUsers(trx, [userId], { toWrite: true })
  await trx
    .updateTable('projects')
    .set({ members_version: sql<number>`members_version + 1` })
    .where('deleted_at', 'is', null)
    .where('id', 'in', managedBy(trx, userId))
    .execute()
  await refuseLast(trx, userId)
}

/** The same for one project whose members are held. */
export function requireOtherManager(trx: Trx, userId: string, projectId: string): Promise<void> {
  return refuseLast(trx, userId, projectId)
}

/** Somebody's account is deleted, and so are their memberships. Fails as `requireOtherManagers` does. */
export async function leaveProjects(trx: Trx, userId: string, actor: Actor): Promise<void> {
  await requireOtherManagers(trx, userId)
  const memberships = trx.selectFrom('project_members').where('user_id', '=', userId)
  const first = await memberships.select('id').limit(1).executeTakeFirst()
  if (!first) return
  const eventId = await recordAudit(trx, actor, 'member.account_deleted', userId)
  await trx
    .insertInto('project_activity')
    .columns(['project_id', 'id'])
    .expression(memberships.select((eb) => ['project_id', eb.val(eventId).as('id')]))
    .execute()
  await trx.deleteFrom('project_members').where('user_id', '=', userId).execute()
}

async function refuseLast(trx: Trx, userId: string, projectId?: string): Promise<void> {
  const projects = await trx
    .selectFrom('projects')
    .select(['id', 'name'])
    .where('deleted_at', 'is', null)
    .where('id', 'in', managedBy(trx, userId))
    .$if(projectId !== undefined, (query) => query.where('id', '=', projectId as string))
    .where((eb) => eb.not(eb.exists(otherManagers(eb, userId))))
    .orderBy('id')
    .limit(maxNamed)
    .execute()
  if (projects.length > 0) throw failure('last_project_manager', undefined, { projects })
}

type Builder = ExpressionBuilder<Tables, 'projects'>

function managedBy(db: Db, userId: string) {
  return db
    .selectFrom('project_members')
    .select('project_id')
    .where('user_id', '=', userId)
    .where('role', '=', 'project_manager')
}

/** The active managers of a project besides somebody. */
function otherManagers(eb: Builder, userId: string) {
  return eb
    .selectFrom('project_members')
    .innerJoin('users', 'users.id', 'project_members.user_id')
    .select('project_members.id')
    .whereRef('project_members.project_id', '=', 'projects.id')
    .where('project_members.role', '=', 'project_manager')
    .where('project_members.user_id', '!=', userId)
    .where('users.deactivated_at', 'is', null)
    .where('users.deleted_at', 'is', null)
}
