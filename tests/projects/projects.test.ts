import { newId } from '../../src/values.ts'
import { insertProject, membersOf, newCode, projects } from '../support/projects.ts'
import { describe, expect, test } from '../support/service.ts'

describe('a project', () => {
  test('is created by anybody, who is then its manager', async ({ app, signIn }) => {
    const ann = await signIn()
    const code = newCode()
    const input = { name: ' 新規プロジェクト ', code, description: 'プロジェクトの説明' }
    const response = await ann.post(projects, input)
    expect(response.statusCode, response.body).toBe(201)
    const project = response.json()
    expect(response.headers.location).toBe(`${projects}/${project.id}`)
    expect(project).toEqual({
      id: expect.any(String),
      name: '新規プロジェクト',
      code,
      description: 'プロジェクトの説明',
      is_active: true,
      created_by: ann.id,
      role: 'project_manager',
      version: 1,
      created_at: expect.any(String),
      updated_at: expect.any(String),
    })
    const got = await ann.get(`${projects}/${project.id}`)
    expect(got.json()).toEqual(project)
    expect(got.headers.etag).toBe(response.headers.etag)
    expect((await ann.get(`${projects}/code/${code}`)).json()).toEqual(project)
    const [member] = await membersOf(ann, project.id)
    expect(member).toMatchObject({ user_id: ann.id, role: 'project_manager', added_by: null })

    expect((await app.inject({ method: 'POST', url: projects, payload: input })).statusCode).toBe(
      401,
    )
    const auditor = await signIn('Auditor')
    expect((await auditor.post(projects, { name: 'a', code: newCode() })).statusCode).toBe(403)
    const short = await ann.post(projects, { name: 'a', code: newCode() })
    expect(short.json().description).toBeNull()
  })

  test('has a code that no other has, not even one created at the same time', async ({
    signIn,
  }) => {
    const [ann, bob] = [await signIn(), await signIn()]
    const code = newCode()
    const answers = await Promise.all(
      [ann, bob, ann, bob].map((client) => client.post(projects, { name: 'a', code })),
    )
    expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([201, 409, 409, 409])
    const refused = answers.find(({ statusCode }) => statusCode === 409)?.json()
    expect(refused).toMatchObject({ code: 'project_code_taken' })
    expect(refused.detail).toContain(code)
  })

  test('is refused what is wrong with it', async ({ signIn }) => {
    const ann = await signIn()
    for (const body of [
      {},
      { name: 'a' },
      { code: newCode() },
      { name: ' ', code: newCode() },
      { name: 'a\u202eb', code: newCode() },
      { name: 'x'.repeat(256), code: newCode() },
      { name: 'a', code: 'lower' },
      { name: 'a', code: 'A-B' },
      { name: 'a', code: 'Ａ' },
      { name: 'a', code: '' },
      { name: 'a', code: 'A\n' },
      { name: 'a', code: 'A'.repeat(51) },
      { name: 'a', code: newCode(), description: 'x'.repeat(5001) },
      { name: 'a', code: newCode(), description: 3 },
      { name: 'a', code: newCode(), is_active: false },
      { name: 'a', code: newCode(), created_by: ann.id },
      [],
    ]) {
      expect((await ann.post(projects, body)).statusCode, JSON.stringify(body)).toBe(422)
    }
    const project = await ann.post(projects, { name: '__proto__', code: '__PROTO__' })
    expect(project.json()).toMatchObject({ name: '__proto__', code: '__PROTO__' })
    const url = `${projects}/${project.json().id}`
    for (const body of [
      {},
      { code: newCode() },
      { name: null },
      { is_active: 'no' },
      { role: 'x' },
    ]) {
      expect((await ann.patch(url, body)).statusCode, JSON.stringify(body)).toBe(422)
    }
    expect((await ann.get(`${projects}/code/lower`)).statusCode).toBe(422)
    expect((await ann.get(`${projects}/none`)).statusCode).toBe(422)
  })

  test('is there for those who are in it, and for a SystemAdmin', async ({ db, signIn }) => {
    const [ann, eve, admin] = [await signIn(), await signIn(), await signIn('SystemAdmin')]
    const id = await insertProject(db, { viewer: ann })
    const { code } = (await ann.get(`${projects}/${id}`)).json()
    for (const url of [`${projects}/${id}`, `${projects}/code/${code}`]) {
      expect((await ann.get(url)).json().role).toBe('viewer')
      expect((await admin.get(url)).json().role).toBe('project_manager')
      const unknown = await eve.get(url)
      expect(unknown.statusCode).toBe(404)
      expect(unknown.json().code).toBe('project_not_found')
    }
    expect((await eve.patch(`${projects}/${id}`, { name: 'b' })).statusCode).toBe(404)
    expect((await eve.delete(`${projects}/${id}`)).statusCode).toBe(404)
    expect((await admin.get(`${projects}/${newId()}`)).statusCode).toBe(404)
    expect((await admin.get(`${projects}/code/${newCode()}`)).statusCode).toBe(404)
  })

  test('is found in the list of those who are in it', async ({ db, signIn }) => {
    const [ann, admin] = [await signIn(), await signIn('SystemAdmin')]
    const ids: string[] = []
    for (const role of ['viewer', 'member', 'project_moderator', 'project_manager'] as const) {
      ids.push(await insertProject(db, { [role]: ann }))
    }
    const other = await insertProject(db)
    const { projects: mine, ...page } = (await ann.get(projects)).json()
    expect(page).toEqual({ total: 4, skip: 0, limit: 100 })
    expect(mine.map(({ id }: { id: string }) => id)).toEqual([...ids].reverse())
    expect(mine.map(({ role }: { role: string }) => role)).toEqual([
      'project_manager',
      'project_moderator',
      'member',
      'viewer',
    ])
    const second = (await ann.get(`${projects}?skip=1&limit=2`)).json()
    expect(second.projects).toEqual(mine.slice(1, 3))
    expect(second.total).toBe(4)
    const all = (await admin.get(`${projects}?limit=1000`)).json().projects
    expect(all.map(({ id }: { id: string }) => id)).toEqual(expect.arrayContaining([...ids, other]))
    for (const query of ['skip=-1', 'limit=0', 'limit=1001', 'is_active=maybe', 'skip=1e12']) {
      expect((await ann.get(`${projects}?${query}`)).statusCode, query).toBe(422)
    }
  })

  test('is searched by name, code and description, and by whether it is archived', async ({
    signIn,
  }) => {
    const ann = await signIn()
    const found = async (query: string) => {
      const response = await ann.get(`${projects}?${query}`)
      return response.json().projects.map(({ name }: { name: string }) => name)
    }
    const code = newCode()
    await ann.post(projects, { name: '100%の工場', code, description: '省エネ Plan_B' })
    const other = await ann.post(projects, { name: '本社 ÉCOLE', code: newCode() })
    await ann.patch(`${projects}/${other.json().id}`, { is_active: false })
    expect(await found(`search=${encodeURIComponent('0%の')}`)).toEqual(['100%の工場'])
    expect(await found('search=%25')).toEqual(['100%の工場'])
    expect(await found('search=plan_b')).toEqual(['100%の工場'])
    expect(await found('search=planxb')).toEqual([])
    expect(await found(`search=${code.toLowerCase()}`)).toEqual(['100%の工場'])
    expect(await found(`search=${encodeURIComponent('école')}`)).toEqual(['本社 ÉCOLE'])
    expect(await found('is_active=true')).toEqual(['100%の工場'])
    expect(await found('is_active=false')).toEqual(['本社 ÉCOLE'])
  })

  test('is changed only as it was seen', async ({ db, signIn }) => {
    const [ann, bob] = [await signIn(), await signIn()]
    const id = await insertProject(db, { project_manager: ann, viewer: bob })
    const url = `${projects}/${id}`
    const etag = String((await ann.get(url)).headers.etag)
    expect((await ann.get(url, { 'if-none-match': etag })).statusCode).toBe(304)
    expect((await bob.get(url, { 'if-none-match': etag })).statusCode).toBe(200)
    const answers = await Promise.all(
      ['a', 'b', 'c'].map((name) => ann.patch(url, { name }, { 'if-match': etag })),
    )
    expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([200, 412, 412])
    const changed = answers.find(({ statusCode }) => statusCode === 200)
    expect(changed?.json().version).toBe(2)
    expect((await ann.delete(url, undefined, { 'if-match': etag })).statusCode).toBe(412)
    const current = String(changed?.headers.etag)
    const next = await ann.patch(url, { description: null, name: ' d ' }, { 'if-match': current })
    expect(next.json()).toMatchObject({ name: 'd', description: null, version: 3 })
  })

  test('tells its room what has changed', async ({ app, db, signIn }) => {
    const ann = await signIn()
    const id = await insertProject(db, { project_manager: ann })
    const heard: string[] = []
    const leave = app.channels.join(`project:${id}`, (message) => heard.push(message))
    await ann.patch(`${projects}/${id}`, { name: 'b' })
    await ann.delete(`${projects}/${id}`)
    leave()
    expect(heard.map((message) => JSON.parse(message))).toEqual([
      { type: 'event', event: 'project.updated', data: { id, version: 2 } },
      { type: 'event', event: 'project.deleted', data: { id } },
    ])
  })
})

describe('a deleted project', () => {
  test('is gone at once for everybody, and a job removes the rest', async ({ db, signIn }) => {
    const [ann, bob, admin] = [await signIn(), await signIn(), await signIn('SystemAdmin')]
    const code = newCode()
    const { id } = (await ann.post(projects, { name: 'a', code })).json()
    const url = `${projects}/${id}`
    await ann.post(`${url}/members`, { user_id: bob.id })
    expect((await bob.delete(url)).statusCode).toBe(403)
    const answers = await Promise.all([ann.delete(url), ann.delete(url), admin.delete(url)])
    expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([204, 404, 404])
    for (const client of [ann, bob, admin]) {
      for (const path of ['', '/members', '/members/me', '/activity']) {
        expect((await client.get(`${url}${path}`)).statusCode, path).toBe(404)
      }
      expect((await client.get(`${projects}/code/${code}`)).statusCode).toBe(404)
      const listed = (await client.get(`${projects}?limit=1000`)).json().projects
      expect(listed.map((project: { id: string }) => project.id)).not.toContain(id)
    }
    expect((await bob.delete(`${url}/members/me`)).statusCode).toBe(404)
    const jobs = await db
      .selectFrom('jobs')
      .select('payload')
      .where('kind', '=', 'remove_project')
      .where('payload', 'like', `%${id}%`)
      .execute()
    expect(jobs).toHaveLength(1)
    const again = await bob.post(projects, { name: 'b', code })
    expect(again.statusCode).toBe(201)
  })
})
