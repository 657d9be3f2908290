import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { read, utils } from 'xlsx'
import type { GraphType } from '../../schemas/analysis/charts.ts'
import { graphTypes } from '../../schemas/analysis/charts.ts'
import type { ProjectEvent } from '../../schemas/projects/activity.ts'
import { analysis, sessionsUrl } from '../support/analysis.ts'
import { addStep, ok, openAnalysis, startFrom } from '../support/analysis-life.ts'
import { tablesIn } from '../support/analysis-sessions.ts'
import { projects } from '../support/projects.ts'
import { type Client, describe, expect, test } from '../support/service.ts'
import { builtin } from '../support/templates.ts'
import { block, workbookOf } from '../support/tree-files.ts'

const book = workbookOf({ 表紙: [['実績']], 実績: block })

const total = (name: string, subject: string) => ({ name, method: 'sum', subject })
const byYear = {
  group_by_axis: ['年度'],
  aggregation_config: [
    total('売上合計', '売上'),
    total('利益合計', '利益'),
    { name: '利益率', method: '/', subject: ['利益合計', '売上合計'] },
    { name: '前年比', method: 'previous_ratio', subject: '売上', along: '年度' },
  ],
}
const byTeam = { group_by_axis: ['部門'], aggregation_config: [total('売上', '売上')] }
const only = (...subjects: string[]) => ({ category_filter: { 科目: subjects } })
const subject = (operation_type: string, target_name: string, operands: (string | number)[]) => ({
  ...{ operation_type, target_name },
  calculation: { type: 'formula', formula_type: '-', operands },
})

/** The step that each kind of chart is drawn from, and its configuration. */
const charts: Record<GraphType, [from: number, config: object]> = {
  scatter: [0, { x_subject: '売上', y_subject: '利益', legend_axis: '部門' }],
  bar: [1, { x_axis: '年度', y_axis: '値', legend_axis: '部門' }],
  'horizontal bar': [3, { x_axis: '値', y_axis: '部門' }],
  line: [1, { x_axis: '年度', y_axis: '値', legend_axis: '部門' }],
  'stacked bar': [1, { x_axis: '年度', y_axis: '値', stack_axis: '部門' }],
  'line&bar': [
    2,
    {
      x_axis: '年度',
      ...{ y_left_subject: '売上合計', y_left_type: 'bar' },
      ...{ y_right_subject: '利益率', y_right_type: 'line' },
    },
  ],
  waterfall: [4, { x_axis: '年度', y_axis: '値', measure_type: 'absolute' }],
  pie: [3, { value_axis: '値', legend_axis: '部門' }],
}

/** The steps 0 to 4 that the charts are drawn from. */
async function addTables(member: Client, place: { url: string }) {
  const operations = [subject('add_subject', '利益', ['売上', 'コスト'])]
  const profit = await addStep(member, place, 'transform', { operations }, { name: '利益' })
  const sales = await addStep(member, place, 'filter', only('売上'), { input: 'step_0' })
  const years = await addStep(member, place, 'aggregate', byYear, { input: profit.step_id })
  await addStep(member, place, 'aggregate', byTeam, { input: 'step_1' })
  await addStep(member, place, 'filter', only('利益合計'), { input: years.step_id })
  return { profit, sales, years }
}

const valuesOf = (rows: Record<string, unknown>[]) => rows.map(({ 値 }) => 値)

async function parquetRows(body: Buffer) {
  const folder = await mkdtemp(join(tmpdir(), 'kaname-life-'))
  const path = join(folder, 'table.parquet')
  await writeFile(path, body)
  const instance = await DuckDBInstance.create()
  const connection = await instance.connect()
  const reader = await connection.runAndReadAll(`select * from '${path}'`)
  const rows = reader.getRowObjects()
  connection.closeSync()
  instance.closeSync()
  await rm(folder, { recursive: true })
  return rows
}

const summary = {
  formulas: [
    { type: 'sum', target_subject: '売上', formula_text: '総売上', unit: '円' },
    { type: 'sum', target_subject: '利益', formula_text: '総利益', unit: '円' },
    { type: '/', target_subject: ['総利益', '総売上'], formula_text: '利益率', unit: '%' },
  ],
  table_config: { show_source_data: true, table_name: '明細' },
}

/** Adds a summary with a chart of this kind, and has it in all its forms. */
async function draw({ url, member }: { url: string; member: Client }, graph_type: GraphType) {
  const [from, config] = charts[graph_type]
  const chart_config = { graph_type, title: `図 ${graph_type}`, ...config }
  const options = { name: graph_type, input: `step_${from}` }
  const step = await addStep(member, { url }, 'summary', { chart_config }, options)
  const chart = `${url}/step/${step.step_id}/chart`
  const figure = await ok(member.get(chart))
  expect(figure).toEqual(step.result_chart)
  expect(figure.data.length).toBeGreaterThan(0)
  expect((await ok(member.get(`${chart}?format=chartjs`))).data.datasets.length).toBeGreaterThan(0)
  const picture = await member.get(`${chart}.svg?width=640&height=400`)
  expect(picture.headers['content-type']).toMatch('image/svg+xml')
  expect(picture.body).toContain(`図 ${graph_type.replace('&', '&amp;')}`)
}

/** A session that somebody has opened for others, who start it from a workbook. */
async function begin(signIn: () => Promise<Client>) {
  const [manager, member, viewer] = [await signIn(), await signIn(), await signIn()]
  const place = await openAnalysis(manager)
  const members = `${projects}/${place.project_id}/members`
  await ok(manager.post(members, { user_id: member.id, role: 'member' }), 201)
  await ok(manager.post(members, { user_id: viewer.id, role: 'viewer' }), 201)
  const file = await startFrom(member, place, '実績.xlsx', book)
  return { ...place, manager, member, viewer, file }
}

describe('the life of an analysis', () => {
  test('goes from a question and a workbook to figures, charts and files', async ({ signIn }) => {
    const place = await begin(signIn)
    const { url, member, viewer, file } = place
    const template = await ok(viewer.get(`${analysis}/template/${builtin.issue_id}`))
    expect((await ok(viewer.get(url))).chat).toMatchObject([
      { role: 'assistant', message: template.initial_msg },
    ])
    expect(file.config_list.map(({ layout }) => layout)).toEqual([null, 'block'])
    expect(file).toMatchObject({ sheet_name: '実績', axis_config: { 軸1: '年度', 軸2: '部門' } })
    const input = await ok(viewer.get(`${url}/input/rows`))
    expect(input).toMatchObject({ total: 8, columns: ['年度', '部門', '科目', '値'] })

    const { profit, sales, years } = await addTables(member, place)
    expect(profit.row_count).toBe(12)
    expect(valuesOf(sales.result_data)).toEqual([1000, 500, 1200, 600])
    expect(valuesOf(years.result_data)).toEqual([1500, 300, 0.2, null, 1800, 450, 0.25, 1.2])
    expect(years.warnings).toMatchObject([{ cell: { 年度: '2023', 科目: '前年比' }, count: 1 }])
    const figures = await addStep(member, place, 'summary', summary, { input: 'step_0' })
    expect(figures.result_formula).toEqual([
      { name: '総売上', value: 3300, unit: '円' },
      { name: '総利益', value: 750, unit: '円' },
      { name: '利益率', value: (750 / 3300) * 100, unit: '%' },
    ])
    for (const graph_type of graphTypes) await draw(place, graph_type)

    const result = await ok(viewer.get(`${url}/result`))
    expect(result.total).toBe(1 + graphTypes.length)
    expect(result.results[0].result_table).toMatchObject({ name: '明細', row_count: 12 })
    const rows = await ok(viewer.get(`${url}/step/step_1/rows?skip=1&limit=2`))
    expect(rows).toMatchObject({ total: 4, rows: sales.result_data.slice(1, 3) })
    const exported = (format: string) => viewer.get(`${url}/step/step_1/table?format=${format}`)
    const { body } = await exported('csv')
    expect(body.replace('\ufeff', '').trimEnd().split('\r\n')).toEqual([
      '年度,部門,科目,値',
      ...['2023,営業,売上,1000', '2023,開発,売上,500', '2024,営業,売上,1200', '2024,開発,売上,600'],
    ])
    const [sheet] = Object.values(read((await exported('xlsx')).rawPayload).Sheets)
    expect(utils.sheet_to_json(sheet as object)).toEqual(sales.result_data)
    expect(await parquetRows((await exported('parquet')).rawPayload)).toEqual(sales.result_data)
  })

  test('goes back, branches, talks, is copied, and leaves nothing', async ({ service, signIn }) => {
    const place = await begin(signIn)
    const { url, project_id, manager, member, viewer } = place
    const first = await addStep(member, place, 'filter', only('売上'))
    const left = await addStep(member, place, 'aggregate', byTeam, { input: 'step_0' })
    await ok(member.post(`${url}/snapshot/${first.snapshot_id}`))
    const top = { numeric_filter: { filter_type: 'topk', k_value: 1 } }
    const right = await addStep(member, place, 'filter', top, { name: '首位', input: 'step_0' })
    expect(right.result_data).toEqual([{ 年度: '2024', 部門: '営業', 科目: '売上', 値: 1200 }])
    const pair = `${url}/snapshot/${left.snapshot_id}/diff/${right.snapshot_id}`
    expect(await ok(viewer.get(pair))).toMatchObject({
      common_ancestor: { snapshot_id: first.snapshot_id },
      steps_removed: [{ step_id: left.step_id }],
      steps_added: [{ step_id: right.step_id }],
    })

    const message = '売上が600以上のデータを抽出してください'
    const turn = await ok(member.post(`${url}/chat`, { message }))
    expect(turn).toMatchObject({ is_current: true, snapshot_order: 5, steps_modified: [] })
    const spoken = await ok(viewer.get(`${url}/step/${turn.steps_added[0].step_id}`))
    expect(valuesOf(spoken.result_data)).toEqual([1000, 1200, 600])
    const { messages } = await ok(viewer.get(`${url}/chat`))
    expect(messages.map(({ role }: { role: string }) => role)).toEqual([
      ...['assistant', 'user', 'assistant'],
    ])
    const { snapshots } = await ok(viewer.get(`${url}/snapshot`))
    expect(snapshots.map(({ reason }: { reason: string }) => reason)).toEqual([
      ...['chat', 'step_added', 'step_added', 'step_added', 'input', 'created'],
    ])

    const copy = await ok(member.post(`${url}/duplicate`, {}), 201)
    expect(copy).toMatchObject({ step_count: 3, current_snapshot: 1, creator_id: member.id })
    const before = await tablesIn(service)
    await ok(manager.delete(url), 204)
    expect((await viewer.get(url)).json().code).toBe('analysis_session_not_found')
    await service.queue.runDue()
    expect(await tablesIn(service)).toHaveLength(before.length - 1)
    const there = `${sessionsUrl}/${copy.session_id}`
    const { steps } = await ok(viewer.get(`${there}/step`))
    expect(steps.map(({ row_count }: { row_count: number }) => row_count)).toEqual([4, 1, 3])
    await ok(member.delete(there), 204)
    expect((await ok(viewer.get(`${sessionsUrl}?project_id=${project_id}`))).total).toBe(0)
    const { events } = await ok(manager.get(`${projects}/${project_id}/activity?limit=100`))
    const done = (events as ProjectEvent[]).map(({ action }) => action.split('.'))
    expect(done.flatMap(([area, action]) => (area === 'analysis' ? [action] : []))).toEqual([
      ...['session_deleted', 'session_deleted', 'session_duplicated', 'chat_turn', 'step_added'],
      ...['snapshot_restored', 'step_added', 'step_added'],
      ...['input_chosen', 'file_registered', 'session_created'],
    ])
    await service.queue.runDue()
    expect(await tablesIn(service)).toHaveLength(before.length - 2)
  })
})
