import { createHash } from 'node:crypto'
import type { ProjectRole } from '../../schemas/projects/common.ts'
import { newId } from '../../src/values.ts'
import { filesUrl, tryUpload, uploadTo } from '../support/project-files.ts'
import { insertMember, insertProject } from '../support/projects.ts'
import { describe, expect, test } from '../support/service.ts'
import { pdfOf } from '../support/uploads.ts'

describe('files of a project', () => {
  test('have the fields of their source, and no place in the storage', async ({ db, signIn }) => {
    const ann = await signIn()
    const project = await insertProject(db, { member: ann })
    const sent = await tryUpload(ann, project, '売上 2024.csv', 'a,b\n')
    expect(sent.statusCode).toBe(201)
    const file = sent.json()
    expect(sent.headers.location).toBe(`${filesUrl(project)}/${file.id}`)
    expect(file).toEqual({
      id: expect.any(String),
      project_id: project,
      file_name: '売上 2024.csv',
      file_size: 4,
      content_type: 'text/csv',
      version: 1,
      is_latest: true,
      sha256: createHash('sha256').update('a,b\n').digest('hex'),
      uploaded_by: ann.id,
      created_at: expect.any(String),
    })
    expect((await ann.get(String(sent.headers.location))).json()).toEqual(file)
    const list = await ann.get(filesUrl(project))
    expect(list.json()).toEqual({
      files: [file],
      total: 1,
      skip: 0,
      limit: 100,
      project_id: project,
    })
    expect(list.headers['x-total-count']).toBe('1')
  })

  test('are listed page by page, and found by a part of the name', async ({ db, signIn }) => {
    const ann = await signIn()
    const project = await insertProject(db, { member: ann })
    for (const name of ['売上.csv', '50%_a.csv', 'ＡＢＣ.csv', 'ﾃﾞｰﾀ.txt']) {
      await uploadTo(ann, project, name)
    }
    const names = async (query: string) => {
      const { files } = (await ann.get(`${filesUrl(project)}?${query}`)).json()
      return files.map(({ file_name }: { file_name: string }) => file_name)
    }
    expect(await names('skip=1&limit=2')).toEqual(['ＡＢＣ.csv', '50%_a.csv'])
    expect(await names('search=abc')).toEqual(['ＡＢＣ.csv'])
    expect(await names(`search=${encodeURIComponent('データ')}`)).toEqual(['ﾃﾞｰﾀ.txt'])
    expect(await names(`search=${encodeURIComponent('%_')}`)).toEqual(['50%_a.csv'])
    expect(await names('search=CSV')).toHaveLength(3)
    expect(await names('search=')).toHaveLength(4)
    expect((await ann.get(`${filesUrl(project)}?limit=1001`)).statusCode).toBe(422)
  })

  test('are downloaded whole, in part, or not again', async ({ app, db, signIn }) => {
    const ann = await signIn()
    const project = await insertProject(db, { member: ann })
    const body = pdfOf(1000)
    const { id, sha256 } = await uploadTo(ann, project, '報告.pdf', body)
    const url = `${filesUrl(project)}/${id}/download`
    const whole = await ann.get(url)
    expect(whole.rawPayload).toEqual(body)
    expect(whole.headers).toMatchObject({ etag: `"${sha256}"`, 'accept-ranges': 'bytes' })
    expect(whole.headers['content-disposition']).toContain(
      `attachment; filename="__.pdf"; filename*=UTF-8''${encodeURIComponent('報告.pdf')}`,
    )
    expect((await ann.get(`${url}?inline=true`)).headers['content-disposition']).toMatch(/^inline/)
    const part = await ann.get(url, { range: 'bytes=10-19' })
    expect([part.statusCode, part.headers['content-range']]).toEqual([206, 'bytes 10-19/1000'])
    expect(part.rawPayload).toEqual(body.subarray(10, 20))
    expect((await ann.get(url, { range: 'bytes=1000-' })).statusCode).toBe(416)
    expect((await ann.get(url, { 'if-none-match': `"${sha256}"` })).statusCode).toBe(304)
    const { authorization } = ann
    const head = await app.inject({ method: 'HEAD', url, headers: { authorization } })
    expect([head.statusCode, head.headers['content-length'], head.body]).toEqual([200, '1000', ''])
  })

  test('that the storage has lost are said to be', async ({ db, service, signIn }) => {
    const ann = await signIn()
    const project = await insertProject(db, { member: ann })
    const { id } = await uploadTo(ann, project, 'a.csv')
    const { key } = await db
      .selectFrom('project_files')
      .select('key')
      .where('id', '=', id)
      .executeTakeFirstOrThrow()
    await service.deps.storage.remove(key)
    const lost = await ann.get(`${filesUrl(project)}/${id}/download`)
    expect([lost.statusCode, lost.json().code]).toEqual([404, 'file_missing'])
  })

  test('leave a trace in the activity, and are told of in the room', async ({
    app,
    db,
    signIn,
  }) => {
    const ann = await signIn()
    const project = await insertProject(db, { member: ann })
    const heard: string[] = []
    const leave = app.channels.join(`project:${project}`, (message) => heard.push(message))
    const { id } = await uploadTo(ann, project, 'a.csv')
    await ann.delete(`${filesUrl(project)}/${id}`)
    leave()
    const data = { id: project, file_id: id, file_name: 'a.csv', version: 1 }
    expect(heard.map((message) => JSON.parse(message))).toMatchObject([
      { type: 'event', event: 'project.file_uploaded', data },
      { type: 'event', event: 'project.file_deleted', data },
    ])
    const { events } = (await ann.get(`/api/v1/projects/${project}/activity`)).json()
    expect(events).toMatchObject([
      { action: 'project_file.deleted', subject_id: id, changes: { name: 'a.csv', versions: [1] } },
      { action: 'project_file.uploaded', subject_id: id, changes: { name: 'a.csv', version: 1 } },
    ])
  })

  test('come once with one Idempotency-Key', async ({ app, db, signIn }) => {
    const ann = await signIn()
    const project = await insertProject(db, { member: ann })
    const send = () => {
      const payload =
        '--x\r\ncontent-disposition: form-data; name="file"; filename="a.csv"\r\n\r\na\r\n--x--\r\n'
      const headers = {
        authorization: ann.authorization,
        'content-type': 'multipart/form-data; boundary=x',
        'idempotency-key': 'one-and-the-same-key',
      }
      return app.inject({ method: 'POST', url: filesUrl(project), payload, headers })
    }
    const [first, again] = [await send(), await send()]
    expect(again.json()).toEqual(first.json())
    expect((await ann.get(filesUrl(project))).json().total).toBe(1)
  })
})

describe('who does what with files', () => {
  const roles = ['project_manager', 'project_moderator', 'member', 'viewer'] as const
  const mayUpload: readonly ProjectRole[] = ['project_manager', 'project_moderator', 'member']
  const mayDelete: readonly ProjectRole[] = ['project_manager', 'project_moderator']

  test.for(roles)('%s', async (role, { db, signIn }) => {
    const [ann, other] = [await signIn(), await signIn()]
    const project = await insertProject(db, { [role]: ann })
    await insertMember(db, project, other.id, 'member')
    const foreign = await uploadTo(other, project, 'foreign.csv')
    const url = filesUrl(project)
    for (const path of ['', `/${foreign.id}`, `/${foreign.id}/download`]) {
      expect((await ann.get(`${url}${path}`)).statusCode).toBe(200)
    }
    for (const path of ['versions', 'usage']) {
      expect((await ann.get(`${url}/${foreign.id}/${path}`)).statusCode).toBe(200)
    }
    const sent = await tryUpload(ann, project, 'own.csv')
    expect(sent.statusCode).toBe(mayUpload.includes(role) ? 201 : 403)
    if (mayUpload.includes(role)) {
      const own = await ann.delete(`${url}/${sent.json().id}`)
      expect(own.statusCode).toBe(204)
    } else {
      expect(sent.json().code).toBe('project_role_required')
    }
    const gone = await ann.delete(`${url}/${foreign.id}`)
    expect(gone.statusCode).toBe(mayDelete.includes(role) ? 204 : 403)
  })

  test('a member deletes a file only where every version is theirs', async ({ db, signIn }) => {
    const [ann, bob] = [await signIn(), await signIn()]
    const project = await insertProject(db, { member: ann, project_moderator: bob })
    const one = await uploadTo(ann, project, 'a.csv')
    await uploadTo(bob, project, 'a.csv')
    const three = await uploadTo(ann, project, 'a.csv')
    const url = filesUrl(project)
    const all = await ann.delete(`${url}/${three.id}`)
    expect([all.statusCode, all.json().code]).toEqual([403, 'project_role_required'])
    expect((await ann.delete(`${url}/${one.id}`)).statusCode).toBe(204)
    expect((await bob.delete(`${url}/${three.id}`)).statusCode).toBe(204)
  })

  test('strangers see nothing, administrators everything, nobody 401', async ({
    app,
    db,
    signIn,
  }) => {
    const [ann, stranger, root] = [await signIn(), await signIn(), await signIn('SystemAdmin')]
    const project = await insertProject(db, { member: ann })
    const elsewhere = await insertProject(db, { project_manager: stranger })
    const { id } = await uploadTo(ann, project, 'a.csv')
    const url = filesUrl(project)
    const paths = ['', `/${id}`, `/${id}/download`, `/${id}/versions`, `/${id}/usage`]
    for (const path of paths) {
      expect((await stranger.get(`${url}${path}`)).json().code).toBe('project_not_found')
      expect((await root.get(`${url}${path}`)).statusCode).toBe(200)
      expect((await app.inject(`${url}${path}`)).statusCode).toBe(401)
    }
    expect((await tryUpload(stranger, project, 'a.csv')).json().code).toBe('project_not_found')
    expect((await stranger.delete(`${url}/${id}`)).json().code).toBe('project_not_found')
    for (const path of paths.slice(1)) {
      const response = await stranger.get(`${filesUrl(elsewhere)}${path}`)
      expect(response.json().code).toBe('project_file_not_found')
    }
    const wrong = await stranger.delete(`${filesUrl(elsewhere)}/${id}`)
    expect([wrong.statusCode, wrong.json().code]).toEqual([404, 'project_file_not_found'])
    expect((await ann.get(`${url}/${newId()}`)).statusCode).toBe(404)
    expect((await ann.get(`${url}/nothing`)).statusCode).toBe(422)
    expect((await tryUpload(root, project, 'root.csv')).statusCode).toBe(201)
    expect((await root.delete(`${url}/${id}`)).statusCode).toBe(204)
  })

  test('in an archived project all is read, and nothing written', async ({ db, signIn }) => {
    const ann = await signIn()
    const project = await insertProject(db, { project_manager: ann })
    const { id } = await uploadTo(ann, project, 'a.csv')
    await db.updateTable('projects').set({ is_active: 0 }).where('id', '=', project).execute()
    const sent = await tryUpload(ann, project, 'b.csv')
    const gone = await ann.delete(`${filesUrl(project)}/${id}`)
    for (const refused of [sent, gone]) {
      expect([refused.statusCode, refused.json().code]).toEqual([409, 'project_archived'])
    }
    expect((await ann.get(`${filesUrl(project)}/${id}/download`)).statusCode).toBe(200)
  })
})
