import { transact } from '../../db/transact.ts'
import { newId, now } from '../../src/values.ts'
import { insertTree } from '../support/driver-trees.ts'
import { filesUrl, uploadTo } from '../support/project-files.ts'
import { insertProject } from '../support/projects.ts'
import { expect, test } from '../support/service.ts'

test('a file that a tree uses, in whatever version, is not deleted', async ({ db, signIn }) => {
  const ann = await signIn()
  const project = await insertProject(db, { project_manager: ann })
  const one = await uploadTo(ann, project, 'a.csv')
  const two = await uploadTo(ann, project, 'a.csv')
  const three = await uploadTo(ann, project, 'a.csv')
  const other = await uploadTo(ann, project, 'b.csv')
  const nodes = { 売上: { project_file_id: one.id }, 単価: { project_file_id: one.id } }
  const { tree_id } = await insertTree(db, project, nodes, '売上')
  const uses = [{ kind: 'tree', id: tree_id, name: '売上ツリー', file_id: one.id }]
  const url = filesUrl(project)
  for (const { id } of [one, two, three]) {
    expect((await ann.get(`${url}/${id}/usage`)).json()).toEqual({ uses })
  }
  expect((await ann.get(`${url}/${other.id}/usage`)).json()).toEqual({ uses: [] })
  for (const { id } of [one, three]) {
    const refused = await ann.delete(`${url}/${id}`)
    expect(refused.statusCode).toBe(409)
    expect(refused.json()).toMatchObject({ code: 'project_file_in_use', uses })
  }
  expect((await ann.delete(`${url}/${two.id}`)).statusCode).toBe(204)
  await db.deleteFrom('driver_trees').where('id', '=', tree_id).execute()
  expect((await ann.delete(`${url}/${three.id}`)).statusCode).toBe(204)
  expect((await ann.get(url)).json().total).toBe(1)
})

test('a file for trees that was taken from it stays without it', async ({ db, signIn }) => {
  const ann = await signIn()
  const project = await insertProject(db, { project_manager: ann })
  const file = await uploadTo(ann, project, 'a.csv')
  const id = newId()
  await db
    .insertInto('driver_tree_files')
    .values({
      id,
      owner_id: ann.id,
      project_file_id: file.id,
      original_name: 'a.csv',
      content_type: 'text/csv',
      size: 8,
      sha256: file.sha256,
      key: null,
      sheet_id: null,
      created_at: now(),
    })
    .execute()
  expect((await ann.delete(`${filesUrl(project)}/${file.id}`)).statusCode).toBe(204)
  const row = await db
    .selectFrom('driver_tree_files')
    .select('project_file_id')
    .where('id', '=', id)
    .executeTakeFirst()
  expect(row).toEqual({ project_file_id: null })
})

test('of a deletion and a tree that begins to use it at once, one has its way', async ({
  db,
  signIn,
}) => {
  const ann = await signIn()
  const project = await insertProject(db, { project_manager: ann })
  const { tree_id, ids } = await insertTree(db, project, { 売上: {} })
  for (let round = 0; round < 10; round += 1) {
    const file = await uploadTo(ann, project, `${round}.csv`)
    const take = transact(db, (trx) =>
      trx
        .updateTable('driver_tree_nodes')
        .set({ project_file_id: file.id })
        .where('id', '=', ids.売上 as string)
        .execute(),
    ).then(
      () => true,
      () => false,
    )
    const [gone, isTaken] = await Promise.all([ann.delete(`${filesUrl(project)}/${file.id}`), take])
    expect([gone.statusCode, isTaken]).toEqual(isTaken ? [409, true] : [204, false])
    if (isTaken) {
      expect(gone.json()).toMatchObject({ code: 'project_file_in_use', uses: [{ id: tree_id }] })
    }
  }
})
