import { newId } from '../../src/values.ts'
import { sessionsUrl, stepOf } from '../support/analysis.ts'
import {
  insertIssue,
  insertSessionFile,
  openSession,
  rowsOf,
  say,
  work,
} from '../support/analysis-sessions.ts'
import { uploadTo } from '../support/project-files.ts'
import { describe, expect, test } from '../support/service.ts'
import { setUp } from '../support/tree-work.ts'

describe('the snapshots of a session', () => {
  test('are a tree in which nothing is lost', async ({ db, signIn }) => {
    const { project, member, viewer } = await setUp(db, signIn)
    const opened = await openSession(member, project, await insertIssue(db))
    const { session_id, current_snapshot_id: root } = opened
    const url = `${sessionsUrl}/${session_id}`
    const [one, two, three] = ['a', 'b', 'c'].map((name) => ({ ...stepOf('filter', {}), name }))
    const add = (step: typeof one) =>
      work(
        db,
        member,
        session_id,
        (draft) => ({ ...draft, steps: [...draft.steps, step as never] }),
        {
          reason: 'step_added',
        },
      )
    const first = await add(one)
    await say(db, first, member, '  あ'.repeat(150), 'はい')
    const second = await add(two)
    await say(db, second, member, '二つ目', '二つ目です')
    const restored = await member.post(`${url}/snapshot/${first.id}`)
    expect(restored.statusCode, restored.body).toBe(200)
    expect(restored.json()).toMatchObject({
      ...{ session_id, snapshot_id: first.id, snapshot_order: 1 },
      ...{ current_snapshot: 1, current_snapshot_id: first.id, version: 4 },
    })
    expect(restored.headers.etag).toBe('"4"')
    const branch = await add(three)
    await say(db, branch, member, '三つ目', '三つ目です')

    const { snapshots, total } = (await viewer.get(`${url}/snapshot`)).json()
    expect(total).toBe(4)
    const shown = snapshots.map((each: Record<string, unknown>) => [
      ...[each.snapshot_order, each.parent_id, each.reason, each.step_count, each.is_current],
    ])
    expect(shown).toEqual([
      [3, first.id, 'step_added', 2, true],
      [2, first.id, 'step_added', 2, false],
      [1, root, 'step_added', 1, false],
      [0, null, 'created', 0, false],
    ])
    expect(snapshots[2].message).toBe('  あ'.repeat(150).slice(0, 200))
    expect(snapshots[0]).toMatchObject({ message: '三つ目', created_by_name: member.display_name })
    const page = (await viewer.get(`${url}/snapshot?skip=1&limit=1`)).json()
    expect(page).toMatchObject({ total: 4, skip: 1, limit: 1, snapshots: [{ snapshot_order: 2 }] })

    const detail = (await viewer.get(url)).json()
    expect(detail).toMatchObject({ current_snapshot: 3, chat_total: 5, snapshot_total: 4 })
    expect(detail.step.map(({ name }: { name: string }) => name)).toEqual(['a', 'c'])
    const said = detail.chat.map(({ message }: { message: string }) => message.trim().slice(0, 4))
    expect(said).toEqual(['売上の表', 'あ  あ', 'はい', '三つ目', '三つ目で'])
    const orders = detail.snapshot_list.map(
      (each: { snapshot_order: number }) => each.snapshot_order,
    )
    expect(orders).toEqual([0, 1, 2, 3])

    const old = (await viewer.get(`${url}/snapshot/${second.id}`)).json()
    expect(old).toMatchObject({ snapshot_order: 2, session_id, is_current: false, input: null })
    expect(old.step).toMatchObject([
      { step_id: one?.step_id, step_order: 0, input: 'original', input_step_id: null, config: {} },
      { step_id: two?.step_id, step_order: 1, name: 'b' },
    ])
    expect(old.chat).toMatchObject([
      { role: 'user', message: '二つ目', created_by: member.id },
      { role: 'assistant', message: '二つ目です', created_by: null },
    ])
  })

  test('show what steps start from by their order, and no place in the storage', async ({
    db,
    service,
    signIn,
  }) => {
    const { project, member } = await setUp(db, signIn)
    const { session_id } = await openSession(member, project, await insertIssue(db))
    const file = await uploadTo(member, project, '売上.csv')
    const input = await insertSessionFile(service.deps, session_id, file.id)
    const base = stepOf('filter', {})
    const table_filter = { table_df: base.step_id, key_columns: ['年度'] }
    const top = stepOf('filter', { table_filter }, base.step_id)
    const snapshot = await work(db, member, session_id, () => ({ input, steps: [base, top] }))
    const url = `${sessionsUrl}/${session_id}`
    const read = await member.get(`${url}/snapshot/${snapshot.id}`)
    const { key, ...shown } = input
    expect(read.json()).toMatchObject({ input: { ...shown, file_name: '売上.csv' } })
    expect(read.json().step[1]).toMatchObject({
      ...{ input: 'step_0', input_step_id: base.step_id },
      config: { table_filter: { table_df: 'step_0' } },
    })
    const detail = await member.get(url)
    expect(detail.json().file_list).toEqual([
      {
        ...{ id: input.file_id, project_file_id: file.id, project_file_name: '売上.csv' },
        ...{ sheet_name: '実績', is_input: true, created_at: expect.any(String) },
      },
    ])
    for (const { body } of [read, detail]) expect(body).not.toContain(key)
  })

  test('are restored without a trace where the session is already', async ({ app, db, signIn }) => {
    const { project, member } = await setUp(db, signIn)
    const { session_id } = await openSession(member, project, await insertIssue(db))
    const snapshot = await work(db, member, session_id, (draft) => draft)
    const before = await rowsOf(db, session_id)
    const told: string[] = []
    const leave = app.channels.join(`session:${session_id}`, (message) => told.push(message))
    const url = `${sessionsUrl}/${session_id}/snapshot/${snapshot.id}`
    const same = await member.post(url)
    expect(same.json()).toMatchObject({ current_snapshot: 1, version: 2 })
    expect((await member.post(url, undefined, { 'if-match': '"1"' })).statusCode).toBe(412)
    leave()
    expect(await rowsOf(db, session_id)).toEqual(before)
    expect(told).toEqual([])
  })

  test('of another session are not found', async ({ db, signIn }) => {
    const { project, member } = await setUp(db, signIn)
    const issue = await insertIssue(db)
    const [own, other] = [
      await openSession(member, project, issue),
      await openSession(member, project, issue),
    ]
    const url = `${sessionsUrl}/${own.session_id}/snapshot`
    const mine = own.current_snapshot_id
    for (const id of [other.current_snapshot_id, newId()]) {
      for (const answer of [
        await member.get(`${url}/${id}`),
        await member.post(`${url}/${id}`),
        await member.get(`${url}/${id}/diff/${mine}`),
        await member.get(`${url}/${mine}/diff/${id}`),
      ]) {
        expect(answer.json()).toMatchObject({ status: 404, code: 'analysis_snapshot_not_found' })
      }
    }
    expect((await member.get(`${url}/x`)).statusCode).toBe(422)
    const foreign = `${sessionsUrl}/${newId()}/snapshot/${mine}`
    expect((await member.get(foreign)).json().code).toBe('analysis_session_not_found')
  })
})

describe('the comparison of two snapshots', () => {
  test('says what differs in the input and the steps', async ({ db, service, signIn }) => {
    const { project, member, viewer } = await setUp(db, signIn)
    const { session_id, current_snapshot_id: root } = await openSession(
      member,
      project,
      await insertIssue(db),
    )
    const file = await uploadTo(member, project, '売上.csv')
    const input = await insertSessionFile(service.deps, session_id, file.id)
    const filter = stepOf('filter', { numeric_filter: { filter_type: 'range', min_value: 1 } })
    const top = stepOf('summary', {}, filter.step_id)
    const gone = stepOf('transform', { operations: [] })
    const before = await work(db, member, session_id, () => ({ input, steps: [filter, gone, top] }))
    const after = await work(db, member, session_id, (draft) => {
      const [old, , kept] = draft.steps
      const numeric_filter = { filter_type: 'range', min_value: 2, max_value: 9 }
      const changed = { ...old, version_id: undefined, name: '別名', config: { numeric_filter } }
      return { ...draft, steps: [changed, kept, stepOf('filter', {})] as never }
    })
    const url = `${sessionsUrl}/${session_id}/snapshot`
    const { steps_changed, ...said } = (
      await viewer.get(`${url}/${before.id}/diff/${after.id}`)
    ).json()
    expect(said).toMatchObject({
      before: { snapshot_id: before.id, snapshot_order: 1 },
      after: { snapshot_id: after.id, snapshot_order: 2 },
      common_ancestor: { snapshot_id: before.id, snapshot_order: 1 },
      input: { is_changed: false, changes: [], before: { file_name: '売上.csv' } },
      steps_added: [{ type: 'filter', step_order: 2 }],
      steps_removed: [{ step_id: gone.step_id, type: 'transform', step_order: 1 }],
      steps_moved: [],
      is_complete: true,
    })
    expect(steps_changed).toEqual([
      {
        ...{
          step_id: filter.step_id,
          name: '別名',
          type: 'filter',
          step_order: 0,
          change_count: 3,
        },
        changes: [
          { path: 'name', before: 'filter', after: '別名', is_cut: false },
          { path: 'config.numeric_filter.min_value', before: 1, after: 2, is_cut: false },
          { path: 'config.numeric_filter.max_value', after: 9, is_cut: false },
        ],
      },
    ])
    const back = (await viewer.get(`${url}/${after.id}/diff/${root}`)).json()
    expect(back).toMatchObject({
      common_ancestor: { snapshot_id: root, snapshot_order: 0 },
      input: { is_changed: true, changes: ['file'], after: null },
      steps_changed: [],
    })
    expect(back.steps_removed).toHaveLength(3)
  })

  test('finds where two branches have parted', async ({ db, signIn }) => {
    const { project, member } = await setUp(db, signIn)
    const { session_id } = await openSession(member, project, await insertIssue(db))
    const url = `${sessionsUrl}/${session_id}/snapshot`
    const [a, b, c] = [stepOf('filter', {}), stepOf('filter', {}), stepOf('filter', {})]
    const fork = await work(db, member, session_id, () => ({ input: null, steps: [a, b, c] }))
    await work(db, member, session_id, (draft) => draft)
    const left = await work(db, member, session_id, (draft) => draft)
    await member.post(`${url}/${fork.id}`)
    const right = await work(db, member, session_id, ({ steps: [one, two, three], input }) => ({
      input,
      steps: [three, one, two] as never,
    }))
    const said = (await member.get(`${url}/${left.id}/diff/${right.id}`)).json()
    expect(said).toMatchObject({
      common_ancestor: { snapshot_id: fork.id, snapshot_order: 1 },
      ...{ steps_added: [], steps_removed: [], steps_changed: [] },
      steps_moved: [{ step_id: c.step_id, from: 2, to: 0 }],
    })
    const same = (await member.get(`${url}/${left.id}/diff/${left.id}`)).json()
    expect(same).toMatchObject({ common_ancestor: { snapshot_id: left.id }, steps_moved: [] })
  })
})
