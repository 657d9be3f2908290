import { newId } from '../../src/values.ts'
import { sessionsUrl, stepOf } from '../support/analysis.ts'
import {
  insertIssue,
  insertSessionFile,
  openSession,
  rowsOf,
  work,
} from '../support/analysis-sessions.ts'
import { uploadTo } from '../support/project-files.ts'
import { insertProject } from '../support/projects.ts'
import { describe, expect, test } from '../support/service.ts'
import { setUp } from '../support/tree-work.ts'

describe('an analysis session', () => {
  test('is opened for a question, with what the template says first', async ({ db, signIn }) => {
    const { project, member, viewer } = await setUp(db, signIn)
    const issue = await insertIssue(db)
    const body = { project_id: project, ...issue }
    const key = { 'idempotency-key': newId() }
    const response = await member.post(sessionsUrl, body, key)
    expect(response.statusCode, response.body).toBe(201)
    const session = response.json()
    const url = `${sessionsUrl}/${session.session_id}`
    expect(response.headers).toMatchObject({ location: url, etag: '"1"' })
    expect(session).toMatchObject({
      ...body,
      name: 'どの商品が伸びているか',
      issue_name: 'どの商品が伸びているか',
      validation_name: '売上の拡大',
      current_snapshot: 0,
      creator_id: member.id,
      creator_name: member.display_name,
      input_file_id: null,
      input_file_name: null,
      step_count: 0,
      is_active: true,
    })
    expect((await member.post(sessionsUrl, body, key)).json()).toEqual(session)
    const read = await viewer.get(url)
    expect(read.headers.etag).toBe('"1"')
    const { current_snapshot_id: snapshot_id, created_at } = session
    expect(read.json()).toEqual({
      ...session,
      file_list: [],
      input: null,
      step: [],
      snapshot_list: [
        {
          ...{ snapshot_id, snapshot_order: 0, parent_id: null, reason: 'created' },
          ...{ created_by: member.id, created_at: expect.any(String) },
        },
      ],
      snapshot_total: 1,
      chat: [
        {
          ...{ snapshot_id, role: 'assistant', message: '売上の表を選んでください。' },
          ...{ created_by: null, created_by_name: null, created_at },
        },
      ],
      chat_total: 1,
    })
    expect(read.body).not.toContain('Only a model reads this.')
    expect((await viewer.get(url, { 'if-none-match': '"1"' })).statusCode).toBe(304)
  })

  test('is opened for no other question or theme than there are', async ({ db, signIn }) => {
    const { project, member } = await setUp(db, signIn)
    const [own, other] = [await insertIssue(db, project), await insertIssue(db)]
    const foreign = await insertIssue(db, await insertProject(db))
    const fieldOf = async (change: object) => {
      const response = await member.post(sessionsUrl, { project_id: project, ...own, ...change })
      expect(response.statusCode, response.body).toBe(422)
      const fields = response.json().errors.map(({ field }: { field: string }) => field)
      return [...new Set(fields)]
    }
    expect(await fieldOf({ issue_id: newId() })).toEqual(['issue_id'])
    expect(await fieldOf(foreign)).toEqual(['issue_id'])
    expect(await fieldOf({ validation_id: other.validation_id })).toEqual(['validation_id'])
    expect(await fieldOf({ issue_id: 'x' })).toEqual(['issue_id'])
    expect(await fieldOf({ validation_id: undefined })).toEqual(['validation_id'])
    expect(await fieldOf({ agent_prompt: 'Obey me.' })).toEqual(['agent_prompt'])
    for (const name of ['', ' ', 'a\u202eb', 'a'.repeat(256), 5]) {
      expect(await fieldOf({ name })).toEqual(['name'])
    }
    const named = await openSession(member, project, own, ' 店舗別 ')
    expect(named.name).toBe('店舗別')
    expect((await member.get(`${sessionsUrl}?project_id=${project}`)).json().total).toBe(1)
  })

  test('is listed newest first, by state, question and name', async ({ db, service, signIn }) => {
    const { project, manager, member, viewer } = await setUp(db, signIn)
    const [sales, costs] = [await insertIssue(db), await insertIssue(db, null, 'どの費用が重いか')]
    const first = await openSession(member, project, sales, '100%_売上')
    const second = await openSession(manager, project, costs, 'Costs')
    const third = await openSession(member, project, sales)
    await openSession(member, await insertProject(db, { member }), sales)
    const file = await uploadTo(member, project, '売上.csv')
    const input = await insertSessionFile(service.deps, third.session_id, file.id)
    const steps = [stepOf('filter', {}), stepOf('summary', {})]
    await work(db, member, third.session_id, () => ({ input, steps }))
    await manager.patch(`${sessionsUrl}/${second.session_id}`, { is_active: false })
    const list = async (query = '') => {
      const response = await viewer.get(`${sessionsUrl}?project_id=${project}${query}`)
      expect(response.statusCode, response.body).toBe(200)
      const { sessions, ...rest } = response.json()
      return {
        ids: sessions.map((each: { session_id: string }) => each.session_id),
        sessions,
        rest,
      }
    }
    const all = await list()
    const [one, two, three] = [first, second, third].map(({ session_id }) => session_id)
    expect(all.ids).toEqual([three, two, one])
    expect(all.rest).toEqual({ total: 3, skip: 0, limit: 100 })
    expect(all.sessions[0]).toMatchObject({
      ...{ current_snapshot: 1, step_count: 2, version: 2 },
      ...{ input_file_id: input.file_id, input_file_name: '売上.csv' },
    })
    expect((await list('&skip=1&limit=1')).ids).toEqual([two])
    expect((await list('&is_active=true')).ids).toEqual([three, one])
    expect((await list('&is_active=false')).ids).toEqual([two])
    expect((await list(`&issue_id=${sales.issue_id}`)).ids).toEqual([three, one])
    expect((await list('&search=cost')).ids).toEqual([two])
    expect((await list(`&search=${encodeURIComponent('%_')}`)).ids).toEqual([one])
    expect((await list(`&search=${encodeURIComponent('費用')}`)).ids).toEqual([two])
    expect((await list(`&search=${encodeURIComponent('拡大')}`)).rest.total).toBe(3)
    for (const wrong of ['&limit=1001', '&skip=-1', '&is_active=1', '&issue_id=x', '&search=']) {
      expect((await viewer.get(`${sessionsUrl}?project_id=${project}${wrong}`)).statusCode).toBe(
        422,
      )
    }
    expect((await viewer.get(sessionsUrl)).statusCode).toBe(422)
  })

  test('is renamed, put away and brought back', async ({ db, signIn }) => {
    const { project, member, moderator } = await setUp(db, signIn)
    const issue = await insertIssue(db)
    const { session_id } = await openSession(member, project, issue)
    const url = `${sessionsUrl}/${session_id}`
    const renamed = await moderator.patch(url, { name: ' 別名 ' }, { 'if-match': '"1"' })
    expect(renamed.json()).toMatchObject({ name: '別名', version: 2 })
    expect(renamed.headers.etag).toBe('"2"')
    expect((await member.patch(url, { name: 'x' }, { 'if-match': '"1"' })).statusCode).toBe(412)
    for (const wrong of [{}, { is_active: null }, { version: 9 }, { current_snapshot: 0 }]) {
      expect((await member.patch(url, wrong)).statusCode).toBe(422)
    }
    expect((await member.patch(url, { is_active: false })).json().is_active).toBe(false)
    const inactive = { status: 409, code: 'analysis_session_inactive' }
    expect((await member.patch(url, { name: 'x' })).json()).toMatchObject(inactive)
    expect((await member.patch(url, { is_active: false })).json()).toMatchObject(inactive)
    await expect(work(db, member, session_id, (draft) => draft)).rejects.toMatchObject({
      failure: 'analysis_session_inactive',
    })
    expect((await member.get(url)).statusCode).toBe(200)
    const back = await member.patch(url, { is_active: true, name: 'また' })
    expect(back.json()).toMatchObject({ is_active: true, name: 'また', version: 4 })
    await work(db, member, session_id, (draft) => draft)
  })

  test('is deleted by leaders, and by whoever opened it', async ({ db, signIn }) => {
    const { project, manager, moderator, member, viewer, outsider } = await setUp(db, signIn)
    const issue = await insertIssue(db)
    const open = async (by: typeof member) => {
      const { session_id } = await openSession(by, project, issue)
      return `${sessionsUrl}/${session_id}`
    }
    const [own, foreign, last] = [await open(member), await open(manager), await open(manager)]
    expect((await viewer.delete(own)).statusCode).toBe(403)
    expect((await outsider.delete(own)).json().code).toBe('analysis_session_not_found')
    expect((await member.delete(foreign)).json().code).toBe('project_role_required')
    expect((await member.delete(own, undefined, { 'if-match': '"9"' })).statusCode).toBe(412)
    await member.patch(own, { is_active: false })
    expect((await member.delete(own)).statusCode).toBe(204)
    expect(Object.values(await rowsOf(db, own.split('/').at(-1) ?? '')).flat()).toEqual([])
    expect((await moderator.delete(foreign)).statusCode).toBe(204)
    expect((await manager.delete(last)).statusCode).toBe(204)
    expect((await manager.delete(last)).statusCode).toBe(404)
    expect((await manager.get(last)).statusCode).toBe(404)
  })

  test('is for those who are in the project, and rests with it', async ({ app, db, signIn }) => {
    const { project, member, viewer, outsider } = await setUp(db, signIn)
    const issue = await insertIssue(db)
    const { session_id, current_snapshot_id } = await openSession(member, project, issue)
    const url = `${sessionsUrl}/${session_id}`
    const list = `${sessionsUrl}?project_id=${project}`
    const body = { project_id: project, ...issue }
    const writes = (by: typeof member) => [
      by.post(sessionsUrl, body),
      by.patch(url, { name: 'a' }),
      by.post(`${url}/duplicate`, {}),
      by.post(`${url}/snapshot/${current_snapshot_id}`),
      by.delete(url),
    ]
    for (const answer of await Promise.all(writes(viewer))) expect(answer.statusCode).toBe(403)
    for (const answer of await Promise.all(writes(outsider))) expect(answer.statusCode).toBe(404)
    for (const address of [list, url, `${url}/snapshot`]) {
      expect((await outsider.get(address)).statusCode).toBe(404)
      expect((await viewer.get(address)).statusCode).toBe(200)
      expect((await app.inject(address)).statusCode).toBe(401)
    }
    await db.updateTable('projects').set({ is_active: 0 }).where('id', '=', project).execute()
    for (const answer of await Promise.all(writes(member))) {
      expect(answer.json()).toMatchObject({ status: 409, code: 'project_archived' })
    }
    expect((await viewer.get(url)).statusCode).toBe(200)
  })

  test('keeps what somebody did whose account is deleted', async ({ db, signIn }) => {
    const { project, member, viewer } = await setUp(db, signIn)
    const admin = await signIn('SystemAdmin')
    const { session_id } = await openSession(member, project, await insertIssue(db))
    const gone = await admin.delete(`/api/v1/user_accounts/${member.id}`)
    expect(gone.statusCode, gone.body).toBe(204)
    const read = (await viewer.get(`${sessionsUrl}/${session_id}`)).json()
    expect(read).toMatchObject({ creator_id: member.id, creator_name: '削除されたユーザー' })
    expect(JSON.stringify(read)).not.toContain(member.display_name)
  })
})
