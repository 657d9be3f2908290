import type { ProjectRole } from '../../schemas/projects/common.ts'
import type { ProjectMember } from '../../schemas/projects/members.ts'
import type { Deps } from '../../src/fastify.ts'
import { newId, now } from '../../src/values.ts'
import type { Client } from './service.ts'

type Db = Deps['db']

/** A project in the database, with somebody in each of these roles. */
export async function insertProject(
  db: Db,
  members: Partial<Record<ProjectRole, { id: string }>> = {},
): Promise<string> {
  const id = newId()
  const at = now()
  await db
    .insertInto('projects')
    .values({
      id,
      name: `プロジェクト ${id}`,
      code: `P_${id.replaceAll('-', '_').toUpperCase()}`,
      description: null,
      is_active: 1,
      created_by: members.project_manager?.id ?? null,
      version: 1,
      members_version: 1,
      deleted_at: null,
      created_at: at,
      updated_at: at,
    })
    .execute()
  for (const [role, user] of Object.entries(members)) {
    await insertMember(db, id, user.id, role as ProjectRole)
  }
  return id
}

export async function insertMember(
  db: Db,
  project_id: string,
  user_id: string,
  role: ProjectRole,
): Promise<string> {
  const id = newId()
  await db
    .insertInto('project_members')
    .values({ id, project_id, user_id, role, joined_at: now(), added_by: null })
    .execute()
  return id
}

export const projects = '/api/v1/projects'

export function newCode(): string {
  return `P_${newId().replaceAll('-', '_').toUpperCase()}`
}

/** Who is in a project, the first to come first. */
export async function membersOf(client: Client, projectId: string): Promise<ProjectMember[]> {
  const response = await client.get(`${projects}/${projectId}/members?limit=1000`)
  return response.json().members.reverse()
}
