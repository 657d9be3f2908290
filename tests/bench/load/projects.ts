import { newId } from '../../../src/values.ts'
import { insertMember, insertProject, newCode } from '../../support/projects.ts'
import { someOf } from '../peers/ground.ts'
import { type Area, type Ground, get, type Person, send } from './ground.ts'

export type Shared = { members: Person[]; ids: string[] }

/** 200 projects, each with ten people in it, of whom the first manages it. */
export async function fillProjects({ db, person }: Ground): Promise<Shared> {
  const members = await Promise.all(Array.from({ length: 10 }, () => person('User')))
  const ids: string[] = []
  for (let n = 0; n < 200; n += 1) {
    const [manager, ...others] = members as [Person, ...Person[]]
    const id = await insertProject(db, { project_manager: manager })
    for (const other of others) await insertMember(db, id, other.id, 'member')
    ids.push(id)
  }
  return { members, ids }
}

export const projects: Area = async (ground) => {
  const { members, ids } = await fillProjects(ground)
  const [manager] = members as [Person]
  const asMember = (path: string) => get(path, someOf(members).token)
  return [
    { name: 'GET /projects?limit=50', asked: () => asMember('/projects?limit=50') },
    { name: 'GET /projects/{id}', asked: () => asMember(`/projects/${someOf(ids)}`) },
    {
      name: 'GET /projects/{id}/members',
      asked: () => asMember(`/projects/${someOf(ids)}/members`),
    },
    {
      name: 'GET /projects/{id}/activity',
      asked: () => asMember(`/projects/${someOf(ids)}/activity?limit=50`),
    },
    {
      name: 'POST /projects',
      isOnce: true,
      asked: () => send('POST', '/projects', manager.token, { name: newId(), code: newCode() }),
    },
    {
      name: 'PATCH /projects/{id}',
      asked: () =>
        send('PATCH', `/projects/${someOf(ids)}`, manager.token, { description: newId() }),
    },
  ]
}
