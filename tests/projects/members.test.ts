import { newId } from '../../src/values.ts'
import { insertMember, insertProject, membersOf, projects } from '../support/projects.ts'
import { describe, expect, test } from '../support/service.ts'

describe('a member', () => {
  test('is added with a role, and listed', async ({ db, signIn }) => {
    const [ann, bob, eve] = [await signIn(), await signIn(), await signIn()]
    const id = await insertProject(db, { project_manager: ann })
    const url = `${projects}/${id}/members`
    const response = await ann.post(url, { user_id: bob.id.toUpperCase(), role: 'viewer' })
    expect(response.statusCode, response.body).toBe(201)
    expect(response.headers.location).toBe(url)
    expect(response.json()).toEqual({
      id: expect.any(String),
      project_id: id,
      user_id: bob.id,
      role: 'viewer',
      joined_at: expect.any(String),
      added_by: ann.id,
      user: { id: bob.id, email: bob.email, display_name: bob.display_name },
    })
    const usual = await ann.post(url, { user_id: eve.id })
    expect(usual.json().role).toBe('member')
    const page = (await bob.get(url)).json()
    expect(page).toMatchObject({ total: 3, skip: 0, limit: 100, project_id: id })
    expect(page.members[0]).toEqual(usual.json())
    expect(page.members[1]).toEqual(response.json())
    const second = (await bob.get(`${url}?skip=1&limit=1`)).json()
    expect(second.members).toEqual([response.json()])
    expect((await bob.get(`${url}?limit=1001`)).statusCode).toBe(422)
  })

  test('is in a project once, also when added twice at a time', async ({ db, signIn }) => {
    const [ann, bob] = [await signIn(), await signIn()]
    const id = await insertProject(db, { project_manager: ann })
    const url = `${projects}/${id}/members`
    const answers = await Promise.all(
      ['member', 'viewer', 'member'].map((role) => ann.post(url, { user_id: bob.id, role })),
    )
    expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([201, 409, 409])
    const [, member] = await membersOf(ann, id)
    const again = (await ann.post(url, { user_id: bob.id })).json()
    expect(again.code).toBe('already_member')
    expect(again.detail).toContain(`/members/${member?.id}`)
  })

  test('is somebody who is there', async ({ db, signIn }) => {
    const [ann, bob, eve] = [await signIn(), await signIn(), await signIn()]
    const admin = await signIn('SystemAdmin')
    const id = await insertProject(db, { project_manager: ann })
    const url = `${projects}/${id}/members`
    await admin.patch(`/api/v1/user_accounts/${bob.id}`, { is_active: false })
    await admin.delete(`/api/v1/user_accounts/${eve.id}`)
    for (const user_id of [newId(), bob.id, eve.id]) {
      const response = await ann.post(url, { user_id })
      expect(response.statusCode).toBe(422)
      expect(response.json().errors[0].field).toBe('user_id')
    }
    for (const body of [
      {},
      { user_id: 'x' },
      { user_id: bob.id, role: 'owner' },
      { user_id: bob.id, role: '__proto__' },
      { user_id: bob.id, role: null },
      { user_id: bob.id, added_by: bob.id },
    ]) {
      expect((await ann.post(url, body)).statusCode, JSON.stringify(body)).toBe(422)
    }
  })

  test('knows what they are', async ({ db, signIn }) => {
    const [ann, bob, admin, eve] = [
      await signIn(),
      await signIn(),
      await signIn('SystemAdmin'),
      await signIn(),
    ]
    const id = await insertProject(db, { project_manager: ann, project_moderator: bob })
    const url = `${projects}/${id}/members`
    const flags = { is_owner: true, is_admin: true }
    const manager = { project_id: id, user_id: ann.id, role: 'project_manager', ...flags }
    expect((await ann.get(`${url}/me`)).json()).toEqual(manager)
    expect((await admin.get(`${url}/me`)).json()).toEqual({ ...manager, user_id: admin.id })
    expect((await bob.get(`${url}/me`)).json()).toMatchObject({
      role: 'project_moderator',
      is_owner: false,
      is_admin: false,
    })
    expect((await eve.get(`${url}/me`)).statusCode).toBe(404)
    expect(await membersOf(admin, id)).toHaveLength(2)
    expect((await admin.delete(`${url}/me`)).json().code).toBe('member_not_found')
  })

  test('gets another role from somebody else only', async ({ db, signIn }) => {
    const [ann, bob] = [await signIn(), await signIn()]
    const admin = await signIn('SystemAdmin')
    const id = await insertProject(db, { project_manager: ann })
    const own = await insertMember(db, id, admin.id, 'viewer')
    const bobs = await insertMember(db, id, bob.id, 'project_manager')
    const [anns] = await membersOf(ann, id)
    const url = `${projects}/${id}/members`
    for (const [client, member] of [
      [ann, anns?.id],
      [admin, own],
      [bob, bobs],
    ] as const) {
      for (const role of ['viewer', 'project_manager']) {
        const response = await client.patch(`${url}/${member}`, { role })
        expect(response.statusCode).toBe(403)
        expect(response.json().code).toBe('own_role')
      }
      const removed = await client.delete(`${url}/${member}`)
      expect(removed.statusCode).toBe(409)
      expect(removed.json().code).toBe('own_membership')
    }
    const changed = await ann.patch(`${url}/${bobs}`, { role: 'viewer' })
    expect(changed.json()).toMatchObject({ id: bobs, role: 'viewer', user: { id: bob.id } })
    expect((await bob.get(`${url}/me`)).json().role).toBe('viewer')
    for (const body of [{}, { role: 'x' }, { role: 'viewer', user_id: ann.id }]) {
      expect((await ann.patch(`${url}/${bobs}`, body)).statusCode).toBe(422)
    }
  })

  test('is found only in their project', async ({ db, signIn }) => {
    const [ann, bob] = [await signIn(), await signIn()]
    const id = await insertProject(db, { project_manager: ann })
    const other = await insertProject(db, { project_manager: ann })
    const member = await insertMember(db, other, bob.id, 'member')
    for (const each of [member, newId()]) {
      const url = `${projects}/${id}/members/${each}`
      expect((await ann.patch(url, { role: 'viewer' })).json().code).toBe('member_not_found')
      expect((await ann.delete(url)).json().code).toBe('member_not_found')
    }
  })

  test('loses sight of the project with the membership', async ({ db, signIn }) => {
    const [ann, bob, eve] = [await signIn(), await signIn(), await signIn()]
    const id = await insertProject(db, { project_manager: ann, viewer: eve })
    const member = await insertMember(db, id, bob.id, 'member')
    const url = `${projects}/${id}/members`
    const answers = await Promise.all([1, 2, 3].map(() => ann.delete(`${url}/${member}`)))
    expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([204, 404, 404])
    expect((await bob.get(url)).statusCode).toBe(404)
    expect((await eve.delete(`${url}/me`)).statusCode).toBe(204)
    expect((await eve.delete(`${url}/me`)).statusCode).toBe(404)
    expect(await membersOf(ann, id)).toHaveLength(1)
    const told = await db
      .selectFrom('jobs')
      .select('payload')
      .where('kind', '=', 'announce_access')
      .execute()
    const payloads = told.map(({ payload }) => payload).join()
    for (const client of [bob, eve]) expect(payloads).toContain(client.id)
    expect((await ann.post(url, { user_id: bob.id })).statusCode).toBe(201)
  })

  test('is told of in the room of the project', async ({ app, db, signIn }) => {
    const [ann, bob] = [await signIn(), await signIn()]
    const id = await insertProject(db, { project_manager: ann })
    const url = `${projects}/${id}/members`
    const heard: string[] = []
    const leave = app.channels.join(`project:${id}`, (message) => heard.push(message))
    const member = (await ann.post(url, { user_id: bob.id })).json()
    await ann.patch(`${url}/${member.id}`, { role: 'member' })
    await ann.patch(`${url}/${member.id}`, { role: 'viewer' })
    await bob.delete(`${url}/me`)
    leave()
    const roles = heard.map((message) => JSON.parse(message).data.members[0])
    expect(roles).toEqual([
      expect.objectContaining({ user_id: bob.id, role: 'member' }),
      expect.objectContaining({ user_id: bob.id, role: 'viewer' }),
      { user_id: bob.id, role: null },
    ])
    for (const member of roles) expect(Object.keys(member)).toEqual(['user_id', 'role'])
  })
})
