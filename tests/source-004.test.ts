import type { AddressInfo } from 'node:net'
import axios, { type AxiosInstance } from 'axios'
import { expectLike } from './support/likeness.ts'
import { newCode } from './support/projects.ts'
import { test as base, type Client, describe, expect } from './support/service.ts'
import { workbookOf } from './support/tree-files.ts'

/** Clients of document 004, which know its paths, bodies and answers only. */
const test = base.extend<{ join: () => Promise<Client & { api: AxiosInstance }> }>({
  join: [
    async ({ app, signIn }, use) => {
      await app.listen({ host: '127.0.0.1', port: 0 })
      const { port } = app.server.address() as AddressInfo
      const baseURL = `http://127.0.0.1:${port}/api/v1`
      await use(async () => {
        const client = await signIn()
        const headers = { Authorization: client.authorization }
        const api = axios.create({ baseURL, headers, validateStatus: () => true })
        return { ...client, api }
      })
    },
    { scope: 'file' },
  ],
})

const project = {
  id: '660e8400-e29b-41d4-a716-446655440001',
  name: 'プロジェクトA',
  code: 'PROJECT_A',
  description: '説明文',
  is_active: true,
  created_by: '550e8400-e29b-41d4-a716-446655440000',
  created_at: '2025-01-10T00:00:00Z',
  updated_at: '2025-01-15T00:00:00Z',
}
const member = {
  id: '880e8400-e29b-41d4-a716-446655440003',
  project_id: '660e8400-e29b-41d4-a716-446655440001',
  user_id: '550e8400-e29b-41d4-a716-446655440000',
  role: 'project_manager',
  joined_at: '2025-01-10T00:00:00Z',
  added_by: null,
  user: {
    id: '550e8400-e29b-41d4-a716-446655440000',
    email: 'user@example.com',
    display_name: '山田 太郎',
  },
}
const projectFile = {
  id: 'cc0e8400-e29b-41d4-a716-446655440007',
  project_id: '660e8400-e29b-41d4-a716-446655440001',
  file_name: 'data.csv',
  file_size: 1048576,
  content_type: 'text/csv',
  uploaded_by: '550e8400-e29b-41d4-a716-446655440000',
  created_at: '2025-01-15T16:00:00Z',
}
const tree = {
  tree_id: 'tree-uuid',
  name: 'ツリー名',
  description: '説明',
  root: {},
  nodes: [
    {
      node_id: 'node-uuid',
      label: 'ノード名',
      node_type: '入力',
      position_x: 100,
      position_y: 100,
      data: {},
    },
  ],
  relationship: [
    { parent_id: 'parent-uuid', operator: '+', child_id_list: ['child1-uuid', 'child2-uuid'] },
  ],
}
const node = {
  node_id: 'node-uuid',
  label: 'ノード名',
  position_x: 100,
  position_y: 100,
  node_type: '入力',
  data: {},
  relationship: {},
}

const page = (example: object) => ({ ...example, total: 10, skip: 0, limit: 100 })
const nobody = '550e8400-e29b-41d4-a716-446655440000'

async function newProject(api: AxiosInstance): Promise<string> {
  const body = { name: '新規プロジェクト', code: newCode(), description: 'プロジェクトの説明' }
  const { status, data } = await api.post('/projects', body)
  expect(status, JSON.stringify(data)).toBe(201)
  expectLike(data, project)
  expect(data).toMatchObject({ ...body, is_active: true })
  return data.id
}

function formOf(body: Uint8Array<ArrayBuffer>, name: string): FormData {
  const form = new FormData()
  form.append('file', new Blob([body]), name)
  return form
}

describe('the projects of document 004 (7)', () => {
  test('are created, listed, read, found by code, changed and deleted', async ({ join }) => {
    const { api } = await join()
    const id = await newProject(api)
    const list = await api.get('/projects', { params: { skip: 0, limit: 100 } })
    expect(list.status).toBe(200)
    expectLike(list.data, page({ projects: [project] }))
    expect(list.data).toMatchObject({ total: 1, skip: 0, limit: 100, projects: [{ id }] })
    const one = await api.get(`/projects/${id}`)
    expectLike(one.data, project)
    expect((await api.get(`/projects/code/${one.data.code}`)).data).toEqual(one.data)

    const changed = await api.patch(`/projects/${id}`, { name: 'プロジェクトA' })
    expect(changed.status).toBe(200)
    expectLike(changed.data, project)
    expect(changed.data.name).toBe('プロジェクトA')
    const name = 'あ'.repeat(255)
    expect((await api.patch(`/projects/${id}`, { name })).data.name).toBe(name)
    expect((await api.patch(`/projects/${id}`, { name: `${name}あ` })).status).toBe(422)

    const gone = await api.delete(`/projects/${id}`)
    expect([gone.status, gone.data]).toEqual([204, ''])
    expect((await api.get(`/projects/${id}`)).status).toBe(404)
  })

  test('refuse with problems of RFC 9457', async ({ join }) => {
    const { api } = await join()
    const missing = await api.get(`/projects/${nobody}`)
    expect(missing.headers['content-type']).toMatch('application/problem+json')
    expect(missing.data).toMatchObject({
      type: 'https://httpstatuses.com/404',
      title: 'Not Found',
      status: 404,
      detail: expect.stringMatching('見つかりません'),
      instance: `/api/v1/projects/${nobody}`,
    })
    const wrong = await api.post('/projects', { name: '新規', code: 'new-project' })
    expect(wrong.data).toMatchObject({ status: 422, errors: [{ field: 'code' }] })
    expect(
      (await axios.get(`${api.defaults.baseURL}/projects`, { validateStatus: null })).status,
    ).toBe(401)
  })
})

describe('the members of document 004 (8)', () => {
  test('are added, listed, given roles, removed, and leave', async ({ join }) => {
    const { api, id: self } = await join()
    const guest = await join()
    const other = await join()
    const id = await newProject(api)
    const url = `/projects/${id}/members`
    const me = await api.get(`${url}/me`)
    expect([me.status, me.data]).toEqual([
      200,
      { project_id: id, user_id: self, role: 'project_manager', is_owner: true, is_admin: true },
    ])
    const added = await api.post(url, { user_id: guest.id, role: 'member' })
    expect(added.status).toBe(201)
    expectLike(added.data, member)
    expect(added.data).toMatchObject({ user_id: guest.id, role: 'member', added_by: self })

    const members = [
      { user_id: guest.id, role: 'member' },
      { user_id: other.id, role: 'viewer' },
    ]
    const bulk = await api.post(`${url}/bulk`, { members })
    expect(bulk.status).toBe(201)
    expectLike(bulk.data.added, [member])
    expectLike(bulk.data.failed, [{ user_id: nobody, role: 'member', error: 'なぜ' }])
    expect(bulk.data).toMatchObject({
      project_id: id,
      added: [{ user_id: other.id, role: 'viewer' }],
      failed: [{ user_id: guest.id }],
      total_requested: 2,
      total_added: 1,
      total_failed: 1,
    })
    const list = await api.get(url, { params: { skip: 0, limit: 1000 } })
    expect(list.status).toBe(200)
    expectLike(list.data, page({ members: [member], project_id: nobody }))
    expect(list.data).toMatchObject({ total: 3, project_id: id })

    const [seen] = bulk.data.added
    const changed = await api.patch(`${url}/${seen.id}`, { role: 'member' })
    expect(changed.status).toBe(200)
    expectLike(changed.data, member)
    expect(changed.data.role).toBe('member')
    const removed = await api.delete(`${url}/${seen.id}`)
    expect([removed.status, removed.data]).toEqual([204, ''])
    const left = await guest.api.delete(`${url}/me`)
    expect([left.status, left.data]).toEqual([204, ''])
    expect((await guest.api.get(`${url}/me`)).status).toBe(404)
    expect((await api.get(url)).data.total).toBe(1)
  })
})

describe('the project files of document 004 (9)', () => {
  test('are uploaded, listed, read, downloaded and deleted', async ({ join }) => {
    const { api } = await join()
    const url = `/projects/${await newProject(api)}/files`
    const body = new TextEncoder().encode('年度,売上\n2024,1200\n')
    const sent = await api.post(url, formOf(body, 'データ.csv'))
    expect(sent.status, JSON.stringify(sent.data)).toBe(201)
    expectLike(sent.data, projectFile)
    expect(sent.data).toMatchObject({
      file_name: 'データ.csv',
      file_size: body.length,
      content_type: 'text/csv',
    })
    const list = await api.get(url)
    expectLike(list.data, page({ files: [projectFile], project_id: nobody }))
    expect(list.data.total).toBe(1)
    const one = await api.get(`${url}/${sent.data.id}`)
    expect([one.status, one.data]).toEqual([200, sent.data])
    const file = await api.get(`${url}/${sent.data.id}/download`, { responseType: 'arraybuffer' })
    expect([file.status, Buffer.from(file.data)]).toEqual([200, Buffer.from(body)])
    expect(file.headers['content-disposition']).toMatch(encodeURIComponent('データ.csv'))
    const gone = await api.delete(`${url}/${sent.data.id}`)
    expect([gone.status, gone.data]).toEqual([204, ''])
    expect((await api.get(`${url}/${sent.data.id}`)).status).toBe(404)
  })
})

const template = {
  validation_id: 'validation-uuid',
  validation_name: '施策名',
  validation_order: 1,
  issue_id: 'issue-uuid',
  issue_name: '課題名',
  issue_order: 1,
}
const session = {
  session_id: 'ee0e8400-e29b-41d4-a716-446655440009',
  project_id: '660e8400-e29b-41d4-a716-446655440001',
  created_at: '2025-01-15T17:00:00Z',
}

async function newSession(api: AxiosInstance) {
  const project_id = await newProject(api)
  const [{ validation_id, issue_id }] = (await api.get('/analysis/template')).data
  const { status, data } = await api.post('/analysis/session', {
    ...{ project_id, validation_id, issue_id },
  })
  expect(status, JSON.stringify(data)).toBe(201)
  expectLike(data, session)
  expect(data.project_id).toBe(project_id)
  return { project_id, session_id: data.session_id, url: `/analysis/session/${data.session_id}` }
}

const sales = '年度,部門,売上\n2023,営業,1000000\n2023,開発,999999\n2024,営業,1200000\n'

/** A session that starts from a file of its project. */
async function newAnalysis(api: AxiosInstance) {
  const made = await newSession(api)
  const form = formOf(new TextEncoder().encode(sales), '売上.csv')
  const sent = await api.post(`/projects/${made.project_id}/files`, form)
  const file = await api.post(`${made.url}/file`, { project_file_id: sent.data.id })
  expect(file.status, JSON.stringify(file.data)).toBe(201)
  const config = { sheet_name: file.data.sheet_name, axis_config: { 軸1: '年度', 軸2: '部門' } }
  const set = await api.patch(`${made.url}/file/${file.data.id}/config`, config)
  expect(set.status, JSON.stringify(set.data)).toBe(200)
  const chosen = await api.post(`${made.url}/input`, { file_id: file.data.id })
  expect(chosen.status, JSON.stringify(chosen.data)).toBe(200)
  return { ...made, file: file.data }
}

describe('the analysis sessions of document 004 (10)', () => {
  test('are created, listed, read and deleted', async ({ join }) => {
    const { api } = await join()
    const { session_id, project_id, url } = await newSession(api)
    const params = { project_id, skip: 0, limit: 100, is_active: true }
    const list = await api.get('/analysis/session', { params })
    expect(list.status).toBe(200)
    expectLike(list.data, page({ sessions: [session] }))
    expect(list.data).toMatchObject({ total: 1, skip: 0, limit: 100, sessions: [{ session_id }] })
    const put = { ...params, is_active: false }
    expect((await api.get('/analysis/session', { params: put })).data.total).toBe(0)
    const without = await api.get('/analysis/session')
    expect(without.data).toMatchObject({ status: 422, errors: [{ field: 'project_id' }] })
    const one = await api.get(url)
    expect(one.status).toBe(200)
    expectLike(one.data, {
      ...session,
      step: [],
      file_list: [],
      chat: [{ role: 'assistant', message: 'a' }],
    })
    const gone = await api.delete(url)
    expect([gone.status, gone.data]).toEqual([204, ''])
    expect((await api.get(url)).status).toBe(404)
  })

  test('have files, one of which the analysis starts from', async ({ join }) => {
    const { api } = await join()
    const { url, file } = await newAnalysis(api)
    const { status, data } = await api.get(`${url}/file`)
    expect(status).toBe(200)
    expect(data).toMatchObject({
      files: [{ id: file.id, is_input: true, config_list: [{ axis: ['年度', '部門'] }] }],
    })
    const cleared = await api.post(`${url}/input`, { file_id: null })
    expect(cleared.data).toMatchObject({ input_file_id: null, is_changed: true })
  })

  test('have steps that are added, changed and deleted, and results of the latest snapshot', async ({
    join,
  }) => {
    const { api } = await join()
    const { url } = await newAnalysis(api)
    expect((await api.get(`${url}/result`)).data).toMatchObject({ results: [], total: 0 })
    const sum = { target_subject: '売上', type: 'sum', formula_text: '売上合計', unit: '円' }
    const step = {
      ...{ name: '合計', type: 'summary', input: 'original' },
      config: { formulas: [{ ...sum, portion: 1 }], chart_config: {}, table_config: {} },
    }
    const made = await api.post(`${url}/step`, step)
    expect(made.status, JSON.stringify(made.data)).toBe(201)
    expect(made.data).toMatchObject(step)
    const result = await api.get(`${url}/result`)
    expect(result.status).toBe(200)
    const [{ result_formula }] = result.data.results
    expect(result_formula).toEqual([{ name: '売上合計', value: 3_199_999, unit: '円' }])
    const place = `${url}/step/${made.data.step_id}`
    const changed = await api.patch(place, { name: '売上の合計' })
    expect([changed.status, changed.data.name]).toEqual([200, '売上の合計'])
    const gone = await api.delete(place)
    expect([gone.status, gone.data]).toEqual([204, ''])
    expect((await api.get(`${url}/result`)).data.total).toBe(0)
  })

  test('extract the sales of a million and more when they are asked to, and go back', async ({
    join,
  }) => {
    const { api } = await join()
    const { url } = await newAnalysis(api)
    const before = (await api.get(url)).data
    const chat = { message: '売上が100万円以上のデータを抽出してください' }
    const { status, data } = await api.post(`${url}/chat`, chat)
    expect(status, JSON.stringify(data)).toBe(200)
    expect(data).toMatchObject({ steps_added: [{ type: 'filter' }], steps_removed: [] })
    const step = await api.get(`${url}/step/${data.steps_added[0].step_id}`)
    expect(step.data.result_data).toEqual([
      { 年度: '2023', 部門: '営業', 科目: '売上', 値: 1_000_000 },
      { 年度: '2024', 部門: '営業', 科目: '売上', 値: 1_200_000 },
    ])
    const back = await api.post(`${url}/snapshot/${before.current_snapshot_id}`)
    expect(back.status).toBe(200)
    expect((await api.get(url)).data.step).toEqual([])
    const forth = await api.post(`${url}/snapshot/${data.snapshot_id}`)
    expect(forth.status).toBe(200)
    expect((await api.get(url)).data.step).toMatchObject([{ type: 'filter' }])
  })
})

describe('the templates of document 004 (11)', () => {
  test('are a plain list, and in detail what an analysis begins with', async ({ join }) => {
    const { api } = await join()
    const { status, data } = await api.get('/analysis/template')
    expect(status).toBe(200)
    expectLike(data, [template])
    expect(data).toHaveLength(16)
    const one = await api.get(`/analysis/template/${data[0].issue_id}`)
    expect(one.status).toBe(200)
    expectLike(one.data, {
      ...template,
      description: 'アプローチ',
      agent_prompt: 'AIプロンプト',
      initial_axis: [{ name: '軸' }],
      dummy_input: [{}],
    })
    expect((await api.get(`/analysis/template/${nobody}`)).status).toBe(404)
  })
})

const sheet = {
  Sheet1: [
    ['年度', '単価', '数量', 'コスト'],
    [2023, 1200, 400, 300000],
    [2024, 1250, 420, 310000],
  ],
}

async function newSheet(api: AxiosInstance) {
  const form = formOf(new Uint8Array(workbookOf(sheet)), 'data.xlsx')
  const { status, data } = await api.post('/driver-tree/file', form)
  expect(status, JSON.stringify(data)).toBe(201)
  return data
}

async function newTree(api: AxiosInstance): Promise<string> {
  const params = { project_id: await newProject(api) }
  const body = { name: 'ツリー名', description: '説明' }
  const { status, data } = await api.post('/driver-tree/tree', body, { params })
  expect(status, JSON.stringify(data)).toBe(201)
  expectLike(data, { tree_id: 'tree-uuid', ...body, created_at: '2025-01-15T17:00:00Z' })
  return data.tree_id
}

type Node = { node_id: string; label: string }

async function newModel(api: AxiosInstance) {
  const [{ sheets }, treeId] = await Promise.all([newSheet(api), newTree(api)])
  const { status, data } = await api.post(`/driver-tree/tree/${treeId}`, {
    position_x: 100,
    position_y: 100,
    formulas: ['売上 = 単価 * 数量', '利益 = 売上 - コスト'],
    sheet_id: sheets[0].sheet_id,
  })
  expect(status, JSON.stringify(data)).toBe(200)
  expectLike(data, tree)
  const ids = Object.fromEntries(data.nodes.map((each: Node) => [each.label, each.node_id]))
  return { treeId, data, ids: ids as Record<'売上' | '単価' | '数量' | '利益' | 'コスト', string> }
}

describe('the files for trees of document 004 (12)', () => {
  test('are uploaded, listed, and have their sheet and columns chosen', async ({ join }) => {
    const { api } = await join()
    const sent = await newSheet(api)
    expectLike(sent, {
      file_id: 'file-uuid',
      filename: 'data.xlsx',
      sheets: [{ sheet_id: 'sheet-uuid', name: 'Sheet1' }],
    })
    expect(sent.sheets[0].name).toBe('Sheet1')
    const { file_id } = sent
    const { sheet_id } = sent.sheets[0]
    const chosen = await api.post(`/driver-tree/file/${file_id}/sheet`, { sheet_id })
    expect([chosen.status, chosen.data]).toEqual([200, { success: true }])
    const list = await api.get('/driver-tree/file')
    expect(list.status).toBe(200)
    expectLike(
      list.data,
      page({
        files: [
          {
            file_id: 'file-uuid',
            filename: 'data.xlsx',
            sheet_id: 'sheet-uuid',
            sheet_name: 'Sheet1',
            columns: [
              { columns_id: 'column-uuid', columns_name: '売上', items: ['1000', '2000', '3000'] },
            ],
            uploaded_at: '2025-01-15T16:00:00Z',
          },
        ],
      }),
    )
    const [{ columns }] = list.data.files
    expect(columns[1]).toMatchObject({ columns_name: '単価', items: ['1200', '1250'] })
    const roles = ['推移', '軸'].map((role, n) => ({ column_id: columns[n].columns_id, role }))
    const url = `/driver-tree/file/${file_id}/${sheet_id}/column`
    const set = await api.patch(url, { columns: roles })
    expect([set.status, set.data]).toEqual([200, { success: true }])
  })
})

describe('the trees of document 004 (13)', () => {
  test('are created, listed, read, reset and deleted', async ({ join }) => {
    const { api } = await join()
    const { treeId, data, ids } = await newModel(api)
    expect(data.root).toMatchObject({ node_id: ids.利益, label: '利益' })
    expect(data.nodes).toHaveLength(5)
    expect(data.relationship).toContainEqual({
      parent_id: ids.売上,
      operator: '*',
      child_id_list: [ids.単価, ids.数量],
    })
    const params = { project_id: data.project_id }
    const list = await api.get('/driver-tree/tree', { params })
    expect(list.status).toBe(200)
    const { tree_id, name, description } = tree
    const created_at = '2025-01-15T17:00:00Z'
    const listed = { tree_id, name, description, created_at, updated_at: created_at }
    expectLike(list.data, page({ trees: [listed] }))
    expect(list.data.total).toBe(1)
    const one = await api.get(`/driver-tree/tree/${treeId}`)
    expect(one.status).toBe(200)
    expectLike(one.data, tree)

    const reset = await api.post(`/driver-tree/${treeId}/reset`)
    expect(reset.status).toBe(200)
    expectLike(reset.data, tree)
    expect(reset.data.relationship).toEqual(one.data.relationship)
    expect(reset.data.nodes.map((each: { data: object }) => each.data)).toEqual(Array(5).fill({}))
    const gone = await api.delete(`/driver-tree/${treeId}/delete`)
    expect(gone.status).toBe(200)
    expectLike(gone.data, { success: true, deleted_at: created_at })
    expect((await api.get(`/driver-tree/tree/${treeId}`)).status).toBe(404)
  })

  test('begin with formulas of a catalogue', async ({ join }) => {
    const { api } = await join()
    const { status, data } = await api.get('/driver-tree/category')
    expect(status).toBe(200)
    const [type] = data.categories[0].industries[0].driver_types
    const params = { driver_tree: type.driver_type, KPI: data.kpis[0] }
    const answer = await api.get('/driver-tree/formula', { params })
    expect(answer.status).toBe(200)
    expectLike(answer.data, { formulas: ['式1', '式2'] })
    const body = { position_x: 100, position_y: 100, formulas: answer.data.formulas }
    const sent = await api.post(`/driver-tree/tree/${await newTree(api)}`, body)
    expect(sent.status).toBe(200)
    expect(sent.data.root.label).toBe('売上')
  })

  test('are calculated', async ({ join }) => {
    const { api } = await join()
    const { treeId, ids } = await newModel(api)
    const { status, data } = await api.get(`/driver-tree/tree/${treeId}/data`)
    expect(status).toBe(200)
    expect(data.root).toMatchObject({ node_id: ids.利益, baseline: 180_000 + 215_000 })
    expect(data.calculated_data_list).toHaveLength(5)
  })
})

describe('the downloads of document 004 (13.10, 14.5)', () => {
  test('are workbooks and CSV', async ({ join }) => {
    const { api } = await join()
    const { treeId, ids } = await newModel(api)
    const download = async (path: string, params = {}) => {
      const url = `/driver-tree/${path}/output`
      const { status, data, headers } = await api.get(url, { params, responseType: 'arraybuffer' })
      expect(status).toBe(200)
      expect(headers['content-disposition']).toMatch('attachment')
      return { type: headers['content-type'], body: Buffer.from(data) }
    }
    const book = await download(`tree/${treeId}`)
    expect(book.type).toMatch('spreadsheetml.sheet')
    expect(book.body.subarray(0, 2).toString()).toBe('PK')
    expect(await download(`tree/${treeId}`, { format: 'xlsx' })).toMatchObject({ type: book.type })
    const table = await download(`tree/${treeId}`, { format: 'csv' })
    expect(table.type).toMatch('text/csv')
    expect(table.body.toString()).toMatch('215000')
    const preview = await download(`node/${ids.利益}/preview`)
    expect(preview.type).toMatch('text/csv')
    expect(preview.body.toString()).toMatch('2024,215000,215000')
    const wrong = await api.get(`/driver-tree/tree/${treeId}/output`, { params: { format: 'pdf' } })
    expect(wrong.data).toMatchObject({ status: 422, errors: [{ field: 'format' }] })
  })
})

describe('the nodes of document 004 (14)', () => {
  test('are created, read, changed and deleted', async ({ join }) => {
    const { api } = await join()
    const { treeId, ids } = await newModel(api)
    const body = { label: 'ノード名', node_type: '入力', position_x: 100, position_y: 100 }
    const created = await api.post(`/driver-tree/tree/${treeId}/node`, body)
    expect(created.status).toBe(201)
    expectLike(created.data, { tree, created_node_id: 'node-uuid' })
    const url = `/driver-tree/node/${created.data.created_node_id}`
    const one = await api.get(url)
    expect(one.status).toBe(200)
    expectLike(one.data, node)
    expect(one.data).toMatchObject({ ...body, relationship: {} })

    const change = {
      label: '新しいノード名',
      operator: '+',
      children_id_list: [ids.単価, ids.コスト],
    }
    const changed = await api.patch(url, change)
    expect(changed.status, JSON.stringify(changed.data)).toBe(200)
    expectLike(changed.data, node)
    expect(changed.data).toMatchObject({
      label: '新しいノード名',
      node_type: '計算',
      relationship: { operator: '+', child_id_list: change.children_id_list },
    })
    const gone = await api.delete(url)
    expect(gone.status).toBe(200)
    expectLike(gone.data, { tree })
    expect((await api.get(url)).status).toBe(404)
  })

  test('have policies', async ({ join }) => {
    const { api } = await join()
    const { ids } = await newModel(api)
    const url = `/driver-tree/node/${ids.単価}/policy`
    const sent = await api.post(url, { name: '施策名', value: 1.5 })
    expect(sent.status).toBe(201)
    const list = await api.get(url)
    expect(list.status).toBe(200)
    expectLike(
      list.data,
      page({ policies: [{ policy_id: 'policy-uuid', name: '施策名', value: 1.5 }] }),
    )
    expect(list.data.policies).toMatchObject([{ name: '施策名', value: 1.5 }])
    const { policy_id } = list.data.policies[0]
    const changed = await api.patch(`${url}/${policy_id}`, { value: 1.2 })
    expect([changed.status, changed.data.policies[0].value]).toEqual([200, 1.2])
    expect((await api.delete(`${url}/${policy_id}`)).status).toBe(200)
    expect((await api.get(url)).data.policies).toEqual([])
  })
})
