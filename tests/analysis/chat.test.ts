import { describe, expect } from 'vitest'
import { newId } from '../../src/values.ts'
import { insertSession, sessionsUrl } from '../support/analysis.ts'
import { openChat, say, sessionRows, test, toolAnswers } from '../support/analysis-chat.ts'
import { calling, saying } from '../support/model-server.ts'

const wish = '売上が100万円以上のデータを抽出してください'
const filter = {
  name: '売上100万円以上',
  type: 'filter',
  input: 'original',
  config: {
    category_filter: { 科目: ['売上'] },
    numeric_filter: { filter_type: 'range', min_value: 1_000_000 },
  },
}

describe('a turn of a chat', () => {
  test('works with tools, answers, and is kept as a snapshot', async ({
    service,
    model,
    signIn,
  }) => {
    const { db } = service.deps
    const { member, viewer, url, session_id, snapshot_id } = await openChat(service.deps, signIn)
    model.plan([
      calling({ name: 'get_data_overview', arguments: {} }),
      calling({ name: 'add_step', arguments: filter }),
      saying('売上が100万円以上の2行を抽出しました。'),
    ])
    const answer = await say(member, url, wish)
    const [overview, added] = toolAnswers(model)
    expect(overview).toEqual({
      tables: [
        {
          input: 'original',
          name: '売上表',
          row_count: 12,
          subjects: ['売上', 'コスト'],
          axes: [
            { name: '年度', kind: '推移', count: 2, values: ['2022', '2023'] },
            { name: '部門', kind: '軸', count: 3, values: ['営業', '開発', '管理'] },
          ],
        },
      ],
      steps: [],
    })
    expect(added).toEqual({
      step: 'step_0',
      step_id: answer.steps_added[0].step_id,
      name: filter.name,
      state: 'ok',
      row_count: 2,
      columns: ['年度', '部門', '科目', '値'],
      formulas: [],
      warnings: [],
    })
    expect(answer).toEqual({
      message: '売上が100万円以上の2行を抽出しました。',
      snapshot_id: expect.any(String),
      snapshot_order: 1,
      is_current: true,
      steps_added: [
        { step_id: expect.any(String), step: 'step_0', name: filter.name, type: 'filter' },
      ],
      steps_modified: [],
      steps_removed: [],
      tool_calls: [
        { name: 'get_data_overview', arguments: {}, ok: true, summary: expect.any(String) },
        { name: 'add_step', arguments: filter, ok: true, summary: '売上100万円以上: 2 行' },
      ],
      results: [],
    })
    expect(model.complaints).toEqual([])
    const rows = await sessionRows(db, session_id)
    expect(rows.sessions).toMatchObject([
      { current_snapshot_id: answer.snapshot_id, version: 2, chat_id: null },
    ])
    expect(rows.snapshots).toMatchObject([
      { id: snapshot_id },
      { id: answer.snapshot_id, parent_id: snapshot_id, reason: 'chat', created_by: member.id },
    ])
    expect(rows.chats).toMatchObject([
      { snapshot_id: answer.snapshot_id, role: 'user', message: wish, created_by: member.id },
      { snapshot_id: answer.snapshot_id, role: 'assistant', created_by: null },
    ])
    expect(rows.audits).toHaveLength(1)
    const page = (await viewer.get(url)).json()
    expect(page).toMatchObject({
      messages: [
        { role: 'assistant', tool_calls: answer.tool_calls, created_by_name: null },
        { role: 'user', message: wish, tool_calls: [], created_by: member.id },
      ],
      next_cursor: null,
    })
    expect(page.messages[1].created_by_name).toBe(member.display_name)
    expect(JSON.stringify(page)).not.toContain('Answer in Japanese.')
  })

  test('goes on from what was said and done before', async ({ service, model, signIn }) => {
    const { member, url, snapshot_id } = await openChat(service.deps, signIn)
    model.plan([calling({ name: 'add_step', arguments: filter }), saying('できました。')])
    const first = await say(member, url, wish)
    const { step_id } = first.steps_added[0]
    const total = { formula_text: '売上合計', type: 'sum', target_subject: '売上', unit: '円' }
    model.plan([
      calling(
        { name: 'change_step', arguments: { step: 'step_0', name: '大きい売上' } },
        {
          name: 'add_step',
          arguments: {
            name: '合計',
            type: 'summary',
            input: 'step_0',
            config: {
              formulas: [total],
              table_config: { show_source_data: true, table_name: '表' },
            },
          },
        },
      ),
      saying('合計は220万円です。'),
    ])
    const second = await say(member, url, 'その合計は？')
    const [{ body } = Object()] = model.requests
    expect(
      body.messages.map(({ role, content }: { role: string; content: string }) => [role, content]),
    ).toEqual([
      ['system', expect.stringContaining('Answer in Japanese.')],
      ['user', wish],
      ['assistant', 'できました。'],
      ['user', 'その合計は？'],
    ])
    expect(second).toMatchObject({
      snapshot_order: 2,
      steps_added: [{ step: 'step_1', name: '合計', type: 'summary' }],
      steps_modified: [{ step_id, step: 'step_0', name: '大きい売上' }],
      results: [
        {
          step_name: '合計',
          result_formula: [{ name: '売上合計', value: 2_200_000, unit: '円' }],
          result_chart: null,
          result_table: { name: '表', row_count: 2, columns: ['年度', '部門', '科目', '値'] },
        },
      ],
    })
    expect(second.results[0].result_table.rows[0]).toEqual({
      年度: '2022',
      部門: '営業',
      科目: '売上',
      値: 1_000_000,
    })
    model.plan([
      calling({ name: 'delete_step', arguments: { step: 'step_0' } }),
      calling({ name: 'delete_step', arguments: { step: 'step_0', cascade: true } }),
      saying('消しました。'),
    ])
    const third = await say(member, url, '全部消して')
    expect(toolAnswers(model)[0].error.code).toBe('analysis_step_used')
    expect(third.steps_removed.map(({ name }: { name: string }) => name)).toEqual([
      '大きい売上',
      '合計',
    ])
    expect(third.tool_calls.map(({ ok }: { ok: boolean }) => ok)).toEqual([false, true])
    const old = (await member.get(`${url}?snapshot_id=${first.snapshot_id}`)).json()
    expect(old.messages).toHaveLength(2)
    const page = (await member.get(`${url}?limit=4`)).json()
    expect(page.messages).toHaveLength(4)
    const rest = (await member.get(`${url}?limit=4&cursor=${page.next_cursor}`)).json()
    expect(rest).toEqual({ messages: old.messages, next_cursor: null })
    expect((await member.get(`${url}?snapshot_id=${snapshot_id}`)).json().messages).toEqual([])
    const strange = await member.get(`${url}?snapshot_id=${newId()}`)
    expect(strange.json().code).toBe('analysis_snapshot_not_found')
  })

  test('that only asks back is kept with the same steps', async ({ service, model, signIn }) => {
    const { member, url, session_id } = await openChat(service.deps, signIn)
    model.plan([saying('どの部門ですか？')])
    const answer = await say(member, url, '部門の売上')
    expect(answer).toMatchObject({
      message: 'どの部門ですか？',
      snapshot_order: 1,
      steps_added: [],
    })
    expect((await sessionRows(service.deps.db, session_id)).steps).toEqual([])
  })

  test('is told what was wrong with its calls, and may try again', async ({
    service,
    model,
    signIn,
  }) => {
    const { member, url } = await openChat(service.deps, signIn)
    const wrong = { ...filter, config: { category_filter: { 科目: ['利益'] } } }
    model.plan([
      calling(
        { name: 'drop_table', arguments: {} },
        { name: 'add_step', arguments: '{"name":' },
        { name: 'add_step', arguments: '{"__proto__":{"a":1},"name":"a"}' },
        { name: 'add_step', arguments: `{"name":${'['.repeat(500)}${']'.repeat(500)}}` },
        { name: 'add_step', arguments: '[]' },
        { name: 'add_step', arguments: { name: 'a', type: 'filter' } },
        {
          name: 'add_step',
          arguments: { ...filter, config: { numeric_filter: { filter_type: 'topk', k_value: 0 } } },
        },
        { name: 'add_step', arguments: { ...filter, input: 'step_7' } },
        { name: 'add_step', arguments: { ...filter, name: 'a\nb' } },
        {
          name: 'add_step',
          arguments: '{"name":"a\\u0000","type":"filter","input":"original","config":{}}',
        },
        { name: 'get_rows', arguments: { step: 'original', limit: 51 } },
        { name: 'get_values', arguments: { column: '地域' } },
        { name: 'get_step', arguments: { step: 'step_0' } },
        { name: 'add_step', arguments: wrong },
      ),
      calling({ name: 'add_step', arguments: filter }),
      saying('直しました。'),
    ])
    const answer = await say(member, url, wish)
    const answers = toolAnswers(model)
    const codes = answers.slice(0, -1).map(({ error }) => error.code)
    expect(codes).toEqual([
      'analysis_tool_unknown',
      ...Array(4).fill('analysis_tool_arguments'),
      ...Array(4).fill('invalid_request'),
      'analysis_tool_arguments',
      'invalid_request',
      'invalid_request',
      'analysis_step_not_found',
      'invalid_request',
    ])
    expect(answers[0].error.detail).toContain('add_step')
    const fields = (at: number) =>
      answers[at].error.errors.map(({ field }: { field: string }) => field)
    expect(fields(5)).toEqual(['input', 'config'])
    expect(fields(6)).toEqual(['config.numeric_filter.k_value'])
    expect(fields(7)).toEqual(['input'])
    expect(fields(8)).toEqual(['name'])
    expect(fields(10)).toEqual(['limit'])
    expect(fields(11)).toEqual(['column'])
    expect(fields(13)[0]).toContain('category_filter')
    expect(answers[13].error.errors[0].message).toContain('売上')
    expect(answer.steps_added).toHaveLength(1)
    expect(answer.tool_calls).toHaveLength(15)
    expect(Object(answer.tool_calls[2].arguments)).toEqual({})
  })

  test('is for those who work in the project, and for a session with a table', async ({
    app,
    service,
    model,
    signIn,
  }) => {
    const { member, viewer, outsider, url, project, session_id } = await openChat(
      service.deps,
      signIn,
    )
    model.plan([])
    const codeOf = async (client: typeof member, to = url, body: object = { message: 'a' }) =>
      (await client.post(to, body)).json().code
    expect(await codeOf(viewer)).toBe('project_role_required')
    expect(await codeOf(outsider)).toBe('analysis_session_not_found')
    expect((await outsider.get(url)).json().code).toBe('analysis_session_not_found')
    expect((await app.inject({ method: 'POST', url, payload: { message: 'a' } })).statusCode).toBe(
      401,
    )
    for (const body of [
      {},
      { message: '' },
      { message: ' \n' },
      { message: 'あ'.repeat(4001) },
      { message: 1 },
      { message: 'a', model: 'x' },
    ]) {
      expect(await codeOf(member, url, body)).toBe('invalid_request')
    }
    const bare = await insertSession(service.deps.db, project)
    expect(await codeOf(member, `${sessionsUrl}/${bare.session_id}/chat`)).toBe('analysis_no_input')
    const put = (is_active: number) =>
      service.deps.db
        .updateTable('analysis_sessions')
        .set({ is_active })
        .where('id', '=', session_id)
        .execute()
    await put(0)
    expect(await codeOf(member)).toBe('analysis_session_inactive')
    await put(1)
    expect(model.requests).toEqual([])
    expect((await member.post(url, { message: 'あ'.repeat(4000) })).statusCode).toBe(200)
  })
})
