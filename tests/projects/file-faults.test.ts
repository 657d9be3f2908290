import { transact } from '../../db/transact.ts'
import { maxProjectFileBytes, uploadProjectFile } from '../../src/projects/uploads.ts'
import { now } from '../../src/values.ts'
import { filesUrl, holdings, tryUpload, uploadTo } from '../support/project-files.ts'
import { insertProject } from '../support/projects.ts'
import { expect, test } from '../support/service.ts'
import { formOf, sendForm } from '../support/uploads.ts'

test('a file of more than 100 MB is refused and leaves nothing', async ({
  db,
  service,
  signIn,
}) => {
  const ann = await signIn()
  const project = await insertProject(db, { member: ann })
  const before = await holdings(service)
  const large = await tryUpload(ann, project, 'a.txt', Buffer.alloc(maxProjectFileBytes + 1, 'a'))
  expect([large.statusCode, large.json().code]).toEqual([413, 'file_too_large'])
  expect(await holdings(service)).toEqual(before)
})

test('a form that is broken or wrong leaves nothing', async ({ app, db, service, signIn }) => {
  const ann = await signIn()
  const project = await insertProject(db, { member: ann })
  const before = await holdings(service)
  const url = filesUrl(project)
  const file = { name: 'file', filename: 'a.csv', body: 'a,b\n'.repeat(50_000) }
  const { payload, headers } = formOf([file])
  const broken = await app.inject({
    method: 'POST',
    url,
    payload: payload.subarray(0, 150_000),
    headers: { ...headers, authorization: ann.authorization },
  })
  expect([broken.statusCode, broken.json().code]).toEqual([400, 'malformed_form'])
  const wrong = [
    [file, file],
    [file, { name: 'version', body: '7' }],
    [{ ...file, name: 'files' }],
    [{ name: 'note', body: 'x' }],
  ]
  for (const parts of wrong) {
    const response = await sendForm(ann, parts, url)
    expect([response.statusCode, response.json().code]).toEqual([422, 'invalid_request'])
  }
  for (const parts of [
    [{ ...file, name: '__proto__' }],
    [{ name: '__proto__', body: 'x' }, file],
  ]) {
    expect((await sendForm(ann, parts, url)).json().code).toBe('malformed_form')
  }
  expect((await ann.post(url, { file: 'a' })).statusCode).toBe(415)
  expect(await holdings(service)).toEqual(before)
})

test.for([
  ['../../etc/passwd.csv', undefined],
  ['a\0.csv', undefined],
  ['a\u0085.csv', undefined],
  [`${'名'.repeat(252)}.csv`, undefined],
  ['C:\\売上\\__proto__.csv', '__proto__.csv'],
  ['constructor.csv', 'constructor.csv'],
  ['a\u202efdc.csv', 'afdc.csv'],
  ["'; drop table project_files; --.csv", "'; drop table project_files; --.csv"],
  ['<script>.csv', '<script>.csv'],
  [`${'名'.repeat(251)}.csv`, `${'名'.repeat(251)}.csv`],
  [`${'\ufdfa'.repeat(251)}.csv`, `${'\ufdfa'.repeat(251)}.csv`],
] as const)('of the name %j is made %j', async ([sent, kept], { db, signIn }) => {
  const ann = await signIn()
  const project = await insertProject(db, { member: ann })
  const response = await tryUpload(ann, project, sent)
  expect(response.statusCode).toBe(kept === undefined ? 422 : 201)
  if (kept !== undefined) {
    const { id, file_name } = response.json()
    expect(file_name).toBe(kept)
    expect((await ann.get(`${filesUrl(project)}/${id}/download`)).statusCode).toBe(200)
    expect((await uploadTo(ann, project, sent)).version).toBe(2)
  }
})

test('a project that is deleted, or archived, while a file comes gets none', async ({
  app,
  db,
  service,
  signIn,
}) => {
  const ann = await signIn()
  const before = await holdings(service)
  const faults = [
    [{ deleted_at: now() }, 'project_not_found'],
    [{ is_active: 0 }, 'project_archived'],
  ] as const
  for (const [change, code] of faults) {
    const project = await insertProject(db, { member: ann })
    async function* body() {
      yield Buffer.alloc(100_000, 'a')
      await db.updateTable('projects').set(change).where('id', '=', project).execute()
      yield Buffer.from('b')
    }
    const caller = { ...ann, ip: null, user_agent: null, request_id: 'r', scopes: null }
    const upload = uploadProjectFile(app, caller as never, project, { name: 'a.csv', body: body() })
    await expect(upload).rejects.toMatchObject({ failure: code })
  }
  expect(await holdings(service)).toEqual(before)
})

test('somebody who is put out while their file comes leaves none', async ({
  app,
  db,
  service,
  signIn,
}) => {
  const ann = await signIn()
  const project = await insertProject(db, { member: ann })
  const before = await holdings(service)
  async function* body() {
    yield Buffer.alloc(100_000, 'a')
    await transact(db, (trx) =>
      trx.updateTable('project_members').set({ role: 'viewer' }).execute(),
    )
  }
  const caller = { ...ann, ip: null, user_agent: null, request_id: 'r', scopes: null }
  const upload = uploadProjectFile(app, caller as never, project, { name: 'a.csv', body: body() })
  await expect(upload).rejects.toMatchObject({ failure: 'project_role_required' })
  expect(await holdings(service)).toEqual(before)
})
