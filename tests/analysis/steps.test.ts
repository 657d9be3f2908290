import { addStep } from '../../src/analysis/steps/edit.ts'
import { saveSteps } from '../../src/analysis/steps/saving.ts'
import { newId } from '../../src/values.ts'
import { insertSession, sessionsUrl } from '../support/analysis.ts'
import { callerOf } from '../support/analysis-sessions.ts'
import { added, onlySales, openSteps } from '../support/analysis-steps.ts'
import { describe, expect, test } from '../support/service.ts'

const byTeam = {
  group_by_axis: ['部門'],
  aggregation_config: [{ name: '売上合計', method: 'sum', subject: '売上' }],
}
const filter = { name: 'x', type: 'filter', input: 'original' } as const
const plain = { ...filter }

describe('a step', () => {
  test('売上が100万円以上: is added with its configuration and answers its result (defect 7)', async ({
    service,
    signIn,
  }) => {
    const { member, viewer, url, snapshot_id } = await openSteps(service.deps, signIn)
    const config = { ...onlySales, numeric_filter: { filter_type: 'range', min_value: 1_000_000 } }
    const body = { ...plain, name: ' 大口 ', config }
    const tried = await member.post(`${url}?dry_run=true`, body)
    expect(tried.statusCode, tried.body).toBe(200)
    expect(tried.json()).toMatchObject({ snapshot_id, row_count: 2 })
    expect((await viewer.get(url)).json()).toEqual({ snapshot_id, steps: [] })
    const response = await member.post(url, body)
    expect(response.statusCode, response.body).toBe(201)
    const step = response.json()
    expect(response.headers).toMatchObject({ location: `${url}/${step.step_id}`, etag: '"2"' })
    expect(step).toEqual({
      step_id: expect.any(String),
      snapshot_id: expect.any(String),
      step_order: 0,
      name: '大口',
      type: 'filter',
      input: 'original',
      input_step_id: null,
      config,
      state: 'ok',
      error: null,
      warnings: [],
      row_count: 2,
      columns: ['年度', '部門', '科目', '値'],
      result_data: [
        { 年度: '2023', 部門: '営業', 科目: '売上', 値: 1_000_000 },
        { 年度: '2024', 部門: '営業', 科目: '売上', 値: 1_200_000 },
      ],
      result_formula: [],
      result_chart: null,
      result_table: null,
    })
    expect(step.snapshot_id).not.toBe(snapshot_id)
    const read = await viewer.get(`${url}/${step.step_id}`)
    expect(read.json()).toEqual(step)
    expect(read.headers.etag).toBe('"2"')
    const rows = (await viewer.get(`${url}/${step.step_id}/rows?skip=1&limit=1`)).json()
    expect(rows).toEqual({ rows: [step.result_data[1]], total: 2, skip: 1, limit: 1 })
    expect((await viewer.get(`${url}?snapshot_id=${snapshot_id}`)).json().steps).toEqual([])
    const before = `${url}/${step.step_id}?snapshot_id=${snapshot_id}`
    expect((await viewer.get(before)).json().code).toBe('analysis_step_not_found')
    const foreign = await viewer.get(`${url}?snapshot_id=${newId()}`)
    expect(foreign.json().code).toBe('analysis_snapshot_not_found')
  })

  test('starts from another one, is changed, and keeps those behind it with their error', async ({
    service,
    signIn,
  }) => {
    const { member, viewer, url } = await openSteps(service.deps, signIn)
    const first = await added(member, url, { config: onlySales })
    const team = { name: '部門別', type: 'aggregation', input: 'step_0', config: byTeam }
    const total = await added(member, url, team)
    expect(total).toMatchObject({
      type: 'aggregate',
      step_order: 1,
      input: 'step_0',
      input_step_id: first.step_id,
      columns: ['部門', '科目', '値'],
      result_data: [
        { 部門: '営業', 科目: '売上合計', 値: 2_200_000 },
        { 部門: '開発', 科目: '売上合計', 値: 1_100_000 },
      ],
    })
    const top = { numeric_filter: { filter_type: 'topk', k_value: 1 } }
    const third = await added(member, url, { name: '上位', input: total.step_id, config: top })
    expect(third).toMatchObject({ input: 'step_1', row_count: 1 })
    const one = `${url}/${first.step_id}`
    expect((await member.patch(one, { name: 'x' }, { 'if-match': '"3"' })).statusCode).toBe(412)
    const costs = { config: { category_filter: { 科目: ['コスト'] } } }
    const changed = await member.patch(one, costs, { 'if-match': '"4"' })
    expect(changed.statusCode, changed.body).toBe(200)
    expect(changed.headers.etag).toBe('"5"')
    expect(changed.json()).toMatchObject({ row_count: 4, state: 'ok' })
    const { steps } = (await viewer.get(url, { 'accept-language': 'en' })).json()
    const message = 'names 売上, which the input does not have; it has コスト'
    expect(steps).toMatchObject([
      { state: 'ok' },
      {
        state: 'error',
        row_count: null,
        columns: [],
        error: {
          code: 'invalid_request',
          errors: [{ field: 'config.aggregation_config.0.subject', message }],
        },
      },
      {
        state: 'error',
        error: {
          code: 'analysis_step_input_failed',
          detail: expect.stringContaining('部門別'),
          errors: [],
        },
      },
    ])
    const rows = await viewer.get(`${url}/${total.step_id}/rows`)
    expect([rows.statusCode, rows.json().code]).toEqual([422, 'invalid_request'])
    const same = await member.patch(one, { name: '絞り込み' })
    expect(same.headers.etag).toBe('"5"')
    const renamed = await member.patch(`${url}/${third.step_id}`, { name: '上位 1 件' })
    expect(renamed.json()).toMatchObject({ name: '上位 1 件', state: 'error' })
    const mended = await member.patch(one, { config: {} })
    expect(mended.json().row_count).toBe(8)
    const states = (await viewer.get(url)).json().steps.map(({ state }: { state: string }) => state)
    expect(states).toEqual(['ok', 'ok', 'ok'])
  })

  test('that others start from is deleted only with them; links outlive a new order (defect 8)', async ({
    service,
    signIn,
  }) => {
    const { member, url } = await openSteps(service.deps, signIn)
    const a = await added(member, url, { name: 'a' })
    const b = await added(member, url, { name: 'b', config: onlySales })
    const table_filter = { table_df: 'step_0', key_columns: ['年度'] }
    const c = await added(member, url, { name: 'c', input: 'step_1', config: { table_filter } })
    const order = `${url}/order`
    const moved = await member.post(order, { step_ids: [b.step_id, a.step_id, c.step_id] })
    expect(moved.statusCode, moved.body).toBe(200)
    expect(moved.json().steps).toMatchObject([
      { name: 'b', step_order: 0 },
      { name: 'a', step_order: 1 },
      { name: 'c', input: 'step_0', config: { table_filter: { table_df: 'step_1' } } },
    ])
    const broken = await member.post(order, { step_ids: [c.step_id, a.step_id, b.step_id] })
    expect(broken.json().errors).toMatchObject([{ field: 'step_ids.0' }])
    for (const step_ids of [
      [a.step_id],
      [a.step_id, a.step_id, b.step_id],
      [a.step_id, b.step_id, newId()],
    ]) {
      const response = await member.post(order, { step_ids })
      expect(response.json().errors).toMatchObject([{ field: 'step_ids' }])
    }
    const refused = await member.delete(`${url}/${a.step_id}`)
    expect(refused.statusCode).toBe(409)
    const dependants = [{ step_id: c.step_id, name: 'c' }]
    expect(refused.json()).toMatchObject({ code: 'analysis_step_used', dependants })
    expect((await member.delete(`${url}/${a.step_id}?cascade=true`)).statusCode).toBe(204)
    expect((await member.get(url)).json().steps).toMatchObject([{ name: 'b', step_order: 0 }])
    const again = await member.delete(`${url}/${a.step_id}`)
    expect(again.json().code).toBe('analysis_step_not_found')
    const stale = await member.delete(`${url}/${b.step_id}`, undefined, { 'if-match': '"1"' })
    expect(stale.statusCode).toBe(412)
  })

  test('is refused what is wrong with it, and nothing is saved', async ({ service, signIn }) => {
    const { member, url } = await openSteps(service.deps, signIn)
    await added(member, url, { name: 'a' })
    const last = await added(member, url, { name: 'b' })
    const topk = { filter_type: 'topk', k_value: 0 }
    const table_filter = { table_df: 'step_9', key_columns: ['年度'] }
    for (const [body, ...fields] of [
      [{}, 'name', 'type', 'input'],
      [{ ...plain, name: ' ' }, 'name'],
      [{ ...plain, type: 'pivot' }, 'type'],
      [{ ...plain, other: 1 }, 'other'],
      [{ ...plain, config: [] }, 'config'],
      [{ ...plain, config: { numeric_filter: topk } }, 'config.numeric_filter.k_value'],
      [
        { ...plain, config: { category_filter: { 部門: ['総務'] } } },
        'config.category_filter.部門.0',
      ],
      [{ ...plain, input: 'step_2' }, 'input'],
      [{ ...plain, input: newId() }, 'input'],
      [{ ...plain, config: { table_filter } }, 'config.table_filter.table_df'],
      [{ ...plain, type: 'aggregate' }, 'config'],
    ] as [object, ...string[]][]) {
      const response = await member.post(url, body)
      expect(response.statusCode, response.body).toBe(422)
      const { errors } = response.json()
      const told = errors.map(({ field }: { field: string }) => field)
      expect(told, response.body).toEqual(fields)
    }
    const own = await member.patch(`${url}/${last.step_id}`, { input: last.step_id })
    expect(own.json().errors).toMatchObject([{ field: 'input' }])
    expect((await member.patch(`${url}/${last.step_id}`, {})).statusCode).toBe(422)
    const list = await member.get(url)
    expect(list.json().steps).toHaveLength(2)
    expect(list.headers.etag).toBe('"3"')
  })

  test('belongs to those who work in the project', async ({ service, db, signIn }) => {
    const opened = await openSteps(service.deps, signIn)
    const { member, moderator, viewer, outsider, url, session_id } = opened
    const other = await openSteps(service.deps, signIn)
    const { step_id } = await added(moderator, url, {})
    const one = `${url}/${step_id}`
    for (const [method, path, payload] of [
      ['post', url, plain],
      ['patch', one, { name: 'y' }],
      ['post', `${url}/order`, { step_ids: [step_id] }],
      ['delete', one, undefined],
    ] as const) {
      expect((await viewer[method](path, payload)).statusCode, path).toBe(403)
      const code = (await outsider[method](path, payload)).json().code
      expect(code, path).toBe('analysis_session_not_found')
    }
    for (const path of [url, one, `${one}/rows`]) {
      expect((await viewer.get(path)).statusCode).toBe(200)
      expect((await outsider.get(path)).statusCode).toBe(404)
    }
    const foreign = `${other.url}/${step_id}`
    for (const response of [
      await other.member.get(foreign),
      await other.member.get(`${foreign}/rows`),
      await other.member.patch(foreign, { name: 'y' }),
      await other.member.delete(foreign),
    ]) {
      expect(response.json().code).toBe('analysis_step_not_found')
    }
    const linked = await other.member.post(other.url, { ...plain, input: step_id })
    expect(linked.json().errors).toMatchObject([{ field: 'input' }])
    await db
      .updateTable('analysis_sessions')
      .set({ is_active: 0 })
      .where('id', '=', session_id)
      .execute()
    expect((await member.post(url, plain)).json().code).toBe('analysis_session_inactive')
    expect((await member.get(one)).statusCode).toBe(200)
  })

  test('needs something to be analysed', async ({ service, db, signIn }) => {
    const { member, project } = await openSteps(service.deps, signIn)
    const { session_id } = await insertSession(db, project)
    const url = `${sessionsUrl}/${session_id}/step`
    const response = await member.post(url, plain)
    expect([response.statusCode, response.json().code]).toEqual([409, 'analysis_no_input'])
    expect((await member.get(url)).json().steps).toEqual([])
  })

  test('is added by several people at once, each to what the others made', async ({
    service,
    db,
    signIn,
  }) => {
    const opened = await openSteps(service.deps, signIn)
    const { member, moderator, manager, url, session_id } = opened
    const people = [member, moderator, manager, member]
    const steps = await Promise.all(
      people.map((each, index) => added(each, url, { name: `${index}` })),
    )
    const list = (await member.get(url)).json()
    const names = list.steps.map(({ name }: { name: string }) => name).sort()
    expect(names).toEqual(['0', '1', '2', '3'])
    expect(new Set(steps.map(({ snapshot_id }) => snapshot_id)).size).toBe(4)
    const snapshots = await db
      .selectFrom('analysis_snapshots')
      .select(['id', 'snapshot_order', 'parent_id', 'reason'])
      .where('session_id', '=', session_id)
      .orderBy('snapshot_order')
      .execute()
    expect(snapshots.map(({ snapshot_order }) => snapshot_order)).toEqual([0, 1, 2, 3, 4])
    expect(snapshots[4]).toMatchObject({ reason: 'step_added', parent_id: snapshots[3]?.id })
  })

  test('is calculated once, however many are added at once', async ({ service, signIn }) => {
    const { member, url, session_id } = await openSteps(service.deps, signIn)
    let calculated = 0
    const save = (name: string) =>
      saveSteps(
        service.deps,
        callerOf(member),
        session_id,
        'step_added',
        undefined,
        async ({ draft }) => {
          calculated += 1
          return { draft: addStep(draft, { ...filter, name }).draft, audit: {}, answer: undefined }
        },
      )
    const names = Array.from({ length: 20 }, (_, n) => `${n}`)
    await Promise.all(names.map(save))
    expect(calculated).toBe(20)
    const { steps } = (await member.get(url)).json()
    expect(steps.map(({ name }: { name: string }) => name).sort()).toEqual([...names].sort())
  })

  test('waits for one under way, but a stranger for nothing', async ({ service, signIn }) => {
    const { member, url, session_id } = await openSteps(service.deps, signIn)
    let end = () => {}
    const underWay = service.deps.engine.inLine(
      session_id,
      () =>
        new Promise<void>((resolve) => {
          end = resolve
        }),
    )
    let isAdded = false
    const waiting = added(member, url, { name: 'later' }).then(() => {
      isAdded = true
    })
    const stranger = await signIn()
    expect((await stranger.post(url, plain)).statusCode).toBe(404)
    expect(isAdded).toBe(false)
    end()
    await Promise.all([underWay, waiting])
    expect((await member.get(url)).json().steps).toMatchObject([{ name: 'later' }])
  })

  test('that others are always quicker than is not saved, and says when to come back', async ({
    service,
    signIn,
  }) => {
    const { member, url, session_id } = await openSteps(service.deps, signIn)
    const caller = callerOf(member)
    let tries = 0
    const elsewhere = {
      ...service.deps.engine,
      inLine: <T>(_: string, work: () => Promise<T>) => work(),
    }
    const slow = (quickerTimes: number) =>
      saveSteps(
        { ...service.deps, engine: elsewhere },
        caller,
        session_id,
        'step_added',
        undefined,
        async ({ draft }) => {
          tries += 1
          if (tries <= quickerTimes) await added(member, url, { name: `${tries}` })
          return { draft: addStep(draft, filter).draft, audit: {}, answer: undefined }
        },
      )
    await slow(2)
    expect(tries).toBe(3)
    expect((await member.get(url)).json().steps).toMatchObject([
      { name: '1' },
      { name: '2' },
      { name: 'x' },
    ])
    tries = 0
    const refused = await slow(100).catch((error) => error)
    expect(refused).toMatchObject({ failure: 'analysis_changing', extra: { retry_after: 2 } })
    expect((await member.get(url)).json().steps).toHaveLength(3 + tries)
  })

  test('is no more than one of a hundred', async ({ service, db, signIn }) => {
    const { member, url, session_id, snapshot_id } = await openSteps(service.deps, signIn)
    const created_at = new Date().toISOString()
    const versions = Array.from({ length: 100 }, () => ({
      ...plain,
      id: newId(),
      step_id: newId(),
    }))
    await db
      .insertInto('analysis_step_versions')
      .values(
        versions.map((each) => ({
          ...each,
          type: 'filter' as const,
          session_id,
          config: '{}',
          created_at,
        })),
      )
      .execute()
    await db
      .insertInto('analysis_snapshot_steps')
      .values(versions.map(({ id }, position) => ({ snapshot_id, position, version_id: id })))
      .execute()
    const response = await member.post(url, plain)
    expect([response.statusCode, response.json().code]).toEqual([409, 'analysis_too_many_steps'])
    expect((await member.delete(`${url}/${versions[0]?.step_id}`)).statusCode).toBe(204)
    expect((await member.get(url)).json().steps).toHaveLength(99)
  })
})
