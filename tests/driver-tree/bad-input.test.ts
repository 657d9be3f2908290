import { operationsOf } from '../support/operations.ts'
import { tryUpload } from '../support/project-files.ts'
import { describe, expect, test } from '../support/service.ts'
import { filesUrl, sendTreeFile } from '../support/tree-files.ts'
import { furnishTree } from '../support/tree-ground.ts'
import {
  createTree,
  idOf,
  importInto,
  nodes,
  planted,
  rowsOf,
  setUp,
  trees,
} from '../support/tree-work.ts'
import { samples, sendForm } from '../support/uploads.ts'

const model = ['売上 = 単価 * 数量', '利益 = 売上 - コスト']

/** Formulas, the status, and what the answer names: a code or a rule’s place. */
const refused: [string[], number, string | RegExp][] = [
  [['a = b', 'b = c', 'c = a'], 422, /a → b → c → a/],
  [['累計 = PREV(累計) + 売上'], 422, 'formula_cycle_through_prev'],
  [['単価 = 利益 / 2'], 422, /利益 → 売上 → 単価|売上 → 単価 → 利益|単価 → 利益 → 売上/],
  [['a = b + c', 'a = b * c'], 409, 'formulas.1'],
  [['Ａ = b', 'A = c'], 409, 'formulas.1'],
  [[`a = ${'('.repeat(4990)}1${')'.repeat(4990)}`], 422, /64/],
  [[`a = ${'('.repeat(10_000)}1`], 422, 'formulas.0'],
  [[`a = ${'-'.repeat(9000)}1`], 422, /64/],
  [[`a = ${'SUM('.repeat(2000)}1`], 422, /64/],
  [['a = 1e400'], 422, 'formulas.0'],
  [['ok = 1', 'a = 売\u202e上'], 422, /formulas\.1.*U\+202E/],
  [['a = 売\u200b上'], 422, /U\+200B/],
  [['a = [売\u2066上]'], 422, /U\+2066/],
  [['a = 売\u202e\u0301上'], 422, /U\+202E/],
  [['a = 売\u0001\u0301上'], 422, /U\+0001/],
  [[`a = ${'ﷺ'.repeat(200)}`], 422, /255/],
  [['a = \u0000'], 400, 'forbidden_character'],
  [['a = \ud800'], 400, 'forbidden_character'],
  [['a = \ud800\u0301'], 400, 'forbidden_character'],
  [['__proto__ = constructor('], 422, 'formulas.0'],
]

describe('formulas that cannot be', () => {
  test('change nothing, and the answer names the place', async ({ db, signIn }) => {
    const { project, member } = await setUp(db, signIn)
    const { tree_id } = await planted(member, project, model)
    const before = await rowsOf(db, tree_id)
    for (const [formulas, status, named] of refused) {
      const response = await importInto(member, tree_id, formulas)
      const where = `${formulas.join('; ').slice(0, 60)}: ${response.body.slice(0, 500)}`
      expect(response.statusCode, where).toBe(status)
      expect(response.body, where).toMatch(named)
    }
    expect(await rowsOf(db, tree_id)).toEqual(before)
  })

  test('are refused before they are read where there are ten megabytes', async ({ db, signIn }) => {
    const { project, member } = await setUp(db, signIn)
    const treeId = await createTree(member, project)
    const before = await rowsOf(db, treeId)
    const response = await importInto(member, treeId, [`a = ${'b+'.repeat(5_000_000)}b`])
    expect(response.json()).toMatchObject({ status: 413 })
    expect(await rowsOf(db, treeId)).toEqual(before)
  })

  test('are no matter where they are odd and right', async ({ db, signIn }) => {
    const { project, member } = await setUp(db, signIn)
    const chain = Array.from({ length: 1500 }, (_, n) => `段${n} = 段${n + 1} + 1`)
    const deep = await planted(member, project, [...chain, '段1500 = -0 * 2'])
    const data = await member.get(`${trees}/${deep.tree_id}/data?limit=1`)
    expect(data.json()).toMatchObject({ root: { label: '段0' } })
    expect(data.body).toContain('1500')
    expect(data.body).not.toMatch(/-0[,}\]]/)

    const named = await planted(member, project, ['__proto__ = constructor + toString', 'ﾃｽﾄ = 1'])
    expect(idOf(named, '__proto__')).toBeDefined()
    const wide = await importInto(member, named.tree_id, ['合計 = テスト * 2'])
    expect(wide.json().import).toMatchObject({ created: 2 })

    const huge = await planted(member, project, ['巨大 = 左 * 右', '割合 = 左 / 零', '零 = 0'])
    for (const label of ['左', '右']) {
      const response = await member.patch(`${nodes}/${idOf(huge, label)}`, { value: 1e300 })
      expect(response.statusCode, response.body).toBe(200)
    }
    const answer = await member.get(`${trees}/${huge.tree_id}/data`)
    expect(answer.body).not.toMatch(/NaN|Infinity|1e\+?600/)
    const said = JSON.stringify(answer.json().warnings)
    expect(said).toContain('巨大')
    expect(said).toContain('割合')
  })
})

describe('nodes that cannot be', () => {
  test('change nothing, and the answer names the field', async ({ db, signIn }) => {
    const { project, member } = await setUp(db, signIn)
    const tree = await planted(member, project, model)
    const [sales, price] = [idOf(tree, '売上'), idOf(tree, '単価')]
    const before = await rowsOf(db, tree.tree_id)
    const bad: [string, object, number, string | RegExp][] = [
      [sales, { operator: '+', children_id_list: [price, price] }, 422, 'children_id_list.1'],
      [sales, { operator: '+', children_id_list: [sales] }, 422, 'children_id_list.0'],
      [sales, { operator: '+', children_id_list: [tree.root?.node_id] }, 422, /売上 → 利益 → 売上/],
      [sales, { value: 3 }, 422, '"value"'],
      [price, { label: '売\u202e上' }, 422, '"label"'],
      [price, { label: '売\u200b上' }, 422, '"label"'],
      [price, { label: ' 売上　' }, 409, 'node_label_taken'],
      [price, { label: 'ﷺ'.repeat(255) }, 422, '"label"'],
      [price, { label: '\ud800' }, 400, 'forbidden_character'],
      [price, { value: 1e301 }, 422, '"value"'],
      [
        price,
        {
          data: {
            columns: ['年', '値'],
            records: [
              { 年: 1, 値: 1 },
              { 年: '1', 値: 2 },
            ],
          },
        },
        422,
        'data.records.1',
      ],
    ]
    for (const [id, change, status, named] of bad) {
      const response = await member.patch(`${nodes}/${id}`, change)
      const where = `${JSON.stringify(change).slice(0, 100)}: ${response.body.slice(0, 500)}`
      expect(response.statusCode, where).toBe(status)
      expect(response.body, where).toMatch(named)
    }
    const infinite = '{"data":{"columns":["年","値"],"records":[{"年":"x","値":1e999}]}}'
    const json = { 'content-type': 'application/json' }
    expect((await member.patch(`${nodes}/${price}`, infinite, json)).statusCode).toBe(422)
    const twice = '{"value":1,"value":2}'
    expect((await member.patch(`${nodes}/${price}`, twice, json)).json().code).toBe(
      'duplicate_field',
    )
    const proto = '{"data":{"columns":["年","値"],"records":[{"年":"1","値":1,"__proto__":{}}]}}'
    expect((await member.patch(`${nodes}/${price}`, proto, json)).json().code).toBe(
      'forbidden_field',
    )
    expect(await rowsOf(db, tree.tree_id)).toEqual(before)
  })
})

describe('a label that becomes very long', () => {
  // Squared words: each becomes up to six characters when labels are compared.
  const squares = Array.from({ length: 250 }, (_, n) => String.fromCharCode(0x3300 + (n % 88)))
  const label = squares.join('')

  test('is refused for a node as it is in a formula', async ({ db, signIn }) => {
    const { project, member } = await setUp(db, signIn)
    const tree = await createTree(member, project)
    const place = { position_x: 0, position_y: 0 }
    for (const response of [
      await member.post(`${trees}/${tree}/node`, { label, node_type: '入力', ...place }),
      await importInto(member, tree, [`${label} = 1`]),
    ]) {
      expect(response.json(), response.body).toMatchObject({ status: 422 })
      expect(response.json().errors[0].message).toContain('255')
    }
  })

  test('is no matter for scenarios and files', async ({ db, signIn }) => {
    const { project, member } = await setUp(db, signIn)
    const tree = await createTree(member, project)
    const scenario = { name: label, changes: {} }
    const url = `${trees}/${tree}/scenario`
    expect((await member.post(url, scenario)).statusCode).toBe(201)
    expect((await member.post(url, scenario)).statusCode).toBe(409)
    expect((await tryUpload(member, project, `${label}.csv`)).statusCode).toBe(201)
  })
})

describe('a file that cannot be', () => {
  test('is refused when the form has it twice, or it is something else than its name', async ({
    db,
    signIn,
  }) => {
    const { project, member } = await setUp(db, signIn)
    const one = { name: 'file', filename: '売上.csv', body: '年度,売上\n2024,1\n' }
    const book = { name: 'file', filename: '売上.xlsx', body: samples.png }
    for (const to of [filesUrl, `/api/v1/projects/${project}/files`]) {
      expect((await sendForm(member, [one, one], to)).statusCode, to).toBeGreaterThanOrEqual(400)
      expect((await sendForm(member, [book], to)).statusCode, to).toBe(415)
      expect((await member.get(to)).json().total).toBe(0)
    }
  })

  test('has headers that mean something to JavaScript, and they are names', async ({
    db,
    signIn,
  }) => {
    const { project, member } = await setUp(db, signIn)
    const body = '年度,__proto__,constructor\n2023,1,10\n2024,2,20\n'
    const sent = await sendTreeFile(member, '__proto__.csv', body)
    expect(sent.statusCode, sent.body).toBe(201)
    const [sheet] = sent.json().sheets
    const tree = await createTree(member, project)
    const formulas = ['toString = __proto__ * constructor']
    const imported = await importInto(member, tree, formulas, { sheet_id: sheet.sheet_id })
    expect(imported.json().import).toMatchObject({
      bound: [{ label: '__proto__' }, { label: 'constructor' }],
      unmatched: [],
    })
    const data = await member.get(`${trees}/${tree}/data`)
    expect(data.json()).toMatchObject({ root: { label: 'toString' } })
    expect(data.body).toContain('50')
  })
})

describe('what somebody else has changed meanwhile', () => {
  test('is not written over: 412 wherever If-Match is taken', async ({ app, db, signIn }) => {
    const manager = await signIn()
    const place: Record<string, string> = await furnishTree(db, { manager })
    const before = await rowsOf(db, place.tree_id as string)
    const bodies: Record<string, object> = {
      importTree: { position_x: 0, position_y: 0, formulas: ['a = b'] },
      createTreeNode: { label: 'a', node_type: '入力', position_x: 0, position_y: 0 },
      updateTreeNode: { value: 5 },
    }
    const guarded = operationsOf(app).filter(
      ({ path, parameters }) =>
        /^\/api\/v1\/(projects|driver-tree)/.test(path) &&
        parameters.some(({ name }) => name === 'if-match'),
    )
    expect(guarded.length).toBeGreaterThan(10)
    for (const { method, path, body } of guarded) {
      const isNode = path.endsWith('/node/{node_id}')
      const id = path.endsWith('/node')
        ? 'createTreeNode'
        : method === 'POST' && path.endsWith('/tree/{tree_id}')
          ? 'importTree'
          : 'updateTreeNode'
      const payload = body && (isNode || method === 'POST' ? bodies[id] : { name: '別の名前' })
      const response = await app.inject({
        method,
        url: path.replaceAll(/\{(\w+)\}/g, (_, name: string) => place[name] ?? ''),
        headers: { authorization: manager.authorization, 'if-match': '"999999"' },
        ...(payload && { payload }),
      })
      expect(response.statusCode, `${method} ${path}: ${response.body}`).toBe(412)
    }
    expect(await rowsOf(db, place.tree_id as string)).toEqual(before)
  })
})
