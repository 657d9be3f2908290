import type { Cell } from '../../src/sheet-tables.ts'
import { newId } from '../../src/values.ts'
import { type Client, describe, expect, test } from '../support/service.ts'
import { readData } from '../support/tree-calculation.ts'
import {
  filesUrl,
  flat,
  readTreeFile,
  sendTreeFile,
  uploadTreeFile,
} from '../support/tree-files.ts'
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

const formulas = ['利益 = 売上 - コスト']

/** A tree that has taken numbers from a sheet, and what the import said. */
async function bindTo(client: Client, project: string, sheet_id: string, given = formulas) {
  const treeId = await createTree(client, project)
  const response = await importInto(client, treeId, given, { sheet_id })
  expect(response.statusCode, response.body).toBe(200)
  return response.json()
}

async function upload(client: Client, rows: Cell[][]) {
  const { file_id, sheets } = await uploadTreeFile(client, { 表: rows })
  return { file_id, sheet_id: sheets[0]?.sheet_id as string }
}

/** Sets roles of columns by their names. */
async function setRoles(
  client: Client,
  { file_id, sheet_id }: { file_id: string; sheet_id: string },
  roles: Record<string, string>,
) {
  const { columns } = await readTreeFile(client, file_id)
  const wanted = columns.flatMap(({ columns_id: column_id, columns_name }) =>
    roles[columns_name] ? [{ column_id, role: roles[columns_name] }] : [],
  )
  const url = `${filesUrl}/${file_id}/${sheet_id}/column`
  expect((await client.patch(url, { columns: wanted })).statusCode).toBe(200)
}

const labelsOf = (list: { label: string }[]) => list.map(({ label }) => label).toSorted()

describe('an import of a sheet', () => {
  test('is of one’s own file, and of one that is there', async ({ db, signIn }) => {
    const { project, member, manager } = await setUp(db, signIn)
    const { sheet_id, file_id } = await upload(member, flat)
    const tree = await planted(manager, project, formulas)
    const before = await rowsOf(db, tree.tree_id)
    for (const id of [sheet_id, newId(), file_id]) {
      const refused = await importInto(manager, tree.tree_id, ['x = y + z'], { sheet_id: id })
      expect(refused.json()).toMatchObject({ status: 404, code: 'tree_sheet_not_found' })
    }
    await member.delete(`${filesUrl}/${file_id}`)
    const gone = await importInto(member, tree.tree_id, formulas, { sheet_id })
    expect(gone.statusCode).toBe(404)
    expect(await rowsOf(db, tree.tree_id)).toEqual(before)
  })

  test('is refused roles that make no table, by the names of the columns', async ({
    db,
    signIn,
  }) => {
    const { project, member } = await setUp(db, signIn)
    const file = await upload(member, flat)
    const tree = await planted(member, project, formulas)
    const before = await rowsOf(db, tree.tree_id)
    for (const [roles, code, ...names] of [
      [{ 部門: '推移' }, 'tree_sheet_periods', '年度', '部門'],
      [{ 部門: '利用しない' }, 'tree_sheet_double_key', '売上', '年度=2023'],
      [{ 部門: '軸', 売上: '軸', コスト: '利用しない' }, 'tree_sheet_no_values', '表'],
    ] as [Record<string, string>, string, ...string[]][]) {
      await setRoles(member, file, roles)
      const refused = await importInto(member, tree.tree_id, [], { sheet_id: file.sheet_id })
      expect(refused.json()).toMatchObject({ status: 422, code })
      for (const name of names) expect(refused.json().detail).toContain(name)
    }
    expect(await rowsOf(db, tree.tree_id)).toEqual(before)
    const { sheets } = await uploadTreeFile(member, { 表紙: [['計画']], 表: flat })
    const cover = { sheet_id: sheets[0]?.sheet_id }
    const none = await importInto(member, tree.tree_id, [], cover)
    expect(none.json()).toMatchObject({ status: 422, code: 'tree_sheet_without_table' })
  })

  test('says what it had nothing for, and what nobody asked for', async ({ db, signIn }) => {
    const { project, member } = await setUp(db, signIn)
    const { sheet_id } = await upload(member, [
      ['年度', 'ｺｽﾄ', '人　数', '備考'],
      [2023, 800, 4, 'なし'],
      [2024, 900, 5, 'なし'],
    ])
    const tree = await bindTo(member, project, sheet_id, [
      '利益 = 売上 - コスト',
      '一人当たり = 利益 / 人 数 * 100',
    ])
    expect(labelsOf(tree.import.bound)).toEqual(['コスト', '人 数'])
    expect(tree.import.unmatched).toEqual(['売上'])
    expect(tree.import.unused).toEqual([])
    const again = await importInto(member, tree.tree_id, ['税 = 売上 * 0.1'], { sheet_id })
    expect(again.json().import).toMatchObject({ unmatched: ['売上'], bound: [{}, {}] })
    const apart = await bindTo(member, project, sheet_id, ['客単価 = 売上 / 客数'])
    expect(apart.import).toMatchObject({ bound: [], unmatched: ['売上', '客数'] })
    expect(apart.import.unused).toEqual(['ｺｽﾄ', '人 数'])
  })

  test('takes values again without formulas, with other roles', async ({ db, signIn }) => {
    const { project, member } = await setUp(db, signIn)
    const file = await upload(member, flat)
    const tree = await bindTo(member, project, file.sheet_id)
    const url = `${trees}/${tree.tree_id}`
    expect((await readData(member, url)).root.baseline).toBe(600)
    const cost = `${nodes}/${idOf(tree, 'コスト')}`
    await member.patch(cost, { value: 100 })
    await setRoles(member, file, { コスト: '利用しない' })
    const kept = (await importInto(member, tree.tree_id, [], { sheet_id: file.sheet_id })).json()
    expect(kept.import).toMatchObject({ unmatched: ['コスト'], updated: 1, created: 0 })
    expect((await readData(member, url)).root.baseline).toBe(2400)
    await setRoles(member, file, { コスト: '値' })
    const again = (await importInto(member, tree.tree_id, [], { sheet_id: file.sheet_id })).json()
    expect(again.import).toMatchObject({ unmatched: [], updated: 2 })
    expect((await readData(member, url)).root.baseline).toBe(600)
    const { source, value } = (await member.get(cost)).json()
    expect([source, value]).toEqual([
      { file_name: '売上.xlsx', sheet_name: '表', column: 'コスト' },
      null,
    ])
  })

  test('reads sheets in the long form, by 科目', async ({ db, signIn }) => {
    const { project, member } = await setUp(db, signIn)
    const { sheet_id } = await upload(member, [
      ['年度', '店', '科目', '金額'],
      [2023, '東京', '売上', 1000],
      [2023, '東京', 'コスト', 700],
      [2023, '大阪', '売上', 500],
      [2024, '東京', '売上', 1100],
      [2024, '東京', 'コスト', 800],
      [2024, '東京', '雑費', 9],
    ])
    const tree = await bindTo(member, project, sheet_id)
    expect(tree.import).toMatchObject({ unmatched: [], unused: ['雑費'] })
    const { root, warnings } = await readData(member, `${trees}/${tree.tree_id}`)
    expect(root).toMatchObject({ baseline: 600, complete: false })
    expect(root.by_period).toMatchObject([{ baseline: 300 }, { baseline: 300 }])
    const message = warnings.map((each: { message: string }) => each.message).join()
    expect(message).toContain('大阪')
  })

  test('reads CSV files in Shift_JIS', async ({ db, signIn }) => {
    const { project, member } = await setUp(db, signIn)
    // 年月,部門,売上,コスト and two lines of 営業, for 2024年1月 and 2月.
    const sent = await sendTreeFile(member, '実績.csv', Buffer.from(shiftJis, 'hex'))
    expect(sent.statusCode, sent.body).toBe(201)
    const tree = await bindTo(member, project, sent.json().sheets[0].sheet_id)
    expect(labelsOf(tree.import.bound)).toEqual(['コスト', '売上'])
    const data = await readData(member, `${trees}/${tree.tree_id}`)
    expect(data).toMatchObject({ period_name: '年月', axes: ['部門'], root: { baseline: 650 } })
    expect(data.periods).toHaveLength(2)
    expect(data.root.by_period).toMatchObject([{ baseline: 300 }, { baseline: 350 }])
  })
})

const shiftJis =
  '944e8c8e2c959496e52c94848fe32c8352835883670d0a32303234944e318c8e2c89638bc62c313230302c3930300d0a32303234944e328c8e2c89638bc62c313330302c3935300d0a'
