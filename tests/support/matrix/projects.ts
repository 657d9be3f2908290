import { uploadTo } from '../project-files.ts'
import { insertMember, insertProject, newCode } from '../projects.ts'
import { signInTo } from '../service.ts'
import type { Area, Ground } from './cases.ts'

/** Of the manager, moderators, members, viewers, an administrator, and all who are not in it. */
export const within = (
  own: number,
  moderator: number,
  member: number,
  viewer: number,
  SystemAdmin: number,
  others: number,
) => ({ own, moderator, member, viewer, SystemAdmin, else: others })

export const reading = { answers: within(200, 200, 200, 200, 200, 404), archived: 200 }
export const working = { answers: within(200, 200, 200, 403, 200, 404), archived: 409 }
export const creating = { answers: within(201, 201, 201, 403, 201, 404), archived: 409 }
/** A member deletes what they have added, and this the manager has added. */
export const deleting = { answers: within(204, 204, 403, 403, 204, 404), archived: 409 }

/** A project with everybody in it who is inside; the auditor is one of its managers. */
export async function furnishProject({ db, people }: Ground): Promise<string> {
  const { own, auditor, moderator, member, viewer } = people
  const roles = { project_manager: own, project_moderator: moderator, member, viewer }
  const project_id = await insertProject(db, roles)
  await insertMember(db, project_id, auditor.id, 'project_manager')
  return project_id
}

const managing = within(200, 403, 403, 403, 200, 404)
const seating = within(204, 204, 403, 403, 204, 404)

const project: Area = {
  isOfProjects: true,
  furnish: async (ground) => {
    const { db, app, people } = ground
    const project_id = await furnishProject(ground)
    const [target, newcomer] = [await signInTo(app), await signInTo(app)]
    return {
      project_id,
      member_id: await insertMember(db, project_id, target.id, 'viewer'),
      file_id: (await uploadTo(people.own, project_id, '実績.csv')).id,
      code: `P_${project_id.replaceAll('-', '_').toUpperCase()}`,
      newcomer: newcomer.id,
    }
  },
  cases: {
    'GET /projects': { answers: 200, archived: 200 },
    'POST /projects': {
      answers: 201,
      archived: 201,
      body: () => ({ name: '新規', code: newCode() }),
    },
    'GET /projects/{project_id}': reading,
    'PATCH /projects/{project_id}': {
      answers: managing,
      archived: 409,
      body: () => ({ name: '別の名前' }),
    },
    'DELETE /projects/{project_id}': {
      answers: within(204, 403, 403, 403, 204, 404),
      archived: 409,
    },
    'GET /projects/code/{code}': { ...reading, unknown: { code: 422 } },
    'GET /projects/{project_id}/members': reading,
    'POST /projects/{project_id}/members': {
      answers: within(201, 201, 403, 403, 201, 404),
      archived: 409,
      body: ({ newcomer }) => ({ user_id: newcomer, role: 'viewer' }),
      isOnce: true,
    },
    'GET /projects/{project_id}/members/me': reading,
    'DELETE /projects/{project_id}/members/me': {
      answers: within(204, 204, 204, 204, 404, 404),
      archived: 409,
    },
    'POST /projects/{project_id}/members/bulk': {
      answers: within(201, 403, 403, 403, 201, 404),
      archived: 409,
      body: ({ newcomer }) => ({ members: [{ user_id: newcomer, role: 'viewer' }] }),
      isOnce: true,
    },
    'PATCH /projects/{project_id}/members/{member_id}': {
      answers: within(200, 200, 403, 403, 200, 404),
      archived: 409,
      body: () => ({ role: 'member' }),
      isOnce: true,
    },
    'DELETE /projects/{project_id}/members/{member_id}': { answers: seating, archived: 409 },
    'GET /projects/{project_id}/files': reading,
    'POST /projects/{project_id}/files': {
      ...creating,
      form: [{ name: 'file', filename: '売上.csv', body: 'a,b\n1,2\n' }],
    },
    'GET /projects/{project_id}/files/{file_id}': reading,
    'DELETE /projects/{project_id}/files/{file_id}': deleting,
    'GET /projects/{project_id}/files/{file_id}/versions': reading,
    'GET /projects/{project_id}/files/{file_id}/usage': reading,
    'GET /projects/{project_id}/files/{file_id}/download': reading,
    'GET /projects/{project_id}/activity': reading,
  },
}

export const projects = [project]
