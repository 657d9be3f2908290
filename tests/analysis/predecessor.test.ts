import type { AnalysisStep } from '../../schemas/analysis/steps.ts'
import { sessionsUrl } from '../support/analysis.ts'
import { furnishSession } from '../support/analysis-files.ts'
import { addStep, ok, startFrom } from '../support/analysis-life.ts'
import { onlySales, openSteps } from '../support/analysis-steps.ts'
import { type Client, describe, expect, type Service, test } from '../support/service.ts'
import { workbookOf } from '../support/tree-files.ts'
import { turnsDuring } from '../support/turns.ts'

type SignIn = () => Promise<Client>

/** A session with 売上 and コスト of two teams in two years; 開発 had no costs in 2023. */
async function open(service: Service, signIn: SignIn) {
  const people = await openSteps(service.deps, signIn)
  const url = `${sessionsUrl}/${people.session_id}`
  const add = (...step: [AnalysisStep['type'], object?, string?]) => {
    const [type, config, input] = step
    return addStep(people.member, { url }, type, config, { ...(input && { input }) })
  }
  const refused = async (type: string, config: object) => {
    const body = { name: type, type, input: 'original', config }
    const { statusCode, json } = await people.member.post(`${url}/step`, body)
    expect(statusCode).toBe(422)
    return json().errors.map(({ field }: { field: string }) => field)
  }
  return { ...people, url, add, refused }
}

const valuesOf = ({ result_data }: AnalysisStep) => result_data.map(({ 値 }) => 値)
const sum = (formula_text: string, target_subject: string, more: object = {}) => ({
  ...{ type: 'sum', formula_text, target_subject, ...more },
})
const operation = (operation_type: string, target_name: string, calculation: object) => ({
  ...{ operation_type, target_name, calculation },
})
const formula = (formula_type: string, ...operands: (string | number)[]) => ({
  ...{ type: 'formula', formula_type, operands },
})

describe('what was wrong before with figures', () => {
  test('1, 2, 10: quotients of sums, subjects that are missing, portions and units', async ({
    service,
    signIn,
  }) => {
    const { add, refused } = await open(service, signIn)
    const formulas = [
      { type: '/', target_subject: ['費用', '売上計'], formula_text: '原価率', unit: '%' },
      sum('売上計', '売上', { unit: '円', portion: 1 }),
      sum('費用', 'コスト', { unit: '千円', portion: 0.001 }),
      sum('減収', '売上', { unit: '人・日', portion: -1 }),
    ]
    const { result_formula } = await add('summary', { formulas })
    expect(result_formula).toEqual([
      { name: '原価率', value: expect.closeTo((2150 / 3_300_000) * 100, 12), unit: '%' },
      { name: '売上計', value: 3_300_000, unit: '円' },
      { name: '費用', value: 2150, unit: '千円' },
      { name: '減収', value: -3_300_000, unit: '人・日' },
    ])
    const missing = [sum('売上計', '売上'), sum('利益計', '利益')]
    expect(await refused('summary', { formulas: missing })).toEqual([
      'config.formulas.1.target_subject',
    ])
  })

  test('12, 13: an aggregate of itself, and one rule for what is divided by 0', async ({
    service,
    signIn,
  }) => {
    const { add, refused } = await open(service, signIn)
    const figure = (name: string, method: string, subject: string | (string | number)[]) => ({
      ...{ name, method, subject },
    })
    const own = [figure('甲', '+', ['甲', 1])]
    const fields = await refused('aggregate', { group_by_axis: [], aggregation_config: own })
    expect(fields[0]).toMatch(/^config\.aggregation_config\.0/)

    const warned = { count: 1, cell: expect.objectContaining({ 年度: '2023', 部門: '開発' }) }
    const groups = {
      group_by_axis: ['年度', '部門'],
      aggregation_config: [
        figure('倍率', '/', ['売上', 'コスト']),
        figure('売上', 'sum', '売上'),
        figure('コスト', 'sum', 'コスト'),
      ],
    }
    const ratios = (step: AnalysisStep) =>
      step.result_data.flatMap(({ 科目, 値 }) => (科目 === '倍率' ? [値] : []))
    const expected = [1.25, null, 4 / 3, 4 / 3]
    const grouped = await add('aggregate', groups)
    expect(ratios(grouped)).toEqual(expected)
    expect(grouped.warnings).toMatchObject([warned])
    const operations = [operation('add_subject', '倍率', formula('/', '売上', 'コスト'))]
    const added = await add('transform', { operations })
    expect(ratios(added)).toEqual(expected)
    expect(added.warnings).toMatchObject([warned])
    const nil = [
      sum('売上', '売上'),
      { ...sum('率', '売上'), type: '/', target_subject: ['売上', 0] },
    ]
    const told = await add('summary', { formulas: nil })
    expect(told.result_formula).toMatchObject([{ value: 3_300_000 }, { value: null }])
    expect(told.warnings).toMatchObject([{ count: 1 }])
  })

  test('14: the result endpoint has what was calculated, charts included', async ({
    service,
    signIn,
  }) => {
    const { add, url, viewer } = await open(service, signIn)
    await add('filter', onlySales)
    const chart_config = { graph_type: 'line', x_axis: '年度', y_axis: '値', legend_axis: '部門' }
    const config = { formulas: [sum('売上計', '売上')], chart_config }
    const { step_id, result_chart } = await add('summary', config, 'step_0')
    expect(result_chart).toMatchObject({ data: [{}, {}], layout: {} })
    expect(await ok(viewer.get(`${url}/result`))).toMatchObject({
      total: 1,
      results: [{ step_id, result_formula: [{ value: 3_300_000 }], result_chart }],
    })
  })
})

describe('what was wrong before with steps', () => {
  test('3: rows are kept, or left out, by the keys of another table', async ({
    service,
    signIn,
  }) => {
    const { add } = await open(service, signIn)
    const numeric_filter = { filter_type: 'range', min_value: 1_000_000 }
    await add('filter', { ...onlySales, numeric_filter })
    const keys = { table_df: 'step_0', key_columns: ['年度', '部門'] }
    const kept = await add('filter', { table_filter: keys })
    expect(valuesOf(kept)).toEqual([1_000_000, 800_000, 1_200_000, 900_000])
    const left = await add('filter', { table_filter: { ...keys, exclude_mode: true } })
    expect(valuesOf(left)).toEqual([500_000, 0, 600_000, 450_000])
  })

  test('4, 5, 6: operations follow each other, and a saved transform is read again', async ({
    service,
    signIn,
  }) => {
    const { add, url, viewer } = await open(service, signIn)
    const operations = [
      operation('add_axis', '区分', { type: 'constant', constant_value: '実績' }),
      operation('modify_subject', '売上', formula('+', '売上', 'コスト')),
      operation('add_subject', '倍', formula('*', '売上', 2)),
    ]
    const step = await add('transform', { operations })
    expect(step.result_data.slice(0, 3)).toEqual(
      [
        ['コスト', 800_000],
        ['売上', 1_800_000],
        ['倍', 3_600_000],
      ].map(([科目, 値]) => ({ 年度: '2023', 部門: '営業', 区分: '実績', 科目, 値 })),
    )
    expect(await ok(viewer.get(`${url}/step/${step.step_id}`))).toEqual(step)
    expect((await ok(viewer.get(url))).step).toMatchObject([{ config: { operations } }])
  })

  test('7, 8: an aggregate is added at once, no step starts from itself, links follow', async ({
    service,
    signIn,
  }) => {
    const { add, url, member } = await open(service, signIn)
    const aggregation_config = [{ name: '計', method: 'sum', subject: '売上' }]
    const first = await add('filter', {})
    const second = await add('aggregate', { group_by_axis: ['部門'], aggregation_config })
    const third = await add('filter', {}, 'step_1')
    expect(valuesOf(third)).toEqual([2_200_000, 1_100_000])
    const own = await member.patch(`${url}/step/${third.step_id}`, { input: 'step_2' })
    expect(own.json()).toMatchObject({ status: 422, errors: [{ field: 'input' }] })
    const used = await member.delete(`${url}/step/${second.step_id}`)
    expect(used.json()).toMatchObject({ status: 409, code: 'analysis_step_used' })
    await ok(member.delete(`${url}/step/${first.step_id}`), 204)
    expect(await ok(member.get(`${url}/step/${third.step_id}`))).toMatchObject({
      ...{ step_order: 1, input: 'step_0', input_step_id: second.step_id },
      ...{ result_data: third.result_data },
    })
  })

  test('16: going back and choosing another input lose nothing', async ({ service, signIn }) => {
    const { add, url, member, snapshot_id } = await open(service, signIn)
    const step = await add('filter', onlySales)
    await ok(member.post(`${url}/snapshot/${snapshot_id}`))
    await ok(member.post(`${url}/input`, { file_id: null }))
    expect(await ok(member.get(url))).toMatchObject({ snapshot_total: 3, input: null, step: [] })
    const old = `${url}/step/${step.step_id}?snapshot_id=${step.snapshot_id}`
    expect(await ok(member.get(old))).toEqual(step)
    await ok(member.post(`${url}/snapshot/${step.snapshot_id}`))
    expect(await ok(member.get(`${url}/step/${step.step_id}`))).toEqual(step)
  })
})

describe('what was wrong before with tables', () => {
  test('9, 11: empty cells and later values stay, years and dates are what they were', async ({
    db,
    signIn,
  }) => {
    const ann = await signIn()
    const place = await furnishSession(db, ann)
    const day = (v: number) => ({ t: 'n', v, z: 'yyyy-mm-dd' }) as never
    const rows = [
      ['年度', '日付', '部門', '売上'],
      [2023, day(45_383), '営業', 10],
      [2024, day(45_384), null, 20],
    ]
    await startFrom(ann, place, '売上.xlsx', workbookOf({ 実績: rows }))
    const plain = await addStep(ann, place, 'filter')
    expect(plain.config).toEqual({})
    expect(plain.result_data).toEqual([
      { 年度: '2023', 日付: '2024-04-01', 部門: '営業', 科目: '売上', 値: 10 },
      { 年度: '2024', 日付: '2024-04-02', 部門: null, 科目: '売上', 値: 20 },
    ])
    const without = await addStep(ann, place, 'filter', { category_exclude: { 部門: ['営業'] } })
    expect(valuesOf(without)).toEqual([20])
    await startFrom(ann, place, '翌年.csv', '年度,日付,部門,売上\n2025,2025-04-01,新設,30\n')
    expect(valuesOf(await addStep(ann, place, 'filter', plain.config))).toEqual([30])
  })

  test('20, 22: totals are true, no place of a file is told, and CSV is escaped', async ({
    db,
    signIn,
  }) => {
    const ann = await signIn()
    const place = await furnishSession(db, ann)
    const csv = '部門,売上\n"=HYPERLINK(""http://x.example"",""a"")",1\n"東,""京""",-2\n'
    const { id } = await startFrom(ann, place, '売上.csv', csv)
    for (const url of [place.url, `${place.url}/file`]) {
      const { body } = await ann.get(url)
      expect(body).toContain(id)
      expect(body).not.toMatch(/analysis-tables|\.parquet|"key"/)
    }
    const { step_id } = await addStep(ann, place, 'filter')
    const file = await ann.get(`${place.url}/step/${step_id}/table?format=csv`)
    expect(file.body.split('\r\n').slice(1, 3)).toEqual([
      `"'=HYPERLINK(""http://x.example"",""a"")",売上,1`,
      '"東,""京""",売上,-2',
    ])
    await ok(ann.post(`${place.url}/duplicate`, {}), 201)
    await ok(ann.patch(place.url, { is_active: false }))
    const list = (query: string) =>
      ok(ann.get(`${sessionsUrl}?project_id=${place.project_id}&${query}`))
    expect(await list('limit=1')).toMatchObject({ total: 2, sessions: [{}] })
    expect(await list('is_active=false')).toMatchObject({
      ...{ total: 1, sessions: [{ session_id: place.session_id }] },
    })
  })
})

describe('what was wrong before with people and talks', () => {
  test('15: a turn lets others work, hides the prompt, and keeps no failure', async ({
    service,
    signIn,
  }) => {
    const { url, member, viewer } = await open(service, signIn)
    const message = '売上が100万円以上のデータを抽出してください'
    const { outcome, turns } = await turnsDuring(ok(member.post(`${url}/chat`, { message })))
    expect(outcome.status).toBe('fulfilled')
    expect(turns).toBeGreaterThan(1)
    const { current_snapshot_id } = await ok(viewer.get(url))
    await ok(member.post(`${url}/input`, { file_id: null }))
    const failed = await member.post(`${url}/chat`, { message })
    expect(failed.json()).toMatchObject({ status: 409, code: 'analysis_no_input' })
    const after = await ok(viewer.get(`${url}/chat`))
    expect(after.messages).toEqual([])
    const { messages } = await ok(viewer.get(`${url}/chat?snapshot_id=${current_snapshot_id}`))
    expect(messages.map(({ role }: { role: string }) => role)).toEqual(['assistant', 'user'])
    for (const path of ['', '/chat', '/snapshot', `/snapshot/${current_snapshot_id}`]) {
      expect((await viewer.get(`${url}${path}`)).body).not.toContain('Answer in Japanese.')
    }
  })

  test('17: nobody works in a session of another project, or one that they only read', async ({
    service,
    signIn,
  }) => {
    const { add, url, member, viewer, outsider, snapshot_id } = await open(service, signIn)
    const foreign = await open(service, signIn)
    const { step_id } = await add('filter', onlySales)
    const before = await ok(member.get(url))
    const attempts = (client: Client) => [
      client.post(`${url}/chat`, { message: '部門別の売上' }),
      client.post(`${url}/step`, { name: 'x', type: 'filter', input: 'original' }),
      client.patch(`${url}/step/${step_id}`, { name: 'x' }),
      client.delete(`${url}/step/${step_id}`),
      client.post(`${url}/snapshot/${snapshot_id}`),
      client.post(`${url}/input`, { file_id: null }),
      client.delete(url),
    ]
    for (const [client, status] of [
      [viewer, 403],
      [outsider, 404],
      [foreign.manager, 404],
    ] as const) {
      for (const attempt of attempts(client)) {
        const { statusCode, body } = await attempt
        expect(statusCode, body).toBe(status)
      }
    }
    for (const attempt of [
      foreign.member.patch(`${foreign.url}/step/${step_id}`, { name: 'x' }),
      foreign.member.delete(`${foreign.url}/step/${step_id}`),
      foreign.member.post(`${foreign.url}/snapshot/${snapshot_id}`),
    ]) {
      expect((await attempt).statusCode).toBe(404)
    }
    expect(await ok(member.get(url))).toEqual(before)
  })
})
