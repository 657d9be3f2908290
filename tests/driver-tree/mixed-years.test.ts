import type { Cell } from '../../src/sheet-tables.ts'
import { type Client, describe, expect, test } from '../support/service.ts'
import { readData } from '../support/tree-calculation.ts'
import { uploadTreeFile } from '../support/tree-files.ts'
import { idOf, importInto, nodes, planted, setUp, trees } from '../support/tree-work.ts'

async function bind(client: Client, treeId: string, rows: Cell[][]) {
  const { sheets } = await uploadTreeFile(client, { 表: rows })
  const sheet_id = sheets[0]?.sheet_id
  expect((await importInto(client, treeId, [], { sheet_id })).statusCode).toBe(200)
}

describe('years of the calendar beside fiscal ones', () => {
  test('are told of, whether they come from sheets or by hand', async ({ db, signIn }) => {
    const { project, member } = await setUp(db, signIn)
    const tree = await planted(member, project, ['売上 = 単価 * 数量'])
    const url = `${trees}/${tree.tree_id}`
    await bind(member, tree.tree_id, [
      ['年度', '単価'],
      ['2023年度', 100],
      ['2024年度', 110],
    ])
    await bind(member, tree.tree_id, [
      ['年', '数量'],
      ['2023年', 5],
      ['2024年', 6],
    ])
    const mixed = await readData(member, url)
    expect(mixed.root.baseline).toBe(1160)
    expect(mixed.warning_count).toBe(1)
    expect(mixed.warnings).toMatchObject([
      { kind: 'mixed_years', node_id: idOf(tree, '数量'), label: '数量', key: {} },
    ])
    expect(mixed.warnings[0].message).toContain('「単価」は年度、「数量」は暦年')

    const data = { columns: ['年度', '値'], records: [{ 年度: '2023', 値: 5 }] }
    const count = `${nodes}/${idOf(tree, '数量')}`
    expect((await member.patch(count, { data })).statusCode).toBe(200)
    expect((await readData(member, url)).warnings).toMatchObject([{ kind: 'missing_operand' }])
    const years = { columns: ['年', '値'], records: [{ 年: '2023', 値: 5 }], period: '年' }
    expect((await member.patch(count, { data: years })).statusCode).toBe(200)
    const kinds = (await readData(member, url)).warnings.map(({ kind }: { kind: string }) => kind)
    expect(kinds).toEqual(['mixed_years', 'missing_operand'])
  })
})
