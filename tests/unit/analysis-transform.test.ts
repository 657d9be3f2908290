import { describe, expect, test } from 'vitest'
import type { TransformConfig, TransformOperation } from '../../schemas/analysis/transform.ts'
import { runTransform } from '../../src/analysis/steps/transform.ts'
import { seededRandom } from '../../src/statistics/random.ts'
import { type LongRow, readRows, relationOf, withTables } from '../support/analysis-tables.ts'

type Calculation = TransformOperation['calculation']
type Kind = TransformOperation['operation_type']

const operation = (operation_type: Kind, target_name: string, calculation: Calculation) => ({
  operation_type,
  target_name,
  calculation,
})

const formula = (
  formula_type: '+' | '-' | '*' | '/',
  ...operands: (string | number)[]
): Calculation => ({ type: 'formula', formula_type, operands })

const sales: LongRow[] = [
  ['2023', '東京', '売上', 100],
  ['2023', '東京', 'コスト', 60],
  ['2023', '大阪', '売上', 50],
  ['2024', '東京', '売上', 120],
  ['2024', '東京', 'コスト', 0],
  ['2024', null, 'コスト', 7],
]
const axes = ['年度', '地域']

async function run(operations: TransformOperation[], rows = sales, names = axes) {
  return withTables(async (tables) => {
    const source = await relationOf(tables, names, rows)
    const { relation, warnings } = await runTransform(tables, source, { operations })
    const found = await readRows(tables, relation)
    expect(relation.row_count).toBe(found.length)
    const [left] = await tables.rows(
      'select count(*)::int from duckdb_tables() where not internal and table_name <> $1 and table_name <> $2',
      [source.table, relation.table],
    )
    expect(left).toEqual([0])
    return { rows: found, axes: relation.axes, warnings }
  })
}

/** The faults that an operation is refused with. */
async function refused(...operations: TransformOperation[]) {
  const error = await run(operations).catch((reason) => reason)
  expect(error).toMatchObject({ failure: 'invalid_request' })
  return error.extra.errors[0]
}

describe('a 科目', () => {
  test('is calculated of two others in each combination of axes, after their rows', async () => {
    const { rows, warnings } = await run([
      operation('add_subject', '利益', formula('-', '売上', 'コスト')),
    ])
    expect(rows).toEqual([
      ['2023', '東京', '売上', 100],
      ['2023', '東京', 'コスト', 60],
      ['2023', '東京', '利益', 40],
      ['2023', '大阪', '売上', 50],
      ['2023', '大阪', '利益', null],
      ['2024', '東京', '売上', 120],
      ['2024', '東京', 'コスト', 0],
      ['2024', '東京', '利益', 120],
      ['2024', null, 'コスト', 7],
      ['2024', null, '利益', null],
    ])
    expect(warnings).toEqual([
      {
        rule: 'transform_missing_operand',
        field: 'config.operations.0',
        cell: { 年度: '2023', 地域: '大阪', 科目: '利益' },
        count: 2,
      },
    ])
  })

  test('has no value where something is divided by zero, and says where', async () => {
    const { rows, warnings } = await run([
      operation('add_subject', '倍率', formula('/', '売上', 'コスト')),
    ])
    expect(rows.filter(([, , subject]) => subject === '倍率').map((row) => row[3])).toEqual([
      100 / 60,
      null,
      null,
      null,
    ])
    expect(warnings.map(({ rule, count, cell }) => [rule, count, cell])).toEqual([
      ['transform_missing_operand', 2, { 年度: '2023', 地域: '大阪', 科目: '倍率' }],
      ['transform_no_result', 1, { 年度: '2024', 地域: '東京', 科目: '倍率' }],
    ])
  })

  test('keeps its place when it is multiplied with a number', async () => {
    const { rows, warnings } = await run([
      operation('modify_subject', '売上', formula('*', '売上', 1.1)),
    ])
    expect(rows.map((row) => row[3])).toEqual([
      110.00000000000001, 60, 55.00000000000001, 132, 0, 7,
    ])
    expect(warnings).toEqual([])
  })

  test('takes the second operand from constant_value, on its own side', async () => {
    const { rows } = await run([
      operation('add_subject', '千円', {
        type: 'formula',
        formula_type: '/',
        operands: ['売上'],
        constant_value: 1000,
      }),
      operation('add_subject', '残り', formula('-', 200, '売上')),
    ])
    expect(rows.filter(([, , subject]) => subject === '千円').map((row) => row[3])).toEqual([
      0.1, 0.05, 0.12,
    ])
    expect(rows.filter(([, , subject]) => subject === '残り').map((row) => row[3])).toEqual([
      100, 150, 80,
    ])
  })

  test('is modified with a second one by adding, not by taking its place (defect 4)', async () => {
    const { rows } = await run(
      [operation('modify_subject', '売上', formula('+', '売上', 'コスト'))],
      [
        ['2023', '売上', 100],
        ['2023', 'コスト', 10],
      ],
      ['年度'],
    )
    expect(rows).toEqual([
      ['2023', 'コスト', 10],
      ['2023', '売上', 110],
    ])
  })

  test('is a constant once a combination of axes, and a copy row by row', async () => {
    const { rows } = await run([
      operation('add_subject', '目標', { type: 'constant', constant_value: 90 }),
      operation('add_subject', '写し', { type: 'copy', copy_from: '目標' }),
      operation('modify_subject', 'コスト', { type: 'constant', constant_value: null }),
    ])
    const of = (name: string) => rows.filter((row) => row[2] === name).map((row) => row[3])
    expect(of('目標')).toEqual([90, 90, 90, 90])
    expect(of('写し')).toEqual([90, 90, 90, 90])
    expect(of('コスト')).toEqual([null, null, null])
    expect(of('売上')).toEqual([100, 50, 120])
  })

  test('is not calculated of several rows of one combination, and says which', async () => {
    const twice: LongRow[] = [...sales, ['2023', '東京', 'コスト', 1]]
    const error = await run(
      [operation('add_subject', '利益', formula('-', '売上', 'コスト'))],
      twice,
    ).catch((reason) => reason)
    expect(error.extra.errors).toEqual([
      {
        field: 'config.operations.0.calculation.operands.1',
        rule: 'transform_repeated_keys',
        subject: 'コスト',
        key: '年度=2023 地域=東京',
      },
    ])
    const { rows } = await run(
      [operation('modify_subject', 'コスト', formula('*', 'コスト', 2))],
      twice,
    )
    expect(rows.filter((row) => row[2] === 'コスト').map((row) => row[3])).toEqual([120, 0, 14, 2])
  })

  test('may be calculated where there is no axis', async () => {
    const { rows } = await run(
      [operation('add_subject', '利益', formula('-', '売上', 'コスト'))],
      [
        ['売上', 3],
        ['コスト', 1],
      ],
      [],
    )
    expect(rows).toEqual([
      ['売上', 3],
      ['コスト', 1],
      ['利益', 2],
    ])
  })
})

describe('an axis', () => {
  test('is mapped, and what is not in the dictionary stays as it is', async () => {
    const { rows } = await run([
      operation('modify_axis', '地域', {
        type: 'mapping',
        operands: ['地域'],
        mapping_dict: { 東京: '関東', 名古屋: '中部' },
      }),
    ])
    expect(rows.map((row) => row[1])).toEqual(['関東', '関東', '大阪', '関東', '関東', null])
    expect(rows.map((row) => row[3])).toEqual(sales.map((row) => row[3]))
  })

  test('is added at the end: of another, of a constant, of a calculation', async () => {
    const {
      rows,
      axes: found,
      warnings,
    } = await run([
      operation('add_axis', '複写', { type: 'copy', copy_from: '地域' }),
      operation('add_axis', '単位', { type: 'constant', constant_value: 2.5 }),
      operation('add_axis', '翌年', formula('+', '年度', 1)),
      operation('add_axis', '十年', formula('/', '翌年', '単位')),
      operation('add_axis', '数でない', formula('*', '地域', 2)),
    ])
    expect(found.map(({ name, kind }) => [name, kind])).toEqual([
      ['年度', '推移'],
      ['地域', '軸'],
      ['複写', '軸'],
      ['単位', '軸'],
      ['翌年', '軸'],
      ['十年', '軸'],
      ['数でない', '軸'],
    ])
    expect(rows[0]).toEqual(['2023', '東京', '東京', '2.5', '2024', '809.6', null, '売上', 100])
    expect(warnings).toEqual([
      {
        rule: 'transform_no_number',
        field: 'config.operations.4',
        cell: {
          年度: '2023',
          地域: '東京',
          複写: '東京',
          単位: '2.5',
          翌年: '2024',
          十年: '809.6',
          科目: '売上',
        },
        count: 6,
      },
    ])
  })

  test('of ten thousand mappings and hostile names is text all the way', async () => {
    const name = '"; drop table t; --'
    const mapping_dict = Object.fromEntries(
      Array.from({ length: 10_000 }, (_, n) => [`k${n}`, `v'${n}"`]),
    )
    const { rows, axes: found } = await run(
      [operation('add_axis', name, { type: 'mapping', operands: ['地域'], mapping_dict })],
      [['2023', 'k9999', "'; --", 1]],
    )
    expect(found.at(-1)?.name).toBe(name)
    expect(rows).toEqual([['2023', 'k9999', 'v\'9999"', "'; --", 1]])
  })
})

describe('operations', () => {
  test('build on each other (defect 5), a hundred of them too', async () => {
    const chain = Array.from({ length: 99 }, () =>
      operation('modify_subject', '売上', formula('+', '売上', 1)),
    )
    const { rows } = await run([
      ...chain,
      operation('add_subject', '差', formula('-', '売上', 'コスト')),
    ])
    expect(rows.filter((row) => row[2] === '差').map((row) => row[3])).toEqual([
      139,
      null,
      219,
      null,
    ])
  })

  test('that are none leave the table as it is', async () => {
    expect((await run([])).rows).toEqual(sales)
  })

  test('are refused with the place and what there is', async () => {
    expect(
      await refused(operation('add_axis', '地域', { type: 'copy', copy_from: '年度' })),
    ).toEqual({
      field: 'config.operations.0.target_name',
      rule: 'transform_axis_exists',
      known: '年度、地域',
    })
    expect(
      await refused(operation('modify_axis', '地区', { type: 'copy', copy_from: '年度' })),
    ).toMatchObject({ field: 'config.operations.0.target_name', rule: 'transform_unknown_axis' })
    expect(
      await refused(operation('add_axis', '値', { type: 'copy', copy_from: '年度' })),
    ).toMatchObject({ rule: 'transform_reserved_name' })
    expect(await refused(operation('add_subject', '利益', formula('-', '売上', '費用')))).toEqual({
      field: 'config.operations.0.calculation.operands.1',
      rule: 'unknown_analysis_subject',
      known: '売上、コスト',
    })
    expect(
      await refused(
        operation('add_axis', 'a', { type: 'constant', constant_value: 'x' }),
        operation('modify_subject', '利益', { type: 'constant', constant_value: 1 }),
      ),
    ).toMatchObject({ field: 'config.operations.1.target_name', rule: 'unknown_analysis_subject' })
    expect(
      await refused(operation('add_subject', '売上', { type: 'constant', constant_value: 1 })),
    ).toMatchObject({ rule: 'transform_subject_exists' })
    expect(
      await refused(operation('add_subject', 'a', { type: 'constant', constant_value: 'x' })),
    ).toMatchObject({ field: 'config.operations.0.calculation.constant_value' })
    expect(await refused(operation('add_subject', 'a', formula('+', '売上')))).toMatchObject({
      field: 'config.operations.0.calculation.operands',
      rule: 'transform_two_operands',
      given: 1,
    })
    expect(await refused(operation('add_subject', 'a', formula('+', 1, 2)))).toMatchObject({
      rule: 'transform_only_numbers',
    })
    expect(
      await refused(
        operation('add_subject', 'a', { type: 'mapping', operands: ['地域'], mapping_dict: {} }),
      ),
    ).toMatchObject({ rule: 'transform_mapping_of_subject' })
  })
})

/** The same in plain JavaScript, for tables in which no combination has a 科目 twice. */
function reference(rows: readonly LongRow[], { operations }: TransformConfig): LongRow[] {
  let table = rows.map((row, n) => ({
    n: [n, 0],
    key: row.slice(0, -2),
    s: row.at(-2),
    v: row.at(-1),
  }))
  for (const { operation_type, target_name, calculation } of operations) {
    if (calculation.type !== 'formula') throw new Error('only formulas')
    const keys = new Map<string, typeof table>()
    for (const row of table) {
      const key = JSON.stringify(row.key)
      keys.set(key, [...(keys.get(key) ?? []), row])
    }
    const made: typeof table = []
    for (const group of keys.values()) {
      const rowsOf = calculation.operands.map((operand) =>
        typeof operand === 'number' ? operand : group.find(({ s }) => s === operand),
      )
      const there = rowsOf.filter((row) => typeof row === 'object')
      if (there.length === 0) continue
      const [x, y] = rowsOf.map((row) => (typeof row === 'object' ? row.v : row)) as number[]
      const results = {
        '+': Number(x) + Number(y),
        '-': Number(x) - Number(y),
        '*': Number(x) * Number(y),
        '/': Number(x) / Number(y),
      }
      const isThere = typeof x === 'number' && typeof y === 'number'
      const result = results[calculation.formula_type]
      const v = isThere && Number.isFinite(result) ? result : null
      const last = Math.max(...there.map(({ n }) => n[0] as number))
      made.push({ n: [last, 1], key: group[0]?.key ?? [], s: target_name, v })
    }
    const kept =
      operation_type === 'modify_subject' ? table.filter(({ s }) => s !== target_name) : table
    table = [...kept, ...made]
      .sort(
        (a, b) =>
          (a.n[0] as number) - (b.n[0] as number) || (a.n[1] as number) - (b.n[1] as number),
      )
      .map((row, n) => ({ ...row, n: [n, 0] }))
  }
  return table.map(({ key, s, v }) => [...key, s as string, v as number | null])
}

test('is what plain JavaScript makes of tables by chance', async () => {
  const random = seededRandom(51)
  const pick = <Value>(list: readonly Value[]) => list[Math.floor(random() * list.length)] as Value
  await withTables(async (tables) => {
    for (let round = 0; round < 40; round += 1) {
      const rows: LongRow[] = []
      for (const a of ['1', '2', '3', null]) {
        for (const b of ['x', 'y']) {
          for (const s of ['A', 'B', 'C']) {
            if (random() < 0.7)
              rows.push([a, b, s, random() < 0.15 ? null : pick([0, 1, -2, 0.5, 7])])
          }
        }
      }
      rows.sort(() => random() - 0.5)
      for (const s of ['A', 'B', 'C'])
        if (!rows.some((row) => row[2] === s)) rows.push(['9', 'z', s, 1])
      const names = ['A', 'B', 'C']
      const operations = Array.from({ length: 5 }, (_, n) => {
        const isNew = random() < 0.5
        const target = isNew ? `N${n}` : pick(names)
        const operands =
          random() < 0.6 ? [pick(names), pick(names)] : [pick(names), pick([0, 2, 1.5])]
        if (isNew) names.push(target)
        return operation(
          isNew ? 'add_subject' : 'modify_subject',
          target,
          formula(pick(['+', '-', '*', '/'] as const), ...operands),
        )
      })
      const source = await relationOf(tables, ['a', 'b'], rows)
      const { relation } = await runTransform(tables, source, { operations })
      expect(await readRows(tables, relation), JSON.stringify({ rows, operations })).toEqual(
        reference(rows, { operations }),
      )
    }
  })
})
