import {
  gatherPeople,
  nameOf,
  operationsBelow,
  type People,
  type Place,
  type Row,
  tryOperation,
} from '../support/access-matrix.ts'
import { uploadTo } from '../support/project-files.ts'
import { insertMember, insertProject, newCode } from '../support/projects.ts'
import { test as base, describe, expect, type Service } from '../support/service.ts'

const test = base.extend<{ people: People }>({
  people: [async ({ app }, use) => use(await gatherPeople(app)), { scope: 'file' }],
})

const everybody: Row = { statuses: [200, 200, 200, 200, 200, 200], archived: 200 }
const reading: Row = { statuses: [200, 200, 200, 200, 200, 404], archived: 200 }

/** Of manager, moderator, member, viewer, SystemAdmin and outsider. */
const rows: Record<string, Row> = {
  'GET /projects': everybody,
  'POST /projects': {
    statuses: [201, 201, 201, 201, 201, 201],
    archived: 201,
    body: () => ({ name: '新規', code: newCode() }),
  },
  'GET /projects/{project_id}': reading,
  'PATCH /projects/{project_id}': {
    statuses: [200, 403, 403, 403, 200, 404],
    archived: 409,
    body: () => ({ name: '別の名前' }),
  },
  'DELETE /projects/{project_id}': { statuses: [204, 403, 403, 403, 204, 404], archived: 409 },
  'GET /projects/code/{code}': reading,
  'GET /projects/{project_id}/members': reading,
  'POST /projects/{project_id}/members': {
    statuses: [201, 201, 403, 403, 201, 404],
    archived: 409,
    body: ({ newcomer }) => ({ user_id: newcomer, role: 'viewer' }),
    isOnce: true,
  },
  'GET /projects/{project_id}/members/me': reading,
  'DELETE /projects/{project_id}/members/me': {
    statuses: [204, 204, 204, 204, 404, 404],
    archived: 409,
  },
  'POST /projects/{project_id}/members/bulk': {
    statuses: [201, 403, 403, 403, 201, 404],
    archived: 409,
    body: ({ newcomer }) => ({ members: [{ user_id: newcomer, role: 'viewer' }] }),
  },
  'PATCH /projects/{project_id}/members/{member_id}': {
    statuses: [200, 200, 403, 403, 200, 404],
    archived: 409,
    body: () => ({ role: 'member' }),
  },
  'DELETE /projects/{project_id}/members/{member_id}': {
    statuses: [204, 204, 403, 403, 204, 404],
    archived: 409,
  },
  'GET /projects/{project_id}/files': reading,
  'POST /projects/{project_id}/files': {
    statuses: [201, 201, 201, 403, 201, 404],
    archived: 409,
    form: [{ name: 'file', filename: '売上.csv', body: 'a,b\n1,2\n' }],
  },
  'GET /projects/{project_id}/files/{file_id}': reading,
  // The file is the manager's: a member deletes their own.
  'DELETE /projects/{project_id}/files/{file_id}': {
    statuses: [204, 204, 403, 403, 204, 404],
    archived: 409,
  },
  'GET /projects/{project_id}/files/{file_id}/versions': reading,
  'GET /projects/{project_id}/files/{file_id}/usage': reading,
  'GET /projects/{project_id}/files/{file_id}/download': reading,
  'GET /projects/{project_id}/activity': reading,
}

describe('every operation on projects', () => {
  test('answers each person as the table says', async ({ app, db, people }) => {
    const operations = operationsBelow(app, '/projects')
    expect(operations.map(nameOf).toSorted()).toEqual(Object.keys(rows).toSorted())
    const matrix = { app, db, people, furnish: () => furnished(db, people) }
    for (const operation of operations) {
      await tryOperation(matrix, operation, rows[nameOf(operation)] as Row)
    }
  })
})

async function furnished(db: Service['deps']['db'], people: People): Promise<Place> {
  const { manager, moderator, member, viewer, deputy, target, newcomer } = people
  const project_id = await insertProject(db, {
    project_manager: manager,
    project_moderator: moderator,
    member,
    viewer,
  })
  await insertMember(db, project_id, deputy.id, 'project_manager')
  const member_id = await insertMember(db, project_id, target.id, 'viewer')
  const { id: file_id } = await uploadTo(manager, project_id, '実績.csv')
  const code = `P_${project_id.replaceAll('-', '_').toUpperCase()}`
  return { project_id, member_id, file_id, code, newcomer: newcomer.id }
}
