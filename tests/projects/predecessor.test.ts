import { filesUrl, tryUpload, uploadTo } from '../support/project-files.ts'
import { insertMember, insertProject, membersOf, newCode, projects } from '../support/projects.ts'
import { describe, expect, test } from '../support/service.ts'
import { setUp } from '../support/tree-work.ts'

describe('what was wrong before', () => {
  test('1.3: a moderator works with files, and makes nobody a moderator', async ({
    db,
    signIn,
  }) => {
    const { project, moderator, member } = await setUp(db, signIn)
    const { id } = await uploadTo(member, project, '実績.csv')
    expect((await tryUpload(moderator, project, '予算.csv')).statusCode).toBe(201)
    expect((await moderator.get(`${filesUrl(project)}/${id}/download`)).statusCode).toBe(200)
    const added = { user_id: (await signIn()).id, role: 'project_moderator' }
    const url = `${projects}/${project}/members`
    expect((await moderator.post(url, added)).statusCode).toBe(403)
    expect((await moderator.post(`${url}/bulk`, { members: [added] })).statusCode).toBe(403)
  })

  test('1.3: a SystemAdmin manages every project without being in it', async ({ db, signIn }) => {
    const { project } = await setUp(db, signIn)
    const admin = await signIn('SystemAdmin')
    const me = (await admin.get(`${projects}/${project}/members/me`)).json()
    expect(me).toMatchObject({ role: 'project_manager', is_owner: true, is_admin: true })
    expect((await membersOf(admin, project)).map(({ user_id }) => user_id)).not.toContain(admin.id)
    expect((await admin.patch(`${projects}/${project}`, { name: '改名' })).statusCode).toBe(200)
  })

  test('1.3: a project is deleted by its managers, not by whoever created it', async ({
    db,
    signIn,
  }) => {
    const [creator, manager] = [await signIn(), await signIn()]
    const made = await creator.post(projects, { name: '引き継ぎ', code: newCode() })
    const { id } = made.json()
    await insertMember(db, id, manager.id, 'project_manager')
    const [first] = await membersOf(manager, id)
    const url = `${projects}/${id}`
    const demoted = await manager.patch(`${url}/members/${first?.id}`, { role: 'viewer' })
    expect(demoted.statusCode, demoted.body).toBe(200)
    expect((await creator.delete(url)).statusCode).toBe(403)
    expect((await manager.delete(url)).statusCode).toBe(204)
  })

  test('1.4: nobody changes their own role, and conflicts are 409', async ({ db, signIn }) => {
    const manager = await signIn()
    const project = await insertProject(db, { project_manager: manager })
    const [own] = await membersOf(manager, project)
    const url = `${projects}/${project}/members`
    expect((await manager.patch(`${url}/${own?.id}`, { role: 'viewer' })).json()).toMatchObject({
      status: 403,
      code: 'own_role',
    })
    expect((await manager.delete(`${url}/me`)).json()).toMatchObject({
      status: 409,
      code: 'last_project_manager',
    })
  })

  test('1.5: whoever is named twice is added once, and the second entry says so', async ({
    db,
    signIn,
  }) => {
    const { project, manager, outsider } = await setUp(db, signIn)
    const entry = { user_id: outsider.id, role: 'viewer' }
    const url = `${projects}/${project}/members/bulk`
    const response = await manager.post(url, { members: [entry, { ...entry, role: 'member' }] })
    expect(response.json()).toMatchObject({
      added: [entry],
      failed: [{ user_id: outsider.id, role: 'member', code: 'repeated_member' }],
    })
  })

  test('1.6: an account with files can be deleted, and the files stay', async ({ db, signIn }) => {
    const { project, manager, member } = await setUp(db, signIn)
    const { id } = await uploadTo(member, project, '実績.csv')
    const admin = await signIn('SystemAdmin')
    const deleted = await admin.delete(`/api/v1/user_accounts/${member.id}`)
    expect(deleted.statusCode, deleted.body).toBeLessThan(300)
    expect((await manager.get(`${filesUrl(project)}/${id}`)).statusCode).toBe(200)
    expect((await membersOf(manager, project)).map(({ user_id }) => user_id)).not.toContain(
      member.id,
    )
  })

  test('17: a project in the path is no way into another', async ({ db, signIn }) => {
    const [own, other] = [await setUp(db, signIn), await setUp(db, signIn)]
    const theirs = await uploadTo(other.manager, other.project, '実績.csv')
    const [first] = await membersOf(other.manager, other.project)
    for (const path of [`files/${theirs.id}`, `members/${first?.id}`]) {
      const response = await own.manager.delete(`${projects}/${own.project}/${path}`)
      expect(response.statusCode, path).toBe(404)
    }
    expect((await tryUpload(own.viewer, own.project, 'a.csv')).statusCode).toBe(403)
    expect(await membersOf(other.manager, other.project)).toHaveLength(4)
  })

  test('20: totals count all, filters filter, and no answer has a place in the storage', async ({
    db,
    signIn,
  }) => {
    const ann = await signIn()
    const ids = [1, 2, 3].map(() => insertProject(db, { project_manager: ann }))
    const [archived = '', first = ''] = await Promise.all(ids)
    await ann.patch(`${projects}/${archived}`, { is_active: false })
    expect((await ann.get(`${projects}?limit=1`)).json()).toMatchObject({ total: 3, limit: 1 })
    const found = (await ann.get(`${projects}?is_active=false`)).json()
    expect(found).toMatchObject({ total: 1, projects: [{ id: archived }] })
    const file = await uploadTo(ann, first, '実績.csv')
    const { key } = await db
      .selectFrom('project_files')
      .select('key')
      .where('id', '=', file.id)
      .executeTakeFirstOrThrow()
    const answers = await Promise.all(
      [filesUrl(first), `${filesUrl(first)}/${file.id}`, `${projects}/${first}/activity`].map(
        (url) => ann.get(url),
      ),
    )
    for (const { body } of answers) expect(body).not.toContain(key)
  })

  test('their own list: versions of files, roles that are remembered, archives that only read', async ({
    db,
    signIn,
  }) => {
    const { project, manager, viewer } = await setUp(db, signIn)
    await uploadTo(manager, project, '実績.csv')
    const second = await uploadTo(manager, project, '実績.csv')
    expect(second).toMatchObject({ version: 2, is_latest: true })
    const url = `${projects}/${project}`
    const member = (await membersOf(manager, project)).find((each) => each.user_id === viewer.id)
    await manager.patch(`${url}/members/${member?.id}`, { role: 'member' })
    const { events } = (await manager.get(`${url}/activity`)).json()
    expect(JSON.stringify(events)).toContain('"role":{"from":"viewer","to":"member"}')
    await manager.patch(url, { is_active: false })
    const late = await tryUpload(manager, project, '予算.csv')
    expect(late.json()).toMatchObject({ status: 409, code: 'project_archived' })
  })
})
