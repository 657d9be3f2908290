import { newId } from '../../src/values.ts'
import { insertMember, insertProject, membersOf, projects } from '../support/projects.ts'
import { type Client, describe, expect, test } from '../support/service.ts'

describe('people added together', () => {
  test('are added or refused each for themselves', async ({ db, signIn }) => {
    const [ann, bob, eve, dan] = [await signIn(), await signIn(), await signIn(), await signIn()]
    const id = await insertProject(db, { project_manager: ann, viewer: bob })
    const gone = newId()
    const members = [
      { user_id: eve.id, role: 'project_moderator' },
      { user_id: gone, role: 'viewer' },
      { user_id: bob.id, role: 'member' },
      { user_id: eve.id, role: 'viewer' },
      { user_id: dan.id.toUpperCase() },
    ]
    const url = `${projects}/${id}/members/bulk`
    const response = await ann.post(url, { members })
    expect(response.statusCode, response.body).toBe(201)
    const result = response.json()
    expect(result).toMatchObject({
      project_id: id,
      total_requested: 5,
      total_added: 2,
      total_failed: 3,
    })
    expect(result.added).toEqual((await membersOf(ann, id)).slice(2))
    expect(result.added.map(({ role }: { role: string }) => role)).toEqual([
      'project_moderator',
      'member',
    ])
    expect(result.failed).toEqual([
      {
        user_id: gone,
        role: 'viewer',
        error: 'このユーザーはいないか、無効になっています。',
        code: 'unknown_user',
      },
      {
        user_id: bob.id,
        role: 'member',
        error: 'すでにプロジェクトのメンバーです (役割: viewer)。',
        code: 'already_member',
      },
      {
        user_id: eve.id,
        role: 'viewer',
        error: expect.stringContaining('最初のものだけ'),
        code: 'repeated_member',
      },
    ])

    const again = await ann.post(url, { members }, { 'accept-language': 'en' })
    expect(again.statusCode).toBe(201)
    expect(again.headers['content-language']).toBe('en')
    expect(again.json()).toMatchObject({ added: [], total_added: 0, total_failed: 5 })
    expect(again.json().failed[2].error).toBe('They are in the project already, as viewer.')
  })

  test('are between 1 and 100', async ({ db, signIn }) => {
    const [ann, bob] = [await signIn(), await signIn()]
    const id = await insertProject(db, { project_manager: ann })
    const url = `${projects}/${id}/members/bulk`
    const many = (count: number) => Array.from({ length: count }, () => ({ user_id: newId() }))
    for (const body of [
      {},
      { members: [] },
      { members: many(101) },
      { members: [{ user_id: 'x' }] },
      { members: [{ user_id: bob.id, role: 'owner' }] },
      { members: [{ user_id: bob.id }, {}] },
      { members: [{ user_id: bob.id, more: 1 }] },
      { members: {} },
    ]) {
      expect((await ann.post(url, body)).statusCode, JSON.stringify(body)).toBe(422)
    }
    const full = await ann.post(url, { members: many(100) })
    expect(full.statusCode).toBe(201)
    expect(full.json().total_failed).toBe(100)
    expect(await membersOf(ann, id)).toHaveLength(1)
  })

  test('are for managers to add', async ({ app, db, signIn }) => {
    const [ann, bob, eve] = [await signIn(), await signIn(), await signIn()]
    const id = await insertProject(db, { project_manager: ann, project_moderator: bob })
    const url = `${projects}/${id}/members/bulk`
    const members = [{ user_id: eve.id, role: 'viewer' }]
    expect((await bob.post(url, { members })).json().code).toBe('project_role_required')
    expect((await eve.post(url, { members })).statusCode).toBe(404)
    expect((await app.inject({ method: 'POST', url, payload: { members } })).statusCode).toBe(401)
    expect((await (await signIn('SystemAdmin')).post(url, { members })).statusCode).toBe(201)
  })

  test('come in once however many add them at a time', async ({ db, signIn }) => {
    const ann = await signIn()
    const people: Client[] = []
    for (let n = 0; n < 6; n += 1) people.push(await signIn())
    const id = await insertProject(db, { project_manager: ann })
    const other = await insertProject(db, { project_manager: ann })
    const members = people.map((person) => ({ user_id: person.id }))
    const answers = await Promise.all(
      [id, other, id, other, id, other].map((project, n) =>
        ann.post(`${projects}/${project}/members/bulk`, {
          members: n % 2 ? members : [...members].reverse(),
        }),
      ),
    )
    expect(answers.map(({ statusCode }) => statusCode)).toEqual(answers.map(() => 201))
    const added = answers.map((answer) => answer.json().total_added)
    expect(added.sort()).toEqual([0, 0, 0, 0, 6, 6])
    expect(await membersOf(ann, id)).toHaveLength(7)
  })

  test('are not added a second time by a request that is sent again', async ({ db, signIn }) => {
    const [ann, bob] = [await signIn(), await signIn()]
    const id = await insertProject(db, { project_manager: ann })
    await insertMember(db, id, bob.id, 'viewer')
    const url = `${projects}/${id}/members`
    const key = { 'idempotency-key': newId() }
    const body = { members: [{ user_id: bob.id }] }
    const first = await ann.post(`${url}/bulk`, body, key)
    expect(first.json().total_added).toBe(0)
    expect((await bob.delete(`${url}/me`)).statusCode).toBe(204)
    const second = await ann.post(`${url}/bulk`, body, key)
    expect(second.headers['idempotent-replayed']).toBe('true')
    expect(second.json()).toEqual(first.json())
    expect(await membersOf(ann, id)).toHaveLength(1)

    const single = { 'idempotency-key': newId() }
    const added = await ann.post(url, { user_id: bob.id }, single)
    const replayed = await ann.post(url, { user_id: bob.id }, single)
    expect(replayed.statusCode).toBe(201)
    expect(replayed.json()).toEqual(added.json())
    expect((await ann.post(url, { user_id: ann.id }, single)).statusCode).toBe(409)
  })
})
