import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { createTreeFile } from '../../src/driver-tree/files/uploads.ts'
import { newId } from '../../src/values.ts'
import { filesUrl as projectFilesUrl, uploadTo } from '../support/project-files.ts'
import { insertMember, insertProject, projects } from '../support/projects.ts'
import { type Client, describe, expect, type Service, test } from '../support/service.ts'
import { readData } from '../support/tree-calculation.ts'
import { block, filesUrl, treeHoldings, uploadTreeFile, workbookOf } from '../support/tree-files.ts'
import { createTree, importInto, nodes, planted, setUp, trees } from '../support/tree-work.ts'

const formulas = ['利益 = 売上 - コスト']

/** A file of the project that the client has taken for trees: the file, and its first sheet. */
async function takeFile(client: Client, project: string) {
  const file = await uploadTo(client, project, '実績.xlsx', workbookOf({ 実績: block }))
  const response = await client.post(`${filesUrl}/project`, { project_file_id: file.id })
  expect(response.statusCode, response.body).toBe(201)
  const { file_id, sheets } = response.json()
  return { id: file.id, file_id, sheet_id: sheets[0].sheet_id as string }
}

/** Everything in the storage, but what is on its way. */
async function stored({ deps }: Service): Promise<string[]> {
  const root = join(deps.config.dataDir, 'files')
  const entries = await readdir(root, { recursive: true, withFileTypes: true }).catch(() => [])
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name)
}

const tables = [
  'projects',
  'project_members',
  'project_files',
  'project_activity',
  'driver_trees',
  'driver_tree_nodes',
  'driver_tree_edges',
  'driver_tree_policies',
  'driver_tree_scenarios',
  'driver_tree_files',
  'driver_tree_sheets',
  'driver_tree_columns',
  'incoming_files',
] as const

/** The tables in which there is something, with how many rows. */
async function rowsLeft({ deps }: Service): Promise<Record<string, number>> {
  const counts = await Promise.all(
    tables.map(async (table): Promise<[string, number]> => {
      const { count } = await deps.db
        .selectFrom(table as 'projects')
        .select((eb) => eb.fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow()
      return [table, Number(count)]
    }),
  )
  return Object.fromEntries(counts.filter(([, count]) => count > 0))
}

async function work(service: Service): Promise<void> {
  await service.queue.runDue()
  expect(service.faults).toEqual([])
}

describe('a project that is deleted', () => {
  // First, for it counts what is left in all tables.
  test('leaves nothing in any table or in the storage', async ({ service, signIn }) => {
    const { db } = service.deps
    const { project, manager, member } = await setUp(db, signIn)
    expect(await stored(service)).toEqual([])
    const { id, file_id, sheet_id } = await takeFile(member, project)
    await uploadTo(manager, project, '実績.xlsx', workbookOf({ 実績: block }))
    const tree = await planted(member, project, formulas)
    const bound = await importInto(member, tree.tree_id, [], { sheet_id })
    expect(bound.json().import.bound).toHaveLength(2)
    const [node] = bound.json().nodes
    await member.post(`${nodes}/${node.node_id}/policy`, { name: '値上げ', value: 1.1 })
    const scenario = { name: '案', changes: {} }
    await member.post(`${trees}/${tree.tree_id}/scenario`, scenario)
    const before = await rowsLeft(service)
    expect(Object.keys(before)).toEqual(tables.filter((table) => table !== 'incoming_files'))
    expect((await member.get(`${projectFilesUrl(project)}/${id}/usage`)).json().uses).toHaveLength(
      1,
    )

    expect((await manager.delete(`${projects}/${project}`)).statusCode).toBe(204)
    for (const gone of [`${trees}/${tree.tree_id}`, `${nodes}/${node.node_id}`]) {
      expect((await manager.get(gone)).statusCode).toBe(404)
    }
    await work(service)
    const own = ['driver_tree_files', 'driver_tree_sheets', 'driver_tree_columns']
    expect(Object.keys(await rowsLeft(service))).toEqual(own)
    expect((await member.get(`${filesUrl}/${file_id}`)).json().project_file_id).toBeNull()
    expect((await member.delete(`${filesUrl}/${file_id}`)).statusCode).toBe(204)
    await work(service)
    expect(await rowsLeft(service)).toEqual({})
    expect(await stored(service)).toEqual([])
  })

  test('takes what came in at the same moment with it, and nothing fails', async ({
    db,
    service,
    signIn,
  }) => {
    for (let round = 0; round < 5; round += 1) {
      const { project, manager, member } = await setUp(db, signIn)
      const tree = await planted(member, project, formulas)
      const removal = manager.delete(`${projects}/${project}`).then(async (response) => {
        await work(service)
        return response
      })
      const answers = await Promise.all(
        Array.from({ length: 12 }, (_, n) => {
          const name = { name: `案 ${n}` }
          if (n % 3 === 0) return member.post(`${trees}?project_id=${project}`, name)
          if (n % 3 === 1) return importInto(member, tree.tree_id, [`a${n} = b${n} + c`])
          return member.post(`${trees}/${tree.tree_id}/scenario`, { ...name, changes: {} })
        }),
      )
      expect((await removal).statusCode).toBe(204)
      for (const { statusCode, body } of answers) {
        expect([200, 201, 404], body).toContain(statusCode)
      }
      await work(service)
      const left = await db.selectFrom('projects').select('id').where('id', '=', project).execute()
      expect(left).toEqual([])
    }
    expect(await rowsLeft(service)).toEqual({})
  })

  test('or archived is not written to after that was answered', async ({ db, signIn }) => {
    for (let round = 0; round < 5; round += 1) {
      const { project, manager, member } = await setUp(db, signIn)
      const tree = await planted(member, project, formulas)
      const version = async () =>
        db
          .selectFrom('driver_trees')
          .select('version')
          .where('id', '=', tree.tree_id)
          .executeTakeFirstOrThrow()
      const edits = Array.from({ length: 10 }, (_, n) =>
        member.patch(`${trees}/${tree.tree_id}`, { name: `案 ${n}` }),
      )
      const archived = await manager.patch(`${projects}/${project}`, { is_active: false })
      expect(archived.statusCode, archived.body).toBe(200)
      const then = await version()
      const answers = await Promise.all(edits)
      expect(await version()).toEqual(then)
      const done = answers.filter(({ statusCode }) => statusCode === 200)
      expect(then.version).toBe(tree.version + done.length)
      for (const { statusCode } of answers) expect([200, 409]).toContain(statusCode)
    }
  })
})

describe('a file of a project', () => {
  test('is kept for as long as a tree has its numbers', async ({ db, service, signIn }) => {
    const { project, manager, member } = await setUp(db, signIn)
    const { id, sheet_id } = await takeFile(member, project)
    const treeId = await createTree(member, project)
    const tree = (await importInto(member, treeId, formulas, { sheet_id })).json()
    expect(tree.import.bound).toHaveLength(2)
    expect((await readData(manager, `${trees}/${treeId}`)).root.baseline).toBe(750)
    const url = `${projectFilesUrl(project)}/${id}`
    const uses = [{ kind: 'tree', id: treeId, name: '売上ツリー', file_id: id }]
    expect((await manager.get(`${url}/usage`)).json()).toEqual({ uses })
    expect((await manager.delete(url)).json()).toMatchObject({ status: 409, uses })
    expect((await member.delete(`/api/v1/driver-tree/${treeId}/delete`)).statusCode).toBe(200)
    expect((await manager.get(`${url}/usage`)).json()).toEqual({ uses: [] })
    expect((await manager.delete(url)).statusCode).toBe(204)
    await work(service)
    // What was read of it is still its reader's own.
    const other = await createTree(member, project)
    const again = await importInto(member, other, formulas, { sheet_id })
    expect(again.json().import.bound).toHaveLength(2)
  })

  test('goes into trees of its own project only, and from its reader', async ({ db, signIn }) => {
    const { project, manager, member, outsider } = await setUp(db, signIn)
    const other = await insertProject(db, { member, viewer: outsider })
    const { sheet_id } = await takeFile(member, project)
    const elsewhere = await planted(member, other, formulas)
    const refused = await importInto(member, elsewhere.tree_id, formulas, { sheet_id })
    expect(refused.statusCode).toBe(422)
    expect(refused.json().errors[0]).toMatchObject({ field: 'sheet_id' })
    const own = await planted(manager, project, formulas)
    const foreign = await importInto(manager, own.tree_id, formulas, { sheet_id })
    expect(foreign.json()).toMatchObject({ status: 404, code: 'tree_sheet_not_found' })
    await insertMember(db, other, manager.id, 'member')
    expect((await manager.get(`${trees}/${elsewhere.tree_id}`)).json().version).toBe(2)
  })

  test('and one who takes it while it is deleted do not fail', async ({ db, signIn }) => {
    const { project, manager } = await setUp(db, signIn)
    for (let round = 0; round < 4; round += 1) {
      const file = await uploadTo(manager, project, `${round}.csv`)
      const [gone, taken] = await Promise.all([
        manager.delete(`${projectFilesUrl(project)}/${file.id}`),
        manager.post(`${filesUrl}/project`, { project_file_id: file.id }),
      ])
      expect(gone.statusCode, gone.body).toBe(204)
      expect([201, 404, 409], taken.body).toContain(taken.statusCode)
    }
  })
})

describe('somebody whose account is deleted', () => {
  test('leaves trees with their numbers, and none of their files', async ({
    db,
    service,
    signIn,
  }) => {
    const { project, manager, member } = await setUp(db, signIn)
    const admin = await signIn('SystemAdmin')
    await work(service)
    const files = await stored(service)
    const { sheets, file_id } = await uploadTreeFile(member, { 表: block })
    const treeId = await createTree(member, project)
    await importInto(member, treeId, formulas, { sheet_id: sheets[0]?.sheet_id })
    const { total: _, ...before } = await readData(manager, `${trees}/${treeId}`)
    expect(before.root).toMatchObject({ label: '利益', baseline: 750, complete: true })
    expect(await stored(service)).toHaveLength(files.length + 2)

    const deleted = await admin.delete(`/api/v1/users/${member.id}`)
    expect(deleted.statusCode, deleted.body).toBe(204)
    await work(service)
    expect((await stored(service)).toSorted()).toEqual(files.toSorted())
    const left = await db
      .selectFrom('driver_tree_files')
      .select('id')
      .where('id', '=', file_id)
      .execute()
    expect(left).toEqual([])
    expect(await readData(manager, `${trees}/${treeId}`)).toMatchObject(before)
    expect((await manager.delete(`/api/v1/driver-tree/${treeId}/delete`)).statusCode).toBe(200)
  })

  test('leaves none that was still coming in', async ({ service, signIn }) => {
    const member = await signIn()
    const admin = await signIn('SystemAdmin')
    await work(service)
    const before = await treeHoldings(service)
    const csv = Buffer.from('年度,売上\n2024,100\n')
    async function* body() {
      yield csv.subarray(0, 10)
      expect((await admin.delete(`/api/v1/users/${member.id}`)).statusCode).toBe(204)
      await work(service)
      yield csv.subarray(10)
    }
    const caller = { ...member, scopes: null, request_id: newId(), ip: null, user_agent: null }
    const file = { name: '売上.csv', body: body() }
    await expect(createTreeFile(service.deps, caller, file, 'ja')).rejects.toMatchObject({
      failure: 'account_inactive',
    })
    expect(await treeHoldings(service)).toEqual(before)
  })
})
