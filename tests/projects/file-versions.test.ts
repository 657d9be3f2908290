import { newId } from '../../src/values.ts'
import { filesUrl, holdings, tryUpload, uploadTo } from '../support/project-files.ts'
import { insertProject } from '../support/projects.ts'
import { describe, expect, test } from '../support/service.ts'

describe('a name that comes again', () => {
  test('is the next version, and the list shows that alone', async ({ db, signIn }) => {
    const [ann, bob] = [await signIn(), await signIn()]
    const project = await insertProject(db, { member: ann, project_moderator: bob })
    const first = await uploadTo(ann, project, '売上.csv', '1\n')
    const second = await uploadTo(bob, project, '売上.csv', '22\n')
    await uploadTo(ann, project, '費用.csv')
    expect([first.version, second.version]).toEqual([1, 2])
    const list = (await ann.get(filesUrl(project))).json()
    expect(list).toMatchObject({ total: 2, project_id: project })
    expect(list.files.map(({ file_name }: { file_name: string }) => file_name)).toEqual([
      '費用.csv',
      '売上.csv',
    ])
    for (const { id } of [first, second]) {
      const { versions, total } = (await ann.get(`${filesUrl(project)}/${id}/versions`)).json()
      expect(total).toBe(2)
      expect(versions).toMatchObject([
        { id: second.id, version: 2, is_latest: true, uploaded_by: bob.id, file_size: 3 },
        { id: first.id, version: 1, is_latest: false, uploaded_by: ann.id, file_size: 2 },
      ])
    }
    const old = await ann.get(`${filesUrl(project)}/${first.id}/download`)
    expect(old.body).toBe('1\n')
  })

  test.for([
    ['Data.CSV', 'data.csv'],
    ['ｄａｔａ.csv', 'data.csv'],
    ['ﾃﾞｰﾀ.csv', 'データ.csv'],
    ['が.csv', 'か\u3099.csv'],
  ] as const)(
    'upper or lower case, wide or narrow: %s and %s',
    async ([one, other], { db, signIn }) => {
      const ann = await signIn()
      const project = await insertProject(db, { member: ann })
      await uploadTo(ann, project, one)
      const again = await uploadTo(ann, project, other)
      expect(again).toMatchObject({ version: 2, file_name: other.normalize('NFC') })
    },
  )

  test('is another file in another project', async ({ db, signIn }) => {
    const ann = await signIn()
    for (const project of [
      await insertProject(db, { member: ann }),
      await insertProject(db, { member: ann }),
    ]) {
      expect((await uploadTo(ann, project, 'a.csv')).version).toBe(1)
    }
  })

  test('ten times at once has ten numbers, and one of them is the last', async ({ db, signIn }) => {
    const ann = await signIn()
    const project = await insertProject(db, { member: ann })
    const files = await Promise.all(
      Array.from({ length: 10 }, (_, n) => uploadTo(ann, project, 'a.csv', `${n}\n`)),
    )
    const numbers = files.map(({ version }) => version).sort((a, b) => a - b)
    expect(numbers).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    const rows = await db
      .selectFrom('project_files')
      .select(['version', 'is_latest'])
      .where('project_id', '=', project)
      .where('is_latest', '=', 1)
      .execute()
    expect(rows).toEqual([{ version: 10, is_latest: 1 }])
  })

  test('more than 500 times is refused', async ({ db, service, signIn }) => {
    const ann = await signIn()
    const project = await insertProject(db, { member: ann })
    const { id } = await uploadTo(ann, project, 'a.csv')
    const row = await db
      .selectFrom('project_files')
      .selectAll()
      .where('id', '=', id)
      .executeTakeFirstOrThrow()
    const more = Array.from({ length: 499 }, (_, n) => ({
      ...row,
      id: newId(),
      version: n + 2,
      is_latest: n === 498 ? 1 : 0,
      key: `projects/${newId()}`,
    }))
    await db.insertInto('project_files').values(more).execute()
    const before = await holdings(service)
    const full = await tryUpload(ann, project, 'A.csv')
    expect([full.statusCode, full.json().code]).toEqual([409, 'project_file_versions_full'])
    expect(await holdings(service)).toEqual(before)
    const last = more.at(-1)?.id
    expect((await ann.delete(`${filesUrl(project)}/${last}`)).statusCode).toBe(204)
    expect((await ann.get(filesUrl(project))).json().total).toBe(0)
  })
})

describe('DELETE /projects/{project_id}/files/{file_id}', () => {
  test('takes one version, or the last one with all of them', async ({ db, service, signIn }) => {
    const ann = await signIn()
    const project = await insertProject(db, { member: ann })
    const [one, two, three] = [
      await uploadTo(ann, project, 'a.csv', '1\n'),
      await uploadTo(ann, project, 'a.csv', '2\n'),
      await uploadTo(ann, project, 'a.csv', '3\n'),
    ]
    const url = filesUrl(project)
    expect((await ann.delete(`${url}/${two.id}`)).statusCode).toBe(204)
    const left = (await ann.get(`${url}/${one.id}/versions`)).json().versions
    expect(left).toMatchObject([
      { id: three.id, version: 3, is_latest: true },
      { id: one.id, version: 1 },
    ])
    expect((await uploadTo(ann, project, 'a.csv')).version).toBe(4)
    const [last] = (await ann.get(url)).json().files
    const keys = await db
      .selectFrom('project_files')
      .select('key')
      .where('project_id', '=', project)
      .execute()
    expect((await ann.delete(`${url}/${last.id}`)).statusCode).toBe(204)
    for (const id of [one.id, three.id, last.id]) {
      expect((await ann.get(`${url}/${id}`)).json().code).toBe('project_file_not_found')
    }
    await service.queue.runDue()
    for (const { key } of keys) expect(await service.deps.storage.stat(key)).toBeUndefined()
    expect((await uploadTo(ann, project, 'a.csv')).version).toBe(1)
  })

  test('twice at once is done once', async ({ db, signIn }) => {
    const ann = await signIn()
    const project = await insertProject(db, { member: ann })
    const { id } = await uploadTo(ann, project, 'a.csv')
    const answers = await Promise.all([1, 2, 3].map(() => ann.delete(`${filesUrl(project)}/${id}`)))
    expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([204, 404, 404])
  })

  test('and an upload of the name at once leave one of the two orders', async ({ db, signIn }) => {
    const ann = await signIn()
    const project = await insertProject(db, { member: ann })
    for (let round = 0; round < 5; round += 1) {
      const name = `${round}.csv`
      const { id } = await uploadTo(ann, project, name)
      const [gone, added] = await Promise.all([
        ann.delete(`${filesUrl(project)}/${id}`),
        uploadTo(ann, project, name),
      ])
      expect(gone.statusCode).toBe(204)
      const rows = await db
        .selectFrom('project_files')
        .select(['id', 'is_latest'])
        .where('project_id', '=', project)
        .where('original_name', '=', name)
        .execute()
      expect(rows).toEqual([{ id: added.id, is_latest: 1 }])
    }
  })
})
