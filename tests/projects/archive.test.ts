import { insertMember, insertProject, membersOf, projects } from '../support/projects.ts'
import { describe, expect, test } from '../support/service.ts'

describe('an archived project', () => {
  test('is read and does not change', async ({ db, signIn }) => {
    const [ann, bob, eve] = [await signIn(), await signIn(), await signIn()]
    const admin = await signIn('SystemAdmin')
    const id = await insertProject(db, { project_manager: ann, project_moderator: bob })
    const member = await insertMember(db, id, eve.id, 'viewer')
    const url = `${projects}/${id}`
    const archived = await ann.patch(url, { is_active: false, description: '終了' })
    expect(archived.json()).toMatchObject({ is_active: false, description: '終了', version: 2 })
    for (const client of [ann, admin]) {
      const dan = { user_id: admin.id }
      for (const refused of [
        await client.patch(url, { name: 'b' }),
        await client.patch(url, { is_active: false }),
        await client.delete(url),
        await client.post(`${url}/members`, dan),
        await client.post(`${url}/members/bulk`, { members: [dan] }),
        await client.patch(`${url}/members/${member}`, { role: 'member' }),
        await client.delete(`${url}/members/${member}`),
        await eve.delete(`${url}/members/me`),
      ]) {
        expect(refused.statusCode, refused.body).toBe(409)
        expect(refused.json().code).toBe('project_archived')
      }
    }
    expect((await bob.patch(url, { is_active: true })).statusCode).toBe(403)
    for (const path of ['', '/members', '/members/me', '/activity']) {
      expect((await eve.get(`${url}${path}`)).statusCode, path).toBe(200)
    }
    expect(await membersOf(ann, id)).toHaveLength(3)
    const back = await ann.patch(url, { is_active: true, name: 'また' })
    expect(back.json()).toMatchObject({ is_active: true, name: 'また', version: 3 })
    expect((await eve.delete(`${url}/members/me`)).statusCode).toBe(204)
    expect((await ann.delete(url)).statusCode).toBe(204)
  })

  test('takes nothing that comes after it was archived', async ({ db, signIn }) => {
    const [ann, bob] = [await signIn(), await signIn()]
    for (let n = 0; n < 5; n += 1) {
      const id = await insertProject(db, { project_manager: ann })
      const url = `${projects}/${id}`
      const [added] = await Promise.all([
        ann.post(`${url}/members`, { user_id: bob.id }),
        ann.patch(url, { is_active: false }),
      ])
      const there = (await membersOf(ann, id)).length
      expect([added.statusCode, there]).toEqual(added.statusCode === 201 ? [201, 2] : [409, 1])
    }
  })

  test('is left by an account that is deleted', async ({ db, signIn }) => {
    const [ann, bob] = [await signIn(), await signIn()]
    const admin = await signIn('SystemAdmin')
    const id = await insertProject(db, { project_manager: ann, member: bob })
    await ann.patch(`${projects}/${id}`, { is_active: false })
    expect((await admin.delete(`/api/v1/user_accounts/${bob.id}`)).statusCode).toBe(204)
    expect(await membersOf(ann, id)).toHaveLength(1)
  })
})
