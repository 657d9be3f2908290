import { type ProjectRole, projectRoles } from '../../schemas/projects/common.ts'
import type { Deps } from '../../src/fastify.ts'
import { newId } from '../../src/values.ts'
import { insertMember, insertProject, projects } from '../support/projects.ts'
import { type Client, describe, expect, test } from '../support/service.ts'

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE'

/** A project with people in it; `new_user` is not, and `self` is the membership of who asks. */
type Place = Record<ProjectRole, string> & { url: string; self: string; new_user: string }

type Action = {
  method: Method
  url: (place: Place) => string
  body?: (place: Place) => object
  /** The status for each role, in their order: manager, moderator, member, viewer. */
  roles: [number, number, number, number]
  /** That for a SystemAdmin who is not in the project, where it is not the manager's. */
  admin?: number
}

const read = (path: string): Action => ({
  method: 'GET',
  url: ({ url }) => `${url}${path}`,
  roles: [200, 200, 200, 200],
})

const add = (role: ProjectRole, roles: Action['roles']): Action => ({
  method: 'POST',
  url: ({ url }) => `${url}/members`,
  body: ({ new_user }) => ({ user_id: new_user, role }),
  roles,
})

const change = (from: ProjectRole, role: ProjectRole, roles: Action['roles']): Action => ({
  method: 'PATCH',
  url: (place) => `${place.url}/members/${place[from]}`,
  body: () => ({ role }),
  roles,
})

const remove = (role: ProjectRole, roles: Action['roles']): Action => ({
  method: 'DELETE',
  url: (place) => `${place.url}/members/${place[role]}`,
  roles,
})

const leaders: Action['roles'] = [201, 403, 403, 403]
const both: Action['roles'] = [201, 201, 403, 403]

const actions: Record<string, Action> = {
  'read the project': read(''),
  'read the members': read('/members'),
  'read what one is': read('/members/me'),
  'read the activity': read('/activity'),
  'edit the project': {
    method: 'PATCH',
    url: ({ url }) => url,
    body: () => ({ name: 'b' }),
    roles: [200, 403, 403, 403],
  },
  'archive the project': {
    method: 'PATCH',
    url: ({ url }) => url,
    body: () => ({ is_active: false }),
    roles: [200, 403, 403, 403],
  },
  'delete the project': { method: 'DELETE', url: ({ url }) => url, roles: [204, 403, 403, 403] },
  'add a manager': add('project_manager', leaders),
  'add a moderator': add('project_moderator', leaders),
  'add a member': add('member', both),
  'add a viewer': add('viewer', both),
  'add many': {
    method: 'POST',
    url: ({ url }) => `${url}/members/bulk`,
    body: ({ new_user }) => ({ members: [{ user_id: new_user, role: 'viewer' }] }),
    roles: leaders,
  },
  'make a viewer of a member': change('member', 'viewer', [200, 200, 403, 403]),
  'make a member of a viewer': change('viewer', 'member', [200, 200, 403, 403]),
  'make a moderator of a member': change('member', 'project_moderator', [200, 403, 403, 403]),
  'make a manager of a viewer': change('viewer', 'project_manager', [200, 403, 403, 403]),
  'make a member of a moderator': change('project_moderator', 'member', [200, 403, 403, 403]),
  'make a viewer of a manager': change('project_manager', 'viewer', [200, 403, 403, 403]),
  'leave a manager a manager': change('project_manager', 'project_manager', [200, 403, 403, 403]),
  'change the own role': {
    method: 'PATCH',
    url: ({ url, self }) => `${url}/members/${self}`,
    body: () => ({ role: 'viewer' }),
    roles: [403, 403, 403, 403],
    admin: 404,
  },
  'remove a manager': remove('project_manager', [204, 403, 403, 403]),
  'remove a moderator': remove('project_moderator', [204, 403, 403, 403]),
  'remove a member': remove('member', [204, 204, 403, 403]),
  'remove a viewer': remove('viewer', [204, 204, 403, 403]),
  'remove oneself': {
    method: 'DELETE',
    url: ({ url, self }) => `${url}/members/${self}`,
    roles: [409, 409, 403, 403],
    admin: 404,
  },
  leave: {
    method: 'DELETE',
    url: ({ url }) => `${url}/members/me`,
    roles: [204, 204, 204, 204],
    admin: 404,
  },
}

describe.each(Object.entries(actions))('who may %s', (_, { method, url, body, roles, admin }) => {
  test('is as the table says', async ({ app, db, signIn }) => {
    const people = await cast(db, signIn)
    const ask = async (client: Client | undefined, role?: ProjectRole) => {
      const place = await setUp(db, people, role)
      const payload = body?.(place)
      const response = await app.inject({
        method,
        url: url(place),
        headers: client ? { authorization: client.authorization } : {},
        ...(payload && { payload }),
      })
      return response.statusCode
    }
    const answers: Record<string, number> = {}
    for (const role of projectRoles) answers[role] = await ask(people.caller, role)
    expect(answers).toEqual(Object.fromEntries(projectRoles.map((role, n) => [role, roles[n]])))
    expect(await ask(people.admin)).toBe(admin ?? roles[0])
    expect(await ask(people.outsider)).toBe(404)
    expect(await ask(undefined)).toBe(401)
  })
})

type People = Awaited<ReturnType<typeof cast>>
let known: { db: Deps['db']; people: Promise<unknown> } | undefined

/** The same people play in each project. */
function cast(db: Deps['db'], signIn: (...roles: 'SystemAdmin'[]) => Promise<Client>) {
  const gather = async () => ({
    caller: await signIn(),
    outsider: await signIn(),
    new_user: await signIn(),
    admin: await signIn('SystemAdmin'),
    deputy: await signIn(),
    project_manager: await signIn(),
    project_moderator: await signIn(),
    member: await signIn(),
    viewer: await signIn(),
  })
  if (known?.db !== db) known = { db, people: gather() }
  return known.people as ReturnType<typeof gather>
}

async function setUp(db: Deps['db'], people: People, role?: ProjectRole): Promise<Place> {
  const id = await insertProject(db)
  const place = { url: `${projects}/${id}`, self: newId(), new_user: people.new_user.id } as Place
  for (const each of projectRoles) place[each] = await insertMember(db, id, people[each].id, each)
  await insertMember(db, id, people.deputy.id, 'project_manager')
  if (role) place.self = await insertMember(db, id, people.caller.id, role)
  return place
}
