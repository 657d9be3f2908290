import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { read, utils } from 'xlsx'
import { furnishSession, register } from '../support/analysis-files.ts'
import type { Row } from '../support/analysis-tables.ts'
import { aggregateOf } from '../support/reference/aggregate.ts'
import { filterOf } from '../support/reference/filter.ts'
import { diceFrom, subjectsIn } from '../support/reference/random.ts'
import { expectSameNumbers, expectSameRows } from '../support/reference/same.ts'
import { formulasOf } from '../support/reference/summary.ts'
import type { Plain } from '../support/reference/table.ts'
import { transformOf } from '../support/reference/transform.ts'
import { type Client, expect, type Service, test } from '../support/service.ts'
import { workbookOf } from '../support/tree-files.ts'

type Dice = ReturnType<typeof diceFrom>

/** A number in one of the ways in which people write it. */
function written({ one }: Dice, value: number): string {
  const size = Math.abs(value)
  const grouped = new Intl.NumberFormat('en-US', { maximumFractionDigits: 10 }).format(size)
  const wide = grouped.replace(/\d/g, (digit) => String.fromCodePoint(digit.charCodeAt(0) + 0xfee0))
  const text = one([String(size), grouped, wide, `¥${grouped}`])
  return value < 0 ? one([`-${size}`, `▲${grouped}`, `(${grouped})`]) : text
}

/** A sheet with a header line, as cells, and the table that is in it. */
function sheetFrom(seed: number) {
  const dice = diceFrom(seed)
  const teams = ['営業', '開発', '=1+1', 'constructor'].slice(0, 2 + dice.below(3))
  const subjects = ['売上', 'コスト', '人数'].slice(0, 2 + dice.below(2))
  const lines = ['2022', '2023', '2024'].flatMap((year) =>
    teams.map((team) => ({
      axes: [year, team],
      values: subjects.map(() => (dice.chance(0.1) ? null : (dice.below(8000) - 2000) / 4)),
    })),
  )
  const rows = lines.flatMap(({ axes, values }) =>
    values.map((v, at): Row => ({ axes, s: subjects[at] as string, v })),
  )
  const cells = [
    ['年度', '部門', ...subjects],
    ...lines.map(({ axes, values }) => [
      ...axes,
      ...values.map((value) => (value === null ? '' : written(dice, value))),
    ]),
  ]
  return { cells, table: { axes: ['年度', '部門'], rows } as Plain }
}

const csvOf = (cells: readonly (readonly string[])[]): string =>
  cells.map((line) => line.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(',')).join('\r\n')

type Records = Record<string, string | number | null>[]

const rowsIn = (records: Records, axes: readonly string[]): Row[] =>
  records.map((record) => ({
    axes: axes.map((axis) => (record[axis] ?? null) as string | null),
    s: record.科目 as string,
    v: (record.値 ?? null) as number | null,
  }))

/** All rows of a step, page by page. */
async function pagesOf(client: Client, url: string): Promise<{ records: Records; total: number }> {
  const records: Records = []
  for (;;) {
    const { rows, total } = (await client.get(`${url}/rows?skip=${records.length}&limit=7`)).json()
    records.push(...rows)
    if (rows.length === 0) return { records, total }
  }
}

async function parquetRows(bytes: Buffer): Promise<unknown[][]> {
  const folder = mkdtempSync(join(tmpdir(), 'kaname-parquet-'))
  const path = join(folder, 'table.parquet')
  writeFileSync(path, bytes)
  const instance = await DuckDBInstance.create()
  const connection = await instance.connect()
  const result = await connection.run(`select * from read_parquet('${path}')`)
  const rows = await result.getRowsJS()
  connection.closeSync()
  instance.closeSync()
  rmSync(folder, { recursive: true })
  return rows
}

/** What is read back of all three formats is what the rows are. */
async function expectExports(client: Client, url: string, { axes, rows }: Plain) {
  const cells = rows.map(({ axes: texts, s, v }) => [...texts, s, v])
  const get = async (format: string) =>
    (await client.get(`${url}/table?format=${format}`)).rawPayload
  expect(await parquetRows(await get('parquet'))).toEqual(cells)
  for (const format of ['csv', 'xlsx']) {
    const bytes = await get(format)
    const book =
      format === 'csv'
        ? read(bytes.toString('utf8').replace('\ufeff', ''), { type: 'string', raw: true })
        : read(bytes, { type: 'buffer' })
    const sheet = book.Sheets[book.SheetNames[0] as string]
    const [names, ...lines] = utils.sheet_to_json<unknown[]>(sheet as never, {
      header: 1,
      defval: null,
    })
    expect(names).toEqual([...axes, '科目', '値'])
    const plain = (cell: unknown) =>
      cell === '' || cell === null ? null : String(cell).replace(/^'(?==)/, '')
    expect(
      lines.map((line) => line.map(plain)),
      format,
    ).toEqual(cells.map((line) => line.map((cell) => (cell === null ? null : String(cell)))))
  }
}

async function start(
  client: Client,
  db: Service['deps']['db'],
  name: string,
  body: Buffer | string,
) {
  const place = await furnishSession(db, client)
  const file = await register(client, place, name, body)
  const response = await client.post(`${place.url}/input`, { file_id: file.id })
  expect(response.statusCode, response.body).toBe(200)
  return { ...place, file }
}

async function add(client: Client, url: string, step: object) {
  const response = await client.post(`${url}/step`, { name: '段', input: 'original', ...step })
  expect(response.statusCode, response.body).toBe(201)
  return response.json()
}

test.for([1, 2, 3])(
  'a sheet gives the figures of its cells, in all forms (%i)',
  async (seed, { signIn, db }) => {
    const user = await signIn()
    const { cells, table } = sheetFrom(seed)
    const body = seed % 2 ? csvOf(cells) : workbookOf({ 実績: cells })
    const { url } = await start(user, db, seed % 2 ? '実績.csv' : '実績.xlsx', body)
    const subjects = subjectsIn(table)
    const whole = (await user.get(`${url}/input/rows?limit=1000`)).json()
    const found = (whole.rows as unknown[][]).map(
      (row): Row => ({
        axes: row.slice(0, 2) as string[],
        s: row[2] as string,
        v: row[3] as number | null,
      }),
    )
    expectSameRows(found, table.rows, 'input')
    expect(whole.total).toBe(table.rows.length)

    const operations = [
      {
        operation_type: 'add_subject',
        target_name: '差',
        calculation: { type: 'formula', formula_type: '-', operands: ['売上', 'コスト'] },
      },
    ]
    const aggregation = {
      group_by_axis: ['年度'],
      aggregation_config: [
        ...['sum', 'mean', 'max', 'min', 'median', 'count'].map((method) => ({
          name: method,
          method,
          subject: '売上',
        })),
        { name: '前年比', method: 'previous_ratio', subject: '売上', along: '年度' },
        { name: '率', method: '/', subject: ['sum', 'count'] },
      ],
    }
    const filter = {
      numeric_filter: { filter_type: 'topk', k_value: 9 },
      sort: [{ column: '値', descending: true }],
    }
    const steps: [string, object, Plain][] = [
      ['transform', { operations }, transformOf(table, { operations } as never)],
      ['aggregate', aggregation, aggregateOf(table, aggregation as never)],
      ['filter', filter, filterOf(table, filter as never)],
    ]
    for (const [type, config, expected] of steps) {
      const step = await add(user, url, { type, config })
      expect(step.row_count, type).toBe(expected.rows.length)
      const { records, total } = await pagesOf(user, `${url}/step/${step.step_id}`)
      expect(total, type).toBe(expected.rows.length)
      const rows = rowsIn(records, expected.axes)
      expectSameRows(rows, expected.rows, type)
      await expectExports(user, `${url}/step/${step.step_id}`, { axes: expected.axes, rows })
    }

    const formulas = subjects.map((subject) => ({
      formula_text: subject,
      type: 'sum',
      target_subject: subject,
    }))
    const only = await add(user, url, {
      type: 'filter',
      config: { category_filter: { 科目: ['売上'] } },
    })
    const sums = await add(user, url, { type: 'summary', config: { formulas } })
    const figures = formulasOf(table, formulas as never)
    expectSameNumbers(
      sums.result_formula.map(({ value }: { value: number }) => value),
      subjects.map((subject) => figures[subject] ?? null),
      'formulas',
    )
    const chart_config = { graph_type: 'bar', x_axis: '年度', y_axis: '値', legend_axis: '部門' }
    const chart = await add(user, url, {
      type: 'summary',
      input: only.step_id,
      config: { chart_config },
    })
    const at = `${url}/step/${chart.step_id}/chart`
    const plotly = (await user.get(at)).json()
    const chartjs = (await user.get(`${at}?format=chartjs`)).json()
    const svg = (await user.get(`${at}.svg`)).body
    const numbers = plotly.data.map(({ y }: { y: (number | null)[] }) => y)
    expect(chartjs.data.datasets.map(({ data }: { data: unknown }) => data)).toEqual(numbers)
    expect(chart.result_chart).toEqual(plotly)
    const teams = [...new Set(table.rows.map(({ axes }) => axes[1]))]
    for (const [n, team] of teams.entries()) {
      const own = table.rows
        .filter(({ axes, s }) => axes[1] === team && s === '売上')
        .map(({ v }) => v)
      expectSameNumbers(numbers[n], own, String(team))
      for (const value of own) {
        if (value === null) continue
        const [text] = /[\d.]+$/.exec(
          new Intl.NumberFormat('en-US', {
            maximumFractionDigits: Math.abs(value) >= 1000 ? 1 : 2,
          }).format(value),
        ) as [string]
        expect(svg).toContain(`${text}</title>`)
      }
    }
  },
)

test('an old snapshot gives what it gave, whatever becomes of files and steps', async ({
  signIn,
  db,
}) => {
  const user = await signIn()
  const { cells } = sheetFrom(7)
  const { url, file, project_id } = await start(user, db, '実績.csv', csvOf(cells))
  const step = await add(user, url, {
    type: 'filter',
    config: { category_filter: { 科目: ['売上'] } },
  })
  const formulas = [{ formula_text: '合計', type: 'sum', target_subject: '売上' }]
  const summary = await add(user, url, { type: 'summary', config: { formulas } })
  const old = `snapshot_id=${summary.snapshot_id}`
  const seen = async () => [
    (await user.get(`${url}/result?${old}`)).json(),
    (await user.get(`${url}/step/${step.step_id}?${old}`)).json(),
    (await user.get(`${url}/step/${step.step_id}/rows?${old}&limit=1000`)).json(),
    (await user.get(`${url}/step/${step.step_id}/table?${old}&format=csv`)).body,
  ]
  const before = await seen()
  const columns = [{ name: '売上', role: '利用しない' }]
  const config = await user.patch(`${url}/file/${file.id}/config`, {
    sheet_name: file.sheet_name,
    columns,
  })
  expect(config.statusCode, config.body).toBe(200)
  await user.patch(`${url}/step/${summary.step_id}`, { config: { formulas: [] } })
  await user.delete(`${url}/step/${step.step_id}?cascade=true`)
  const other = await register(user, { project_id, url }, '別.csv', '年度,売上\n2030,1\n2031,2\n')
  expect((await user.post(`${url}/input`, { file_id: other.id })).statusCode).toBe(200)
  expect((await user.delete(`${url}/file/${file.id}`)).statusCode).toBe(409)
  expect(await seen()).toEqual(before)
})
